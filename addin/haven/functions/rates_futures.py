"""Treasury futures in cells: conversion factors, the invoice spread, and the bond to deliver."""

from dataclasses import dataclass
from typing import Annotated, Any, Final

import numpy as np

from haven.analytics.arrays import FloatArray
from haven.analytics.futures import ROUNDING_MONTHS, conversion_factor, delivery_basket, invoice_spread
from haven.functions import units
from haven.functions.catalogue import spreadsheet_function
from haven.functions.kinds import (
    DATE,
    NUMBER,
    BlockKind,
    Cell,
    ChoiceKind,
    Date,
    Number,
    Rate,
    invalid,
    is_blank,
    optional,
)
from haven.functions.swap_curve import CurveOptions, CurveRates, CurveTenors, on_curves
from haven.functions.units import BASIS_POINTS, FACTOR, MIXED, PRICE, RATE, TEXT, Column

Contract = Annotated[str, ChoiceKind("contract", words=tuple(ROUNDING_MONTHS))]


@dataclass(frozen=True, slots=True)
class BasketKind(BlockKind):
    """Rows of coupon, maturity and clean price; empty rows are left out."""

    def read_block(self, argument: str, block: list[list[Cell]]) -> list[Any]:
        """Coupons, maturities and prices as arrays."""
        rows = [row for row in block if not all(is_blank(cell) for cell in row)]
        for row in rows:
            if len(row) != len(_BASKET) or any(is_blank(cell) for cell in row):
                raise invalid(argument, "rows of coupon, maturity and clean price", row)
        columns = zip(*rows, strict=True)
        return [
            kind.array([kind.read(f"{argument} {name}", cell) for cell in column])
            for (name, kind), column in zip(_BASKET.items(), columns, strict=True)
        ]


_BASKET: Final = {"coupon": NUMBER, "maturity": DATE, "price": NUMBER}
Basket = Annotated[list[Any], BasketKind("basket")]


@spreadsheet_function("Rates", FACTOR, example=(0.0225, "2027-08-15", "2017-12-01", "TY"))
def HV_CONVERSIONFACTOR(coupon: Number, maturity: Date, delivery: Date, contract: Contract) -> FloatArray:
    """Conversion factor of a Treasury for a futures contract, four decimals: its price at a yield of 6 %, per 1 face.

    Parameters
    ----------
    coupon
        Annual coupon, a decimal such as 0.0225.
    maturity
        Maturity date.
    delivery
        Any delivery date of the contract month.
    contract
        TU, Z3, FV, TY, TN, US or UB.
    """
    return conversion_factor(coupon, maturity, delivery, contract)


@spreadsheet_function("Rates", BASIS_POINTS, example=(111.5, 0.8834, 0.03875, "2032-05-31", "2025-06-30", "2025-04-08"))
def HV_INVOICESPREAD(
    futures_price: Number,
    factor: Number,
    coupon: Number,
    maturity: Date,
    delivery: Date,
    asof: Date = optional(),
    tenors: CurveTenors = optional(),
    rates: CurveRates = optional(),
    options: CurveOptions = optional(),
) -> FloatArray:
    """Invoice spread, bp: SOFR swap from delivery to the bond's maturity minus the yield the future implies.

    Parameters
    ----------
    futures_price
        Futures price in points, such as 111.5.
    factor
        Conversion factor of the bond.
    coupon
        Annual coupon of the bond, a decimal.
    maturity
        Maturity of the bond.
    delivery
        Delivery date.
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
        lambda curve, at: invoice_spread(curve, futures_price[at], factor[at], coupon[at], maturity[at], delivery[at]),
    )


_CTD_BASKET: Final = ((0.0225, "2027-08-15", 99.0391), (0.02125, "2024-09-30", 99.6016), (0.02, "2024-06-30", 98.9336))


@spreadsheet_function(
    "Rates",
    MIXED,
    columns=(
        Column("rank", units.NUMBER),
        Column("coupon", RATE),
        Column("maturity", units.DATE),
        Column("price", PRICE),
        Column("factor", FACTOR),
        Column("invoice price", PRICE),
        Column("gross basis", PRICE),
        Column("net basis", PRICE),
        Column("implied repo", RATE),
        Column("remark", TEXT),
    ),
    example=("TY", "2017-12-29", 125.265625, _CTD_BASKET, "2017-10-10", 0.0125),
)
def HV_CTD(
    contract: Contract, delivery: Date, futures_price: Number, basket: Basket, settle: Date, repo_rate: Rate
) -> list[Any]:
    """The basket of a Treasury future, cheapest to deliver first; a bond the contract does not take has no rank.

    Parameters
    ----------
    contract
        TU, Z3, FV, TY, TN, US or UB.
    delivery
        Delivery date.
    futures_price
        Futures price in points, such as 125.265625.
    basket
        Rows of coupon, maturity and clean price.
    settle
        Settlement date of the bonds.
    repo_rate
        Term repo rate to delivery, a decimal on Act/360.

    Notes
    -----
    Whether a bond can be delivered is told from its remaining term. Contracts also limit the term at issue: TU and FV
    to five years and three months, Z3 to seven years, TN to new ten-year notes; that is for the desk to see to.
    """
    coupon, maturity, price = basket
    each = np.ones(coupon.size)
    terms = (futures_price * each, price, coupon, maturity, settle.repeat(coupon.size), delivery.repeat(coupon.size))
    found = delivery_basket(contract, *terms, repo_rate * each)
    columns = [coupon, maturity, price, found.factor, found.invoice_price, found.gross_basis, found.net_basis]
    order, ranks = found.order, np.arange(1.0, coupon.size + 1.0).tolist()
    rank = [place if taken else "" for place, taken in zip(ranks, found.deliverable[order].tolist(), strict=True)]
    remarks = [_remark(contract, months, found.grade) for months in found.months_left[order].tolist()]
    return [rank, *(column[order] for column in (*columns, found.implied_repo)), remarks]


def _remark(contract: str, months: int, grade: tuple[int, int]) -> str:
    """Why a bond can't be delivered; nothing where it can."""
    if grade[0] <= months < grade[1]:
        return ""
    left, low, high = (f"{term // 12}y {term % 12}m" for term in (months, *grade))
    return f"not deliverable: {left} left, {contract} takes {low} to below {high}"
