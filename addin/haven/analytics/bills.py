"""Treasury bills: price, discount rate, bond-equivalent and investment yield.

Source
------
31 CFR 356, Appendix B, section VI (price, discount rate, investment rate); SIFMA, "Standard Securities
Calculation Methods" (bond-equivalent yield).
"""

from typing import Final, Literal

import numpy as np

from haven.analytics.arrays import DateArray, FloatArray
from haven.analytics.dates import add_months, days_between
from haven.errors import Reason, refuse

BillYield = Literal["discount", "bond", "investment"]

LONGEST_BILL: Final = 366.0
_DISCOUNT_YEAR: Final = 360.0
_BOND_YEAR: Final = 365.0


def bill_price(discount_rate: FloatArray, maturity: DateArray, settle: DateArray) -> FloatArray:
    """Price per 100 face from the rate of discount, a decimal on Act/360.

    Raises
    ------
    HavenError
        NO_SOLUTION unless maturity is 1 to 366 days after settlement and the price is above zero.
    """
    days = _days(settle, maturity)
    price: FloatArray = 100.0 * (1.0 - discount_rate * days / _DISCOUNT_YEAR)
    refuse(
        ~(price > 0.0),
        Reason.NO_SOLUTION,
        lambda i: f"discount_rate must leave a price above 0, got {discount_rate[i]:g}",
    )
    return price


def bill_yield(price: FloatArray, maturity: DateArray, settle: DateArray, method: BillYield = "bond") -> FloatArray:
    """Yield, decimal, from the price per 100 face.

    Parameters
    ----------
    price, maturity, settle : (b,) arrays
    method
        ``discount`` is the rate of discount; ``bond`` the bond-equivalent yield on a year of 365 days;
        ``investment`` the Treasury's coupon-equivalent rate, whose year has 366 days where 29 February falls
        within a year of settlement. The latter two compound semi-annually beyond half a year.

    Raises
    ------
    HavenError
        NO_SOLUTION unless maturity is 1 to 366 days after settlement and the price is above 0 and up to 200.
    """
    days = _days(settle, maturity)
    refuse(
        ~((price > 0.0) & (price <= 200.0)),
        Reason.NO_SOLUTION,
        lambda i: f"price must be above 0 and up to 200 per 100 face, got {price[i]:g}",
    )
    if method == "discount":
        rate: FloatArray = (1.0 - price / 100.0) * _DISCOUNT_YEAR / days
        return rate
    year = np.full(days.shape, _BOND_YEAR)
    if method == "investment":
        year = days_between(settle, add_months(settle, np.full(settle.shape, 12)))
    return _coupon_equivalent(price, days / year)


def _coupon_equivalent(price: FloatArray, years: FloatArray) -> FloatArray:
    """Simple interest up to half a year; then interest is paid at half a year and earns the same yield."""
    gain = 100.0 / price - 1.0
    short = years <= 0.5
    # price (1 + y/2) (1 + (years - 1/2) y) = 100, a quadratic in y.
    a = np.where(short, 1.0, years / 2.0 - 0.25)
    root = np.sqrt(years**2 + 4.0 * a * gain)
    rate: FloatArray = np.where(short, gain / years, 2.0 * gain / (years + root))
    return rate


def _days(settle: DateArray, maturity: DateArray) -> FloatArray:
    days = days_between(settle, maturity)
    refuse(
        ~((days >= 1.0) & (days <= LONGEST_BILL)),
        Reason.NO_SOLUTION,
        lambda i: f"maturity must be 1 to {LONGEST_BILL:g} days after settle {settle[i]}, got {maturity[i]}",
    )
    return days
