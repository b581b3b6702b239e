"""Loading a desk's files into the store: everything or nothing."""

import datetime as dt
import reprlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np

from haven.errors import HavenError, Reason
from haven.market.checks import Checked, check_figures
from haven.market.exports import read_files
from haven.market.history import History, empty
from haven.market.home import store_exists, store_url
from haven.market.series import find_series
from haven.market.store import FILE, Store


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one import brought: ``figures`` of ``series`` series, of which ``new`` are other than what was held."""

    figures: int
    new: int
    series: int
    first: np.datetime64
    last: np.datetime64
    remarks: tuple[str, ...]
    store: str


class RefusedRowsError(HavenError):
    """Rows that can't be believed, so nothing was loaded. ``lines`` says which and why, a line a row."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__(Reason.INVALID, f"nothing was loaded: {len(lines)} rows can't be believed")
        self.lines = list(lines)


@dataclass(slots=True)
class _Rows:
    """The rows of one series, from whichever file and line, in columns."""

    places: list[tuple[str, int]] = field(default_factory=list)
    dates: list[np.datetime64] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    units: list[str] = field(default_factory=list)


def load_files(paths: Sequence[Path], now: dt.datetime, map_file: Path | None = None) -> Loaded:
    """Check every row of every file and load them all as one vintage.

    Parameters
    ----------
    now
        In UTC: stamps the vintage; no row may be of a later date than its own.
    map_file
        How to read a vendor's exports; None for files of a desk's own form.

    Raises
    ------
    RefusedRowsError
        A row of any file can't be true; nothing was loaded.
    HavenError
        A file can't be read, or the store can't be written.
    """
    refused: dict[tuple[str, int], str] = {}
    by_series: dict[str, _Rows] = defaultdict(_Rows)
    for path, written in read_files(paths, map_file):
        for row in written:
            try:
                series, date, value = find_series(row.series), _date(row.date), _number(row.value)
            except (HavenError, ValueError) as failure:
                refused[path.name, row.line] = str(failure)
                continue
            rows = by_series[series.id]
            rows.places.append((path.name, row.line))
            rows.dates.append(date)
            rows.values.append(value)
            rows.units.append(row.unit.lower() or series.unit)
    store = Store(store_url())
    held: dict[str, History] = {}
    if store_exists(store_url()):
        store.create()
        held = store.histories(map(find_series, by_series), beside=FILE)
    checked = {name: _checked(name, rows, held.get(name), now.date(), refused) for name, rows in by_series.items()}
    if refused:
        raise RefusedRowsError([f"{name} row {line}: {why}" for (name, line), why in sorted(refused.items())])
    new = [each.figures for each in checked.values() if each.figures.dates.size]
    store.create()
    if new:
        store.append(new, FILE, ", ".join(path.name for path in paths)[:255], now)
    dates = [date for rows in by_series.values() for date in rows.dates]
    return Loaded(
        figures=sum(each.believed for each in checked.values()),
        new=sum(each.dates.size for each in new),
        series=len(by_series),
        first=min(dates),
        last=max(dates),
        remarks=tuple(f"{name}: {remark}" for name, each in checked.items() for remark in each.remarks),
        store=str(store),
    )


def _checked(
    name: str, rows: _Rows, held: History | None, today: dt.date, refused: dict[tuple[str, int], str]
) -> Checked:
    """The check of one series, its problems told by file and row."""
    series = find_series(name)
    dates, values, units = np.array(rows.dates, "M8[D]"), np.array(rows.values), np.array(rows.units)
    checked = check_figures(series, dates, values, units, held or empty(name), today)
    refused.update({rows.places[problem.place]: problem.why for problem in checked.problems})
    return checked


@lru_cache(maxsize=100_000)
def _date(text: str) -> np.datetime64:
    try:
        return np.datetime64(dt.datetime.fromisoformat(text).date(), "D")
    except ValueError:
        raise ValueError(f"date must be ISO like 2025-04-08, got {reprlib.repr(text)}") from None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"value must be a number, got {reprlib.repr(text)}") from None
