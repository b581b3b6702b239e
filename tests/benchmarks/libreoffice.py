"""What LibreOffice costs: a call through the pipe, the desk workbook, and 5,000 formulas beside our own engine."""

import datetime as dt
import sys
import tempfile
import time
from itertools import product
from pathlib import Path

import openpyxl

import haven
from haven.functions import call
from haven.hosts.libreoffice.component.pythonpath.haven_client import Client
from haven.hosts.libreoffice.office import recalculated
from haven.market.snapshot import current
from haven.workbook.compute import compute
from haven.workbook.refresh import build_desk

SCALAR = ["10Y", "2025-04-08"]
ARRAY = [[["10Y"]] * 10_000, "2025-04-08"]
FUNCTIONS = ("HV_SWAPSPREAD", "HV_USTYIELD", "HV_BREAKEVEN", "HV_BSCOST")
TENORS = ("2Y", "5Y", "7Y", "10Y", "30Y")


def seconds(work, times=1):
    """The best of three means."""
    best = float("inf")
    for _ in range(3):
        started = time.perf_counter()
        for _ in range(times):
            work()
        best = min(best, (time.perf_counter() - started) / times)
    return best


def one_call(client):
    for title, arguments, times in (("scalar", SCALAR, 1000), ("10,000 values", ARRAY, 5)):
        message = {"call": "HV_SWAPSPREAD", "args": arguments}
        piped = seconds(lambda message=message: client.ask(message), times)
        direct = seconds(lambda arguments=arguments: call("HV_SWAPSPREAD", arguments), times)
        print(f"{title:15} pipe {1e3 * piped:8.3f} ms   direct {1e3 * direct:8.3f} ms   ratio {piped / direct:.2f}")


def desk_workbook(folder):
    build_desk(folder / "desk.xlsx", None, None, dt.datetime(2026, 11, 20))
    done = recalculated(folder / "desk.xlsx", folder / "out.xlsx")
    print(f"desk workbook, {len(done.cells):,} formulas, LibreOffice {done.seconds:6.2f} s")


def many_formulas(client, folder):
    """No two of the calls are the same, so no engine gains by remembering."""
    calls = [(name, [tenor, date]) for date, tenor, name in product(_dates(), TENORS, FUNCTIONS)]
    book = openpyxl.Workbook()
    for row, (name, (tenor, date)) in enumerate(calls, start=1):
        book.active.cell(row, 1).value = f'={name}("{tenor}",{date:.0f})'
    book.save(folder / "many.xlsx")

    functions = seconds(lambda: [call(*one) for one in calls])
    pipe = seconds(lambda: [client.ask({"call": name, "args": given}) for name, given in calls]) - functions
    started = time.perf_counter()
    done = recalculated(folder / "many.xlsx", folder / "out.xlsx")
    around = time.perf_counter() - started - done.seconds
    assert len(done.cells) == len(calls) and not any(cell["error"] for cell in done.cells)
    embedded = seconds(lambda: compute(folder / "many.xlsx", folder / "out.xlsx"))

    office = done.seconds - functions - pipe
    print(f"{len(calls):,} formulas, LibreOffice {done.seconds:6.2f} s")
    print(f"    functions {functions:.2f}, pipe {pipe:.2f}, LibreOffice itself {office:.2f}")
    print(f"    beside it: start, load, list and save {around:.2f}")
    print(f"{len(calls):,} formulas, embedded    {embedded:6.2f} s")
    print(f"    functions {functions:.2f}, workbook read, calculated, written {embedded - functions:.2f}")


def _dates():
    """The latest market dates as cells hold them."""
    return (current().history("SPREAD.10Y").dates[-250:].astype(int) + 25_569).astype(float).tolist()


def main():
    client = Client(sys.executable, str(Path(haven.__file__).parents[1]))
    one_call(client)
    with tempfile.TemporaryDirectory() as folder:
        desk_workbook(Path(folder))
        many_formulas(client, Path(folder))
    client.close()


if __name__ == "__main__":
    main()
