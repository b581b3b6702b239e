"""Rates: swaps, Treasuries and the spread between them."""

from typing import Annotated, Any, Final

import numpy as np

from haven.analytics.arrays import DateArray, FloatArray
from haven.analytics.spreads import swap_on_bond_basis, swap_spread
from haven.errors import at_places
from haven.functions.answer import attempt
from haven.functions.catalogue import spreadsheet_function
from haven.functions.dates import one_day, or_latest_quote
from haven.functions.kinds import ChoiceKind, Date, Moment, Tenor, Tenors, optional
from haven.functions.swap_curve import par_rates
from haven.functions.units import BASIS_POINTS, RATE, YEARS, Column
from haven.market.snapshot import current

HEADLINE_TENORS: Final = (1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 20.0, 30.0)
"""The tenors, in years, at which both swaps and Treasuries are quoted."""

Measure = Annotated[str, ChoiceKind("measure", words=("headline", "converted"))]


def swap_rate(tenor: FloatArray, date: DateArray) -> FloatArray:
    """The quoted SOFR par swap rate, decimal, linear between quoted tenors."""
    return current().curve("SWAP").rates(tenor, or_latest_quote(date, tenor, "SWAP"))


def treasury_yield(tenor: FloatArray, date: DateArray) -> FloatArray:
    """The par Treasury yield, decimal, linear between quoted tenors."""
    return current().curve("UST").rates(tenor, or_latest_quote(date, tenor, "UST"))


@spreadsheet_function("Rates", RATE, example=("10Y", "2025-04-08"))
def HV_SWAPRATE(tenor: Tenor, date: Date = optional(), start: Moment = optional()) -> FloatArray:
    """The SOFR par swap rate of a tenor, as a decimal: as quoted, or starting forward on the day's curve.

    Parameters
    ----------
    tenor
        Maturity such as 10Y, 18M or 1W, or a number of years.
    date
        Market date; empty means the latest. A weekend or holiday is #N/A.
    start
        A date, or a tenor from spot such as 1Y; empty means a spot swap, a straight line between quoted tenors. A
        swap that ends past the last quote is #N/A.
    """
    date = or_latest_quote(date, tenor, "SWAP")
    spot = np.isnan(start)
    if np.count_nonzero(spot) == spot.size:
        return swap_rate(tenor, date)
    rates, none = np.empty(tenor.shape), np.empty(0)
    for places in (np.flatnonzero(spot), np.flatnonzero(~spot)):
        few, days, later = tenor[places], date[places], start[places]
        with at_places(places):
            if places.size and np.isnan(later[0]):
                rates[places] = swap_rate(few, days)
            elif places.size:
                rates[places] = par_rates(few, later, days, none, none, {})
    return rates


@spreadsheet_function("Rates", RATE, example=("10Y", "2025-04-08"))
def HV_USTYIELD(tenor: Tenor, date: Date = optional()) -> FloatArray:
    """The par Treasury yield of a tenor (constant maturity, semi-annual), as a decimal.

    Parameters
    ----------
    tenor
        Maturity such as 10Y or 18M, or a number of years; straight line between published tenors.
    date
        Market date; empty means the latest. A weekend or holiday is #N/A.
    """
    return treasury_yield(tenor, date)


@spreadsheet_function("Rates", BASIS_POINTS, example=("10Y", "2025-04-08"))
def HV_SWAPSPREAD(tenor: Tenor, date: Date = optional(), measure: Measure = optional("headline")) -> FloatArray:
    """SOFR swap rate minus Treasury yield of one tenor, in basis points: negative when the swap is the lower.

    Parameters
    ----------
    tenor
        Maturity such as 10Y or 18M, or a number of years.
    date
        Market date; empty means the latest with both quotes. A weekend or holiday is #N/A.
    measure
        headline (raw quotes) or converted (swap put on the Treasury's semi-annual bond basis first); empty means
        headline.
    """
    date = or_latest_quote(date, tenor, "SWAP", "UST")
    swap = current().curve("SWAP").rates(tenor, date)
    if measure == "converted":
        swap = swap_on_bond_basis(swap)
    return swap_spread(swap, current().curve("UST").rates(tenor, date))


@spreadsheet_function(
    "Rates",
    RATE,
    columns=(
        Column("tenor", YEARS),
        Column("swap rate", RATE),
        Column("Treasury yield", RATE),
        Column("swap spread bp", BASIS_POINTS),
    ),
    example=("2025-04-08",),
)
def HV_SWAPSPREADCURVE(date: Date = optional(), tenors: Tenors = optional(HEADLINE_TENORS)) -> list[Any]:
    """Swap rates, Treasury yields and headline swap spreads by tenor: the swap-spread curve of one day.

    Parameters
    ----------
    date
        Market date; empty means the latest on which every tenor has both quotes.
    tenors
        A row or column of tenors; empty means 1Y, 2Y, 3Y, 5Y, 7Y, 10Y, 20Y and 30Y.
    """
    cells = {"tenor": tenors, "date": one_day(date, tenors, "SWAP", "UST")}
    return [tenors, attempt(swap_rate, cells), attempt(treasury_yield, cells), attempt(HV_SWAPSPREAD, cells)]
