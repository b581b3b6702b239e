"""The balance-sheet trade of one tenor and date: a desk's options over the rules and the market of that date."""

from collections.abc import Callable
from typing import Annotated, Any, Final

import numpy as np

from haven.analytics.arrays import DateArray, FloatArray
from haven.analytics.capital import Trade, par_bond_duration
from haven.functions.dates import last_fixing, or_latest_quote
from haven.functions.kinds import RATE, SPREAD, SWITCH, ChoiceKind, NumberKind, Option, Options, OptionsKind
from haven.market.rules import banks, rule
from haven.market.snapshot import current

MARGIN_PER_DURATION: Final = 0.0044
"""Initial margin of a cleared swap per year of modified duration, per unit of notional."""
SOFR_UNKNOWN: Final = 0.04
"""The risk-free rate where there is no SOFR of the week to the date."""

_SHARE = NumberKind("share", low=0.0, high=1.0, rule="a decimal from 0 to 1")
BELOW_ONE = NumberKind("share", low=0.0, high=1.0 - 1e-9, rule="a decimal from 0 to below 1")
_DAYS = NumberKind("days", low=1.0, high=250.0, rule="business days from 1 to 250")
_COST = NumberKind("basis points of price", low=0.0, high=1000.0, rule="basis points of price from 0 to 1000")
_FACTOR = NumberKind("factor", low=0.0, high=100.0, rule="a number from 0 to 100")
_YEARS = NumberKind("years", low=1 / 365, high=100.0, rule="years above 0, up to 100")


TRADE_OPTIONS: Final = (
    Option("leverage_ratio", BELOW_ONE, "Tier 1 capital asked per unit of leverage exposure", "rule of the date"),
    Option("bank", ChoiceKind("bank", words=banks()), "holding company whose rules apply", "JPM"),
    Option("binding_weight", _SHARE, "how far the leverage ratio binds, 0 to 1", "1"),
    Option("hurdle", RATE, "after-tax return asked on equity", "0.10"),
    Option("tax", BELOW_ONE, "tax rate", "0.21"),
    Option("risk_free", RATE, "rate that equity saves by replacing debt", "SOFR of the date"),
    Option("equity_funds", SWITCH, "1 if equity replaces debt funding", "1"),
    Option("equity_funds_haircut", SWITCH, "1 if equity funds the haircut first", "1"),
    Option("haircut", BELOW_ONE, "repo haircut", "0.02"),
    Option("repo_spread", SPREAD, "repo minus SOFR, bp", "5"),
    Option("unsecured_spread", SPREAD, "unsecured funding minus SOFR, bp", "50"),
    Option("initial_margin", _SHARE, "initial margin of the swap", "0.0044 x duration"),
    Option("margin_spread", SPREAD, "what the clearing house pays over SOFR, bp", "0"),
    Option("mpor_days", _DAYS, "margin period of risk, business days", "10"),
    Option("trade_cost", _COST, "round-trip cost, bp of price", "1"),
    Option("horizon", _YEARS, "years the trade cost is spread over", "1"),
    Option("rwa_charge", _SHARE, "risk-weighted capital per unit of market value", "0"),
    Option("desk_capital", _SHARE, "capital the desk is asked for per unit of market value", "0"),
    Option("treasuries_excluded", SWITCH, "1 if leverage exposure leaves Treasuries out", "rule of the date"),
    Option("kappa", _FACTOR, "charge per unit of convergence risk", "0"),
    Option("sigma", _COST, "volatility of the swap spread, bp a year", "0"),
    Option("blend", _SHARE, "share of leverage in capital blended with the larger other", "the largest counts"),
    Option("reverse", SWITCH, "1 for the reverse: short the Treasury, receive fixed", "0"),
)
TradeOptions = Annotated[Options, OptionsKind("options", options=TRADE_OPTIONS)]

DEFAULT_BANK: Final = "JPM"


def trade(tenor: FloatArray, date: DateArray, options: Options) -> Trade:
    """The terms of the trade by tenor (years) and date; an empty date is the Treasury's latest.

    What ``options`` leaves open comes from the rules and the market of the date, and only that is looked up.
    """
    date = or_latest_quote(date, tenor, "UST")
    terms: dict[str, Any] = {**_CONSTANTS, **options}
    for name, of_the_date in DEFAULTS_OF_THE_DATE.items():
        if name not in terms:
            terms[name] = of_the_date(tenor, date, options)
    terms.pop("bank", None)
    charge = np.asarray(terms.pop("kappa") * terms.pop("sigma"))
    convergence = charge * duration(tenor, date) * np.sqrt(terms["horizon"]) if charge.any() else charge
    excluded = np.asarray(terms.pop("treasuries_excluded")) > 0
    reverse = np.asarray(terms.pop("reverse")) > 0
    return Trade(tenor=tenor, treasuries_excluded=excluded, convergence_risk=convergence, reverse=reverse, **terms)


def duration(tenor: FloatArray, date: DateArray) -> FloatArray:
    """Modified duration of the par Treasury of a tenor, years."""
    return par_bond_duration(tenor, current().curve("UST").rates(tenor, date))


def _leverage_ratio(_: FloatArray, date: DateArray, options: Options) -> FloatArray:
    return rule("leverage_ratio", date, options.get("bank", DEFAULT_BANK))


def _risk_free(_: FloatArray, date: DateArray, __: Options) -> FloatArray:
    sofr = last_fixing("SOFR", date)[0]
    known: FloatArray = np.where(np.isnan(sofr), SOFR_UNKNOWN, sofr)
    return known


def _initial_margin(tenor: FloatArray, date: DateArray, _: Options) -> FloatArray:
    return MARGIN_PER_DURATION * duration(tenor, date)


def _treasuries_excluded(_: FloatArray, date: DateArray, __: Options) -> FloatArray:
    return rule("treasuries_excluded", date)


DEFAULTS_OF_THE_DATE: Final[dict[str, Callable[[FloatArray, DateArray, Options], FloatArray]]] = {
    "leverage_ratio": _leverage_ratio,
    "risk_free": _risk_free,
    "initial_margin": _initial_margin,
    "treasuries_excluded": _treasuries_excluded,
}
FIXED_DEFAULTS: Final = {
    option.name: float(option.default) for option in TRADE_OPTIONS if option.default.replace(".", "", 1).isdigit()
}
"""The options whose default is a number, whatever the date."""
_CONSTANTS: Final = {**FIXED_DEFAULTS, "blend": np.nan}
