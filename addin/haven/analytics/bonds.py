"""Prices and yields of Treasury notes, bonds and, with real yields, TIPS.

With y the yield and z = log(1 + y/2), the logarithm of a price is nearly straight in z, and convex: Newton's
method for z converges from anywhere, in a few steps, for all bonds at once. Prices are clean per 100 face,
yields decimals, compounded semi-annually.

Source
------
31 CFR 356, Appendix B (treasury method: simple interest over the fraction of a half-year to the next coupon
date); SIFMA, "Standard Securities Calculation Methods" (street: compound interest there, and simple interest
in the last period).
"""

from typing import Final, Literal, NamedTuple

import numpy as np

from haven.analytics.arrays import BoolArray, FloatArray
from haven.analytics.coupons import CouponStream
from haven.errors import Reason, refuse

Method = Literal["street", "treasury"]

HIGHEST_PRICE: Final = 1000.0
"""Per 100 face; a price above it is taken for an error."""
_MAX_STEPS: Final = 50
_CONVERGED: Final = 1e-8
"""Newton converges quadratically: after a step this small what is left is rounding."""
_SMALL: Final = 0.2
"""Below it, series replace differences of nearly equal numbers."""


class BondRisk(NamedTuple):
    """Street risk: durations in years, convexity in years squared, DV01 per 100 face (positive)."""

    macaulay: FloatArray
    modified: FloatArray
    convexity: FloatArray
    dv01: FloatArray


def accrued_interest(stream: CouponStream) -> FloatArray:
    """Interest accrued at settlement, per 100 face, one figure a bond of the stream."""
    return 50.0 * stream.coupon * stream.accrued


def clean_price(stream: CouponStream, yields: FloatArray, method: Method = "street") -> FloatArray:
    """Prices from yields.

    Parameters
    ----------
    stream
        What b bonds pay.
    yields : (b,) array, or one for all
        Decimals, compounded semi-annually; real ones for TIPS, whose prices are then those before indexation.
    method
        Interest over the fraction of a half-year up to the next coupon date: ``street`` compounds it, ``treasury``
        makes it simple, as both do in the last period.

    Returns
    -------
    (b,) array
        Clean, per 100 face.

    Raises
    ------
    HavenError
        NO_SOLUTION for a yield so negative that it discounts by zero or less.
    """
    yields = np.broadcast_to(yields, stream.coupon.shape)
    last = stream.in_last_period
    refuse(
        ~np.where(last, 1.0 + stream.fraction * yields / 2.0 > 0.0, yields > -2.0),
        Reason.NO_SOLUTION,
        lambda i: f"yield must discount by more than zero, got {yields[i]:g}",
    )
    dirty = np.empty(yields.shape)
    dirty[last] = _redeemed(stream.of(last)) / (1.0 + stream.fraction[last] * yields[last] / 2.0)
    rest = ~last
    dirty[rest] = np.exp(_log_value(stream.of(rest), np.log1p(yields[rest] / 2.0), method)[0])
    return 100.0 * dirty - accrued_interest(stream)


def yield_to_maturity(stream: CouponStream, price: FloatArray, method: Method = "street") -> FloatArray:
    """Yields from clean prices.

    Parameters
    ----------
    stream
        What b bonds pay.
    price : (b,) array, or one for all
        Clean, per 100 face.
    method
        As for :func:`clean_price`.

    Returns
    -------
    (b,) array
        Decimals, compounded semi-annually.

    Raises
    ------
    HavenError
        NO_SOLUTION for a price that is not above 0 and up to 1000, or the bonds for which there is no yield.
    """
    price = np.broadcast_to(price, stream.coupon.shape)
    check_price(price)
    dirty = (price + accrued_interest(stream)) / 100.0
    last = stream.in_last_period
    yields = np.empty(price.shape)
    yields[last] = (_redeemed(stream.of(last)) / dirty[last] - 1.0) * 2.0 / stream.fraction[last]
    rest = ~last
    if rest.any():
        z, solved = _solve(stream.of(rest), dirty[rest], method)
        yields[rest] = 2.0 * np.expm1(z)
        unsolved = np.flatnonzero(rest)[~solved]
        refuse(
            np.isin(np.arange(price.size), unsolved),
            Reason.NO_SOLUTION,
            lambda i: f"price must have a yield, none gives {price[i]:g}",
        )
    return yields


def check_price(price: FloatArray) -> None:
    """Refuse, NO_SOLUTION, clean prices that are not above 0 and up to 1000 per 100 face."""
    refuse(
        ~((price > 0.0) & (price <= HIGHEST_PRICE)),
        Reason.NO_SOLUTION,
        lambda i: f"price must be above 0 and up to {HIGHEST_PRICE:g} per 100 face, got {price[i]:g}",
    )


def risk(stream: CouponStream, yields: FloatArray) -> BondRisk:
    """Durations, convexity and DV01 at street yields, (b,) decimals; each answer has one figure a bond."""
    growth = np.where(stream.in_last_period, stream.fraction, 1.0) / 2.0
    per_yield = growth / (1.0 + growth * yields)
    dirty = (clean_price(stream, yields) + accrued_interest(stream)) / 100.0
    last = stream.in_last_period
    slope, bend = np.full(yields.shape, -1.0), np.zeros(yields.shape)
    rest = ~last
    _, slope[rest], bend[rest] = _log_value(stream.of(rest), np.log1p(yields[rest] / 2.0), "street")
    modified = -slope * per_yield
    convexity = (slope**2 + bend - slope) * per_yield**2
    return BondRisk(-slope * growth, modified, convexity, 0.01 * dirty * modified)


def _redeemed(stream: CouponStream) -> FloatArray:
    """The one payment of a bond in its last period, per unit of face."""
    paid: FloatArray = 1.0 + stream.coupon * stream.first / 2.0
    return paid


def _solve(stream: CouponStream, dirty: FloatArray, method: Method) -> tuple[FloatArray, BoolArray]:
    """The logarithm z by Newton's method on the logarithm of the price, and where it was found."""
    half_years = stream.fraction + stream.skipped + stream.payments - 1.0
    guess = (stream.coupon / 2.0 + (1.0 - dirty) / half_years) / (1.0 + dirty)
    z = np.log1p(np.clip(2.0 * guess, -0.5, 1.0))
    target = np.log(dirty)
    for _ in range(_MAX_STEPS):
        value, slope, _ = _log_value(stream, z, method)
        step = (value - target) / slope
        z = z - step
        if np.abs(step).max() < _CONVERGED:
            break
    return z, np.abs(step) < _CONVERGED


def _log_value(stream: CouponStream, z: FloatArray, method: Method) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Logarithm of the dirty price per unit of face, and its first and second derivative by z."""
    half_coupon = stream.coupon / 2.0
    annuity, by_z, by_zz = _annuity(stream.payments, z)
    later = stream.payments - 1.0
    redemption = np.exp(-later * z)
    value = half_coupon * (annuity + stream.first - 1.0) + redemption
    slope = (half_coupon * annuity * by_z - later * redemption) / value
    bend = (half_coupon * annuity * (by_z**2 + by_zz) + later**2 * redemption) / value - slope**2
    log_value = np.log(value)
    if method == "street":
        wait = stream.fraction + stream.skipped
        return log_value - wait * z, slope - wait, bend
    simple = 1.0 + stream.fraction * np.expm1(z)
    share = stream.fraction * np.exp(z) / simple
    return log_value - stream.skipped * z - np.log(simple), slope - stream.skipped - share, bend - share * (1.0 - share)


def _annuity(payments: FloatArray, z: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """1 + e^-z + ... over so many payments, and the first two derivatives of its logarithm by z."""
    whole, one = np.expm1(-payments * z), np.expm1(-z)
    flat = z == 0.0
    annuity = np.where(flat, payments, whole / np.where(flat, 1.0, one))
    slope_whole, bend_whole = _without_pole(payments * z, whole)
    slope_one, bend_one = _without_pole(z, one)
    return annuity, payments * slope_whole - slope_one, payments**2 * bend_whole - bend_one


def _without_pole(u: FloatArray, minus: FloatArray) -> tuple[FloatArray, FloatArray]:
    """1/(e^u - 1) - 1/u and its derivative, given ``minus`` = e^-u - 1."""
    small = np.abs(u) < _SMALL
    safe, safe_minus = np.where(small, 1.0, u), np.where(small, -1.0, minus)
    inverse = -(1.0 + safe_minus) / safe_minus
    s = u * u
    series = -0.5 + u / 12.0 * (1.0 - s / 60.0 * (1.0 - s / 42.0 * (1.0 - s / 40.0 * (1.0 - s * 10.0 / 396.0))))
    series_slope = (1.0 - s / 20.0 * (1.0 - s * 5.0 / 126.0 * (1.0 - s * 7.0 / 200.0 * (1.0 - s * 5.0 / 154.0)))) / 12.0
    return (
        np.where(small, series, inverse - 1.0 / safe),
        np.where(small, series_slope, 1.0 / safe**2 - inverse * (1.0 + inverse)),
    )
