"""What must be true of a figure before the store believes it."""

import datetime as dt
import math
import reprlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from haven.errors import HavenError
from haven.market.files import Row
from haven.market.series import RATE_UNITS, Series, find_series
from haven.market.store import Observation

FIRST_DATE: Final = dt.date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that can't be true, and why."""

    line: int
    why: str


def check(rows: Sequence[Row], today: dt.date) -> tuple[list[Observation], list[Problem]]:
    """The rows as canonical observations, and the rows that can't be believed.

    Rows that repeat one another are taken once; rows that disagree are problems.
    """
    seen: dict[tuple[str, dt.date], tuple[float, int]] = {}
    problems: list[Problem] = []
    for row in rows:
        try:
            series, date, value = _read(row, today)
        except HavenError as failure:
            problems.append(Problem(row.line, failure.message))
            continue
        except ValueError as failure:
            problems.append(Problem(row.line, str(failure)))
            continue
        earlier = seen.setdefault((series.id, date), (value, row.line))
        if not math.isclose(earlier[0], value, rel_tol=1e-12, abs_tol=1e-15):
            problems.append(Problem(row.line, f"{series.id} on {date} disagrees with row {earlier[1]}"))
    return [Observation(name, np.datetime64(date, "D"), value) for (name, date), (value, _) in seen.items()], problems


def _read(row: Row, today: dt.date) -> tuple[Series, dt.date, float]:
    series = find_series(row.series)
    return series, _date(row.date, today), _value(row.value, row.unit, series)


def _date(text: str, today: dt.date) -> dt.date:
    try:
        date = dt.datetime.fromisoformat(text).date()
    except ValueError:
        raise ValueError(f"date must be ISO like 2025-04-08, got {reprlib.repr(text)}") from None
    if not FIRST_DATE <= date <= today:
        raise ValueError(f"date must be from {FIRST_DATE} to today, {today}, got {date}")
    return date


def _value(text: str, unit: str, series: Series) -> float:
    try:
        quoted = float(text)
    except ValueError:
        raise ValueError(f"value must be a number, got {reprlib.repr(text)}") from None
    if not math.isfinite(quoted):
        raise ValueError(f"value must be a finite number, got {reprlib.repr(text)}")
    unit = unit.lower() or series.unit
    if unit != series.unit and not (unit in RATE_UNITS and series.unit in RATE_UNITS):
        raise ValueError(f"unit of {series.id} must be {series.unit}, got {reprlib.repr(unit)}")
    if unit != series.unit:
        quoted = quoted / RATE_UNITS[unit] * RATE_UNITS[series.unit]
    if not series.low <= quoted <= series.high:
        raise ValueError(_implausible(quoted, unit, series))
    return series.canonical(quoted)


def _implausible(quoted: float, unit: str, series: Series) -> str:
    """Why a figure can't be true, with the unit that would make it plausible if there is one."""
    said = f"{series.id} must be between {series.low:g} and {series.high:g} {series.unit}, got {quoted:g}"
    for other, per_one in RATE_UNITS.items():
        scaled = quoted / per_one * RATE_UNITS.get(unit, math.nan)
        if other != unit and series.unit in RATE_UNITS and series.low <= scaled <= series.high:
            return f"{said}; is it in {other} rather than {unit}?"
    return said
