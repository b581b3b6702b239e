"""Stores of an earlier Haven, brought up to date with nothing lost."""

import subprocess
import sys

import numpy as np
import pytest

from haven.errors import HavenError
from haven.market.history import Figures
from haven.market.series import find_series
from haven.market.store import Store
from tests.market.databases import run

FIRST_SCHEMA = """
CREATE TABLE vintage (id INTEGER PRIMARY KEY, source VARCHAR(32) NOT NULL, name VARCHAR(255) NOT NULL,
    fetched_at TIMESTAMP NOT NULL);
CREATE TABLE observation (series VARCHAR(32) NOT NULL, day INTEGER NOT NULL,
    vintage INTEGER NOT NULL REFERENCES vintage (id), value DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (series, day, vintage));
INSERT INTO vintage VALUES (1, 'file', 'desk.csv', '2025-04-08 17:00:00.000000'),
    (2, 'fred', 'DGS10', '2025-04-09 17:00:00.000000');
INSERT INTO observation VALUES ('UST.10Y', 20186, 1, 0.0426), ('UST.10Y', 20187, 1, 0.0434),
    ('UST.10Y', 20185, 2, 0.0415), ('UST.10Y', 20187, 2, 0.05), ('SWAP.10Y', 20186, 1, 0.037);
"""
"""The tables of Haven before its first release, as it made them; 20186 is 8 April 2025."""


def serial(url):
    """PostgreSQL counts ids itself; the next is 3."""
    if url.startswith("postgresql"):
        run(url, "CREATE SEQUENCE ids START 3", "ALTER TABLE vintage ALTER id SET DEFAULT nextval('ids')")


@pytest.fixture
def old_store(any_store):
    run(any_store, *(statement for statement in FIRST_SCHEMA.split(";") if statement.strip()))
    serial(any_store)
    return any_store


def store_figure():
    return Figures("SOFR", np.array(["2025-04-09"], "M8[D]"), np.array([0.0437]))


def holds_everything(store):
    found = store.histories([find_series("UST.10Y"), find_series("SWAP.10Y")])
    return (
        found["UST.10Y"].dates.astype(int).tolist() == [20185, 20186, 20187]
        and found["UST.10Y"].values.tolist() == [0.0415, 0.0426, 0.0434]
        and found["UST.10Y"].sources.tolist() == ["fred", "file", "file"]
        and found["SWAP.10Y"].values.tolist() == [0.037]
        and [(load.id, load.source) for load in store.loads()] == [(2, "fred"), (1, "file")]
    )


def test_store_of_the_first_schema_satisfies_losing_nothing(old_store):
    store = Store(old_store)
    store.create()
    assert holds_everything(store)
    assert run(old_store, "SELECT version FROM schema_version") == [[(4,)]]
    store.create()
    assert store.append([store_figure()], "fred", "DGS10", store.loads()[0].fetched_at) == 3


def test_store_of_a_later_haven_refuses(any_store):
    store = Store(any_store)
    store.create()
    run(any_store, "UPDATE schema_version SET version = 99")
    with pytest.raises(HavenError, match="the store has schema 99, this Haven knows 4; update Haven"):
        Store(any_store).create()


@pytest.mark.parametrize("start", ["new", "old"])
def test_four_processes_at_once_satisfy_one_migration(any_store, start, request):
    if start == "old":
        request.getfixturevalue("old_store")
    code = "import sys; from haven.market.store import Store; sys.stdin.read(); Store(sys.argv[1]).create()"
    command = [sys.executable, "-c", code, any_store]
    processes = [subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    for process in processes:
        process.stdin.close()
    assert [(process.wait(60), process.stderr.read()) for process in processes] == [(0, "")] * 4
    assert run(any_store, "SELECT version FROM schema_version") == [[(4,)]]
    if start == "old":
        assert holds_everything(Store(any_store))
