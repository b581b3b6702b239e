"""Balance sheet: exposure, carry, headroom and the cross-section of spreads."""

from typing import Annotated, Any, Final

import numpy as np

from haven.analytics import capital, saccr
from haven.analytics.arrays import DateArray, FloatArray
from haven.analytics.capital import Trade
from haven.analytics.dollar_carry import dollar_carry
from haven.analytics.spread_model import fit_spreads, shadow_cost_bounds
from haven.errors import HavenError, Reason, refuse
from haven.functions.answer import attempt
from haven.functions.balance_sheet import market_spread
from haven.functions.balance_sheet_rules import HV_RULE
from haven.functions.catalogue import spreadsheet_function
from haven.functions.dates import or_latest_quote
from haven.functions.kinds import (
    DATE,
    RATE,
    SWITCH,
    ChoiceKind,
    Date,
    Number,
    NumberKind,
    Numbers,
    Option,
    Options,
    OptionsKind,
    Spread,
    Tenor,
    Tenors,
    optional,
)  # fmt: skip
from haven.functions.rates import HV_SWAPSPREAD
from haven.functions.trade import BELOW_ONE, FIXED_DEFAULTS, TRADE_OPTIONS, TradeOptions, duration, trade
from haven.functions.units import BASIS_POINTS, FACTOR, MONEY, RATIO, TEXT, YEARS, Column
from haven.market.rules import banks

_DOLLARS = NumberKind("USD", low=0.0, rule="dollars, not negative")
Dollars = Annotated[FloatArray, _DOLLARS]
Days = Annotated[FloatArray, NumberKind("days", low=1.0, high=250.0, rule="business days from 1 to 250")]
SaccrOptions = Annotated[
    Options,
    OptionsKind(
        "options",
        options=(
            Option("margined", SWITCH, "0 for a swap without variation margin", "1"),
            Option("replacement_cost", _DOLLARS, "replacement cost after collateral, USD", "0"),
        ),
    ),
]
HeadroomOptions = Annotated[
    Options,
    OptionsKind(
        "options",
        options=(
            Option("leverage_ratio", BELOW_ONE, "Tier 1 capital asked per unit of exposure", "rule of the date"),
            Option("bank", ChoiceKind("bank", words=banks()), "holding company whose rules apply", "JPM"),
            Option("treasuries", _DOLLARS, "Treasuries held that a carve-out takes out of the exposure, USD", "0"),
            Option("risk_weighted_assets", _DOLLARS, "risk-weighted assets, USD", "0"),
            Option("risk_based_ratio", BELOW_ONE, "Tier 1 capital asked per unit of risk-weighted assets", "none"),
            Option(
                "risk_weight", NumberKind("share", low=0.0, high=12.5, rule="from 0 to 12.5"), "of the new asset", "0"
            ),
        ),
    ),
]


_PRICE = NumberKind("price", low=1.0, high=1000.0, rule="a price per 100 face, from 1 to 1000")
CarryOptions = Annotated[
    Options,
    OptionsKind(
        "options",
        options=(
            *TRADE_OPTIONS,
            Option("face", _DOLLARS, "USD face of a real bond: adds its carry in dollars", "none"),
            Option("price", _PRICE, "its clean price", ""),
            Option("coupon", RATE, "its coupon", ""),
            Option("maturity", DATE, "its maturity", ""),
            Option("settle", DATE, "when it is bought", ""),
        ),
    ),
]
_BOND: Final = ("face", "price", "coupon", "maturity", "settle")


@spreadsheet_function("Balance sheet", MONEY, example=(100_000_000.0, "10Y"))
def HV_SACCR(
    notional: Number, tenor: Tenor, mpor_days: Days = optional(10.0), options: SaccrOptions = optional()
) -> FloatArray:
    """SA-CCR exposure amount of one par swap in dollars: 1.4 times replacement cost plus future exposure.

    Parameters
    ----------
    notional
        Dollars; the sign (pay or receive) does not matter for one swap.
    tenor
        Maturity such as 10Y.
    mpor_days
        Margin period of risk in business days; empty means 10.
    options
        Two columns, key and value.
    """
    pfe = np.abs(notional) * saccr.potential_future_exposure(tenor, _maturity_factor(tenor, mpor_days, options))
    return saccr.exposure(pfe, np.asarray(options.get("replacement_cost", 0.0)))


@spreadsheet_function("Balance sheet", MONEY, example=([[1e8], [-5e7]], [["10Y"], ["5Y"]]))
def HV_SACCRBOOK(
    notionals: Numbers, tenors: Tenors, mpor_days: Days = optional(10.0), options: SaccrOptions = optional()
) -> FloatArray:
    """SA-CCR exposure amount of swaps that net, in dollars: one number for the whole book.

    Parameters
    ----------
    notionals
        Dollars, one a swap: positive pays fixed, negative receives.
    tenors
        Maturities, as many as notionals.
    mpor_days
        Margin period of risk in business days; empty means 10.
    options
        Two columns, key and value.
    """
    if notionals.size != tenors.size:
        rule = f"tenors must be as many as notionals, {notionals.size}, got {tenors.size}"
        raise HavenError(Reason.INVALID, rule)
    factors = np.broadcast_to(_maturity_factor(tenors, mpor_days[:1], options), tenors.shape)
    pfe = np.full(mpor_days.shape, saccr.book_future_exposure(notionals, tenors, factors))
    return saccr.exposure(pfe, np.asarray(options.get("replacement_cost", 0.0)))


def _maturity_factor(years: FloatArray, mpor_days: FloatArray, options: Options) -> FloatArray:
    margined = np.asarray(options.get("margined", 1.0)) > 0
    return np.where(margined, saccr.margined_factor(mpor_days), saccr.unmargined_factor(years))


@spreadsheet_function("Balance sheet", RATIO, example=("10Y", -56.0, "2025-04-11"))
def HV_IMPLIEDLEVERAGE(
    tenor: Tenor, spread: Spread = optional(), date: Date = optional(), options: TradeOptions = optional()
) -> FloatArray:
    """The leverage ratio at which a swap spread would be the break-even: what the market charges, as a decimal.

    Parameters
    ----------
    tenor
        Maturity of the Treasury, such as 10Y.
    spread
        Swap spread in bp, negative when the swap is the lower; empty means the market's of that date.
    date
        Market date, which also picks the rules in force; empty means the latest.
    options
        Two columns, key and value.
    """
    spread, date = market_spread(tenor, spread, date)
    implied = np.broadcast_to(capital.implied_leverage_ratio(trade(tenor, date, options), spread), tenor.shape)
    refuse(
        ~np.isfinite(implied),
        Reason.NO_SOLUTION,
        lambda i: f"no leverage ratio makes a spread of {spread[i]:g} bp the break-even of the trade",
    )
    return implied


@spreadsheet_function(
    "Balance sheet",
    BASIS_POINTS,
    columns=(Column("leg", TEXT), Column("bp", BASIS_POINTS)),
    example=("10Y", -56.0, "2025-04-11"),
)
def HV_CARRY(
    tenor: Tenor, spread: Spread = optional(), date: Date = optional(), options: CarryOptions = optional()
) -> list[Any]:
    """Carry by leg, bp a year, of a Treasury held in repo against a paid swap, with roll-down and the move it survives.

    Parameters
    ----------
    tenor
        Maturity of the Treasury, such as 10Y.
    spread
        Swap spread in bp, negative when the swap is the lower; empty means the market's of that date.
    date
        Market date, which also picks the rules in force; empty means the latest.
    options
        Two columns, key and value.
    """
    bond = {name: options[name] for name in _BOND if name in options}
    spread, date = market_spread(tenor, spread, date)
    date = or_latest_quote(date, tenor, "UST")
    terms = trade(tenor, date, {name: value for name, value in options.items() if name not in _BOND})
    sign = capital.direction(terms)
    legs = {
        "swap spread earned": -sign * spread,
        **{name: 0.0 - cost for name, cost in capital.running_costs(terms).items()},
    }
    legs["carry"] = capital.carry(terms, spread)
    cells = {"tenor": tenor, "date": date}
    rolled = attempt(_roll_down, cells, terms=terms)[0]
    survived = attempt(_adverse_move, {**cells, "spread": spread}, terms=terms)[0]
    labels = [*legs, "memo: roll-down over the horizon, bp of price", "memo: adverse spread move that undoes the carry"]
    figures = [*(float(np.ravel(leg)[0]) for leg in legs.values()), rolled, survived]
    if bond:
        dollars = _dollars(terms, spread, bond)
        labels += [f"{leg}, USD" for leg in dollars]
        figures += [float(value[0]) for value in dollars.values()]
    return [labels, figures]


def _dollars(terms: Trade, spread: FloatArray, bond: dict[str, Any]) -> dict[str, FloatArray]:
    """The carry of the bond that options describe, over the horizon."""
    missing = [name for name in _BOND if name not in bond]
    if missing:
        raise HavenError(
            Reason.INVALID, f"options of a bond must give {', '.join(_BOND)}; {', '.join(missing)} missing"
        )
    given = {name: np.atleast_1d(value) for name, value in bond.items()}
    return dollar_carry(terms, spread, **given)


def _roll_down(tenor: FloatArray, date: DateArray, terms: Trade) -> FloatArray:
    """Price gain, bp, when the spread curve stands still and the trade ages by the horizon."""
    aged = tenor - terms.horizon
    now, then = (HV_SWAPSPREAD(years, date, "headline") for years in (tenor, aged))
    return capital.direction(terms) * duration(aged, date) * (then - now)


def _adverse_move(tenor: FloatArray, date: DateArray, spread: FloatArray, terms: Trade) -> FloatArray:
    return capital.adverse_move(terms, spread, duration(tenor, date))


@spreadsheet_function("Balance sheet", MONEY, example=(2.8e11, 5.0e12, "2026-04-01"))
def HV_HEADROOM(
    tier1: Dollars, exposure: Dollars, date: Date = optional(), options: HeadroomOptions = optional()
) -> FloatArray:
    """Dollars of Treasuries that still fit under the leverage ratio of the date: tier1 / ratio - exposure.

    Parameters
    ----------
    tier1
        Tier 1 capital, dollars.
    exposure
        Total leverage exposure, dollars.
    date
        Market date, which picks the rules in force; empty means the latest.
    options
        Two columns, key and value; with risk_based_ratio and risk_weight the tighter limit counts.
    """
    ratio = options.get("leverage_ratio")
    if ratio is None:
        ratio = HV_RULE("leverage_ratio", date, options.get("bank", "JPM"))
    unlimited = np.broadcast_to(np.asarray(ratio) <= 0, tier1.shape)
    refuse(unlimited, Reason.NO_SOLUTION, lambda _: "leverage_ratio must be above 0: at 0 nothing limits what fits")
    fits = capital.headroom(tier1, np.asarray(ratio), exposure - options.get("treasuries", 0.0))
    weight = np.asarray(options.get("risk_weight", 0.0))
    if "risk_based_ratio" in options and (weight > 0).any():
        weighted = capital.headroom(tier1, options["risk_based_ratio"], options.get("risk_weighted_assets", 0.0))
        with np.errstate(divide="ignore", invalid="ignore"):
            fits = np.where(weight > 0, np.minimum(fits, weighted / weight), fits)
    return np.broadcast_to(fits, tier1.shape)


@spreadsheet_function(
    "Balance sheet",
    BASIS_POINTS,
    columns=(
        Column("tenor", YEARS),
        *(Column(name, BASIS_POINTS) for name in ("spread", "baseline", "residual")),
        Column("score", FACTOR),
        Column("Treasury is", TEXT),
        Column("level", BASIS_POINTS),
        Column("term funding premium", BASIS_POINTS),
    ),
    example=([["2Y", "5Y", "10Y", "30Y"]], [[-7.3, -23.7, -37.4, -75.9]], [[1.886, 4.411, 7.894, 16.0]]),
)
def HV_SPREADMODEL(tenors: Tenors, spreads: Numbers, durations: Numbers) -> list[Any]:
    """Fit spreads = level - premium x duration across tenors, and say which Treasuries are rich or cheap to it.

    Parameters
    ----------
    tenors
        Maturities, at least three.
    spreads
        Swap spreads in bp, one a tenor.
    durations
        Modified durations in years, one a tenor.
    """
    if not 3 <= tenors.size == spreads.size == durations.size:
        sizes = f"{tenors.size}, {spreads.size} and {durations.size}"
        raise HavenError(Reason.INVALID, f"tenors, spreads and durations must be equally many, at least 3, got {sizes}")
    if np.ptp(durations) <= 0:
        raise HavenError(Reason.NO_SOLUTION, "durations must differ, got one value throughout")
    fit = fit_spreads(spreads, durations)
    words = np.select([fit.score > 1, fit.score < -1], ["rich", "cheap"], "fair").tolist()
    same = np.ones(tenors.size)
    return [tenors, spreads, fit.baseline, fit.residual, fit.score, words, fit.level * same, fit.premium * same]


@spreadsheet_function(
    "Balance sheet",
    BASIS_POINTS,
    columns=(Column("measure", TEXT), Column("bp", BASIS_POINTS)),
    example=("10Y", 40.0, "2025-04-11"),
)
def HV_SPREADBOUNDS(
    tenor: Tenor, shadow_cost: Spread, date: Date = optional(), options: TradeOptions = optional()
) -> list[Any]:
    """The swap spread against the band a constrained dealer keeps: paid to be long below it, to be short above it.

    Parameters
    ----------
    tenor
        Maturity such as 10Y.
    shadow_cost
        Shadow cost of balance sheet in bp, such as the size of the cross-currency basis.
    date
        Market date; empty means the latest.
    options
        Two columns, key and value; repo_spread is read, for repo and for securities lending.
    """
    spread, date = market_spread(tenor, np.full(tenor.shape, np.nan), date)
    repo = np.asarray(options.get("repo_spread", FIXED_DEFAULTS["repo_spread"]))
    low, high = shadow_cost_bounds(repo, repo, shadow_cost)
    labels = ["dealers long at or below", "dealers short at or above", "swap spread", "below the long bound by"]
    return [labels, [float(np.ravel(value)[0]) for value in (low, high, spread, low - spread)]]
