"""What a desk waits for at the workbook: building it, refreshing it, recalculating it, beside plain openpyxl.

The peer loads the same file with openpyxl and saves it, which computes nothing and drops every result.
"""

import datetime as dt
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl

from haven.market.snapshot import refresh, using
from haven.workbook.answers import functions
from haven.workbook.calculate import calculate
from haven.workbook.package import Package
from haven.workbook.refresh import refresh_workbook

NOW = dt.datetime(2026, 11, 20, 12, 0)
RUNS = 3
MAIN = "import sys; from haven.cli import main; main(sys.argv[1:])"


def main() -> None:
    """Print each time, and how many times longer it is than the peer's."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "desk.xlsx"
        cold = best(lambda: command("desk", "--out", path))
        peer = best(lambda: openpyxl.load_workbook(path).save(Path(folder) / "peer.xlsx"))
        print(f"{'openpyxl load and save, in process':<44}{peer:6.2f} s")
        say("haven desk, a new process", cold, peer)
        say("haven refresh --offline, a new process", best(lambda: command("refresh", "--offline", path)), peer)
        say("refresh, in process", best(lambda: refresh_workbook(path, NOW)), peer)
        say("recalculation of every formula, in process", best(lambda: recalculate(path)), peer)
        formulas = len(calculated(path).values)
        print(f"{sum(map(len, calculated(path).values.values()))} formula cells on {formulas} sheets, "
              f"{path.stat().st_size / 1e3:.0f} kB")  # fmt: skip


def command(*arguments: object) -> None:
    """A command as a user gives it."""
    subprocess.run([sys.executable, "-c", MAIN, *map(str, arguments)], check=True, capture_output=True)


def recalculate(path: Path) -> None:
    """Compute every formula on a snapshot that has read nothing yet."""
    calculated(path)


def calculated(path: Path):
    """The results of every formula."""
    with using(refresh()):
        return calculate(Package.open(path), functions())


def best(work: Callable[[], object]) -> float:
    """The shortest of a few runs, s."""
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


def say(what: str, seconds: float, peer: float) -> None:
    """One line."""
    print(f"{what:<44}{seconds:6.2f} s, {seconds / peer:5.1f} x openpyxl")


if __name__ == "__main__":
    main()
