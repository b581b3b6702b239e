"""What moved: a Treasury yield, or its move, taken apart."""

from typing import Annotated, Any

import numpy as np

from haven.analytics.arrays import DateArray, FloatArray
from haven.analytics.decomposition import COMPONENTS, decompose_yield
from haven.functions.catalogue import spreadsheet_function
from haven.functions.dates import fill_latest, or_latest_quote
from haven.functions.kinds import Date, Dates, Option, Options, OptionsKind, Tenor, optional
from haven.functions.models import ModelName, find_model
from haven.functions.trade import SWITCH
from haven.functions.units import BASIS_POINTS, TEXT, Column
from haven.market.snapshot import current

_COLUMNS = (Column("component", TEXT), Column("bp", BASIS_POINTS))
_INFLATION = Option("inflation", SWITCH, "1 adds real yield (TIPS) and inflation compensation as memo", "0")
DecomposeOptions = Annotated[Options, OptionsKind("options", options=(_INFLATION,))]


def components(tenor: FloatArray, date: DateArray, model: str) -> FloatArray:
    """The components of Treasury yields, bp: one row a component, one column an element."""
    market, found = current(), find_model(model)
    treasury, swap = market.curve("UST"), market.curve("SWAP")
    date = fill_latest(date, tenor, lambda t: [*treasury.needed(t), *swap.needed(t), *found.inputs(t)])
    fitted, expected = found.yields(tenor, date)
    return decompose_yield(treasury.rates(tenor, date), swap.rates(tenor, date), expected, fitted)


@spreadsheet_function("What moved", BASIS_POINTS, columns=_COLUMNS, own_header=True, example=("10Y", "2025-04-11"))
def HV_DECOMPOSE(
    tenor: Tenor,
    date: Dates = optional(),
    model: ModelName = optional("ACM"),
    options: DecomposeOptions = optional(),
) -> list[list[Any]]:
    """A Treasury yield in bp: expected short rate + swap term premium - swap spread, exactly; then the memo.

    Parameters
    ----------
    tenor
        Maturity up to 10Y with both a swap and a Treasury quote.
    date
        Market date, empty for the latest with swap, Treasury and model; or several dates, for one row each.
    model
        ACM (estimated here), ACM.NYFED, KW (Kim-Wright), SURVEY or ACM.NOWCAST.
    options
        Two columns, key and value.
    """
    days = date if date.size else np.array(["NaT"], "M8[D]")
    rows = components(np.repeat(tenor, days.size), days, model)
    labels = list(COMPONENTS)
    if float(np.ravel(options.get("inflation", 0.0))[0]) > 0:
        real = 1e4 * current().curve("TIPS").rates(np.repeat(tenor, days.size), or_latest_quote(days, tenor, "TIPS"))
        rows = np.vstack([rows, real, rows[0] - real])
        labels += ["Memo: real yield", "Memo: inflation compensation"]
    if days.size == 1:
        return [
            ["component", "bp"],
            *([label, value] for label, value in zip(labels, rows[:, 0].tolist(), strict=True)),
        ]
    return [["date", *labels], *([day, *row] for day, row in zip(days.tolist(), rows.T.tolist(), strict=True))]


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
        ACM (estimated here), ACM.NYFED, KW (Kim-Wright), SURVEY or ACM.NOWCAST.
    """
    return [COMPONENTS, (components(tenor, end, model) - components(tenor, start, model))[:, 0]]
