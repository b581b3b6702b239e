"""A Treasury against the SOFR curve: matched-maturity, forward, asset-swap and Z-spreads, hedge ratio.

Spreads of a swap over a Treasury are negative when the swap is the lower; asset-swap and Z-spreads are positive
when the bond is cheap to swaps. Swaps start where the bond settles and end at its maturity. Asset swaps and
Z-spreads discount coupons to the business day on which they are paid: on a weekend maturity that is worth most
of a basis point. All arrays are flat and equally long; prices clean per 100 face, spreads in basis points.
"""

from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from haven.analytics.arrays import DateArray, FloatArray, IntArray, to_bp
from haven.analytics.bonds import accrued_interest, check_price, risk, yield_to_maturity
from haven.analytics.calendars import SIFMA
from haven.analytics.carry import forward_price
from haven.analytics.coupons import CouponStream, coupon_stream, payment_dates
from haven.analytics.dates import days_between
from haven.analytics.sofr_curve import Curve
from haven.analytics.spreads import swap_on_bond_basis, swap_spread
from haven.analytics.swaps import annuity, dv01, par_rate, swaps_to
from haven.errors import Reason, refuse

Measure = Literal["headline", "converted"]
AssetSwap = Literal["par", "market"]

_MAX_STEPS: Final = 100
_CONVERGED: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Treasury:
    """Bonds and their clean prices at settlement; NO_SOLUTION for a price that is no price."""

    price: FloatArray
    coupon: FloatArray
    maturity: DateArray
    settle: DateArray

    def __post_init__(self) -> None:
        check_price(self.price)

    def of(self, chosen: IntArray) -> "Treasury":
        """Some of the bonds."""
        return Treasury(self.price[chosen], self.coupon[chosen], self.maturity[chosen], self.settle[chosen])

    @property
    def stream(self) -> CouponStream:
        """What the bonds pay."""
        return coupon_stream(self.coupon, self.maturity, self.settle)

    @property
    def yields(self) -> FloatArray:
        """Street yields."""
        return yield_to_maturity(self.stream, self.price)


def matched_spread(curve: Curve, bonds: Treasury, measure: Measure = "headline") -> FloatArray:
    """Par swap to each bond's maturity minus its street yield.

    ``converted`` first puts the swap on the bond's semi-annual basis.
    """
    swap = par_rate(curve, swaps_to(curve, bonds.settle, bonds.maturity))
    return swap_spread(swap_on_bond_basis(swap) if measure == "converted" else swap, bonds.yields)


def forward_spread(curve: Curve, bonds: Treasury, forward: DateArray, repo_rate: FloatArray) -> FloatArray:
    """The matched spread at a forward date, the bond carried there at a repo rate (decimal, Act/360)."""
    price = forward_price(bonds.price, bonds.coupon, bonds.maturity, bonds.settle, forward, repo_rate)
    return matched_spread(curve, replace(bonds, price=price, settle=forward))


def asset_swap_spread(curve: Curve, bonds: Treasury, kind: AssetSwap = "par") -> FloatArray:
    """Spread over SOFR that the bond earns when its coupons are swapped, on annual Act/360 periods without lag.

    In a ``par`` swap the buyer pays 100 up front, in a ``market`` one the bond's dirty price, which is then also
    the notional.
    """
    paid, amounts = _flows_on(curve, bonds)
    swaps = swaps_to(curve, bonds.settle, bonds.maturity, replace(curve.conventions, payment_lag=0))
    dirty = bonds.price + accrued_interest(bonds.stream)
    worth = (amounts * curve.discount(paid)).sum(axis=1) - dirty * curve.discount(bonds.settle)
    notional = dirty if kind == "market" else 100.0
    return to_bp(worth / (notional * annuity(curve, swaps)))


def z_spread(curve: Curve, bonds: Treasury) -> FloatArray:
    """What is added to every zero rate from settlement, semi-annual Act/365, to give the bond its price.

    Raises
    ------
    HavenError
        NO_SOLUTION where no spread does.
    """
    paid, amounts = _flows_on(curve, bonds)
    times = np.maximum(days_between(bonds.settle[:, None], paid), 1.0) / 365.0
    logs = curve.log_discount(paid) - curve.log_discount(bonds.settle)[:, None]
    growth = np.exp(-logs / (2.0 * times))
    target = bonds.price + accrued_interest(bonds.stream)
    lowest = -2.0 * growth.min(axis=1)
    spread = np.zeros(target.shape)
    for _ in range(_MAX_STEPS):
        base = growth + spread[:, None] / 2.0
        values = amounts * base ** (-2.0 * times)
        slope = -(values * times / base).sum(axis=1)
        # The price is convex in the spread: a step may pass the pole on the left, never a root on the right.
        moved = np.maximum(spread - (values.sum(axis=1) - target) / slope, (spread + lowest) / 2.0)
        step, spread = moved - spread, moved
        if np.abs(step).max() < _CONVERGED:
            break
    refuse(
        ~(np.abs(step) < _CONVERGED),
        Reason.NO_SOLUTION,
        lambda i: f"price must have a Z-spread, none gives {bonds.price[i]:g}",
    )
    return to_bp(spread)


def hedge_ratio(curve: Curve, bonds: Treasury) -> FloatArray:
    """Notional of the matched par swap, per 100 face, that loses what the bond gains when rates fall a basis point."""
    swaps = swaps_to(curve, bonds.settle, bonds.maturity)
    ratio: FloatArray = risk(bonds.stream, bonds.yields).dv01 / dv01(curve, swaps, par_rate(curve, swaps))
    return ratio


def _flows_on(curve: Curve, bonds: Treasury) -> tuple[DateArray, FloatArray]:
    """The flows of bonds, all of which the curve reaches; the bond is blamed where it does not."""
    refuse(
        bonds.settle < curve.asof,
        Reason.NO_SOLUTION,
        lambda i: f"settle must not be before the curve's date {curve.asof}, got {bonds.settle[i]}",
    )
    paid, amounts = bond_flows(bonds)
    curve.refuse_past_end(paid[:, 0])
    return paid, amounts


def bond_flows(bonds: Treasury) -> tuple[DateArray, FloatArray]:
    """Business days on which the bonds pay, latest first, and amounts per 100 face, both (bonds, most payments)."""
    stream = bonds.stream
    dates = payment_dates(bonds.maturity, stream.payments)
    back = np.arange(dates.shape[1])
    amounts = np.where(back < stream.payments[:, None], 50.0 * stream.coupon[:, None], 0.0)
    amounts[:, 0] += 100.0
    return SIFMA.roll(dates, "following"), amounts
