"""Treasury futures: conversion factors, invoices, basis, cheapest to deliver and the invoice spread.

Source
------
CBOT rulebook, chapters 18 to 23 and 26 (delivery months, conversion factors); CME Group, "Calculating U.S.
Treasury Futures Conversion Factors".
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from haven.analytics.arrays import DateArray, FloatArray, IntArray, to_bp
from haven.analytics.bonds import accrued_interest, yield_to_maturity
from haven.analytics.carry import forward_price, implied_repo
from haven.analytics.coupons import coupon_stream
from haven.analytics.dates import day_of_month, month_number
from haven.analytics.sofr_curve import Curve
from haven.analytics.swaps import par_rate, swaps_to
from haven.errors import Reason, refuse

ROUNDING_MONTHS: Final = {"TU": 1, "Z3": 1, "FV": 1, "TY": 3, "TN": 3, "US": 3, "UB": 3}
"""By contract, what the remaining maturity is rounded down to: 2-, 3- and 5-year notes to months, others quarters."""
_NOTIONAL_COUPON: Final = 0.06
_QUARTER: Final = 3
_LAST_SPILL: Final = 7
"""The day of the next month by which delivery, three business days after the last of the month, is over."""


@dataclass(frozen=True, slots=True)
class DeliveryBasket:
    """Each bond of a basket against the future; prices and bases in points per 100 face, repo rates decimals."""

    factor: FloatArray
    invoice_price: FloatArray
    gross_basis: FloatArray
    net_basis: FloatArray
    implied_repo: FloatArray

    @property
    def cheapest(self) -> int:
        """The bond to deliver: the highest implied repo rate."""
        return int(np.argmax(self.implied_repo))


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


def invoice_amount(
    futures_price: FloatArray, factor: FloatArray, coupon: FloatArray, maturity: DateArray, delivery: DateArray
) -> FloatArray:
    """What the long pays on delivery, per 100 face: futures price times factor, and accrued interest."""
    return futures_price * factor + accrued_interest(coupon_stream(coupon, maturity, delivery))


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
    """Basis and implied repo of the bonds that can be delivered; all but ``contract`` flat arrays of equal length.

    The gross basis is the clean price less futures price times factor; the net basis is what is left of it after
    carry to delivery at the repo rate.
    """
    factor = conversion_factor(coupon, maturity, delivery, contract)
    invoice = futures_price * factor
    forward = forward_price(price, coupon, maturity, settle, delivery, repo_rate)
    repo = implied_repo(price, coupon, maturity, settle, delivery, invoice)
    return DeliveryBasket(factor, invoice, price - invoice, forward - invoice, repo)


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
