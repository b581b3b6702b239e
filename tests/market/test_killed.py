"""A refresh killed with SIGKILL before and after each write, and at random: what is left is whole."""

import random
import signal
import sqlite3
import sys
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from haven.cli import main
from haven.market.blocks import MANY
from haven.market.home import home, store_url
from haven.market.series import find_series
from haven.market.store import Store
from tests.dying import Command
from tests.market.publishers import Publishers

FEEDS = {
    "fred": ("UST.10Y", "UST.2Y", "IORB"),
    "nyfed": ("SOFR", "EFFR", "SOFR.P99"),
    "eris": ("SWAP.10Y", "SWAP.2Y", "SWAP.5Y"),
}
"""The series of each source: two with a block and a calendar they share, one in a pack."""
DAYS = np.busday_offset("2024-01-02", np.arange(MANY + 10), roll="forward").astype(str).tolist()
WHOLE = {
    series: {day: round(4 + (place + number) % 9 / 100, 2) for place, day in enumerate(days)}
    for names in FEEDS.values()
    for number, (series, days) in enumerate(zip(names, (DAYS, DAYS, DAYS[-3:]), strict=True))
}
"""What each publishes: series -> ISO date -> figure."""
NEWEST = WHOLE["UST.10Y"][DAYS[-1]] / 100
DOORS = {
    *("fsync", "replace", "do_commit", "CREATE TABLE vintage", "INSERT INTO vintage", "INSERT INTO calendar"),
    *("INSERT INTO block of many rows", "INSERT INTO roster", "INSERT INTO pack"),
}
"""Among others."""
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")


@pytest.fixture
def desk(server, haven_home, tmp_path, monkeypatch):
    """An old desk workbook, and publishers that have more."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    served = Publishers(server)
    for source, names in FEEDS.items():
        for series in names:
            served.publish(source, series, WHOLE[series])
    haven_home.mkdir()
    feeds = {series: [source] for source, names in FEEDS.items() for series in names}
    (haven_home / "settings.toml").write_text(served.settings(feeds))
    path = tmp_path / "desk.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "Desk"
    book.active["A1"] = f'=HV_USTYIELD("10Y", "{DAYS[-1]}")'
    book.save(path)
    return path


def start_anew(desk, before):
    """No store, nothing fetched yet, and the workbook as it was."""
    for path in [*home().glob("store.sqlite*"), *home().glob("fetched.json")]:
        path.unlink()
    desk.write_bytes(before)


def check_whole(desk, before):
    """The store opens, every vintage in it is whole, and the workbook is the old or a whole new one."""
    path = store_url().removeprefix("sqlite:///")
    if Path(path).exists():
        with sqlite3.connect(path) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        store = Store(store_url())
        store.create()
        loads = store.loads()
        for load in loads:
            for series in FEEDS[load.source]:
                history = store.history(find_series(series))
                held = dict(zip(history.dates.astype(str), (100 * history.values).round(9), strict=True))
                assert held == WHOLE[series], series
        counts = {"block": 2 * len(loads), "calendar": len(loads), "pack": len(loads), "roster": len(loads)}
        with sqlite3.connect(path) as connection:
            for table, count in counts.items():
                assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (count,), table
    if desk.read_bytes() != before:
        assert openpyxl.load_workbook(desk, data_only=True)["Desk"]["A1"].value == NEWEST


def test_killed_at_every_write_satisfies_whole_store_and_workbook(desk):
    before, kept = desk.read_bytes(), []
    with Command("refresh", "--quiet", desk) as command:
        ended, doors, _ = command.run()
        assert ended == 0
        assert set(doors) >= DOORS
        assert all(doors.count(door) >= len(FEEDS) for door in DOORS if door.startswith("INSERT"))
        for door in range(1, len(doors) + 1):
            start_anew(desk, before)
            ended, passed, _ = command.run(door=door)
            assert (ended, len(passed)) == (-signal.SIGKILL, door - 1)
            check_whole(desk, before)
            kept.append(desk.read_bytes() == before)
    assert kept[0] and not kept[-1]
    assert main(["refresh", "--quiet", str(desk)]) == 0
    assert {load.source for load in Store(store_url()).loads()} == set(FEEDS)


def test_killed_at_random_satisfies_whole_store_and_workbook(desk):
    before, endings = desk.read_bytes(), set()
    when = random.Random(8)
    with Command("refresh", "--quiet", desk) as command:
        _, _, whole = command.run()
        for _ in range(12):
            start_anew(desk, before)
            ended, _, _ = command.run(seconds=when.uniform(0.05, 1.0) * whole)
            endings.add(ended)
            check_whole(desk, before)
    assert -signal.SIGALRM in endings
    assert main(["refresh", "--quiet", str(desk)]) == 0
