"""The market in a terminal: the swap-spread curve against break-even, the premium, what moved, and from what data."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from haven.functions import CellError, call
from haven.market.sample import ILLUSTRATIVE
from haven.market.snapshot import Snapshot
from haven.workbook.tables import FEED_NOTE, SOURCE_NAMES, data_note

TENORS = ("1Y", "2Y", "3Y", "5Y", "7Y", "10Y", "20Y", "30Y")


def summary(market: Snapshot, date: str, start: str, end: str) -> str:
    """The desk of one date in a few lines. ``market`` must be the snapshot in force."""
    parts = [f"US rates desk, {date}"]
    if note := data_note(market):
        parts.append(f"{note} {FEED_NOTE}")
    return "\n\n".join([*parts, _curve(date), _premium(date), _move(start, end), sources(market)])


def sources(market: Snapshot) -> str:
    """How many series each source feeds, and up to when."""
    newest: dict[str, list[np.datetime64]] = {}
    market.read(market.ids())
    for name in market.ids():
        history = market.history(name)
        newest.setdefault(str(history.sources[-1]), []).append(history.dates[-1])
    names = {**SOURCE_NAMES, ILLUSTRATIVE: "ILLUSTRATIVE swap rates, not quotes"}
    lines = [
        f"  {names.get(source, source):<38}{len(dates):>4} series, up to {max(dates)}"
        for source, dates in newest.items()
    ]
    return "\n".join(["Data", *lines])


def _curve(date: str) -> str:
    tenors = [[tenor] for tenor in TENORS]
    columns = [
        _cells(call("HV_SWAPRATE", [tenors, date]), 100, "{:.2f}"),
        _cells(call("HV_USTYIELD", [tenors, date]), 100, "{:.2f}"),
        _cells(call("HV_SWAPSPREAD", [tenors, date]), 1, "{:.1f}"),
        _cells(call("HV_BREAKEVEN", [tenors, date]), 1, "{:.1f}"),
    ]
    rows = [[tenor, *cells] for tenor, *cells in zip(TENORS, *columns, strict=True)]
    return _table("Swap spread against break-even", ["", "swap %", "Treasury %", "spread bp", "break-even bp"], rows)


def _premium(date: str) -> str:
    models = ("ACM", "KW")
    rows = [
        [name, *(_cell(call(function, ["10Y", date, model]), 1e4, "{:.1f}") for model in models)]
        for name, function in (("term premium", "HV_TERMPREMIUM"), ("expected short rate", "HV_EXPECTEDRATE"))
    ]
    return _table("Ten-year Treasury (zero-coupon), bp", ["", *models], rows)


def _move(start: str, end: str) -> str:
    tables = [call("HV_YIELDMOVE", ["10Y", start, end, model]) for model in ("ACM", "KW")]
    title = f"What moved the ten-year yield from {start} to {end}, bp"
    if any(isinstance(table, CellError) for table in tables):
        return "\n".join([title, *(f"  {table.why}" for table in tables if isinstance(table, CellError))])
    acm, kim_wright = ([row[1] for row in table[1:]] for table in tables if isinstance(table, list))
    labels = [str(row[0]) for row in tables[0][1:]] if isinstance(tables[0], list) else []
    rows = [
        [label, _cell(left, 1, "{:+.1f}"), _cell(right, 1, "{:+.1f}")]
        for label, left, right in zip(labels, acm, kim_wright, strict=True)
    ]
    return _table(title, ["", "ACM", "KW"], rows)


def _cells(answer: Any, scale: float, shown: str) -> list[str]:
    rows = answer if isinstance(answer, list) else [[answer]] * len(TENORS)
    return [_cell(row[0], scale, shown) for row in rows]


def _cell(value: Any, scale: float, shown: str) -> str:
    return str(value) if isinstance(value, CellError) else shown.format(scale * value)


def _table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[place]) for row in (header, *rows)) for place in range(len(header))]
    lines = [
        "  "
        + "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in (header, *rows)
    ]
    return "\n".join([title, *lines])
