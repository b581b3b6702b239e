"""Treasury notes, bonds, TIPS (real yields, treasury method) and bills: price, yield, accrued interest, risk."""

from typing import Annotated, Any, Final

import numpy as np

from haven.analytics.arrays import DateArray, FloatArray
from haven.analytics.bills import BillYield, bill_price, bill_yield
from haven.analytics.bonds import Method, accrued_interest, clean_price, risk, yield_to_maturity
from haven.analytics.coupons import CouponStream, coupon_stream
from haven.functions.catalogue import spreadsheet_function
from haven.functions.kinds import DATE, ChoiceKind, Date, Number, Option, Options, OptionsKind, Rate, optional
from haven.functions.units import MIXED, PRICE, RATE, TEXT, Column

BOND_OPTIONS: Final = (
    Option("issue", DATE, "dated date, for a bond in its first period", ""),
    Option("first_coupon", DATE, "first payment date, where the first period is short or long", ""),
)
BondOptions = Annotated[Options, OptionsKind("options", options=BOND_OPTIONS)]
BondMethod = Annotated[Method, ChoiceKind("method", words=("street", "treasury"))]
BillMethod = Annotated[BillYield, ChoiceKind("method", words=("discount", "bond", "investment"))]


@spreadsheet_function("Rates", PRICE, example=(0.0426, 0.04625, "2035-02-15", "2025-04-09"))
def HV_BONDPRICE(
    yield_: Rate,
    coupon: Number,
    maturity: Date,
    settle: Date,
    method: BondMethod = optional("street"),
    options: BondOptions = optional(),
) -> FloatArray:
    """Clean price per 100 face of a Treasury note or bond from its yield; a real yield gives a TIPS before indexation.

    Parameters
    ----------
    yield_
        Yield to maturity, a decimal compounded semi-annually.
    coupon
        Annual coupon, a decimal such as 0.04625.
    maturity
        Maturity date.
    settle
        Settlement date.
    method
        street (compound to the next coupon, simple in the last period) or treasury (31 CFR 356; also for TIPS).
    options
        Two columns, key and value.
    """
    return clean_price(_stream(coupon, maturity, settle, options), yield_, method)


@spreadsheet_function("Rates", RATE, example=(102.5, 0.04625, "2035-02-15", "2025-04-09"))
def HV_BONDYIELD(
    price: Number,
    coupon: Number,
    maturity: Date,
    settle: Date,
    method: BondMethod = optional("street"),
    options: BondOptions = optional(),
) -> FloatArray:
    """Yield to maturity of a Treasury note or bond from its clean price, a decimal compounded semi-annually.

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
    method
        street (compound to the next coupon, simple in the last period) or treasury (31 CFR 356; also for TIPS).
    options
        Two columns, key and value.
    """
    return yield_to_maturity(_stream(coupon, maturity, settle, options), price, method)


@spreadsheet_function("Rates", PRICE, example=(0.04625, "2035-02-15", "2025-04-09"))
def HV_BONDACCRUED(coupon: Number, maturity: Date, settle: Date, options: BondOptions = optional()) -> FloatArray:
    """Interest accrued on a Treasury note or bond at settlement, per 100 face.

    Parameters
    ----------
    coupon
        Annual coupon, a decimal such as 0.04625.
    maturity
        Maturity date.
    settle
        Settlement date.
    options
        Two columns, key and value.
    """
    return accrued_interest(_stream(coupon, maturity, settle, options))


@spreadsheet_function(
    "Rates",
    MIXED,
    columns=(Column("measure", TEXT), Column("value", MIXED)),
    example=(102.5, 0.04625, "2035-02-15", "2025-04-09"),
)
def HV_BONDRISK(price: Number, coupon: Number, maturity: Date, settle: Date) -> list[Any]:
    """Street yield and risk of a Treasury: durations in years, convexity, and DV01 per 100 face.

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
    """
    stream = coupon_stream(coupon, maturity, settle)
    yields = yield_to_maturity(stream, price)
    names = ["yield", "Macaulay duration", "modified duration", "convexity", "DV01"]
    return [names, [figure[0] for figure in (yields, *risk(stream, yields))]]


@spreadsheet_function("Rates", PRICE, example=(0.0418, "2025-07-10", "2025-04-10"))
def HV_BILLPRICE(discount_rate: Rate, maturity: Date, settle: Date) -> FloatArray:
    """Price per 100 face of a Treasury bill from its rate of discount, Act/360.

    Parameters
    ----------
    discount_rate
        Rate of discount, a decimal such as 0.0418.
    maturity
        Maturity date, up to 366 days after settlement.
    settle
        Settlement date.
    """
    return bill_price(discount_rate, maturity, settle)


@spreadsheet_function("Rates", RATE, example=(98.943389, "2025-07-10", "2025-04-10"))
def HV_BILLYIELD(price: Number, maturity: Date, settle: Date, method: BillMethod = optional("bond")) -> FloatArray:
    """Yield of a Treasury bill from its price, as a decimal.

    Parameters
    ----------
    price
        Price per 100 face.
    maturity
        Maturity date, up to 366 days after settlement.
    settle
        Settlement date.
    method
        bond (bond-equivalent, 365 days), investment (the Treasury's coupon equivalent) or discount (Act/360).
    """
    return bill_yield(price, maturity, settle, method)


def _stream(coupon: FloatArray, maturity: DateArray, settle: DateArray, options: Options) -> CouponStream:
    issue, first_coupon = (
        np.array([options[key]], "M8[D]") if key in options else None for key in ("issue", "first_coupon")
    )
    return coupon_stream(coupon, maturity, settle, issue, first_coupon)
