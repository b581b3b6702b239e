"""Four processes read while one writes, in SQLite and PostgreSQL: no error, and never half of a load."""

import subprocess
import sys

from haven.market.store import Store

LOADS = 40
READERS = 4
SERIES = [f"SWAP.{years}Y" for years in (1, 2, 5, 10, 30)]
WRITER = f"""
import datetime as dt, sys
import numpy as np
from haven.market.history import Figures
from haven.market.store import Store
store, days = Store(sys.argv[1]), np.array(["2025-04-08"], "M8[D]")
for load in range(1, {LOADS} + 1):
    figures = [Figures(name, days, np.array([load / 1000])) for name in {SERIES}]
    store.append(figures, "eris", f"load {{load}}", dt.datetime(2025, 4, 9) + dt.timedelta(minutes=load))
"""
READER = f"""
import sys
from haven.market.series import find_series
from haven.market.store import Store
store, series, seen = Store(sys.argv[1]), [find_series(name) for name in {SERIES}], set()
print("reading", flush=True)
while {LOADS} / 1000 not in seen:
    found = store.histories(series, store.version())
    figures = {{tuple(history.values.tolist()) for history in found.values()}}
    assert len(figures) == 1, figures
    seen.update(*figures)
print(len(seen))
"""


def start(program, url):
    return subprocess.Popen(
        [sys.executable, "-c", program, url], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_readers_beside_a_writer_satisfy_whole_loads_and_no_error(any_store):
    store = Store(any_store)
    store.create()
    readers = [start(READER, any_store) for _ in range(READERS)]
    assert [reader.stdout.readline() for reader in readers] == ["reading\n"] * READERS
    writer = start(WRITER, any_store)
    for process in (writer, *readers):
        said, complaint = process.communicate(timeout=120)
        assert process.returncode == 0, complaint[-2000:]
        assert process is writer or int(said) > 1
    assert store.version() == LOADS
