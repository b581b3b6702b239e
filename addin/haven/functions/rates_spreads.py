"""A Treasury against the SOFR curve in cells: matched-maturity, asset-swap, Z- and forward spreads, hedge ratio."""

from typing import Annotated, Final

from haven.analytics.arrays import FloatArray
from haven.analytics.asset_swaps import (
    AssetSwap,
    Measure,
    Treasury,
    asset_swap_spread,
    forward_spread,
    hedge_ratio,
    matched_spread,
    z_spread,
)
from haven.functions.catalogue import spreadsheet_function
from haven.functions.kinds import ChoiceKind, Date, Number, Rate, optional
from haven.functions.swap_curve import CurveOptions, CurveRates, CurveTenors, on_curves
from haven.functions.units import BASIS_POINTS, PRICE

SwapMeasure = Annotated[Measure, ChoiceKind("measure", words=("headline", "converted"))]
AssetSwapType = Annotated[AssetSwap, ChoiceKind("type", words=("par", "market"))]
_EXAMPLE: Final = (102.5, 0.04625, "2035-02-15", "2025-04-09")


@spreadsheet_function("Rates", BASIS_POINTS, example=(*_EXAMPLE, "headline", "2025-04-08"))
def HV_MATCHEDSPREAD(
    price: Number,
    coupon: Number,
    maturity: Date,
    settle: Date,
    measure: SwapMeasure = optional("headline"),
    asof: Date = optional(),
    tenors: CurveTenors = optional(),
    rates: CurveRates = optional(),
    options: CurveOptions = optional(),
) -> FloatArray:
    """Matched-maturity swap spread, bp: par SOFR swap from settlement to the bond's maturity minus its street yield.

    Parameters
    ----------
    price
        Clean price per 100 face.
    coupon
        Annual coupon, a decimal such as 0.04625.
    maturity
        Maturity date.
    settle
        Settlement date, on or after the curve's.
    measure
        headline (raw par rate) or converted (swap put on the semi-annual bond basis first); empty means headline.
    asof
        Curve date; empty means the latest.
    tenors
        Own quotes: tenors in a row or column; empty means the store's quotes of the date.
    rates
        Own quotes: par swap rates as decimals, one a tenor; empty where tenors is.
    options
        Two columns, key and value.
    """
    bonds = Treasury(price, coupon, maturity, settle)
    return on_curves(asof, tenors, rates, options, lambda curve, at: matched_spread(curve, bonds.of(at), measure))


@spreadsheet_function("Rates", BASIS_POINTS, example=(*_EXAMPLE, "par", "2025-04-08"))
def HV_ASSETSWAP(
    price: Number,
    coupon: Number,
    maturity: Date,
    settle: Date,
    type: AssetSwapType = optional("par"),  # noqa: A002 - the word a trader says
    asof: Date = optional(),
    tenors: CurveTenors = optional(),
    rates: CurveRates = optional(),
    options: CurveOptions = optional(),
) -> FloatArray:
    """Asset-swap spread of a Treasury over SOFR, bp: positive when the bond is cheap to swaps.

    Parameters
    ----------
    price
        Clean price per 100 face.
    coupon
        Annual coupon, a decimal such as 0.04625.
    maturity
        Maturity date.
    settle
        Settlement date, on or after the curve's.
    type
        par (100 paid up front) or market (dirty price paid, and the swap's notional); empty means par.
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
    Coupons are discounted from the business day on which they are paid; floating periods are annual, Act/360,
    counted back from maturity, and paid without lag.
    """
    bonds = Treasury(price, coupon, maturity, settle)
    return on_curves(asof, tenors, rates, options, lambda curve, at: asset_swap_spread(curve, bonds.of(at), type))


@spreadsheet_function("Rates", BASIS_POINTS, example=(*_EXAMPLE, "2025-04-08"))
def HV_ZSPREAD(
    price: Number,
    coupon: Number,
    maturity: Date,
    settle: Date,
    asof: Date = optional(),
    tenors: CurveTenors = optional(),
    rates: CurveRates = optional(),
    options: CurveOptions = optional(),
) -> FloatArray:
    """Z-spread of a Treasury to the SOFR curve, bp, semi-annual: positive when the bond is cheap to swaps.

    Parameters
    ----------
    price
        Clean price per 100 face.
    coupon
        Annual coupon, a decimal such as 0.04625.
    maturity
        Maturity date.
    settle
        Settlement date, on or after the curve's.
    asof
        Curve date; empty means the latest.
    tenors
        Own quotes: tenors in a row or column; empty means the store's quotes of the date.
    rates
        Own quotes: par swap rates as decimals, one a tenor; empty where tenors is.
    options
        Two columns, key and value.
    """
    bonds = Treasury(price, coupon, maturity, settle)
    return on_curves(asof, tenors, rates, options, lambda curve, at: z_spread(curve, bonds.of(at)))


@spreadsheet_function("Rates", BASIS_POINTS, example=(*_EXAMPLE, "2025-10-09", 0.0435, "2025-04-08"))
def HV_FORWARDSPREAD(
    price: Number,
    coupon: Number,
    maturity: Date,
    settle: Date,
    forward_date: Date,
    repo_rate: Rate,
    asof: Date = optional(),
    tenors: CurveTenors = optional(),
    rates: CurveRates = optional(),
    options: CurveOptions = optional(),
) -> FloatArray:
    """Forward matched-maturity swap spread, bp: forward swap minus the yield of the bond carried there in repo.

    Parameters
    ----------
    price
        Clean price per 100 face.
    coupon
        Annual coupon, a decimal such as 0.04625.
    maturity
        Maturity date.
    settle
        Settlement date.
    forward_date
        Forward date, between settlement and maturity.
    repo_rate
        Term repo rate to the forward date, a decimal on Act/360.
    asof
        Curve date; empty means the latest.
    tenors
        Own quotes: tenors in a row or column; empty means the store's quotes of the date.
    rates
        Own quotes: par swap rates as decimals, one a tenor; empty where tenors is.
    options
        Two columns, key and value.
    """
    bonds = Treasury(price, coupon, maturity, settle)
    return on_curves(
        asof,
        tenors,
        rates,
        options,
        lambda curve, at: forward_spread(curve, bonds.of(at), forward_date[at], repo_rate[at]),
    )


@spreadsheet_function("Rates", PRICE, example=(*_EXAMPLE, "2025-04-08"))
def HV_HEDGERATIO(
    price: Number,
    coupon: Number,
    maturity: Date,
    settle: Date,
    asof: Date = optional(),
    tenors: CurveTenors = optional(),
    rates: CurveRates = optional(),
    options: CurveOptions = optional(),
) -> FloatArray:
    """Notional of the matched-maturity swap that hedges 100 face of a Treasury: bond DV01 over swap DV01.

    Parameters
    ----------
    price
        Clean price per 100 face.
    coupon
        Annual coupon, a decimal such as 0.04625.
    maturity
        Maturity date.
    settle
        Settlement date, on or after the curve's.
    asof
        Curve date; empty means the latest.
    tenors
        Own quotes: tenors in a row or column; empty means the store's quotes of the date.
    rates
        Own quotes: par swap rates as decimals, one a tenor; empty where tenors is.
    options
        Two columns, key and value.
    """
    bonds = Treasury(price, coupon, maturity, settle)
    return on_curves(asof, tenors, rates, options, lambda curve, at: hedge_ratio(curve, bonds.of(at)))
