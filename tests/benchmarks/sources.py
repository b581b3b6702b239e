"""Parsing the Fed's zero-curve file, the Treasury's archive and a desk's rows, beside pandas reading the same.

Run as ``python -m tests.benchmarks.sources``; the Fed's file is the reference data's parameters in its layout.
"""

import io
import timeit

import numpy as np
import pandas as pd

from haven.market.files import Rows
from haven.market.series import catalogue, find_series
from haven.market.sources import fedboard, tables, treasury
from haven.market.sources.rows import from_rows
from tests.market.sources.fedfile import COLUMNS, LEGEND, fed_file
from tests.shared import SHARED


def best(action, repeat=5):
    """Best time of one call, in milliseconds."""
    return 1e3 * min(timeit.repeat(action, number=1, repeat=repeat))


def show(what, ours, theirs, peer="pandas.read_csv"):
    print(f"{what:<52} Haven {ours:7.1f} ms   {peer:<15} {theirs:7.1f} ms   {theirs / ours:5.1f}x")


def desk_rows():
    """Ten thousand days of 25 series, as text: what a file or a database of a desk's may hold."""
    days = np.busday_offset("1985-01-02", np.arange(10_520), roll="forward").astype(str).tolist()
    names = [series.id for series in catalogue().values() if series.id.startswith("SWAP.")][:25]
    values = np.round(3 + np.random.default_rng(1).normal(0, 0.5, len(days) * len(names)), 4).astype(str).tolist()
    series = names * len(days)
    return Rows(
        list(range(2, len(series) + 2)), series, np.repeat(days, len(names)).tolist(), values, [""] * len(series)
    )


def grouped(rows):
    """The same by pandas."""
    frame = pd.DataFrame({"series": rows.series, "date": rows.dates, "value": rows.values})
    frame["date"], frame["value"] = pd.to_datetime(frame["date"]), frame["value"].astype(float)
    return dict(list(frame.groupby("series")))


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

    rows = desk_rows()
    wanted = [find_series(series) for series in set(rows.series)]
    ours = best(lambda: from_rows([("quotes.csv", rows)], wanted, "file"))
    show(f"a desk's {len(rows):,} rows as text: quotes", ours, best(lambda: grouped(rows)), "pandas")


if __name__ == "__main__":
    main()
