"""A desk's files on their way into the store: believed row by row, loaded whole or not at all."""

import datetime as dt
import signal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from haven.errors import HavenError
from haven.market.history import Figures
from haven.market.home import store_url
from haven.market.load import RefusedRowsError, load_files
from haven.market.series import find_series
from haven.market.snapshot import refresh
from haven.market.store import Store
from tests.conftest import NOW
from tests.dying import Command
from tests.market.databases import run

GOOD = "series,date,value\nSWAP.10Y,2025-04-08,3.70\nSWAP.10Y,2025-04-09,3.81\n"


def write(folder, text, name="desk.csv", **options):
    path = folder / name
    path.write_text(text, **({"encoding": "utf-8"} | options))
    return path


def load(*paths):
    return load_files(paths, NOW)


def figures(series, dates, values):
    return Figures(series, np.array(dates, "M8[D]"), np.array(values, float))


def value(series, date):
    return float(refresh().history(series).at(np.array([date], "M8[D]"))[0])


@pytest.mark.usefixtures("any_store")
def test_import_matches_the_file(tmp_path):
    loaded = load(write(tmp_path, GOOD))
    assert (loaded.figures, loaded.series) == (2, 1)
    assert value("SWAP.10Y", "2025-04-08") == pytest.approx(0.0370, rel=1e-15)
    assert value("SPREAD.10Y", "2025-04-08") == pytest.approx(-56.0, abs=1e-9)


@pytest.mark.usefixtures("any_store")
@pytest.mark.parametrize("kind", ["xlsx", "parquet"])
def test_import_of_other_files_matches_csv(tmp_path, kind):
    table = pd.DataFrame(
        {"Series": ["SWAP.10Y", "SOFR"], "DATE": [dt.date(2025, 4, 8), dt.date(2025, 4, 9)], "value": [3.70, 4.42]}
    )
    path = tmp_path / f"desk.{kind}"
    table.to_excel(path, index=False) if kind == "xlsx" else table.to_parquet(path)
    assert load(path).figures == 2
    assert value("SWAP.10Y", "2025-04-08") == pytest.approx(0.0370, rel=1e-15)


@pytest.mark.usefixtures("any_store")
@pytest.mark.parametrize(("figure", "unit"), [("3.70", "percent"), ("0.0370", "decimal"), ("370", "bp"), ("3.70", "")])
def test_units_satisfy_one_canonical_figure(tmp_path, figure, unit):
    load(write(tmp_path, f"series,date,value,unit\nSWAP.10Y,2025-04-08,{figure},{unit}\n"))
    assert value("SWAP.10Y", "2025-04-08") == pytest.approx(0.0370, rel=1e-14)


@pytest.mark.usefixtures("any_store")
def test_first_real_quote_satisfies_removing_the_illustrative_path(tmp_path):
    assert refresh().is_demo
    load(write(tmp_path, GOOD))
    market = refresh()
    assert not market.is_demo
    assert market.history("SWAP.10Y").dates.size == 2
    assert market.is_illustrative("SWAP.30Y")


@pytest.mark.usefixtures("any_store")
def test_desk_file_satisfies_speaking_before_live_and_package(tmp_path):
    store = Store(store_url())
    store.create()
    day = np.datetime64("2025-04-08")
    assert value("UST.10Y", day) == pytest.approx(0.0426)
    store.append([figures("UST.10Y", [day], [0.05])], "fred", "DGS10", NOW)
    assert value("UST.10Y", day) == 0.05
    load(write(tmp_path, "series,date,value\nUST.10Y,2025-04-08,4.27\n"))
    store.append([figures("UST.10Y", [day], [0.06])], "fred", "DGS10", NOW)
    assert value("UST.10Y", day) == pytest.approx(0.0427)
    assert value("UST.10Y", "2025-04-07") == pytest.approx(0.0415)


@pytest.mark.usefixtures("any_store")
def test_later_vintage_satisfies_speaking_before_an_earlier_one(tmp_path):
    load(write(tmp_path, GOOD))
    load(write(tmp_path, GOOD.replace("3.70", "3.71")))
    assert value("SWAP.10Y", "2025-04-08") == pytest.approx(0.0371)
    assert [item.id for item in refresh().loads()] == [2, 1]


@pytest.mark.usefixtures("any_store")
def test_file_loaded_again_satisfies_adding_nothing(tmp_path):
    load(write(tmp_path, GOOD))
    again = load(write(tmp_path, GOOD))
    assert (again.figures, again.new) == (2, 0)
    assert [item.id for item in refresh().loads()] == [1]


@pytest.mark.usefixtures("any_store")
@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("SWAP.10X,2025-04-08,3.70", "did you mean SWAP.10Y"),
        ("=cmd|' /C calc'!A0,2025-04-08,3.70", "series must be an id"),
        ("SWAP.10Y,08/04/2025,3.70", "date must be ISO"),
        ("SWAP.10Y,2026-11-21,3.70", "to today, 2026-11-20"),
        ("SWAP.10Y,1800-01-01,3.70", "date must be from"),
        ("SWAP.10Y,2025-04-10,", "value must be a number, got ''"),
        ("SWAP.10Y,2025-04-10,n/a", "value must be a number"),
        ('SWAP.10Y,2025-04-10,"3,85"', 'a map (haven import --map) with decimal = "," under [format]'),
        ("SWAP.10Y,45757,3.85", 'a map (haven import --map) with date = "excel" under [format]'),
        ("SWAP.10Y,2025-04-10,nan", "value must be a finite number, got nan"),
        ("SWAP.10Y,2025-04-10,1e308", "between 0.1 and 20 percent"),
        ("SWAP.10Y,2025-04-10,0.037", "is it in decimal rather than percent"),
        ("SWAP.10Y,2025-04-10,370", "is it in bp rather than percent"),
        ("SWAP.10Y,2025-04-08,3.71", "SWAP.10Y on 2025-04-08 is given as 3.7 and as 3.71"),
        ("SWAP.10Y,2025-04-12,3.71", "no figures of weekends, got one of Saturday 2025-04-12"),
        ("SPX,2025-04-08,-5", "SPX must be between"),
    ],
)
def test_import_refuses_a_row_and_loads_nothing(tmp_path, row, why):
    with pytest.raises(RefusedRowsError) as refused:
        load(write(tmp_path, f"{GOOD}{row}\n"))
    assert why in refused.value.lines[0]
    assert "row 4" in refused.value.lines[0]
    assert refresh().is_demo


@pytest.mark.usefixtures("any_store")
def test_unit_slip_of_decimals_refuses(tmp_path):
    with pytest.raises(RefusedRowsError) as refused:
        load(write(tmp_path, "series,date,value,unit\nUST.10Y,2025-04-08,4.26,decimal\n"))
    assert "is it in percent rather than decimal" in refused.value.lines[0]


@pytest.mark.usefixtures("any_store")
def test_rows_that_repeat_satisfy_being_taken_once(tmp_path):
    assert load(write(tmp_path, GOOD + "SWAP.10Y,2025-04-09,3.81\n")).figures == 2


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (b"", "a.csv", "is empty"),
        (b"series,date,value\n", "a.csv", "no rows"),
        (b"a,b\n1,2\n", "a.csv", "must have columns series, date, value"),
        (b'series,date,value\n"SWAP.10Y,2025', "a.csv", "damaged"),
        (bytes(range(256)) * 20, "a.csv", "UTF-8|damaged"),
        ("series,date,value\nSWAP.10Y,2025-04-08,3,7 é\n".encode("latin-1"), "a.csv", "UTF-8|damaged"),
        ("series,date,value\n".encode("utf-16"), "a.csv", "UTF-8|must have columns"),
        (b"PK\x03\x04 truncated", "a.xlsx", "damaged"),
        (b"PAR1 truncated", "a.parquet", "damaged"),
        (
            b"series,date,value\nUST.10Y,2025-04-08,4.26,7\n",
            "a.csv",
            "row 2 has more cells than row 1 names; a map says",
        ),
        (b"series;date;value\nSWAP.10Y;2025-04-08;3,7\n", "a.csv", 'separator = ";" under .file., and decimal = ","'),
        (b"series\tdate\tvalue\nSWAP.10Y\t2025-04-08\t3.7\n", "a.csv", r'tabs .* separator = "\\t" under .file.'),
        (b"x", "a.doc", "must end in .csv, .xlsx, .xlsm, .xls, .parquet"),
    ],
)
def test_broken_file_refuses(tmp_path, content, name, why):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(HavenError, match=why):
        load(path)
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(("mark", "written"), [(";", ";"), ("\t", r"\t")])
def test_map_a_refusal_names_satisfies_reading_the_file(tmp_path, mark, written):
    path = write(tmp_path, mark.join(["series", "date", "value\nSWAP.10Y", "45755", "3,70\n"]))
    columns = '[columns]\nseries = "series"\ndate = "date"\nvalue = "value"'
    form = '[format]\ndate = "excel"\ndecimal = ","'
    map_file = write(tmp_path, f'[file]\nseparator = "{written}"\n{columns}\n{form}\n', "map.toml")
    load_files([path], NOW, map_file)
    assert value("SWAP.10Y", "2025-04-08") == pytest.approx(0.0370, rel=1e-15)


def test_too_large_a_file_refuses(tmp_path):
    path = tmp_path / "big.csv"
    with path.open("wb") as stream:
        stream.truncate(100_000_000)
    with pytest.raises(HavenError, match="has 100 MB, the limit is 64 MB"):
        load(path)


def test_missing_file_refuses(tmp_path):
    with pytest.raises(HavenError, match="is not a file"):
        load(tmp_path / "nothing.csv")


def test_locked_store_refuses_plainly(tmp_path, monkeypatch, any_store):
    monkeypatch.setattr("haven.market.store.LOCK_SECONDS", 0.2)
    load(write(tmp_path, GOOD))
    hold = "BEGIN EXCLUSIVE" if any_store.startswith("sqlite") else "LOCK TABLE vintage IN EXCLUSIVE MODE"
    with Store(store_url())._engine.connect() as other:
        other.exec_driver_sql(hold)
        with pytest.raises(HavenError, match="another process has held it"):
            load(write(tmp_path, GOOD.replace("3.70", "3.71")))
    assert load(write(tmp_path, GOOD.replace("3.70", "3.71"))).new == 1


def test_damaged_store_refuses_plainly(haven_home):
    haven_home.mkdir()
    (haven_home / "store.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(HavenError, match="damaged or not a Haven store"):
        refresh()


def test_full_disk_refuses_and_keeps_the_store(tmp_path):
    load(write(tmp_path, GOOD))
    store = Store(store_url())
    with store._engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    many = [figures("UST.10Y", np.datetime64("1970-01-01") + np.arange(20_000), np.full(20_000, 0.05))]

    import sqlalchemy as sa

    @sa.event.listens_for(store._engine, "connect")
    def limit(connection, _):
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")

    store._engine.dispose()
    with pytest.raises(HavenError, match="the disk is full; nothing was written"):
        store.append(many, "file", "too much", NOW)
    assert store.version() == 1
    assert store.history(find_series("SWAP.10Y")).values.size == 2


def start_anew(url):
    """A store that was never there."""
    if url.startswith("sqlite"):
        file = Path(url.removeprefix("sqlite:///"))
        for path in file.parent.glob(f"{file.name}*"):
            path.unlink()
    else:
        run(url, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_killed_import_satisfies_all_or_nothing(tmp_path, any_store):
    """Before each write, and before and after each end of a transaction."""
    days = pd.bdate_range("2022-01-03", "2025-01-02").strftime("%Y-%m-%d")
    long = pd.concat(pd.DataFrame({"series": f"UST.{n}Y", "date": days, "value": 4.0}) for n in (2, 10))
    short = pd.DataFrame({"series": "UST.30Y", "date": days[-3:], "value": 4.0})
    path = tmp_path / "desk.csv"
    pd.concat([long, short]).to_csv(path, index=False)
    sizes = {"UST.2Y": len(days), "UST.10Y": len(days), "UST.30Y": 3}
    held = []
    with Command("import", path) as command:
        ended, doors, _ = command.run()
        assert ended == 0
        assert {"INSERT INTO vintage", "INSERT INTO block of many rows", "INSERT INTO pack", "do_commit"} <= set(doors)
        for door in range(1, len(doors) + 1):
            start_anew(any_store)
            assert command.run(door=door)[0] == -signal.SIGKILL
            store = Store(any_store)
            store.create()
            found = store.histories(map(find_series, sizes))
            held.append({series: history.dates.size for series, history in found.items()})
    nothing = dict.fromkeys(sizes, 0)
    assert held == [nothing] * held.count(nothing) + [sizes] * held.count(sizes)
    assert held[0] == nothing and held[-1] == sizes
    assert load(write(tmp_path, GOOD, "after.csv")).figures == 2


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+nodriver://desk:hunter2@db/haven",
        "postgresql://desk:hunter2@db:54x2/haven",
        "desk:hunter2@db",
        "hunter2",
    ],
)
def test_unusable_store_refuses_without_its_password(url):
    with pytest.raises(HavenError, match="HAVEN_STORE must be a database URL") as failure:
        Store(url)
    assert "hunter2" not in f"{failure.value}{failure.value.__cause__ or ''}{failure.value.__context__ or ''}"
