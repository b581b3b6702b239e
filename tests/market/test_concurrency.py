"""Four processes read while one writes, in SQLite and PostgreSQL: no error, and never half of a load."""

import subprocess
import sys
from contextlib import ExitStack

from haven.market.blocks import MANY
from haven.market.store import Store

LOADS = 40
READERS = 4
MANY_DAYS = [f"SWAP.{years}Y" for years in (2, 10)]
"""Blocks that share a calendar; the others are packed."""
SERIES = [*MANY_DAYS, "SWAP.1Y", "SWAP.5Y", "SWAP.30Y"]
SIZES = {name: MANY if name in MANY_DAYS else 1 for name in SERIES}
WRITER = f"""
import datetime as dt, sys
import numpy as np
from haven.market.history import Figures
from haven.market.store import Store
store, days = Store(sys.argv[1]), np.datetime64("2024-04-08") + np.arange({MANY})
def figures_of(name, value):
    dates = days if name in {MANY_DAYS} else days[-1:]
    return Figures(name, dates, np.full(dates.size, value))
for load in range(1, {LOADS} + 1):
    figures = [figures_of(name, load / 1000) for name in {SERIES}]
    store.append(figures, "eris", f"load {{load}}", dt.datetime(2025, 4, 9) + dt.timedelta(minutes=load))
"""
READER = f"""
import sys
from haven.market.series import find_series
from haven.market.store import Store
store, series, seen = Store(sys.argv[1]), [find_series(name) for name in {SERIES}], set()
print("reading", flush=True)
while {LOADS} / 1000 not in seen:
    found = store.histories(series)
    figures = {{value for history in found.values() for value in history.values.tolist()}}
    sizes = {{name: history.dates.size for name, history in found.items()}}
    assert len(figures) <= 1 and sizes in ({{name: 0 for name in sizes}}, {SIZES}), (figures, sizes)
    seen |= figures
print(len(seen))
"""


def start(program, url):
    return subprocess.Popen(
        [sys.executable, "-c", program, url], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_readers_beside_a_writer_satisfy_whole_loads_and_no_error(any_store):
    store = Store(any_store)
    store.create()
    with ExitStack() as processes:

        def run(program):
            process = start(program, any_store)
            processes.callback(process.kill)
            return process

        readers = [run(READER) for _ in range(READERS)]
        assert [reader.stdout.readline() for reader in readers] == ["reading\n"] * READERS
        writer = run(WRITER)
        for process in (writer, *readers):
            said, complaint = process.communicate(timeout=120)
            assert process.returncode == 0, complaint[-2000:]
            assert process is writer or int(said) > 1
    assert store.version() == LOADS
