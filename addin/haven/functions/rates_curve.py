"""The SOFR curve in cells: discount factors, zero, forward and par rates, swap risk, compounded SOFR."""

from typing import Annotated, Any, Final

import numpy as np

from haven.analytics.arrays import FloatArray
from haven.analytics.compounding import compounded_rate
from haven.analytics.swaps import annuity, dv01, key_rate_dv01s, par_rate, swaps_of_tenor
from haven.errors import HavenError, Reason
from haven.functions.catalogue import spreadsheet_function
from haven.functions.kinds import (
    SWITCH,
    Date,
    Dates,
    Moment,
    Number,
    NumberKind,
    Numbers,
    Option,
    Options,
    OptionsKind,
    Tenor,
    optional,
)
from haven.functions.swap_curve import CurveOptions, CurveRates, CurveTenors, dates_of, on_curves, one_curve, par_rates
from haven.functions.units import FACTOR, MIXED, RATE, TEXT, Column
from haven.market.snapshot import current

MILLION: Final = 1_000_000.0

_DAYS = NumberKind("days", low=0.0, high=30.0, rule="business days from 0 to 30")
COMPOUNDING_OPTIONS: Final = (
    Option("lookback", _DAYS, "business days between a fixing and the day it earns", "0"),
    Option("shift", SWITCH, "1 moves the days with the fixings", "0"),
    Option("lockout", _DAYS, "last business days that repeat the fixing before them", "0"),
)
CompoundingOptions = Annotated[Options, OptionsKind("options", options=COMPOUNDING_OPTIONS)]


@spreadsheet_function("Rates", FACTOR, example=("10Y", "2025-04-08"))
def HV_DISCOUNT(
    target: Moment,
    asof: Date = optional(),
    tenors: CurveTenors = optional(),
    rates: CurveRates = optional(),
    options: CurveOptions = optional(),
) -> FloatArray:
    """Discount factor of the SOFR curve, from the curve's date to a date or to the end of a tenor counted from spot.

    Parameters
    ----------
    target
        A date, or a tenor such as 10Y from spot.
    asof
        Curve date; empty means the latest.
    tenors
        Own quotes: tenors in a row or column; empty means the store's quotes of the date.
    rates
        Own quotes: par swap rates as decimals, one a tenor; empty where tenors is.
    options
        Two columns, key and value.
    """
    return on_curves(asof, tenors, rates, options, lambda curve, at: curve.discount(dates_of(target[at], curve)))


@spreadsheet_function("Rates", RATE, example=("10Y", "2025-04-08"))
def HV_ZERORATE(
    target: Moment,
    asof: Date = optional(),
    tenors: CurveTenors = optional(),
    rates: CurveRates = optional(),
    options: CurveOptions = optional(),
) -> FloatArray:
    """Zero rate of the SOFR curve to a date or tenor: continuously compounded, Act/365 fixed, as a decimal.

    Parameters
    ----------
    target
        A date, or a tenor such as 10Y from spot.
    asof
        Curve date; empty means the latest.
    tenors
        Own quotes: tenors in a row or column; empty means the store's quotes of the date.
    rates
        Own quotes: par swap rates as decimals, one a tenor; empty where tenors is.
    options
        Two columns, key and value.
    """
    return on_curves(asof, tenors, rates, options, lambda curve, at: curve.zero_rate(dates_of(target[at], curve)))


@spreadsheet_function("Rates", RATE, example=("1Y", "2Y", "2025-04-08"))
def HV_FORWARDRATE(
    start: Moment,
    end: Moment,
    asof: Date = optional(),
    tenors: CurveTenors = optional(),
    rates: CurveRates = optional(),
    options: CurveOptions = optional(),
) -> FloatArray:
    """Forward rate of the SOFR curve between two dates or tenors: simple interest, Act/360, as a decimal.

    Parameters
    ----------
    start
        A date, or a tenor such as 1Y from spot.
    end
        A later date, or a longer tenor from spot.
    asof
        Curve date; empty means the latest.
    tenors
        Own quotes: tenors in a row or column; empty means the store's quotes of the date.
    rates
        Own quotes: par swap rates as decimals, one a tenor; empty where tenors is.
    options
        Two columns, key and value.
    """
    return on_curves(
        asof,
        tenors,
        rates,
        options,
        lambda curve, at: curve.forward_rate(dates_of(start[at], curve), dates_of(end[at], curve)),
    )


@spreadsheet_function("Rates", RATE, example=("10Y", "5Y", "2025-04-08"))
def HV_PARRATE(
    tenor: Tenor,
    start: Moment = optional(),
    asof: Date = optional(),
    tenors: CurveTenors = optional(),
    rates: CurveRates = optional(),
    options: CurveOptions = optional(),
) -> FloatArray:
    """Par rate of a SOFR swap on the curve, spot or forward starting, up to the last quote: a decimal, annual, Act/360.

    Parameters
    ----------
    tenor
        Length of the swap, such as 10Y.
    start
        A date, or a tenor from spot such as 5Y; empty means spot.
    asof
        Curve date; empty means the latest.
    tenors
        Own quotes: tenors in a row or column; empty means the store's quotes of the date.
    rates
        Own quotes: par swap rates as decimals, one a tenor; empty where tenors is.
    options
        Two columns, key and value.
    """
    return par_rates(tenor, start, asof, tenors, rates, options)


@spreadsheet_function(
    "Rates", MIXED, columns=(Column("measure", TEXT), Column("value", MIXED)), example=("10Y", 1e6, "2025-04-08")
)
def HV_SWAPRISK(
    tenor: Tenor,
    notional: Number = optional(MILLION),
    asof: Date = optional(),
    tenors: CurveTenors = optional(),
    rates: CurveRates = optional(),
    options: CurveOptions = optional(),
) -> list[Any]:
    """Risk of receiving fixed in a spot par swap: par rate, annuity (years), DV01 and key-rate DV01s in dollars.

    Parameters
    ----------
    tenor
        Length of the swap, such as 10Y.
    notional
        Dollars; empty means a million. Negative pays fixed.
    asof
        Curve date; empty means the latest.
    tenors
        Own quotes: tenors in a row or column; empty means the store's quotes of the date.
    rates
        Own quotes: par swap rates as decimals, one a tenor; empty where tenors is.
    options
        Two columns, key and value.

    Notes
    -----
    A DV01 is the gain when every quote, or the one named, falls by a basis point.
    """
    curve = one_curve(asof, tenors, rates, options)
    swap = swaps_of_tenor(curve, dates_of(np.array([np.nan]), curve), tenor)
    rate = par_rate(curve, swap)
    risks = np.append(dv01(curve, swap, rate), key_rate_dv01s(curve, swap, rate))
    names = [f"DV01 {tenor_name(years)}" for years in curve.tenors.tolist()]
    # Without binary dust: a quote that does not matter reads 0.
    dollars = np.round(notional * risks, 6)
    return [["par rate", "annuity", "DV01", *names], [rate[0], annuity(curve, swap)[0], *dollars]]


def tenor_name(years: float) -> str:
    """A tenor in years as a desk writes it: 10Y, 18M, 2W, 1D."""
    months = round(12.0 * years)
    if abs(12.0 * years - months) > 1e-6:
        days = round(365.0 * years)
        return f"{days}D" if days % 7 else f"{days // 7}W"
    return f"{months}M" if months % 12 else f"{months // 12}Y"


@spreadsheet_function("Rates", RATE, example=("2025-01-02", "2025-04-02"))
def HV_COMPOUNDRATE(
    start: Date,
    end: Date,
    dates: Dates = optional(),
    fixings: Numbers = optional(),
    options: CompoundingOptions = optional(),
) -> FloatArray:
    """SOFR compounded in arrears over a period by the ARRC's conventions, as a simple Act/360 rate, decimal.

    Parameters
    ----------
    start
        First day of the period.
    end
        Day after the last.
    dates
        Own fixings: their days; empty means the store's SOFR.
    fixings
        Own fixings: SOFR as decimals, one a day; empty where dates is.
    options
        Two columns, key and value.
    """
    if dates.size != fixings.size:
        raise HavenError(
            Reason.INVALID, f"fixings must be one a date, got {fixings.size} fixings for {dates.size} dates"
        )
    if not dates.size:
        history = current().history("SOFR")
        dates, fixings = history.dates, history.values
    return compounded_rate(
        start,
        end,
        dates,
        fixings,
        lookback=int(options.get("lookback", 0)),
        shift=bool(options.get("shift", 0)),
        lockout=int(options.get("lockout", 0)),
    )
