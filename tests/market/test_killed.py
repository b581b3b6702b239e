"""A refresh killed with SIGKILL before and after each write, and at random: what is left is whole."""

import random
import signal
import sqlite3
import sys
from pathlib import Path

import openpyxl
import pytest

from haven.cli import main
from haven.market.home import home, store_url
from haven.market.series import find_series
from haven.market.store import Store
from tests.dying import Refreshes
from tests.market.publishers import Publishers

FEEDS = {"UST.10Y": ["fred"], "SOFR": ["nyfed"], "SWAP.10Y": ["eris"]}
DAYS = {"2025-04-08": 4.26, "2025-04-09": 4.34, "2025-04-10": 4.40}
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")


@pytest.fixture
def desk(server, haven_home, tmp_path, monkeypatch):
    """An old desk workbook, and publishers that have more."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    served = Publishers(server)
    served.publish("fred", "UST.10Y", DAYS)
    served.publish("nyfed", "SOFR", DAYS)
    served.publish("eris", "SWAP.10Y", DAYS)
    haven_home.mkdir()
    (haven_home / "settings.toml").write_text(served.settings(FEEDS))
    path = tmp_path / "desk.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "Desk"
    book.active["A1"] = '=HV_USTYIELD("10Y")'
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
        for load in store.loads():
            series = {"fred": "UST.10Y", "nyfed": "SOFR", "eris": "SWAP.10Y"}[load.source]
            history = store.history(find_series(series))
            assert dict(zip(history.dates.astype(str), (100 * history.values).round(9), strict=True)) == DAYS
    now = desk.read_bytes()
    if now != before:
        assert openpyxl.load_workbook(desk).sheetnames[0] == "Desk"


def test_killed_at_every_write_satisfies_whole_store_and_workbook(desk):
    with Refreshes(desk) as refreshes:
        ended, doors, _ = refreshes.run()
        assert ended == 0 and doors >= 20
        before = desk.read_bytes()
        for door in range(1, doors + 1):
            start_anew(desk, before)
            assert refreshes.run(door=door)[:2] == (-signal.SIGKILL, door - 1)
            check_whole(desk, before)
    assert main(["refresh", "--quiet", str(desk)]) == 0
    assert {load.source for load in Store(store_url()).loads()} == {"fred", "nyfed", "eris"}


def test_killed_at_random_satisfies_whole_store_and_workbook(desk):
    before = desk.read_bytes()
    when = random.Random(8)
    with Refreshes(desk) as refreshes:
        _, _, whole = refreshes.run()
        for _ in range(12):
            start_anew(desk, before)
            refreshes.run(seconds=when.uniform(0.05, 1.0) * whole)
            check_whole(desk, before)
    assert main(["refresh", "--quiet", str(desk)]) == 0
