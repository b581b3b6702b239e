"""Treasury futures: conversion factors, invoices, basis, cheapest to deliver and the invoice spread.

Source
------
CBOT rulebook, chapters 18 to 21, 26, 39 and 40 (delivery months, contract grades, conversion factors); CME Group,
"Calculating U.S. Treasury Futures Conversion Factors" and, for the narrower grade of TY, "The Perfect 10 at 10" (2026).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from haven.analytics.arrays import BoolArray, DateArray, FloatArray, IntArray, to_bp
from haven.analytics.bonds import yield_to_maturity
from haven.analytics.carry import forward_price, implied_repo
from haven.analytics.coupons import coupon_stream
from haven.analytics.dates import day_of_month, month_number
from haven.analytics.sofr_curve import Curve
from haven.analytics.swaps import par_rate, swaps_to
from haven.errors import Reason, refuse

ROUNDING_MONTHS: Final = {"TU": 1, "Z3": 1, "FV": 1, "TY": 3, "TN": 3, "US": 3, "UB": 3}
"""By contract, what the remaining maturity is rounded down to: 2-, 3- and 5-year notes to months, others quarters."""
_GRADES: Final = {
    "TU": (21, 25),
    "Z3": (33, 37),
    "FV": (50, 64),
    "TY": (78, 96),
    "TN": (113, 120),
    "US": (180, 300),
    "UB": (300, 372),
}
"""By contract, how many whole months a deliverable bond has left on the first day of the month: from, to below."""
_TY_TO_TEN_YEARS: Final = (78, 120)
_TY_TO_EIGHT_YEARS_FROM: Final = np.datetime64("2023-09", "M")
_NOTIONAL_COUPON: Final = 0.06
_QUARTER: Final = 3
_LAST_SPILL: Final = 7
"""The day of the next month by which delivery, three business days after the last of the month, is over."""


@dataclass(frozen=True, slots=True)
class DeliveryBasket:
    """Each bond of a basket against the future; prices and bases in points per 100 face, repo rates decimals.

    ``months_left`` are whole months from the first day of the delivery month, of which the contract takes ``grade``.
    """

    factor: FloatArray
    invoice_price: FloatArray
    gross_basis: FloatArray
    net_basis: FloatArray
    implied_repo: FloatArray
    months_left: IntArray
    grade: tuple[int, int]

    @property
    def deliverable(self) -> BoolArray:
        """Whether the contract takes each bond, as far as its remaining term decides."""
        return (self.months_left >= self.grade[0]) & (self.months_left < self.grade[1])

    @property
    def order(self) -> IntArray:
        """The bonds from the first to deliver, the highest implied repo rate, to the last; then those not taken."""
        return np.lexsort([-self.implied_repo, ~self.deliverable])


def delivery_month(delivery: DateArray) -> IntArray:
    """Months since 1970 of the contract month: short contracts deliver into the first days of the month after.

    Raises
    ------
    HavenError
        NO_SOLUTION for a date on which no contract delivers.
    """
    late = (month_number(delivery) + 1) % _QUARTER
    refuse(
        (late > 1) | ((late == 1) & (day_of_month(delivery) > _LAST_SPILL)),
        Reason.NO_SOLUTION,
        lambda i: f"delivery must be in March, June, September or December, or days after, got {delivery[i]}",
    )
    return month_number(delivery) - late


def contract_grade(contract: str, month: int) -> tuple[int, int]:
    """Whole months that a bond for delivery in a month, counted from January 1970, must have left: from, to below.

    What a grade says of the original term is not part of it.
    """
    if contract == "TY" and month < _TY_TO_EIGHT_YEARS_FROM.astype(np.int64):
        return _TY_TO_TEN_YEARS
    return _GRADES[contract]


def conversion_factor(coupon: FloatArray, maturity: DateArray, delivery: DateArray, contract: str) -> FloatArray:
    """The price, per 1 face and to four decimals, at which a deliverable bond yields 6 %.

    Parameters
    ----------
    coupon, maturity, delivery : flat arrays
        Any delivery date of the contract month.
    contract
        TU, Z3, FV, TY, TN, US or UB.

    Raises
    ------
    HavenError
        NO_SOLUTION for a coupon that is no decimal, or a maturity within three months of the contract month.
    """
    rounding = ROUNDING_MONTHS[contract]
    coupon_stream(coupon, maturity, delivery)
    left = (month_number(maturity) - delivery_month(delivery)) // rounding * rounding
    refuse(
        left < _QUARTER,
        Reason.NO_SOLUTION,
        lambda i: f"maturity must be at least 3 months after the delivery month of {delivery[i]}, got {maturity[i]}",
    )
    years, months = left // 12, left % 12
    late = months >= 7
    stub = np.where(late, 3 if rounding == _QUARTER else months - 6, months)
    half = _NOTIONAL_COUPON / 2.0
    first = (1.0 + half) ** (-stub / 6.0)
    redemption = (1.0 + half) ** -(2.0 * years + late)
    coupons = coupon / _NOTIONAL_COUPON * (1.0 - redemption)
    factor = first * (coupon / 2.0 + redemption + coupons) - coupon / 2.0 * (6.0 - stub) / 6.0
    rounded: FloatArray = np.round(factor, 4)
    return rounded


def delivery_basket(
    contract: str,
    futures_price: FloatArray,
    price: FloatArray,
    coupon: FloatArray,
    maturity: DateArray,
    settle: DateArray,
    delivery: DateArray,
    repo_rate: FloatArray,
) -> DeliveryBasket:
    """Basis and implied repo of bonds offered for one delivery; all but ``contract`` flat arrays of equal length.

    The gross basis is the clean price less futures price times factor; the net basis is what is left of it after
    carry to delivery at the repo rate.
    """
    factor = conversion_factor(coupon, maturity, delivery, contract)
    invoice = futures_price * factor
    forward = forward_price(price, coupon, maturity, settle, delivery, repo_rate)
    repo = implied_repo(price, coupon, maturity, settle, delivery, invoice)
    month = delivery_month(delivery)
    left, grade = month_number(maturity) - month, contract_grade(contract, int(month[0]))
    return DeliveryBasket(factor, invoice, price - invoice, forward - invoice, repo, left, grade)


def invoice_spread(
    curve: Curve,
    futures_price: FloatArray,
    factor: FloatArray,
    coupon: FloatArray,
    maturity: DateArray,
    delivery: DateArray,
) -> FloatArray:
    """SOFR swap from delivery to the bond's maturity minus the yield the future implies for it, bp."""
    yields = yield_to_maturity(coupon_stream(coupon, maturity, delivery), futures_price * factor)
    return to_bp(par_rate(curve, swaps_to(curve, delivery, maturity)) - yields)
