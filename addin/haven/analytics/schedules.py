"""Periods of SOFR swaps: when each begins, ends and is paid."""

from dataclasses import dataclass

import numpy as np

from haven.analytics.arrays import DateArray, FloatArray, IntArray
from haven.analytics.conventions import DAYS_PER_YEAR, MONTHS_PER_PERIOD, Conventions
from haven.analytics.dates import day_of_month, days_between, month_number, on_day, split_tenors


@dataclass(frozen=True, slots=True)
class Periods:
    """Accrual periods by swap (rows), latest first; a swap with fewer than the longest has empty ones at its start."""

    starts: DateArray
    ends: DateArray
    payments: DateArray

    @property
    def fractions(self) -> FloatArray:
        """Act/360 years of each period; zero for an empty one."""
        return days_between(self.starts, self.ends) / DAYS_PER_YEAR


def spot_date(asof: DateArray, conventions: Conventions) -> DateArray:
    """When a swap traded on ``asof`` starts."""
    return conventions.rolls.shift(asof, conventions.spot_lag)


def at_least_a_day(rolled: DateArray, start: DateArray, conventions: Conventions) -> DateArray:
    """Rolled ends, no earlier than a business day after the start: modified following may roll 1D back to it."""
    return np.maximum(rolled, conventions.rolls.shift(start, 1))


def end_of_tenor(start: DateArray, years: FloatArray, conventions: Conventions) -> DateArray:
    """The business day on which a tenor in years from ``start`` ends."""
    end, _ = _unadjusted_end(start, years)
    return at_least_a_day(conventions.rolls.roll(end), start, conventions)


def periods_of_tenor(start: DateArray, years: FloatArray, conventions: Conventions) -> Periods:
    """Periods of swaps from ``start`` over tenors in years; period ends fall on the day of the month of the start."""
    return _periods(start, *_unadjusted_end(start, years), conventions)


def _unadjusted_end(start: DateArray, years: FloatArray) -> tuple[DateArray, IntArray]:
    """The end of a tenor, and the day of the month on which its periods end."""
    months, days = split_tenors(years)
    roll_day = day_of_month(start)
    end = on_day(month_number(start) + months, roll_day) + days
    return end, np.where(days > 0, day_of_month(end), roll_day)


def periods_to(start: DateArray, maturity: DateArray, conventions: Conventions) -> Periods:
    """Periods of swaps from ``start`` to ``maturity``, counted back from it: a short period comes first."""
    return _periods(start, maturity, day_of_month(maturity), conventions)


def _periods(start: DateArray, end: DateArray, roll_day: IntArray, conventions: Conventions) -> Periods:
    span = int((month_number(end) - month_number(start)).max(initial=0))
    back = MONTHS_PER_PERIOD * np.arange(span // MONTHS_PER_PERIOD + 2)
    unadjusted = on_day(month_number(end)[..., None] - back, roll_day[..., None])
    unadjusted[..., 0] = end
    rolled = conventions.rolls.roll(np.maximum(unadjusted, start[..., None]))
    rolled[..., 0] = at_least_a_day(rolled[..., 0], start, conventions)
    ends = rolled[..., :-1]
    return Periods(rolled[..., 1:], ends, conventions.payments.shift(ends, conventions.payment_lag))
