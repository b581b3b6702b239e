"""Balance sheet: what a Treasury costs a dealer to hold, and the swap spread that pays for it."""

from typing import Any

import numpy as np

from haven.analytics.arrays import DateArray, FloatArray
from haven.analytics.capital import (
    REQUIREMENTS,
    balance_sheet_cost,
    break_even,
    capital,
    cost_components,
    requirements,
    return_on_equity,
)
from haven.errors import Reason, refuse
from haven.functions.answer import attempt
from haven.functions.catalogue import spreadsheet_function
from haven.functions.dates import one_day, or_latest_quote
from haven.functions.kinds import Date, Options, Spread, Tenor, Tenors, optional
from haven.functions.rates import HEADLINE_TENORS, HV_SWAPSPREAD
from haven.functions.trade import TradeOptions, trade
from haven.functions.units import BASIS_POINTS, RATIO, TEXT, YEARS, Column

_COMPONENTS = (
    *("capital", "equity credit", "repo financing", "haircut funding"),
    *("margin funding", "transaction", "convergence risk"),
)


@spreadsheet_function("Balance sheet", BASIS_POINTS, example=("10Y", "2025-04-11"))
def HV_BSCOST(tenor: Tenor, date: Date = optional(), options: TradeOptions = optional()) -> FloatArray:
    """What it costs a dealer to hold a Treasury against a swap, bp a year: capital, financing, margin and trading.

    Parameters
    ----------
    tenor
        Maturity of the Treasury, such as 10Y.
    date
        Market date, which also picks the rules in force; empty means the latest.
    options
        Two columns, key and value.
    """
    return balance_sheet_cost(trade(tenor, date, options))


@spreadsheet_function("Balance sheet", BASIS_POINTS, example=("10Y", "2025-04-11"))
def HV_BREAKEVEN(tenor: Tenor, date: Date = optional(), options: TradeOptions = optional()) -> FloatArray:
    """The swap spread, bp, at which holding the Treasury against a swap just earns the hurdle; negative.

    Parameters
    ----------
    tenor
        Maturity of the Treasury, such as 10Y.
    date
        Market date, which also picks the rules in force; empty means the latest.
    options
        Two columns, key and value.
    """
    return break_even(trade(tenor, date, options))


@spreadsheet_function("Balance sheet", RATIO, example=("10Y", -56.0, "2025-04-11"))
def HV_SPREADROE(
    tenor: Tenor, spread: Spread = optional(), date: Date = optional(), options: TradeOptions = optional()
) -> FloatArray:
    """After-tax return on equity of holding a Treasury against a swap at a swap spread, as a decimal.

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
    terms = trade(tenor, date, options)
    tied_up = np.broadcast_to(capital(terms), tenor.shape)
    refuse(tied_up <= 0, Reason.NO_SOLUTION, lambda _: "the trade ties up no capital, so it has no return on equity")
    return return_on_equity(terms, spread)


def market_spread(tenor: FloatArray, spread: FloatArray, date: DateArray) -> tuple[FloatArray, DateArray]:
    """Spreads, each empty one replaced by the market's, and the dates they are of."""
    empty = np.isnan(spread)
    if empty.any():
        date = or_latest_quote(date, tenor, "SWAP", "UST")
        spread = np.where(empty, HV_SWAPSPREAD(tenor, date, "headline"), spread)
    return spread, date


@spreadsheet_function(
    "Balance sheet",
    BASIS_POINTS,
    columns=(
        Column("tenor", YEARS),
        *(Column(name, BASIS_POINTS) for name in _COMPONENTS),
        Column("cost", BASIS_POINTS),
        Column("break-even", BASIS_POINTS),
        Column("capital held", RATIO),
        Column("binding", TEXT),
    ),
    example=("10Y", "2025-04-11"),
)
def HV_BSCOSTTABLE(
    tenors: Tenors = optional(HEADLINE_TENORS), date: Date = optional(), options: TradeOptions = optional()
) -> list[Any]:
    """Balance-sheet cost of a Treasury by component and tenor, bp a year, and the rule that binds.

    Parameters
    ----------
    tenors
        A row or column of tenors; empty means 1Y, 2Y, 3Y, 5Y, 7Y, 10Y, 20Y and 30Y.
    date
        Market date, which also picks the rules in force; empty means the latest.
    options
        Two columns, key and value.
    """
    cells = {"tenor": tenors, "date": one_day(date, tenors, "UST")}
    parts = [attempt(_component, cells, options=options, name=name) for name in _COMPONENTS]
    totals = [attempt(function, cells, options=options) for function in (HV_BSCOST, HV_BREAKEVEN, _held, _binding)]
    return [tenors, *parts, *totals]


def _held(tenor: FloatArray, date: DateArray, options: Options) -> FloatArray:
    return np.broadcast_to(capital(trade(tenor, date, options)), tenor.shape)


def _binding(tenor: FloatArray, date: DateArray, options: Options) -> list[str]:
    """Which requirement sets the capital."""
    terms = trade(tenor, date, options)
    largest = np.array(REQUIREMENTS)[np.argmax(requirements(terms), axis=0)]
    binding = np.broadcast_to(np.where(np.isnan(terms.blend), largest, "blend"), tenor.shape)
    words: list[str] = binding.tolist()
    return words


def _component(tenor: FloatArray, date: DateArray, options: Options, name: str) -> FloatArray:
    return np.broadcast_to(cost_components(trade(tenor, date, options))[name], tenor.shape)
