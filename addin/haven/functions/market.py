"""Market: what a series is, was and how unusual it is."""

from typing import Annotated, Any

import numpy as np

from haven.analytics.arrays import BoolArray, DateArray, FloatArray
from haven.analytics.statistics import summary
from haven.errors import HavenError, Reason
from haven.functions.catalogue import spreadsheet_function
from haven.functions.dates import or_latest
from haven.functions.kinds import ChoiceKind, Date, Tenor, Text, optional
from haven.functions.units import DATE, MIXED, TEXT, Column
from haven.market.sample import ILLUSTRATIVE
from haven.market.series import find_series
from haven.market.snapshot import current

HEADLINE = "SPREAD.10Y"
"""The series whose date stands for the whole market's."""

Frequency = Annotated[str, ChoiceKind("frequency", words=("daily", "weekly", "monthly"))]


@spreadsheet_function("Market", MIXED, example=("UST.10Y", "2025-04-08"))
def HV_QUOTE(series: Text, date: Date = optional()) -> FloatArray:
    """One figure of a market series: rates as decimals, spreads in basis points.

    Parameters
    ----------
    series
        Id such as UST.10Y, SWAP.10Y, SOFR or SPREAD.10Y, or a difference with spaces such as UST.10Y - UST.2Y.
    date
        Market date; empty means the latest. A day without a figure is #N/A; weekly and monthly series carry forward.
    """
    return current().history(series).at(or_latest(date, series))


@spreadsheet_function(
    "Market",
    MIXED,
    columns=(Column("date", DATE), Column("value", MIXED)),
    example=("UST.10Y", "2025-04-02", "2025-04-11"),
)
def HV_HISTORY(
    series: Text, start: Date = optional(), end: Date = optional(), frequency: Frequency = optional("daily")
) -> tuple[DateArray, FloatArray]:
    """A market series through time, oldest first, both ends included.

    Parameters
    ----------
    series
        Id such as UST.10Y or SPREAD.10Y, or a difference with spaces such as SWAP.30Y - SWAP.10Y.
    start
        First date; empty means the beginning.
    end
        Last date; empty means the latest.
    frequency
        daily, or the last figure of each week (weekly) or month (monthly).
    """
    history = current().history(series)
    kept = np.ones(history.dates.size, dtype=bool)
    if not np.isnat(start[0]):
        kept &= history.dates >= start[0]
    if not np.isnat(end[0]):
        kept &= history.dates <= end[0]
    if not kept.any():
        span = [f"{word} {day[0]}" for word, day in (("from", start), ("to", end)) if not np.isnat(day[0])]
        raise HavenError(Reason.NO_DATA, f"{history.name} has no figures {' '.join(span)}")
    dates, values = history.dates[kept], history.values[kept]
    last = _last_of_period(dates, frequency)
    return dates[last], values[last]


def _last_of_period(dates: DateArray, frequency: str) -> BoolArray:
    if frequency == "daily":
        return np.ones(dates.size, dtype=bool)
    days = dates.astype(np.int64)
    period = (days + 3) // 7 if frequency == "weekly" else dates.astype("M8[M]").astype(np.int64)
    return np.append(period[1:] != period[:-1], True)


@spreadsheet_function("Market", DATE, example=("SPREAD.10Y",))
def HV_ASOF(series: Text = optional(HEADLINE)) -> DateArray:
    """The latest date for which a series has a figure: how fresh a number can be.

    Parameters
    ----------
    series
        Id such as UST.10Y; empty means the ten-year swap spread, which needs both the swap and the Treasury.
    """
    return or_latest(np.array(["NaT"], "M8[D]"), series)


_SERIES_COLUMNS = ("id", "name", "unit", "source", "frequency", "first", "last", "status")


@spreadsheet_function(
    "Market",
    TEXT,
    columns=tuple(Column(name, DATE if name in {"first", "last"} else TEXT) for name in _SERIES_COLUMNS),
    example=("UST",),
)
def HV_SERIES(contains: Text = optional("")) -> list[Any]:
    """The series that have figures, with source and dates; status says where one is illustrative.

    Parameters
    ----------
    contains
        Letters the id or name must contain, in any case; empty means all series.
    """
    market = current()
    rows = [find_series(name) for name in market.ids()]
    rows = [row for row in rows if contains.casefold() in f"{row.id} {row.name}".casefold()]
    if not rows:
        raise HavenError(Reason.NO_DATA, f"no series that has figures contains {contains!r}")
    histories = [market.history(row.id) for row in rows]
    return [
        [row.id for row in rows],
        [row.name for row in rows],
        [row.canonical_unit for row in rows],
        [str(history.sources[-1]) for history in histories],
        [row.frequency for row in rows],
        [history.dates[0] for history in histories],
        [history.dates[-1] for history in histories],
        ["illustrative, not quotes" if history.sources[-1] == ILLUSTRATIVE else "published" for history in histories],
    ]


@spreadsheet_function(
    "Market",
    MIXED,
    columns=(Column("statistic", TEXT), Column("value", MIXED)),
    example=("SPREAD.10Y", "1Y", "2025-04-11"),
)
def HV_STATS(series: Text, window: Tenor = optional("1Y"), date: Date = optional()) -> list[Any]:
    """How unusual a series is: level, changes in bp, mean, sd, z-score, percentile, low and high of a window.

    Parameters
    ----------
    series
        Id such as SPREAD.10Y, or a difference with spaces.
    window
        How far back the statistics look, such as 1Y or 3M.
    date
        Market date the window ends on; empty means the latest.
    """
    history = current().history(series)
    day = or_latest(date, series)[0]
    level = history.at(np.array([day]))[0]
    return list(summary(history.dates, history.values, day, float(level), float(window[0]), bp_per_unit(series)))


def bp_per_unit(series: str) -> float:
    """What a change of a series is multiplied by to be in basis points; one where it is no rate."""
    return 1e4 if current().unit(series) == "decimal" else 1.0
