"""Calendar-free date arithmetic: months, tenors, weekdays. All functions broadcast.

Months are counted from January 1970, so that month arithmetic is integer arithmetic.
"""

from typing import Final

import numpy as np

from haven.analytics.arrays import BoolArray, DateArray, FloatArray, IntArray

_WEDNESDAY: Final = 2


def month_number(dates: DateArray) -> IntArray:
    """Months since January 1970."""
    return dates.astype("M8[M]").astype(np.int64)


def first_day(months: IntArray) -> DateArray:
    """The first day of each month."""
    return months.astype("M8[M]").astype("M8[D]")


def day_of_month(dates: DateArray) -> IntArray:
    """Day of the month, from 1."""
    days: IntArray = (dates - dates.astype("M8[M]").astype("M8[D]")).astype(np.int64) + 1
    return days


def on_day(months: IntArray, days: IntArray | int) -> DateArray:
    """That day of each month, or the month's last day where it is shorter."""
    first = first_day(months)
    last = first_day(months + 1) - 1
    dates: DateArray = np.minimum(first + (np.asarray(days) - 1), last)
    return dates


def add_months(dates: DateArray, months: IntArray) -> DateArray:
    """Dates moved by whole months: the same day of the month, or its last."""
    return on_day(month_number(dates) + months, day_of_month(dates))


def is_month_end(dates: DateArray) -> BoolArray:
    """Whether a date is the last day of its month."""
    last: BoolArray = day_of_month(dates + 1) == 1
    return last


def weekday(dates: DateArray) -> IntArray:
    """Day of the week: 0 Monday to 6 Sunday."""
    return (dates.astype(np.int64) + 3) % 7


def days_between(start: DateArray | np.datetime64, end: DateArray) -> FloatArray:
    """Days from start to end."""
    days: FloatArray = (end - start).astype(np.float64)
    return days


def split_tenors(years: FloatArray) -> tuple[IntArray, IntArray]:
    """Tenors in years as whole months, or else as whole days of a 365-day year.

    Returns
    -------
    months, days : arrays of the shape of ``years``
        One of the two is zero: 1.5 is 18 months, 7/365 is 7 days.
    """
    months = np.round(12.0 * years)
    whole = np.abs(12.0 * years - months) < 1e-6
    days = np.where(whole, 0.0, np.round(365.0 * years))
    return np.where(whole, months, 0.0).astype(np.int64), days.astype(np.int64)


def imm_dates(months: IntArray) -> DateArray:
    """The third Wednesday of each month: where three-month SOFR futures begin and end."""
    first = first_day(months)
    return first + (_WEDNESDAY - weekday(first)) % 7 + 14
