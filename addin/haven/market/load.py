"""Loading a desk's files into the store: everything or nothing."""

import datetime as dt
import re
import reprlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from haven.analytics.arrays import DateArray, FloatArray
from haven.errors import HavenError, Reason
from haven.market.checks import Checked, check_figures
from haven.market.exports import read_files
from haven.market.files import Rows
from haven.market.history import History, empty
from haven.market.home import store_at, store_url
from haven.market.series import find_series
from haven.market.slips import reference
from haven.market.status import new_york_date
from haven.market.store import FILE, Store
from haven.market.words import counted

MAP: Final = "a map (haven import --map) with"
Parsed = TypeVar("Parsed")


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
        super().__init__(Reason.INVALID, f"nothing was loaded: {counted(len(lines), 'row')} can't be believed")
        self.lines = list(lines)


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of one series in columns; ``places`` says where each stands among all rows."""

    places: NDArray[np.intp]
    dates: DateArray
    values: FloatArray
    units: NDArray[np.str_]


def load_files(paths: Sequence[Path], now: dt.datetime, map_file: Path | None = None) -> Loaded:
    """Check every row of every file and load them all as one vintage.

    Parameters
    ----------
    now
        In UTC: stamps the vintage; no row may be of a later date than New York's.
    map_file
        How to read a vendor's exports; None for files of a desk's own form.

    Raises
    ------
    RefusedRowsError
        A row of any file can't be true; nothing was loaded.
    HavenError
        A file can't be read, or the store can't be written.
    """
    written, names = Rows(), []
    for path, rows in read_files(paths, map_file):
        written.extend(rows)
        names += [path.name] * len(rows)
    by_series, refused = _by_series(written)
    store = Store(store_url())
    held: dict[str, History] = {}
    stored: dict[str, History] = {}
    if store_at(store_url()):
        store.create()
        held = store.histories(map(find_series, by_series), beside=FILE)
        stored = store.histories(map(find_series, by_series))
    today = new_york_date(now)
    checked = {
        name: _checked(name, rows, held.get(name), stored.get(name), today, refused) for name, rows in by_series.items()
    }
    if refused:
        told = sorted((names[place], written.lines[place], why) for place, why in refused.items())
        raise RefusedRowsError([f"{name} row {line}: {why}" for name, line, why in told])
    new = [each.figures for each in checked.values() if each.figures.dates.size]
    store.create()
    if new:
        store.append(new, FILE, ", ".join(path.name for path in paths)[:255], now)
    dates = np.concatenate([rows.dates for rows in by_series.values()])
    return Loaded(
        figures=sum(each.believed for each in checked.values()),
        new=sum(each.dates.size for each in new),
        series=len(by_series),
        first=dates.min(),
        last=dates.max(),
        remarks=tuple(f"{name}: {remark}" for name, each in checked.items() for remark in each.remarks),
        store=str(store),
    )


def _by_series(written: Rows) -> tuple[dict[str, _Rows], dict[int, str]]:
    """The rows of each series, and by place why of those that can't be read."""
    ids, unknown = _read(lambda text: find_series(text).id, written.series)
    days, undated = _read(_date, written.dates)
    figures, wordy = _read(_number, written.values)
    refused: dict[int, str] = {}
    if unknown or undated or wordy:
        texts = zip(written.series, written.dates, written.values, strict=True)
        whys = (unknown.get(series) or undated.get(date) or wordy.get(value) for series, date, value in texts)
        refused = {place: why for place, why in enumerate(whys) if why}
    numbers = {name: number for number, name in enumerate(dict.fromkeys(ids.values()))}
    number_of = {text: numbers[name] for text, name in ids.items()}
    number = np.array([number_of.get(text, -1) for text in written.series])
    number[list(refused)] = -1
    day = np.array([days.get(text) for text in written.dates], "M8[D]")
    figure = np.array([figures.get(text, np.nan) for text in written.values])
    unit = np.array([text.lower() for text in written.units])
    order = number.argsort(kind="stable")
    ends = number[order].searchsorted(np.arange(len(numbers)), side="right")
    starts = number[order].searchsorted(np.arange(len(numbers)))
    parts = {name: order[start:end] for name, start, end in zip(numbers, starts, ends, strict=True) if start < end}
    return {name: _Rows(places, day[places], figure[places], unit[places]) for name, places in parts.items()}, refused


def _read(parse: Callable[[str], Parsed], texts: Sequence[str]) -> tuple[dict[str, Parsed], dict[str, str]]:
    """What each text says, and why of those that say nothing; what stands in many rows is read once."""
    read, refused = {}, {}
    for text in dict.fromkeys(texts):
        try:
            read[text] = parse(text)
        except (HavenError, ValueError) as failure:
            refused[text] = str(failure)
    return read, refused


def _checked(
    name: str, rows: _Rows, held: History | None, stored: History | None, today: dt.date, refused: dict[int, str]
) -> Checked:
    """The check of one series, its problems told by file and row."""
    series = find_series(name)
    units = np.where(rows.units == "", series.unit, rows.units)
    known = reference(series, stored)
    checked = check_figures(series, rows.dates, rows.values, units, held or empty(name), today, known)
    refused.update({int(rows.places[problem.place]): problem.why for problem in checked.problems})
    return checked


def _date(text: str) -> dt.date:
    try:
        return dt.datetime.fromisoformat(text).date()
    except ValueError:
        day_number = re.fullmatch(r"[2-7]\d{4}(\.\d*)?", text, re.ASCII)
        hint = f'; {MAP} date = "excel" under [format] reads day numbers of Excel' if day_number else ""
        raise ValueError(f"date must be ISO like 2025-04-08, got {reprlib.repr(text)}{hint}") from None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        decimal_comma = re.fullmatch(r"[+-]?\d+,\d+", text, re.ASCII)
        hint = f'; {MAP} decimal = "," under [format] reads a decimal comma' if decimal_comma else ""
        raise ValueError(f"value must be a number, got {reprlib.repr(text)}{hint}") from None
