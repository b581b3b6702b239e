"""A refresh killed with SIGKILL before and after each write, and at random: what is left is whole."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pytest

from haven.cli import main
from haven.market.home import store_url
from haven.market.series import find_series
from haven.market.store import Store
from tests.market.publishers import Publishers

FEEDS = {"UST.10Y": ["fred"], "SOFR": ["nyfed"], "SWAP.10Y": ["eris"]}
DAYS = {"2025-04-08": 4.26, "2025-04-09": 4.34, "2025-04-10": 4.40}
KILLED_AT = """
import os, pathlib, signal, sys
import sqlalchemy as sa
from haven.cli import main

left = int(sys.argv[1])

def maybe_die():
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

def around(owner, name):
    inner = getattr(owner, name)
    def outer(*given, **named):
        maybe_die()
        answer = inner(*given, **named)
        maybe_die()
        return answer
    setattr(owner, name, outer)

around(os, "fsync")
around(pathlib.Path, "replace")
around(sa.engine.default.DefaultDialect, "do_commit")
around(sa.engine.default.DefaultDialect, "do_executemany")
code = main(["refresh", "--quiet", sys.argv[2]])
print(left)
sys.exit(code)
"""
"""Counts the doors every write goes through, and dies at one of them."""

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


def start(desk, dies_at):
    command = [sys.executable, "-c", KILLED_AT, str(dies_at), str(desk)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ)


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


def test_killed_at_every_write_leaves_store_and_workbook_whole(desk, haven_home):
    whole = start(desk, 0)
    said = whole.communicate(timeout=120)
    assert whole.returncode == 0, said
    doors = -int(said[0])
    assert doors >= 20
    before = desk.read_bytes()
    for dies_at in range(1, doors + 1):
        for path in [*haven_home.glob("store.sqlite*"), *haven_home.glob("fetched.json")]:
            path.unlink()
        desk.write_bytes(before)
        process = start(desk, dies_at)
        process.communicate(timeout=120)
        assert process.returncode == -signal.SIGKILL, dies_at
        check_whole(desk, before)
    assert main(["refresh", "--quiet", str(desk)]) == 0
    assert {load.source for load in Store(store_url()).loads()} == {"fred", "nyfed", "eris"}


def test_killed_at_random_leaves_store_and_workbook_whole(desk, haven_home):
    before = desk.read_bytes()
    when = random.Random(8)
    for _ in range(6):
        process = start(desk, 0)
        time.sleep(when.uniform(0.3, 2.0))
        process.kill()
        process.communicate()
        check_whole(desk, before)
    assert main(["refresh", "--quiet", str(desk)]) == 0
