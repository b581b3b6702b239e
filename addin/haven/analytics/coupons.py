"""Coupon dates of Treasury notes and bonds, counted back from maturity in half-years.

The dates are unadjusted; a bond that matures on the last day of a month pays on last days. Every date has a
place on that grid: whole half-years to maturity plus the fraction, by actual days, of the half-year it is in.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from haven.analytics.arrays import BoolArray, DateArray, FloatArray, IntArray
from haven.analytics.dates import day_of_month, days_between, is_month_end, month_number, on_day
from haven.errors import Reason, refuse

MONTHS_PER_COUPON: Final = 6
HIGHEST_COUPON: Final = 0.25
_LAST_DAY: Final = 31


@dataclass(frozen=True, slots=True)
class CouponStream:
    """What a bond pays after its settlement, in half-years; flat arrays, one element a bond.

    The next coupon date of the grid is ``fraction`` away, the first payment ``skipped`` half-years after that
    (none but in a long first period). There are ``payments``, of which the first is ``first`` times a regular
    one. ``accrued`` half-years of interest have built up.
    """

    coupon: FloatArray
    fraction: FloatArray
    skipped: FloatArray
    payments: FloatArray
    first: FloatArray
    accrued: FloatArray

    @property
    def in_last_period(self) -> BoolArray:
        """Whether the next coupon date is maturity."""
        last: BoolArray = self.payments + self.skipped == 1.0
        return last

    def of(self, chosen: BoolArray) -> "CouponStream":
        """The streams of some of the bonds."""
        return CouponStream(*(getattr(self, name)[chosen] for name in self.__slots__))


def coupon_stream(
    coupon: FloatArray,
    maturity: DateArray,
    settle: DateArray,
    issue: DateArray | None = None,
    first_coupon: DateArray | None = None,
) -> CouponStream:
    """The payments a buyer at ``settle`` receives.

    Parameters
    ----------
    coupon, maturity, settle : arrays that broadcast
        Coupons are decimals a year.
    issue
        Dated dates; NaT or none for a bond in a regular period.
    first_coupon
        First payment dates; NaT or none for the first coupon date after issue.

    Raises
    ------
    HavenError
        NO_SOLUTION for a coupon that is no decimal from 0 to 0.25, a settlement on or after maturity or before
        issue, a first coupon that is not a coupon date after issue; INVALID for a first coupon without issue.
    """
    coupon, maturity, settle = (part.reshape(-1) for part in np.broadcast_arrays(coupon, maturity, settle))
    _check(coupon, maturity, settle)
    months, day = _grid(maturity)
    whole, fraction = half_years(settle, months, day)
    stream = CouponStream(coupon, fraction, np.zeros(whole.shape), whole + 1.0, np.ones(whole.shape), 1.0 - fraction)
    if issue is None and first_coupon is None:
        return stream
    unknown = np.array("NaT", "M8[D]")
    issue, first_coupon = (
        np.broadcast_to(unknown if part is None else part, settle.shape) for part in (issue, first_coupon)
    )
    return _with_first_period(stream, settle, whole + fraction, issue, first_coupon, months, day)


def half_years(dates: DateArray, months: IntArray, day: IntArray) -> tuple[FloatArray, FloatArray]:
    """Whole half-years from the coupon date after each date to maturity, and the fraction up to it (above 0, to 1)."""
    count = (months - month_number(dates)) // MONTHS_PER_COUPON
    count += on_day(months - MONTHS_PER_COUPON * count, day) > dates
    previous = on_day(months - MONTHS_PER_COUPON * count, day)
    following = on_day(months - MONTHS_PER_COUPON * (count - 1), day)
    whole = (count - 1).astype(np.float64)
    return whole, days_between(dates, following) / days_between(previous, following)


def payment_dates(maturity: DateArray, payments: FloatArray) -> DateArray:
    """Unadjusted coupon dates, latest first: (bonds, most payments); those before the first repeat maturity."""
    months, day = _grid(maturity)
    back = np.arange(int(payments.max(initial=1.0)))
    back = np.where(back < payments[:, None], back, 0)
    return on_day(months[:, None] - MONTHS_PER_COUPON * back, day[:, None])


def _grid(maturity: DateArray) -> tuple[IntArray, IntArray]:
    """Month of maturity and the day of the month on which coupons are paid."""
    return month_number(maturity), np.where(is_month_end(maturity), _LAST_DAY, day_of_month(maturity))


def _with_first_period(
    stream: CouponStream,
    settle: DateArray,
    to_maturity: FloatArray,
    issue: DateArray,
    first_coupon: DateArray,
    months: IntArray,
    day: IntArray,
) -> CouponStream:
    known = ~np.isnat(issue)
    refuse(
        ~known & ~np.isnat(first_coupon),
        Reason.INVALID,
        lambda i: f"issue must be given with first_coupon {first_coupon[i]}",
    )
    issue = np.where(known, issue, settle)
    refuse(settle < issue, Reason.NO_SOLUTION, lambda i: f"settle must not be before issue {issue[i]}, got {settle[i]}")
    whole, fraction = half_years(issue, months, day)
    first_date = on_day(months - MONTHS_PER_COUPON * whole.astype(np.int64), day)
    first_date = np.where(np.isnat(first_coupon), first_date, first_coupon)
    left, part = half_years(first_date, months, day)
    refuse(
        known & ((part < 1.0) | (first_date <= issue) | (left < -1.0)),
        Reason.NO_SOLUTION,
        lambda i: f"first_coupon must be a coupon date after issue {issue[i]}, got {first_date[i]}",
    )
    # On a coupon date the fraction is a whole half-year.
    after_first = left + 1.0
    inside = known & (settle < first_date)
    skipped = np.where(inside, stream.payments - 1.0 - after_first, 0.0)
    return CouponStream(
        stream.coupon,
        stream.fraction,
        skipped,
        stream.payments - skipped,
        np.where(inside, whole + fraction - after_first, 1.0),
        np.where(inside, whole + fraction - to_maturity, stream.accrued),
    )


def _check(coupon: FloatArray, maturity: DateArray, settle: DateArray) -> None:
    refuse(
        ~((coupon >= 0.0) & (coupon <= HIGHEST_COUPON)),
        Reason.NO_SOLUTION,
        lambda i: f"coupon must be a decimal from 0 to {HIGHEST_COUPON}, such as 0.0425 for 4.25%, got {coupon[i]:g}",
    )
    refuse(
        ~(maturity > settle),
        Reason.NO_SOLUTION,
        lambda i: f"maturity must be after settle {settle[i]}, got {maturity[i]}",
    )
