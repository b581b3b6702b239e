"""What Excel waits for in Python: a call through xlwings, a range in and out, the add-in's build, the server's start.

The peer is the same function registered the plain xlwings way, with its own conversion of arguments and results.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.hosts.excel import pywin32

pywin32.install()

from xlwings.com_server import XLPython  # noqa: E402
from xlwings.udfs import xlfunc  # noqa: E402

from haven.functions import call  # noqa: E402
from haven.hosts.excel.addin import build  # noqa: E402

ROOT = Path(__file__).parents[2]
HERE = "tests.benchmarks.excel"
OURS = "haven.hosts.excel.udfs"
MATURITY, SETTLE = "2035-02-15", "2025-04-09"
PRICES = tuple((95.0 + row / 100,) for row in range(1000))
FIRST_ANSWER = f"""
from tests.hosts.excel import pywin32
import time
began = time.perf_counter()
from haven.hosts.excel import server
pywin32.install({{load}})
import haven.hosts.excel.udfs
from xlwings.com_server import XLPython
XLPython().CallUDF("{OURS}", "HV_SWAPSPREAD", ("10Y", "2025-04-08", pywin32.MISSING))
print(time.perf_counter() - began)
print(int(open("/proc/self/statm").read().split()[1]) * 4096 / 1e6)
"""


@xlfunc
def plain_spread(tenor, date):
    """The plain way: xlwings converts, the function answers."""
    return call("HV_SWAPSPREAD", [tenor, date])


@xlfunc
def plain_yield(prices):
    """The plain way with a range."""
    return call("HV_BONDYIELD", [[[price] for price in prices], 0.04625, MATURITY, SETTLE])


def seconds(work, times):
    """The best of five means."""
    best = float("inf")
    for _ in range(5):
        began = time.perf_counter()
        for _ in range(times):
            work()
        best = min(best, (time.perf_counter() - began) / times)
    return best


def first_answer(load):
    """Seconds from import to first answer, and megabytes on Linux, of a process of its own; the best of three."""
    code = FIRST_ANSWER.format(load=load)
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        ).stdout.split()[-2:]
        for _ in range(3)
    ]
    return min((float(time_taken), float(memory)) for time_taken, memory in runs)


def main():
    ask = XLPython().CallUDF
    missing = pywin32.MISSING
    rows = (
        (
            "scalar",
            lambda: ask(OURS, "HV_SWAPSPREAD", ("10Y", 45755.0, missing)),
            lambda: ask(HERE, "plain_spread", ("10Y", 45755.0)),
            1000,
        ),
        (
            "1,000 rows",
            lambda: ask(OURS, "HV_BONDYIELD", (PRICES, 0.04625, MATURITY, SETTLE, missing, missing)),
            lambda: ask(HERE, "plain_yield", (PRICES,)),
            20,
        ),
    )
    for title, ours, plain, times in rows:
        mine, theirs = seconds(ours, times), seconds(plain, times)
        print(
            f"{title:12} ours {1e6 * mine:9.1f} us   plain xlwings {1e6 * theirs:9.1f} us   ratio {theirs / mine:.2f}"
        )
    with tempfile.TemporaryDirectory() as folder:
        print(f"build of the add-in {seconds(lambda: build(Path(folder) / 'Haven.xlam'), 1):.2f} s")
    mine, megabytes = first_answer("server.load_xlwings")
    theirs, _ = first_answer("pywin32.load_xlwings")
    print(f"import to first answer {mine:.2f} s, plain xlwings {theirs:.2f} s, ratio {theirs / mine:.2f}")
    print(f"memory of the server {megabytes:.0f} MB")


if __name__ == "__main__":
    main()
