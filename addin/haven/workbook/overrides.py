"""A trader's own figures: typed over on the Data sheet, in force in that workbook until their cells are emptied.

A refresh writes each figure twice, where it may be typed over and, for good, in the last column; where the two differ
the first is an override of the series on the date in its row. The store never hears of it.
"""

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from haven.errors import HavenError, Reason
from haven.functions.kinds import DATE, is_blank
from haven.market.history import History
from haven.market.series import SCALE, Series, find_series
from haven.market.snapshot import Snapshot
from haven.workbook.operators import to_value
from haven.workbook.values import Value

AREA: Final = "Data_series"
SOURCE: Final = "override"
_WIDTH: Final = 7
_ID, _FIGURE, _DATE, _STORED = 0, 2, 4, 6


def overridden(market: Snapshot, rows: Sequence[Sequence[Any]]) -> Snapshot:
    """The market as a workbook sees it whose Data sheet holds these rows.

    Raises
    ------
    HavenError
        INVALID for a figure that is no number or not plausible, and a row whose series or date can't be read.
    """
    figures: dict[str, History] = {}
    for row in rows:
        if len(row) >= _WIDTH and _is_typed(row):
            figure = _override(row)
            figures[figure.name] = figure
    return market.overridden(figures) if figures else market


def to_text(market: Snapshot) -> str | None:
    """The overrides in one text, as Excel passes them with every call of the workbook; None for none."""
    texts = [f"{name} {own.dates[0]} {float(own.values[0])!r}" for name, own in market.overrides.items()]
    return "; ".join(texts) or None


def from_text(text: str) -> dict[str, History]:
    """The overrides that :func:`to_text` wrote down.

    Raises
    ------
    HavenError
        INVALID for any other text.
    """
    figures = {}
    for part in text.split(";"):
        words = part.split()
        try:
            name, date, value = words
            number = float(value)
        except ValueError:
            raise HavenError(
                Reason.INVALID, f"Data_overrides must hold series, date and figure, got {part!s:.40}"
            ) from None
        series, day = find_series(name), DATE.read("date of an override", date)
        if not math.isfinite(number):
            raise HavenError(Reason.INVALID, f"override of {series.id} must be a number, got {value:.40}")
        figures[series.id] = _figure(series, day, number)
    return figures


def _figure(series: Series, date: np.datetime64, value: float) -> History:
    dates, values = np.array([date], dtype="M8[D]"), np.array([value])
    return History(series.id, dates, values, np.array([SOURCE]), series.max_age_days)


def _is_typed(row: Sequence[Any]) -> bool:
    """Whether a row has a figure that a refresh did not write."""
    figure, stored = row[_FIGURE], row[_STORED]
    if is_blank(row[_ID]) or is_blank(figure):
        return False
    if isinstance(figure, float) and isinstance(stored, float):
        return not math.isclose(figure, stored, rel_tol=1e-9, abs_tol=1e-12)
    return True


def _override(row: Sequence[Any]) -> History:
    series = find_series(str(row[_ID]))
    date = DATE.read(f"date of {series.id} on the Data sheet", row[_DATE])
    quoted = row[_FIGURE]
    if not isinstance(quoted, float) or not series.low <= quoted <= series.high:
        raise HavenError(
            Reason.INVALID,
            f"override of {series.id} must be a number from {series.low:g} to {series.high:g} {series.unit}, "
            f"got {quoted!s:.40}; empty its cell on the Data sheet to have the store's figure again",
        )
    return _figure(series, date, series.canonical(quoted))


def data_rows(market: Snapshot, rows: Sequence[Sequence[Value]]) -> list[list[Value]]:
    """The rows of the Data sheet with overrides in them, each with the store's figure in its last column."""
    shown = {str(row[_ID]): [*row, row[_FIGURE]] for row in rows}
    for name, own in market.overrides.items():
        series = find_series(name)
        date = to_value(own.dates[0].item())
        shown[name] = [name, series.name, _quoted(own), series.unit, date, SOURCE, _stored(market, own)]
    return list(shown.values())


def status_rows(market: Snapshot) -> list[list[Value]]:
    """Each override as the Status page names it: series, what it stands in place of, date, figure."""
    rows: list[list[Value]] = []
    for name, own in market.overrides.items():
        stored = _stored(market, own)
        told = "the store has none of this date" if stored is None else f"the store has {stored:g}"
        rows.append([name, f"typed over in this workbook; {told}", to_value(own.dates[0].item()), _quoted(own)])
    return rows or [["none"]]


def _quoted(own: History) -> float:
    return round(float(own.values[0]) * SCALE[find_series(own.name).unit], 10)


def _stored(market: Snapshot, own: History) -> float | None:
    """What the store has for the date of an override, as quoted."""
    base = market.base.history(own.name)
    row = int(np.searchsorted(base.dates, own.dates[0]))
    if row == base.dates.size or base.dates[row] != own.dates[0]:
        return None
    return round(float(base.values[row]) * SCALE[find_series(own.name).unit], 10)
