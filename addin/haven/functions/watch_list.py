"""Watch list: what else to look at, how unusual it is, and how old it is."""

import csv
import datetime as dt
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np

from haven.analytics.arrays import DateArray, FloatArray
from haven.analytics.statistics import summary
from haven.errors import HavenError, Reason
from haven.functions.balance_sheet import HV_BREAKEVEN
from haven.functions.catalogue import spreadsheet_function
from haven.functions.kinds import Date, optional
from haven.functions.market import HEADLINE, bp_per_unit
from haven.functions.units import BASIS_POINTS, FACTOR, MIXED, NUMBER, TEXT, Column
from haven.market.checks import FRESH_DAYS, business_age
from haven.market.sample import ILLUSTRATIVE
from haven.market.series import find_series
from haven.market.snapshot import current

WINDOW_YEARS: Final = 1.0
UNUSUAL, EXTREME = 1.0, 2.0
"""Standard deviations from the year's mean."""
STALE_DAYS: Final = {**FRESH_DAYS, "daily": 5}
"""Business days after which a figure is called stale, by frequency."""
NO_SOURCE: Final = "no source"
GAP: Final = "Gap 10Y to break-even"

_COLUMNS: Final = (
    Column("indicator", TEXT),
    Column("level", MIXED),
    *(Column(name, BASIS_POINTS) for name in ("change 1d", "change 1w", "change 1m")),
    Column("z-score", FACTOR),
    Column("flag", TEXT),
    Column("source", TEXT),
    Column("age", NUMBER),
    Column("why it matters", TEXT),
)


@cache
def _indicators() -> tuple[tuple[str, str, str], ...]:
    with (files("haven.market") / "watchlist.csv").open(encoding="utf-8") as rows:
        return tuple((row["indicator"], row["series"], row["why"]) for row in csv.DictReader(rows))


@spreadsheet_function("Watch list", MIXED, columns=_COLUMNS, example=("2025-04-11",))
def HV_WATCHLIST(date: Date = optional()) -> list[Any]:
    """Indicators around the Treasury market: level, changes in bp, z-score, flag, source, age, and why each matters.

    Parameters
    ----------
    date
        Market date; empty means the latest of the ten-year swap spread.
    """
    day = current().history(HEADLINE).dates[-1] if np.isnat(date[0]) else date[0]
    rows = [_against_break_even(day), *(_indicator(*indicator, day) for indicator in _indicators())]
    return [list(column) for column in zip(*rows, strict=True)]


def _indicator(name: str, series: str, why: str, day: np.datetime64) -> list[Any]:
    """One row: the latest figure up to the day, or which series have none."""
    try:
        history = current().history(series)
        row = int(np.searchsorted(history.dates, day, side="right")) - 1
        if row < 0:
            raise HavenError(Reason.NO_DATA, history.explain(day))
    except HavenError:
        return [name, NO_SOURCE, *[""] * 7, f"{why}; no figures of {_missing(series)}"]
    dates, values = history.dates[: row + 1], history.values[: row + 1]
    figures = _figures(dates, values, bp_per_unit(series))
    age = business_age(dates[-1], day.astype(dt.date))
    allowed = max(STALE_DAYS[find_series(part).frequency] for part in current().made_of(series))
    source = str(history.sources[row])
    changes = [figures[label] for label in ("change 1d", "change 1w", "change 1m")]
    score = figures["z-score"]
    shown = ILLUSTRATIVE if source == ILLUSTRATIVE else "published" if source == "sample" else source
    return [name, figures["level"], *changes, score, _flag(score, age, allowed), shown, age, why]


def _missing(series: str) -> str:
    """The series behind an indicator that have no figures at all, or else all of them."""
    behind = current().made_of(series)
    return " and ".join([name for name in behind if not current().holds(find_series(name))] or behind)


def _figures(dates: DateArray, values: FloatArray, in_bp: float) -> dict[str, float]:
    """The statistics of the year up to the last date, by label."""
    labels, figures = summary(dates, values, dates[-1], float(values[-1]), WINDOW_YEARS, in_bp)
    return dict(zip(labels, figures, strict=True))


def _flag(score: float, age: int, allowed: int) -> str:
    if age > allowed:
        return "stale"
    size = abs(score)
    return "extreme" if size >= EXTREME else "unusual" if size >= UNUSUAL else ""


def _against_break_even(day: np.datetime64) -> list[Any]:
    """The ten-year swap spread over its break-even, through the year."""
    history = current().history(HEADLINE)
    days = history.dates[history.dates <= day][-260:]
    if not days.size:
        raise HavenError(Reason.NO_DATA, history.explain(day))
    why = "negative: holding earns a dealer's hurdle"
    try:
        levels = HV_BREAKEVEN(np.full(days.size, 10.0), days, {})
    except HavenError as failure:
        return [GAP, NO_SOURCE, *[""] * 7, failure.message]
    gap = history.at(days) - levels
    figures = _figures(days, gap, 1.0)
    changes = [figures[label] for label in ("change 1d", "change 1w", "change 1m")]
    age = business_age(days[-1], day.astype(dt.date))
    source = ILLUSTRATIVE if current().is_demo else str(history.sources[-1])
    score = figures["z-score"]
    flag = _flag(score, age, STALE_DAYS["daily"])
    return [GAP, figures["level"], *changes, score, flag, source, age, why]
