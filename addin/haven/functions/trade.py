"""The balance-sheet trade of one tenor and date: a desk's options over the rules and the market of that date."""

from typing import Annotated, Any, Final

import numpy as np

from haven.analytics.arrays import DateArray, FloatArray
from haven.analytics.capital import Trade, par_bond_duration
from haven.functions.dates import or_latest_quote
from haven.functions.kinds import RATE, SPREAD, ChoiceKind, NumberKind, Option, Options, OptionsKind
from haven.market.rules import banks, rule
from haven.market.snapshot import current

MARGIN_PER_DURATION: Final = 0.0044
"""Initial margin of a cleared swap per year of modified duration, per unit of notional."""
SOFR_UNKNOWN: Final = 0.04
"""The risk-free rate where the date has no SOFR."""

_SHARE = NumberKind("share", low=0.0, high=1.0, rule="a decimal from 0 to 1")
_BELOW_ONE = NumberKind("share", low=0.0, high=1.0 - 1e-9, rule="a decimal from 0 to below 1")
_DAYS = NumberKind("days", low=1.0, high=250.0, rule="business days from 1 to 250")
_COST = NumberKind("basis points of price", low=0.0, high=1000.0, rule="basis points of price from 0 to 1000")
_YEARS = NumberKind("years", low=1 / 365, high=100.0, rule="years above 0, up to 100")


class _SwitchKind(NumberKind):
    """0 or 1, also TRUE or FALSE."""

    def read(self, argument: str, value: object) -> float:
        return NumberKind.read(self, argument, float(value) if isinstance(value, bool) else value)


_SWITCH = _SwitchKind("switch", low=0.0, high=1.0, rule="0 or 1")

TRADE_OPTIONS: Final = (
    Option("leverage_ratio", _BELOW_ONE, "Tier 1 capital asked per unit of leverage exposure", "rule of the date"),
    Option("bank", ChoiceKind("bank", words=banks()), "holding company whose rules apply", "JPM"),
    Option("binding_weight", _SHARE, "how far the leverage ratio binds, 0 to 1", "1"),
    Option("hurdle", RATE, "after-tax return asked on equity", "0.10"),
    Option("tax", _BELOW_ONE, "tax rate", "0.21"),
    Option("risk_free", RATE, "rate that equity saves by replacing debt", "SOFR of the date"),
    Option("equity_funds", _SWITCH, "1 if equity replaces debt funding", "1"),
    Option("equity_funds_haircut", _SWITCH, "1 if equity funds the haircut first", "1"),
    Option("haircut", _BELOW_ONE, "repo haircut", "0.02"),
    Option("repo_spread", SPREAD, "repo minus SOFR, bp", "5"),
    Option("unsecured_spread", SPREAD, "unsecured funding minus SOFR, bp", "50"),
    Option("initial_margin", _SHARE, "initial margin of the swap", "0.0044 x duration"),
    Option("margin_spread", SPREAD, "what the clearing house pays over SOFR, bp", "0"),
    Option("mpor_days", _DAYS, "margin period of risk, business days", "10"),
    Option("trade_cost", _COST, "round-trip cost, bp of price", "1"),
    Option("horizon", _YEARS, "years the trade cost is spread over", "1"),
    Option("rwa_charge", _SHARE, "risk-weighted capital per unit of market value", "0"),
    Option("desk_capital", _SHARE, "capital the desk is asked for per unit of market value", "0"),
)
TradeOptions = Annotated[Options, OptionsKind("options", options=TRADE_OPTIONS)]

_CONSTANTS: Final = {
    "binding_weight": 1.0,
    "hurdle": 0.10,
    "tax": 0.21,
    "equity_funds": 1.0,
    "equity_funds_haircut": 1.0,
    "haircut": 0.02,
    "repo_spread": 5.0,
    "unsecured_spread": 50.0,
    "margin_spread": 0.0,
    "mpor_days": 10.0,
    "trade_cost": 1.0,
    "horizon": 1.0,
    "rwa_charge": 0.0,
    "desk_capital": 0.0,
}


def trade(tenor: FloatArray, date: DateArray, options: Options) -> Trade:
    """The terms of the trade by tenor (years) and date; an empty date is the Treasury's latest.

    What ``options`` leaves open comes from the rules and the market of the date, and only that is looked up.
    """
    date = or_latest_quote(date, tenor, "UST")
    terms: dict[str, Any] = {**_CONSTANTS, **options}
    bank = terms.pop("bank", "JPM")
    if "leverage_ratio" not in terms:
        terms["leverage_ratio"] = rule("leverage_ratio", date, bank)
    if "risk_free" not in terms:
        terms["risk_free"] = _sofr(date)
    if "initial_margin" not in terms:
        rate = current().curve("UST").rates(tenor, date)
        terms["initial_margin"] = MARGIN_PER_DURATION * par_bond_duration(tenor, rate)
    excluded = rule("treasuries_excluded", date) > 0
    return Trade(tenor=tenor, treasuries_excluded=excluded, **terms)


def _sofr(date: DateArray) -> FloatArray:
    sofr = current().history("SOFR")
    row, found = sofr.find(date)
    known: FloatArray = np.where(found, sofr.values[row], SOFR_UNKNOWN)
    return known
