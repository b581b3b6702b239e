"""SOFR compounded in arrears, with the conventions of the ARRC.

Source
------
ARRC, "Appendix to SOFR Floating Rate Notes Conventions Matrix" (lookback, observation shift, lockout); ISDA
2021 definitions, section 7, for the days of a shifted observation period.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from haven.analytics.arrays import DateArray, FloatArray, IntArray
from haven.analytics.calendars import SOFR_FIXING
from haven.analytics.conventions import DAYS_PER_YEAR
from haven.analytics.dates import days_between
from haven.errors import Reason, refuse

_LONGEST_CLOSING: Final = 10
"""Days within which there is always a business day."""


def compounded_rate(
    start: DateArray,
    end: DateArray,
    fixing_dates: DateArray,
    fixings: FloatArray,
    *,
    lookback: int = 0,
    shift: bool = False,
    lockout: int = 0,
) -> FloatArray:
    """SOFR compounded over interest periods, as simple Act/360 rates.

    Parameters
    ----------
    start, end : (e,) arrays
        Any days; SOFR of a Friday counts for the weekend.
    fixing_dates, fixings : (f,) arrays
        Days, each once in any order, and their SOFR, decimals.
    lookback
        Business days between a fixing and the day it earns.
    shift
        Whether the days each fixing counts for move with it (observation shift).
    lockout
        Last business days of the period that repeat the fixing before them.

    Raises
    ------
    HavenError
        NO_SOLUTION unless end is after start; NO_DATA where a business day of the period has no fixing.
    """
    refuse(end <= start, Reason.NO_SOLUTION, lambda i: f"end must be after start {start[i]}, got {end[i]}")
    if shift:
        start, end = SOFR_FIXING.shift(start, -lookback), SOFR_FIXING.shift(end, -lookback)
        lookback = 0
    days = _days(start.min(), end.max(), fixing_dates, fixings, lookback)
    first, last = days.holding(start), days.holding(end - 1)
    locked = np.maximum(last - lockout, first)
    days.refuse_missing(first, locked)
    growth = days.log_growth(start, np.minimum(end, days.dates[locked + 1]), first, locked)
    for later in range(1, lockout + 1):
        day = np.minimum(locked + later, last)
        held = days_between(days.dates[day], np.minimum(end, days.dates[day + 1]))
        growth += np.where(locked + later <= last, np.log1p(days.rates[locked] * held / DAYS_PER_YEAR), 0.0)
    rate: FloatArray = np.expm1(growth) * DAYS_PER_YEAR / days_between(start, end)
    return rate


@dataclass(frozen=True, slots=True)
class _Days:
    """Business days, the fixing each earns and its rate (NaN if unknown), and log growth to the start of each."""

    dates: DateArray
    fixed_on: DateArray
    rates: FloatArray
    growth: FloatArray

    def holding(self, dates: DateArray) -> IntArray:
        """The business day whose rate each date earns."""
        return np.searchsorted(self.dates, dates, side="right") - 1

    def refuse_missing(self, first: IntArray, last: IntArray) -> None:
        """NO_DATA where a day from first to last has no rate."""
        missing = np.concatenate([[0], np.cumsum(np.isnan(self.rates))])

        def explain(i: int) -> str:
            day = first[i] + int(np.argmax(np.isnan(self.rates[first[i] :])))
            return f"fixings must have the SOFR of {self.fixed_on[day]}"

        refuse(missing[last + 1] > missing[first], Reason.NO_DATA, explain)

    def log_growth(self, start: DateArray, end: DateArray, first: IntArray, last: IntArray) -> FloatArray:
        """Log growth from start, within day ``first``, to end, within day ``last``."""
        opening = days_between(start, np.minimum(self.dates[first + 1], end))
        closing = np.where(last > first, days_between(self.dates[last], end), 0.0)
        between = np.where(last > first, self.growth[last] - self.growth[np.minimum(first + 1, last)], 0.0)
        growth: FloatArray = (
            np.log1p(self.rates[first] * opening / DAYS_PER_YEAR)
            + between
            + np.log1p(np.nan_to_num(self.rates[last]) * closing / DAYS_PER_YEAR)
        )
        return growth


def _days(
    first: np.datetime64, last: np.datetime64, fixing_dates: DateArray, fixings: FloatArray, lookback: int
) -> _Days:
    """The business days that hold first to last, with one more at the end."""
    span = np.arange(first - _LONGEST_CLOSING, last + _LONGEST_CLOSING)
    dates = span[SOFR_FIXING.is_business_day(span)]
    fixed_on = SOFR_FIXING.shift(dates, -lookback)
    rates = np.full(dates.size, np.nan)
    _, day, fixing = np.intersect1d(fixed_on, fixing_dates, return_indices=True)
    rates[day] = fixings[fixing]
    lengths = days_between(dates[:-1], dates[1:])
    growth = np.cumsum(np.log1p(np.nan_to_num(rates[:-1]) * lengths / DAYS_PER_YEAR))
    return _Days(dates, fixed_on, rates, np.concatenate([[0.0], growth]))
