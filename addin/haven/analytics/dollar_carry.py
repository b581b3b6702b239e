"""The carry of a real Treasury against a paid swap, in dollars over a horizon."""

from typing import Final

import numpy as np

from haven.analytics.arrays import DateArray, FloatArray
from haven.analytics.bonds import accrued_interest, clean_price, risk, yield_to_maturity
from haven.analytics.capital import BP, Trade, direction, par_bond_duration, running_costs
from haven.analytics.coupons import coupon_stream
from haven.analytics.dates import days_between
from haven.errors import Reason, refuse

MONEY_YEAR: Final = 360.0
BOND_YEAR: Final = 365.25


def dollar_carry(
    trade: Trade,
    spread: FloatArray,
    face: FloatArray,
    price: FloatArray,
    coupon: FloatArray,
    maturity: DateArray,
    settle: DateArray,
) -> dict[str, FloatArray]:
    """Legs of the carry by name, USD; the last but one is their sum, the last the swap's notional.

    Parameters
    ----------
    trade
        Terms; ``risk_free`` is SOFR, ``horizon`` how long the trade is held.
    spread : (n,) array
        Matched-maturity swap spread, bp: the swap pays the bond's yield plus it.
    face : (n,) array
        Dollars of the bond.
    price, coupon : (n,) arrays
        Clean per 100 face, decimal.
    maturity, settle : (n,) arrays

    Returns
    -------
    dict
        The bond is carried at an unchanged yield; the swap's notional makes the trade DV01-neutral, its DV01 being
        that of a par bond at its rate. In the reverse the haircut's cash earns SOFR.

    Raises
    ------
    HavenError
        NO_SOLUTION when the bond matures within the horizon.
    """
    end = settle + np.round(np.broadcast_to(trade.horizon, settle.shape) * BOND_YEAR).astype("m8[D]")
    refuse(
        end >= maturity, Reason.NO_SOLUTION, lambda i: f"maturity must be after the horizon {end[i]}, got {maturity[i]}"
    )
    now, then = coupon_stream(coupon, maturity, settle), coupon_stream(coupon, maturity, end)
    yields = yield_to_maturity(now, price)
    units, waited = face / 100.0, days_between(settle, end) / MONEY_YEAR
    value = units * (price + accrued_interest(now))
    fixed = yields + spread / BP
    swap_duration = par_bond_duration(days_between(settle, maturity) / BOND_YEAR, fixed)
    notional = face * risk(now, yields).dv01 / 100.0 / (swap_duration / BP)
    costs = running_costs(trade)
    sign = direction(trade)
    unfunded = sign * trade.haircut * trade.risk_free + costs["haircut funding"] / BP
    legs = {
        "coupon accrual": sign
        * units
        * (accrued_interest(then) - accrued_interest(now) + 50.0 * coupon * (now.payments - then.payments)),
        "pull to par": sign * units * (clean_price(then, yields) - price),
        "repo interest": -sign * value * (1.0 - trade.haircut) * (trade.risk_free + trade.repo_spread / BP) * waited,
        "haircut funding": -value * unfunded * waited,
        "swap fixed": -sign * notional * fixed * waited,
        "swap SOFR": sign * notional * trade.risk_free * waited,
        "margin funding": -value * costs["margin funding"] / BP * waited,
        "transaction": -value * trade.trade_cost / BP,
    }
    return {**legs, "carry": np.sum(list(legs.values()), axis=0), "swap notional": notional}
