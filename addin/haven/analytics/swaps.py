"""SOFR swaps on a curve: par rates, annuities, values and risk, per unit of notional.

Swaps are rows of :class:`Periods`; answers have one figure a swap, behind the scenarios of the curve if any.
"""

from typing import Final

import numpy as np

from haven.analytics.arrays import DateArray, FloatArray
from haven.analytics.conventions import Conventions
from haven.analytics.schedules import Periods, periods_of_tenor, periods_to
from haven.analytics.sofr_curve import Curve
from haven.errors import Reason, refuse

_BASIS_POINT: Final = 1e-4


def swaps_of_tenor(
    curve: Curve, start: DateArray, years: FloatArray, conventions: Conventions | None = None
) -> Periods:
    """Swaps from ``start`` over tenors in years, both flat, by default with the conventions of the curve.

    Raises
    ------
    HavenError
        NO_SOLUTION where one starts before the curve, NO_DATA where one is paid past its end.
    """
    _refuse_past(curve, start)
    return _within(curve, periods_of_tenor(start, years, conventions or curve.conventions))


def swaps_to(curve: Curve, start: DateArray, maturity: DateArray, conventions: Conventions | None = None) -> Periods:
    """Swaps from ``start`` to ``maturity``, both flat, by default with the conventions of the curve.

    Raises
    ------
    HavenError
        NO_SOLUTION unless the curve's date is not after the start, and that before maturity; NO_DATA where a swap is
        paid past the curve's end.
    """
    _refuse_past(curve, start)
    refuse(
        maturity <= start, Reason.NO_SOLUTION, lambda i: f"maturity must be after start {start[i]}, got {maturity[i]}"
    )
    return _within(curve, periods_to(start, maturity, conventions or curve.conventions))


def _refuse_past(curve: Curve, start: DateArray) -> None:
    refuse(
        start < curve.asof,
        Reason.NO_SOLUTION,
        lambda i: f"start must not be before the curve's date {curve.asof}, got {start[i]}",
    )


def _within(curve: Curve, swaps: Periods) -> Periods:
    """The swaps, none of which is paid past the curve's end."""
    curve.refuse_past_end(swaps.payments[..., 0])
    return swaps


def annuity(curve: Curve, swaps: Periods) -> FloatArray:
    """Value of receiving a rate of one: the sum of year fractions times discount factors."""
    return _legs(curve, swaps)[0]


def par_rate(curve: Curve, swaps: Periods) -> FloatArray:
    """The fixed rate, decimal, at which a swap is worth nothing."""
    fixed, floating = _legs(curve, swaps)
    return floating / fixed


def receiver_value(curve: Curve, swaps: Periods, rate: FloatArray) -> FloatArray:
    """Value of receiving ``rate`` and paying compounded SOFR."""
    fixed, floating = _legs(curve, swaps)
    return rate * fixed - floating


def _legs(curve: Curve, swaps: Periods) -> tuple[FloatArray, FloatArray]:
    """Values of the fixed leg at a rate of one and of the floating leg."""
    logs = curve.log_discount(np.stack([swaps.payments, swaps.starts, swaps.ends]))
    paid, started, ended = np.moveaxis(logs, -3, 0)
    discounts = np.exp(paid)
    fixed = (swaps.fractions * discounts).sum(axis=-1)
    floating = (np.expm1(started - ended) * discounts).sum(axis=-1)
    return fixed, floating


def dv01(curve: Curve, swaps: Periods, rate: FloatArray) -> FloatArray:
    """What receiving ``rate`` gains when every quote of the curve falls by one basis point.

    Half the difference of the values a basis point down and up.
    """
    up, down = receiver_value(curve.requoted(curve.rates + _BASIS_POINT * np.array([[1.0], [-1.0]])), swaps, rate)
    gain: FloatArray = (down - up) / 2.0
    return gain


def key_rate_dv01s(curve: Curve, swaps: Periods, rate: FloatArray) -> FloatArray:
    """The same for each quote alone: (swaps, quotes). Their sum is the DV01 but for convexity."""
    bumps = _BASIS_POINT * np.eye(curve.rates.size)
    values = receiver_value(curve.requoted(curve.rates + np.concatenate([bumps, -bumps])), swaps, rate)
    up, down = np.split(values, 2)
    gains: FloatArray = (down - up).T / 2.0
    return gains
