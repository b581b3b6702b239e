"""Blocks and packs beside a plain model of what a store answers, and stores whose every load is a block."""

import datetime as dt
import random
import struct
from types import SimpleNamespace

import numpy as np
import pytest
import sqlalchemy as sa

from haven.errors import HavenError
from haven.market.history import Figures
from haven.market.schema import block_table, pack_table, vintage_table
from haven.market.series import find_series
from haven.market.store import Store
from tests.market.databases import run

SERIES = ["UST.2Y", "UST.10Y", "SOFR", "SWAP.10Y"]
SIZES = [0, 1, 1, 2, 9, 255, 256, 300]
EPOCH = dt.date(1970, 1, 1)
FIRST_LOAD = dt.datetime(2025, 4, 9, 12, 0)
SECOND_SCHEMA = """
CREATE TABLE vintage (id INTEGER PRIMARY KEY, source VARCHAR(32) NOT NULL, name VARCHAR(255) NOT NULL,
    fetched_at TIMESTAMP NOT NULL);
CREATE TABLE schema_version (version INTEGER NOT NULL);
CREATE TABLE block (series VARCHAR(32) NOT NULL, vintage INTEGER NOT NULL REFERENCES vintage (id),
    days {bytes} NOT NULL, figures {bytes} NOT NULL, suspects {bytes} NOT NULL, PRIMARY KEY (series, vintage));
INSERT INTO schema_version VALUES (2)
"""
"""The tables of the Haven that had a block a series and load, as it made them."""


def random_loads(seed, count=24):
    """Loads as days, figures and suspect days by series; clocks may go backwards, and some days are before 1970."""
    chance = random.Random(seed)
    loads = []
    for number in range(1, count + 1):
        brought = {}
        for series in chance.sample(SERIES, chance.randint(1, len(SERIES))):
            days = sorted(chance.sample(range(-200, 600), chance.choice(SIZES)))
            suspects = [day for day in days if chance.random() < 0.1]
            brought[series] = ({day: chance.random() for day in days}, suspects)
        fetched_at = FIRST_LOAD + dt.timedelta(minutes=chance.choice([number, number, 0]))
        source = chance.choice(["fred", "treasury", "file"])
        loads.append(SimpleNamespace(id=number, source=source, fetched_at=fetched_at, brought=brought))
    return loads


def answers(loads, version, known_at, beside):
    """By series and day what should be answered: figure, source and whether it is suspect."""
    seen = [
        load for load in loads
        if load.id <= version and load.fetched_at <= known_at
        and (beside is None or (load.source == "file") == (beside == "file"))
    ]  # fmt: skip
    found = {series: {} for series in SERIES}
    for load in sorted(seen, key=lambda load: (load.source == "file", load.id)):
        for series, (figures, suspects) in load.brought.items():
            for day, value in figures.items():
                found[series][day] = (value, load.source, day in suspects)
    return found


def told(store, version, known_at, beside):
    """What a store answers, in the same form; dates ascend."""
    found = {}
    for name, history in store.histories(map(find_series, SERIES), version, known_at, beside=beside).items():
        days, suspects = history.dates.astype(int).tolist(), history.suspects.astype(int).tolist()
        assert days == sorted(days) and suspects == sorted(suspects)
        rows = zip(days, history.values.tolist(), history.sources.tolist(), strict=True)
        found[name] = {day: (value, source, day in suspects) for day, value, source in rows}
    return found


def check_every_answer(store, loads):
    """As of each version now, and for a few times and sources."""
    end = loads[-1].fetched_at + dt.timedelta(days=1)
    questions = [(load.id, end, None) for load in loads]
    questions += [(loads[-1].id, load.fetched_at, beside) for load in loads for beside in (None, "file", "fred")]
    for question in questions:
        expected = answers(loads, *question)
        assert told(store, *question) == expected
        if question[2] is None:
            assert store.held(*question[:2]) == {series for series, figures in expected.items() if figures}


def dates(days):
    return np.array(days, "M8[D]") if days else np.empty(0, "M8[D]")


def write_second_schema(url, loads):
    """A store as the Haven before packs left it."""
    kind = "BYTEA" if url.startswith("postgresql") else "BLOB"
    made = [each for each in SECOND_SCHEMA.format(bytes=kind).split(";") if each.strip()]
    load = sa.insert(vintage_table)
    block = sa.text("INSERT INTO block VALUES (:series, :vintage, :days, :figures, :suspects)")
    for each in loads:
        made.append(load.values(id=each.id, source=each.source, name="there", fetched_at=each.fetched_at))
        for series, (figures, suspects) in each.brought.items():
            made.append(
                block.bindparams(
                    series=series,
                    vintage=each.id,
                    days=struct.pack(f"<{len(figures)}i", *figures),
                    figures=struct.pack(f"<{len(figures)}d", *figures.values()),
                    suspects=struct.pack(f"<{len(suspects)}i", *suspects),
                )
            )
    run(url, *made)


@pytest.mark.parametrize("seed", range(4))
def test_store_satisfies_every_rule_at_every_time(any_store, seed):
    loads = random_loads(seed)
    store = Store(any_store)
    store.create()
    for load in loads:
        figures = [
            Figures(series, dates(list(values)), np.array(list(values.values())), dates(suspects))
            for series, (values, suspects) in load.brought.items()
        ]
        assert store.append(figures, load.source, "there", load.fetched_at) == load.id
    check_every_answer(store, loads)


@pytest.mark.parametrize("seed", range(4, 8))
def test_store_of_blocks_alone_satisfies_the_same_answers_when_packed(any_store, seed):
    loads = random_loads(seed)
    write_second_schema(any_store, loads)
    store = Store(any_store)
    store.create()
    check_every_answer(store, loads)
    sizes = run(any_store, sa.select(sa.func.length(block_table.c.figures)))[0]
    assert min(size for (size,) in sizes) >= 8 * 256


def test_damaged_small_block_satisfies_staying_and_being_refused(any_store):
    loads = random_loads(9)
    loads[0].brought = {"SOFR": ({1: 0.04, 2: 0.05}, []), "UST.2Y": ({1: 0.03}, [])}
    write_second_schema(any_store, loads[:1])
    run(any_store, sa.text("UPDATE block SET days = :days WHERE series = 'SOFR'").bindparams(days=b"\1\2\3"))
    store = Store(any_store)
    store.create()
    assert store.history(find_series("UST.2Y")).values.tolist() == [0.03]
    with pytest.raises(HavenError, match="SOFR in load 1 is damaged"):
        store.history(find_series("SOFR"))


@pytest.mark.parametrize(
    "damage",
    [
        {"counts": struct.pack("<2i", 3, 1)},
        {"counts": struct.pack("<2i", 4, -1)},
        {"counts": struct.pack("<i", 3)},
        {"counts": b"\1"},
        {"days": bytes(11)},
        {"days": bytes(16)},
        {"figures": b""},
        {"suspects": b"\0"},
        {"suspects": b""},
    ],
    ids=str,
)
@pytest.mark.parametrize("loads", [1, 2])
def test_damaged_pack_refuses(any_store, damage, loads):
    store = Store(any_store)
    store.create()
    brought = [
        Figures("SOFR", dates([1, 2]), np.array([0.04, 0.05])),
        Figures("UST.2Y", dates([1]), np.array([0.03])),
    ]
    for _ in range(loads):
        store.append(brought, "fred", "there", FIRST_LOAD)
    run(any_store, sa.update(pack_table).where(pack_table.c.vintage == loads).values(**damage))
    with pytest.raises(HavenError, match=f"load {loads} is damaged; restore a copy of the store"):
        store.history(find_series("SOFR"))


def test_dates_that_histories_share_satisfy_not_being_written_in(any_store):
    store = Store(any_store)
    store.create()
    many = dates(list(range(300)))
    store.append([Figures(name, many, np.full(300, 0.04)) for name in SERIES], "fred", "there", FIRST_LOAD)
    for history in store.histories(map(find_series, SERIES)).values():
        with pytest.raises(ValueError, match="read-only"):
            history.dates[0] = many[5]
