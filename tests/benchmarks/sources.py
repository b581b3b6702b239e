"""Parsing the Fed's zero-curve file and the Treasury's archive, beside pandas reading the same bytes.

Run as ``python -m tests.benchmarks.sources``; the Fed's file is the reference data's parameters in its layout.
"""

import io
import timeit

import pandas as pd

from haven.market.series import catalogue
from haven.market.sources import fedboard, tables, treasury
from tests.market.sources.fedfile import COLUMNS, LEGEND, fed_file
from tests.shared import SHARED


def best(action, repeat=5):
    """Best time of one call, in milliseconds."""
    return 1e3 * min(timeit.repeat(action, number=1, repeat=repeat))


def show(what, ours, theirs):
    print(f"{what:<52} Haven {ours:7.1f} ms   pandas.read_csv {theirs:7.1f} ms   {theirs / ours:5.1f}x")


def main():
    body = fed_file()
    rows = body.count(b"\n") - LEGEND.count("\n") - 1
    wanted = {s.code: s for s in catalogue().values() if s.source == "fedboard" and s.id.startswith("GSW.")}
    theirs = best(lambda: pd.read_csv(io.BytesIO(body), skiprows=LEGEND.count("\n"), parse_dates=["Date"]))
    size = f"{rows:,} days x {len(COLUMNS) + 1} columns, {len(body) / 1e6:.0f} MB"
    show(f"Fed file, {size}: quotes", best(lambda: fedboard.parse(body, wanted)), theirs)
    show("    every column", best(lambda: tables.figures(body, "fedboard", ("Date",), COLUMNS)), theirs)

    archive = (SHARED / "data/treasury/par-yield-curve-rates-1990-2024.csv").read_bytes()
    yields = {s.code: s for s in catalogue().values() if s.source == "treasury" and s.id.startswith("UST.")}
    theirs = best(lambda: pd.read_csv(io.BytesIO(archive), parse_dates=["Date"], date_format="%m/%d/%y"))
    show("Treasury archive, 1990 to 2024: quotes", best(lambda: treasury.parse(archive, yields)), theirs)


if __name__ == "__main__":
    main()
