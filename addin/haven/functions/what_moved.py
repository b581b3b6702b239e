"""What moved: a Treasury yield, or its move, taken apart."""

from typing import Any

from haven.analytics.arrays import DateArray, FloatArray
from haven.analytics.decomposition import COMPONENTS, decompose_yield
from haven.functions.catalogue import spreadsheet_function
from haven.functions.dates import fill_latest
from haven.functions.kinds import Date, Tenor, optional
from haven.functions.models import ModelName, find_model
from haven.functions.units import BASIS_POINTS, TEXT, Column
from haven.market.snapshot import current

_COLUMNS = (Column("component", TEXT), Column("bp", BASIS_POINTS))


def components(tenor: FloatArray, date: DateArray, model: str) -> FloatArray:
    """The components of Treasury yields, bp: one row a component, one column an element."""
    market, found = current(), find_model(model)
    treasury, swap = market.curve("UST"), market.curve("SWAP")
    date = fill_latest(date, tenor, lambda t: [*treasury.needed(t), *swap.needed(t), *found.inputs(t)])
    fitted, expected = found.yields(tenor, date)
    return decompose_yield(treasury.rates(tenor, date), swap.rates(tenor, date), expected, fitted)


@spreadsheet_function("What moved", BASIS_POINTS, columns=_COLUMNS, example=("10Y", "2025-04-11"))
def HV_DECOMPOSE(tenor: Tenor, date: Date = optional(), model: ModelName = optional("ACM")) -> list[Any]:
    """A Treasury yield in bp: expected short rate + swap term premium - swap spread, exactly; then the memo.

    Parameters
    ----------
    tenor
        Maturity up to 10Y with both a swap and a Treasury quote.
    date
        Market date; empty means the latest on which swap, Treasury and model all have figures.
    model
        ACM (estimated here on the Fed's zero curve) or KW (Kim-Wright, as published).
    """
    return [COMPONENTS, components(tenor, date, model)[:, 0]]


@spreadsheet_function("What moved", BASIS_POINTS, columns=_COLUMNS, example=("10Y", "2025-04-02", "2025-04-11"))
def HV_YIELDMOVE(tenor: Tenor, start: Date, end: Date, model: ModelName = optional("ACM")) -> list[Any]:
    """A move of a Treasury yield in bp: expected short rate + swap term premium - swap spread, exactly; then the memo.

    Parameters
    ----------
    tenor
        Maturity up to 10Y with both a swap and a Treasury quote.
    start
        First market date.
    end
        Last market date.
    model
        ACM (estimated here on the Fed's zero curve) or KW (Kim-Wright, as published).
    """
    return [COMPONENTS, (components(tenor, end, model) - components(tenor, start, model))[:, 0]]
