"""What a Treasury costs a dealer: long the bond, financed in repo, paying fixed on a cleared SOFR swap.

Everything is per unit of the Treasury's market value and runs by the year. Spreads, costs and carry are in basis
points; exposure and capital are fractions. Every term is an array, and all of them broadcast, so a grid or a
million scenarios is one call. A swap spread is swap minus Treasury: negative today.

Source
------
Trade accounting after Siriwardane, Sunderam and Wallen, "Segmented Arbitrage", appendix A.1.5, with the
dealer's return on equity after Boyarchenko, Gupta, Steele and Yen, FRBNY Economic Policy Review 24(2), 2018.
"""

from dataclasses import dataclass, replace

import numpy as np

from haven.analytics import saccr
from haven.analytics.arrays import BoolArray, FloatArray

BP = 1e4


@dataclass(frozen=True, slots=True)
class Trade:
    """The terms of the trade, each a scalar or an array.

    ``leverage_ratio``, ``binding_weight``, ``hurdle`` (after tax), ``tax``, ``risk_free``, ``haircut``,
    ``initial_margin``, ``rwa_charge`` and ``desk_capital`` are decimals; ``repo_spread``, ``unsecured_spread`` and
    ``margin_spread`` are bp over SOFR; ``trade_cost`` is bp of price, round trip, spread over ``horizon`` years;
    ``equity_funds`` (capital replaces debt) and ``equity_funds_haircut`` are 0 or 1; ``treasuries_excluded`` says
    that the leverage exposure leaves Treasuries out; ``convergence_risk`` is what the trade is charged, bp a year, for
    the spread not converging within the horizon.
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


def exposure(trade: Trade) -> FloatArray:
    """Leverage exposure: the bond, the repo's counterparty add-on, and the swap by SA-CCR (replacement cost 0)."""
    bond = np.where(trade.treasuries_excluded, 0.0, 1.0)
    pfe = saccr.potential_future_exposure(trade.tenor, saccr.margined_factor(trade.mpor_days))
    return bond + trade.haircut + saccr.exposure(pfe, np.zeros(()))


def capital(trade: Trade) -> FloatArray:
    """Capital the trade ties up: the largest of leverage, risk-weighted and desk capital."""
    leverage = trade.binding_weight * trade.leverage_ratio * exposure(trade)
    largest: FloatArray = np.maximum(np.maximum(leverage, trade.rwa_charge), trade.desk_capital)
    return largest


def running_costs(trade: Trade) -> dict[str, FloatArray]:
    """What the trade pays whoever owns it, bp a year: repo, haircut funding, margin funding, transaction."""
    unfunded = np.maximum(trade.haircut - capital(trade) * trade.equity_funds_haircut, 0.0)
    return {
        "repo financing": (1.0 - trade.haircut) * trade.repo_spread,
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
    """The swap spread, bp, at which the trade just earns the hurdle: minus the balance-sheet cost."""
    return -balance_sheet_cost(trade)


def carry(trade: Trade, spread: FloatArray) -> FloatArray:
    """Net carry at a swap spread, bp a year, before capital."""
    return -spread - _total(running_costs(trade))


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
    zero_capital = replace(trade, binding_weight=none, rwa_charge=none, desk_capital=none)
    asked = -spread - _total(running_costs(zero_capital))
    charge = BP * (trade.hurdle / (1.0 - trade.tax) - trade.equity_funds * trade.risk_free)
    relief = trade.equity_funds_haircut * trade.unsecured_spread
    kink = np.where(trade.equity_funds_haircut > 0, trade.haircut, np.inf)
    with np.errstate(divide="ignore", invalid="ignore"):
        below = asked / (charge - relief)
        beyond = (asked + trade.haircut * relief) / charge
    above_kink = np.where(beyond >= kink, beyond, np.nan)
    solution: FloatArray = np.where((below >= 0) & (below <= kink), below, above_kink)
    return solution


def implied_leverage_ratio(trade: Trade, spread: FloatArray) -> FloatArray:
    """The leverage ratio that makes a swap spread the break-even; NaN where none does.

    None does where the spread asks for less capital than the risk-weighted or desk requirement.
    """
    needed = implied_capital(trade, spread)
    floor = np.maximum(trade.rwa_charge, trade.desk_capital)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = needed / (trade.binding_weight * exposure(trade))
    implied: FloatArray = np.where(needed >= floor, ratio, np.nan)
    return implied


def adverse_move(trade: Trade, spread: FloatArray, duration: FloatArray) -> FloatArray:
    """How far the swap spread may move against the trade over the horizon before its carry is lost, bp."""
    return -carry(trade, spread) * trade.horizon / duration


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
