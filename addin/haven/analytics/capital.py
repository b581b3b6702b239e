"""What a Treasury costs a dealer: long the bond, financed in repo, paying fixed on a cleared SOFR swap; or the reverse.

Everything is per unit of the Treasury's market value and runs by the year. Spreads, costs and carry are in basis
points; exposure and capital are fractions. Every term is an array, and all of them broadcast, so a grid or a
million scenarios is one call. A swap spread is swap minus Treasury: negative today.

Source
------
Trade accounting after Siriwardane, Sunderam and Wallen, "Segmented Arbitrage", appendix A.1.5, with the
dealer's return on equity after Boyarchenko, Gupta, Steele and Yen, FRBNY Economic Policy Review 24(2), 2018.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from haven.analytics import saccr
from haven.analytics.arrays import BoolArray, FloatArray

BP: Final = 1e4
_ROUNDING: Final = 1e-12
"""Of capital: what a spread that is itself a break-even may miss it by."""


@dataclass(frozen=True, slots=True)
class Trade:
    """The terms of the trade, each a scalar or an array.

    ``leverage_ratio``, ``binding_weight``, ``hurdle`` (after tax), ``tax``, ``risk_free``, ``haircut``,
    ``initial_margin``, ``rwa_charge`` and ``desk_capital`` are decimals; ``repo_spread``, ``unsecured_spread`` and
    ``margin_spread`` are bp over SOFR; ``trade_cost`` is bp of price, round trip, spread over ``horizon`` years;
    ``equity_funds`` (capital replaces debt) and ``equity_funds_haircut`` are 0 or 1; ``treasuries_excluded`` says
    that the leverage exposure leaves Treasuries out; ``convergence_risk`` is what the trade is charged, bp a year, for
    the spread not converging within the horizon. ``blend`` is the share of leverage in capital that a desk averages
    with its other requirements; NaN where the largest counts. ``reverse`` says that the trade is short the bond,
    borrowed against cash in reverse repo, and receives fixed.
    """

    tenor: FloatArray
    leverage_ratio: FloatArray
    binding_weight: FloatArray
    hurdle: FloatArray
    tax: FloatArray
    risk_free: FloatArray
    equity_funds: FloatArray
    equity_funds_haircut: FloatArray
    haircut: FloatArray
    repo_spread: FloatArray
    unsecured_spread: FloatArray
    initial_margin: FloatArray
    margin_spread: FloatArray
    mpor_days: FloatArray
    trade_cost: FloatArray
    horizon: FloatArray
    rwa_charge: FloatArray
    desk_capital: FloatArray
    treasuries_excluded: BoolArray
    convergence_risk: FloatArray
    blend: FloatArray
    reverse: BoolArray


REQUIREMENTS: Final = ("leverage", "risk-weighted", "desk")


def exposure(trade: Trade) -> FloatArray:
    """Leverage exposure: the bond and the repo's counterparty add-on, and the swap by SA-CCR (replacement cost 0).

    The reverse has the cash lent against the bond instead, which no exclusion of Treasuries takes out.
    """
    bond = np.where(trade.treasuries_excluded, 0.0, 1.0)
    pfe = saccr.potential_future_exposure(trade.tenor, saccr.margined_factor(trade.mpor_days))
    on_the_sheet = np.where(trade.reverse, 1.0 - trade.haircut, bond + trade.haircut)
    return on_the_sheet + saccr.exposure(pfe, np.zeros(()))


def requirements(trade: Trade) -> FloatArray:
    """Capital by requirement, in the order of ``REQUIREMENTS`` along the first axis."""
    leverage = trade.binding_weight * trade.leverage_ratio * exposure(trade)
    return np.stack(np.broadcast_arrays(leverage, trade.rwa_charge, trade.desk_capital))


def capital(trade: Trade) -> FloatArray:
    """Capital the trade ties up: the largest requirement, or the desk's blend of leverage with the larger other."""
    leverage, *others = requirements(trade)
    other = np.maximum(*others)
    blended = trade.blend * leverage + (1.0 - trade.blend) * other
    tied_up: FloatArray = np.where(np.isnan(trade.blend), np.maximum(leverage, other), blended)
    return tied_up


def direction(trade: Trade) -> FloatArray:
    """1 for the trade, -1 for its reverse."""
    sign: FloatArray = np.where(trade.reverse, -1.0, 1.0)
    return sign


def running_costs(trade: Trade) -> dict[str, FloatArray]:
    """What the trade pays whoever owns it, bp a year: repo, haircut funding, margin funding, transaction.

    The reverse lends in repo, and the haircut is its protection, not its cost.
    """
    unfunded = np.maximum(trade.haircut - capital(trade) * trade.equity_funds_haircut, 0.0)
    unfunded = np.where(trade.reverse, 0.0, unfunded)
    return {
        "repo financing": direction(trade) * (1.0 - trade.haircut) * trade.repo_spread,
        "haircut funding": unfunded * trade.unsecured_spread,
        "margin funding": trade.initial_margin * (trade.unsecured_spread - trade.margin_spread),
        "transaction": trade.trade_cost / trade.horizon,
        "convergence risk": np.asarray(trade.convergence_risk),
    }


def cost_components(trade: Trade) -> dict[str, FloatArray]:
    """The balance-sheet cost by component, bp a year; the components add up to the cost.

    Capital charges the hurdle before tax; the equity credit is what that capital earns by replacing debt.
    """
    tied_up = BP * capital(trade)
    return {
        "capital": tied_up * trade.hurdle / (1.0 - trade.tax),
        "equity credit": -tied_up * trade.equity_funds * trade.risk_free,
        **running_costs(trade),
    }


def balance_sheet_cost(trade: Trade) -> FloatArray:
    """What it costs to hold a Treasury against a swap, bp a year."""
    return _total(cost_components(trade))


def break_even(trade: Trade) -> FloatArray:
    """The swap spread, bp, at which the trade just earns the hurdle: minus its cost, for the reverse its cost."""
    return -direction(trade) * balance_sheet_cost(trade)


def carry(trade: Trade, spread: FloatArray) -> FloatArray:
    """Net carry at a swap spread, bp a year, before capital."""
    return -direction(trade) * spread - _total(running_costs(trade))


def return_on_equity(trade: Trade, spread: FloatArray) -> FloatArray:
    """After-tax return on the capital tied up, at a swap spread; infinite where the trade ties up none."""
    tied_up = capital(trade)
    gain = carry(trade, spread) / BP + tied_up * trade.risk_free * trade.equity_funds
    with np.errstate(divide="ignore", invalid="ignore"):
        earned: FloatArray = (1.0 - trade.tax) * gain / tied_up
    return earned


def implied_capital(trade: Trade, spread: FloatArray) -> FloatArray:
    """The capital at which a swap spread is the break-even; NaN where there is none.

    The cost is linear in capital with one kink, where capital has funded the whole haircut. Where both sides
    have a solution the lower one is given.
    """
    none = np.zeros(())
    asked = carry(replace(trade, binding_weight=none, rwa_charge=none, desk_capital=none), spread)
    charge = BP * (trade.hurdle / (1.0 - trade.tax) - trade.equity_funds * trade.risk_free)
    relief = np.where(trade.reverse, 0.0, trade.equity_funds_haircut * trade.unsecured_spread)
    funds_haircut = (np.asarray(trade.equity_funds_haircut) > 0) & ~np.asarray(trade.reverse)
    kink = np.where(funds_haircut, trade.haircut, np.inf)
    with np.errstate(divide="ignore", invalid="ignore"):
        below = asked / (charge - relief)
        beyond = (asked + trade.haircut * relief) / charge
    above_kink = np.where(beyond >= kink - _ROUNDING, beyond, np.nan)
    solution: FloatArray = np.where((below >= -_ROUNDING) & (below <= kink), np.maximum(below, 0.0), above_kink)
    return solution


def implied_leverage_ratio(trade: Trade, spread: FloatArray) -> FloatArray:
    """The leverage ratio that makes a swap spread the break-even; NaN where none does.

    None does where the spread asks for less capital than the other requirements, or their part of a blend.
    """
    needed = implied_capital(trade, spread)
    other = np.maximum(trade.rwa_charge, trade.desk_capital)
    largest = np.isnan(trade.blend)
    share = np.where(largest, 1.0, trade.blend)
    added = np.where(largest, 0.0, (1.0 - share) * other)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (needed - added) / (share * trade.binding_weight * exposure(trade))
    implied: FloatArray = np.where(needed >= np.where(largest, other, added) - _ROUNDING, ratio, np.nan)
    return implied


def adverse_move(trade: Trade, spread: FloatArray, duration: FloatArray) -> FloatArray:
    """The move of the swap spread over the horizon, bp, that undoes the trade's carry."""
    return -direction(trade) * carry(trade, spread) * trade.horizon / duration


def headroom(tier1: FloatArray, ratio: FloatArray, exposed: FloatArray) -> FloatArray:
    """What still fits under a capital ratio: ``tier1 / ratio - exposed``; negative when the limit is broken."""
    return tier1 / ratio - exposed


def par_bond_duration(years: FloatArray, rate: FloatArray) -> FloatArray:
    """Modified duration of a semi-annual par bond: ``(1 - (1 + y/2)^(-2T)) / y``; ``T`` at a yield of zero."""
    flat = np.abs(rate) < 1e-9
    safe = np.where(flat, 1.0, rate)
    duration: FloatArray = np.where(flat, years, -np.expm1(-2.0 * years * np.log1p(safe / 2.0)) / safe)
    return duration


def _total(parts: dict[str, FloatArray]) -> FloatArray:
    total: FloatArray = np.sum(np.broadcast_arrays(*parts.values()), axis=0)
    return total
