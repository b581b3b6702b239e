"""The store in SQLite and in a real PostgreSQL server: whole vintages, as they were at any time."""

import datetime as dt
import subprocess
import sys
import tempfile
from pathlib import Path

import keyring
import numpy as np
import pytest
import sqlalchemy as sa

from haven.errors import HavenError
from haven.market.history import Figures
from haven.market.home import store_url
from haven.market.schema import block_table, calendar_table
from haven.market.series import find_series
from haven.market.snapshot import Snapshot, as_known, refresh
from haven.market.store import Store
from tests.market.databases import run
from tests.postgresql import PASSWORD

DAYS = np.array(["2025-04-07", "2025-04-08", "2025-04-09"], "M8[D]")
TEN = find_series("UST.10Y")
MORNING, EVENING = dt.datetime(2025, 4, 9, 12, 0), dt.datetime(2025, 4, 9, 22, 30, 15, 250)


def figures(series, values, days=DAYS, suspects=()):
    return Figures(series, days[: len(values)], np.array(values, float), np.array(suspects, "M8[D]"))


@pytest.fixture
def store(any_store):
    made = Store(any_store)
    made.create()
    return made


def test_history_matches_what_was_appended(store):
    store.append([figures("UST.10Y", [0.0415, 0.0426], suspects=["2025-04-08"])], "fred", "DGS10", MORNING)
    found = store.history(TEN)
    assert found.dates.tolist() == DAYS[:2].tolist()
    assert found.values.tolist() == [0.0415, 0.0426]
    assert found.sources.tolist() == ["fred", "fred"]
    assert found.suspects.tolist() == [dt.date(2025, 4, 8)]


def test_newer_vintage_satisfies_speaking_first_and_clearing_suspicion(store):
    store.append([figures("UST.10Y", [0.0415, 0.0926], suspects=["2025-04-08"])], "fred", "DGS10", MORNING)
    store.append([figures("UST.10Y", [0.0426], DAYS[1:])], "treasury", "par curve", EVENING)
    found = store.history(TEN)
    assert found.values.tolist() == [0.0415, 0.0426]
    assert found.sources.tolist() == ["fred", "treasury"]
    assert not found.suspects.size


def test_files_satisfy_speaking_before_live_sources_whatever_their_order(store):
    store.append([figures("UST.10Y", [0.05, 0.05])], "file", "desk.csv", MORNING)
    store.append([figures("UST.10Y", [0.04, 0.04, 0.04])], "fred", "DGS10", EVENING)
    assert store.history(TEN).values.tolist() == [0.05, 0.05, 0.04]
    assert store.histories([TEN], beside="fred")["UST.10Y"].values.tolist() == [0.04] * 3
    assert store.histories([TEN], beside="file")["UST.10Y"].values.tolist() == [0.05] * 2


def test_one_vintage_satisfies_many_series_at_once(store):
    many = [figures(f"SWAP.{n}Y", [n / 1000, 0.04]) for n in range(1, 11)]
    assert store.append(many, "eris", "par curve", MORNING) == store.version() == 1
    found = store.histories(find_series(each.series) for each in many)
    assert [found[f"SWAP.{n}Y"].values[0] for n in range(1, 11)] == [n / 1000 for n in range(1, 11)]
    assert store.held() == {each.series for each in many}


def test_series_without_figures_satisfies_an_empty_history(store):
    found = store.histories([TEN])["UST.10Y"]
    assert (found.dates.size, found.values.size, found.sources.size, store.version()) == (0, 0, 0, 0)


def test_failed_append_satisfies_leaving_nothing(store):
    twice = [figures("UST.10Y", [0.04]), figures("UST.10Y", [0.05])]
    with pytest.raises(HavenError, match=r"a load must bring each series once, got UST\.10Y twice"):
        store.append(twice, "fred", "DGS10", MORNING)
    assert (store.version(), store.held(), store.loads()) == (0, frozenset(), [])
    store.append(twice[:1], "fred", "DGS10", MORNING)
    assert store.history(TEN).values.tolist() == [0.04]


def test_store_satisfies_what_was_known_at_a_time(store):
    store.append([figures("UST.10Y", [0.0415, 0.0426])], "fred", "DGS10", MORNING)
    store.append([figures("UST.10Y", [0.0427, 0.0434], DAYS[1:]), figures("SOFR", [0.043])], "fred", "late", EVENING)

    def known(time):
        return store.histories([TEN], known_at=time)["UST.10Y"].values.tolist()

    assert known(MORNING - dt.timedelta(microseconds=1)) == []
    assert known(MORNING) == known(EVENING - dt.timedelta(microseconds=1)) == [0.0415, 0.0426]
    assert known(EVENING) == [0.0415, 0.0427, 0.0434]
    assert store.held(known_at=MORNING) == {"UST.10Y"}
    assert [load.name for load in store.loads(known_at=MORNING)] == ["DGS10"]
    assert store.first_load() == MORNING


def test_snapshot_satisfies_what_was_known_at_a_time(store):
    store.append([figures("UST.10Y", [0.0415, 0.0426])], "fred", "DGS10", MORNING)
    store.append([figures("UST.10Y", [0.0427], DAYS[1:]), figures("SWAP.10Y", [0.036])], "fred", "late", EVENING)
    then, now = as_known(dt.datetime(2025, 4, 9, 17, 0)), refresh()
    assert then.history("UST.10Y").values.tolist() == [0.0415, 0.0426]
    assert (then.ids(), then.history("SWAP.10Y").dates.size) == (["UST.10Y"], 0)
    assert now.history("UST.10Y").at(DAYS[1:2]).tolist() == [0.0427]
    assert now.history("SPREAD.10Y").at(DAYS[:1]).tolist() == [-55.0]
    with pytest.raises(HavenError, match=r"nothing was known at 2025-04-08 17:00:00 UTC; .* of 2025-04-09"):
        as_known(dt.datetime(2025, 4, 8, 17, 0))


def test_snapshot_satisfies_not_changing_with_the_store(store):
    """A series first read after another vintage came is still that of the snapshot's version."""
    store.append([figures("UST.10Y", [0.04]), figures("SWAP.10Y", [0.03])], "fred", "first", MORNING)
    market = Snapshot(store, store.version())
    assert market.history("UST.10Y").at(DAYS[:1]) == 0.04
    store.append([figures("UST.10Y", [0.05]), figures("SWAP.10Y", [0.06])], "fred", "second", EVENING)
    assert market.history("SWAP.10Y").at(DAYS[:1]) == 0.03
    assert refresh().history("SWAP.10Y").at(DAYS[:1]) == 0.06


def test_spread_of_a_suspect_quote_satisfies_suspicion(store):
    store.append([figures("UST.10Y", [0.04, 0.09], suspects=["2025-04-08"])], "fred", "DGS10", MORNING)
    store.append([figures("SWAP.10Y", [0.036, 0.036])], "eris", "par curve", MORNING)
    assert refresh().history("SPREAD.10Y").suspects.tolist() == [dt.date(2025, 4, 8)]


@pytest.mark.parametrize(
    ("table", "damage"),
    [
        (calendar_table, {"days": b"\1\2\3\4\5\6\7"}),
        (calendar_table, {"days": bytes(12)}),
        (block_table, {"figures": b"\1"}),
        (block_table, {"suspects": b"\1"}),
    ],
)
@pytest.mark.parametrize("loads", [1, 2])
def test_damaged_block_refuses(store, table, damage, loads):
    days = np.datetime64("2024-01-01") + np.arange(300)
    for load in range(loads):
        store.append([figures("UST.10Y", np.full(300, 0.04 + load / 100), days)], "fred", "DGS10", MORNING)
    with store._engine.begin() as connection:
        connection.execute(sa.update(table).values(**damage))
    with pytest.raises(HavenError, match=r"UST\.10Y in load [12] is damaged; restore a copy of the store"):
        store.history(TEN)


def test_another_store_in_its_place_satisfies_being_read(haven_home):
    """A process that runs on, such as a spreadsheet's, when its store is taken away or a copy put back."""
    path = haven_home / "store.sqlite"
    for rate in (0.04, 0.05):
        store = Store(store_url())
        store.create()
        store.append([figures("SWAP.10Y", [rate], DAYS[:1])], "file", "desk.csv", MORNING)
        assert refresh().history("SWAP.10Y").at(DAYS[:1]) == rate
        path.rename(haven_home / f"{rate}.sqlite")
    assert refresh().version == 0
    (haven_home / "0.04.sqlite").rename(path)
    assert refresh().history("SWAP.10Y").at(DAYS[:1]) == 0.04


def test_block_without_its_calendar_refuses(tmp_path):
    """SQLite lets it go; PostgreSQL does not."""
    store = Store(f"sqlite:///{(tmp_path / 'store.sqlite').as_posix()}")
    store.create()
    days = np.datetime64("2024-01-01") + np.arange(300)
    store.append([figures("UST.10Y", np.full(300, 0.04), days)], "fred", "DGS10", MORNING)
    run(str(store), "DELETE FROM calendar")
    with pytest.raises(HavenError, match=r"UST\.10Y in load 1 is damaged"):
        store.history(TEN)


def test_database_of_others_refuses(any_store):
    with Store(any_store)._engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE vintage (grapes INTEGER)")
    with pytest.raises(HavenError, match="damaged or not a Haven store"):
        Store(any_store).create()


def test_server_that_is_not_there_refuses_plainly():
    with pytest.raises(HavenError, match=r"desk:\*\*\*@127\.0\.0\.1:1/haven: its server doesn't answer; is it running"):
        Store("postgresql://desk:sesame@127.0.0.1:1/haven").version()


def test_folder_as_a_store_refuses_plainly(tmp_path):
    with pytest.raises(HavenError, match="can't be opened for writing"):
        Store(f"sqlite:///{tmp_path.as_posix()}").create()


READER = """
import os, sys
from haven.errors import HavenError
from haven.market.store import Store
store = Store(sys.argv[1])
store.version()
if os.geteuid() == 0:  # who may write everywhere
    os.setuid(65534)
try:
    store.version()
except HavenError as failure:
    print(failure.message)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="folders are closed by other means there")
def test_store_in_a_folder_of_others_refuses_with_the_ways_out():
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/store.sqlite"
        Store(url).create()
        Path(folder).chmod(0o555)
        said = subprocess.run([sys.executable, "-c", READER, url], capture_output=True, text=True, check=True).stdout
        Path(folder).chmod(0o755)
    assert "also to read only" in said and "PostgreSQL, or a copy in a folder of yours" in said


def test_url_without_a_password_satisfies_the_keyring(postgresql_server, monkeypatch):
    url = f"postgresql://desk@127.0.0.1:{postgresql_server.port}/postgres"
    monkeypatch.setattr(keyring, "get_password", lambda *asked: PASSWORD if asked == ("haven", "store") else None)
    store = Store(url)
    with pytest.raises(HavenError, match="not a Haven store"):  # let in, to a database without our tables
        store.version()
    assert PASSWORD not in f"{store}{store!r}{vars(store)}"
    monkeypatch.setattr(keyring, "get_password", lambda *_: None)
    with pytest.raises(HavenError, match="does not take this user with this password, which HAVEN_STORE_KEY or"):
        Store(url).version()


def test_password_satisfies_being_shown_nowhere(postgresql_server, caplog):
    """Of a server that refuses it, of one that is not there, and of a store that works."""
    wrong = postgresql_server.set(password="sesame-open", database="postgres")
    gone = wrong.set(port=1)
    for url in (wrong, gone):
        with pytest.raises(HavenError, match=r"store postgresql\+pg8000://desk:\*\*\*@127\.0\.0\.1") as failure:
            Store(url.render_as_string(hide_password=False)).create()
        assert "sesame" not in f"{failure.value}{failure.value!r}{caplog.text}"
    store = Store(postgresql_server.render_as_string(hide_password=False))
    assert "hunter2" not in f"{store}{store!r}{vars(store)}"


def test_unknown_option_of_the_url_is_refused():
    with pytest.raises(HavenError, match="options application_name, unix_sock, got options") as failure:
        Store("postgresql://desk:sesame@server/haven?options=-csesame")
    assert "sesame" not in str(failure.value)
