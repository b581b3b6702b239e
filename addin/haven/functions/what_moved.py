"""What moved: a Treasury yield, or its move, taken apart."""

from functools import partial
from typing import Annotated, Any, Final

import numpy as np

from haven.analytics.arrays import DateArray, FloatArray, IntArray, to_bp
from haven.analytics.decomposition import COMPONENTS, decompose_yield
from haven.functions.answer import attempt
from haven.functions.catalogue import spreadsheet_function
from haven.functions.dates import by_date, fill_latest
from haven.functions.kinds import (
    SWITCH,
    ChoiceKind,
    Date,
    Dates,
    NumberKind,
    Option,
    Options,
    OptionsKind,
    Tenor,
    optional,
)
from haven.functions.models import ModelName, find_model
from haven.functions.rates_policy import priced_path
from haven.functions.units import BASIS_POINTS, TEXT, Column
from haven.functions.zero_curve import curve_yields
from haven.market.snapshot import current

_COLUMNS: Final = (Column("component", TEXT), Column("bp", BASIS_POINTS))
_POLICY = Option(
    "policy",
    NumberKind("years", low=0.0, high=10.0, rule="years from 0 to 10"),
    "years of the expected rate that the policy path prices, shown apart from what lies beyond",
    "0",
)
_INFLATION = Option("inflation", SWITCH, "1 adds real yield (TIPS) and inflation compensation as memo", "0")
_TIPS_CURVE = Option(
    "inflation_curve",
    ChoiceKind("inflation_curve", words=("par", "zero")),
    "TIPS par yields, or the Fed's zero curves from 2Y to 20Y",
    "par",
)
DecomposeOptions = Annotated[Options, OptionsKind("options", options=(_POLICY, _INFLATION, _TIPS_CURVE))]


def components(tenor: FloatArray, date: DateArray, model: str) -> FloatArray:
    """The components of Treasury yields, bp: one row a component, one column an element."""
    market, found = current(), find_model(model)
    fitted, expected = found.yields(tenor, date)
    return decompose_yield(
        market.curve("UST").rates(tenor, date), market.curve("SWAP").rates(tenor, date), expected, fitted
    )


def or_latest_decomposed(tenor: FloatArray, date: DateArray, model: str) -> DateArray:
    """The dates, each empty one replaced by the latest with swap, Treasury and model."""
    market, found = current(), find_model(model)
    treasury, swap = market.curve("UST"), market.curve("SWAP")
    return fill_latest(date, tenor, lambda t: [*treasury.needed(t), *swap.needed(t), *found.inputs(t)])


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
        ACM (estimated here), ACM.NYFED, KW (Kim-Wright), SURVEY, ACM.NOWCAST or ACM.POINTINTIME; empty means ACM.
    options
        Two columns, key and value.
    """
    days = date if date.size else np.array(["NaT"], "M8[D]")
    tenors = np.repeat(tenor, days.size)
    days = or_latest_decomposed(tenors, days, model)
    parts: list[tuple[str, Any]] = [(label, partial(_row, place=k)) for k, label in enumerate(COMPONENTS)]
    if _is_on(options, "policy"):
        years = float(options["policy"])
        parts += [
            (f"Memo: expected, priced over {years:g}Y", partial(_priced, years=years)),
            ("Memo: expected beyond", partial(_beyond, years=years)),
        ]
    if _is_on(options, "inflation"):
        parts += _ZERO_SPLIT if options.get("inflation_curve") == "zero" else _PAR_SPLIT
    labels = [label for label, _ in parts]
    if days.size == 1:
        single = [function(tenors, days, model=model) for _, function in parts]
        return [["component", "bp"], *([label, float(value[0])] for label, value in zip(labels, single, strict=True))]
    columns = [attempt(function, {"tenor": tenors, "date": days}, model=model) for _, function in parts]
    return [["date", *labels], *(list(row) for row in zip(days.tolist(), *columns, strict=True))]


def _is_on(options: Options, name: str) -> bool:
    return float(options.get(name, 0.0)) > 0


def _row(tenor: FloatArray, date: DateArray, model: str, place: int) -> FloatArray:
    row: FloatArray = components(tenor, date, model)[place]
    return row


def _priced(tenor: FloatArray, date: DateArray, model: str, years: float) -> FloatArray:  # noqa: ARG001
    """What the priced policy path of the coming years adds to the average over the tenor."""
    reached = np.minimum(years, tenor)

    def share(day: np.datetime64, at: IntArray) -> FloatArray:
        path, _ = priced_path(day)
        ends = [day + np.timedelta64(round(365.25 * length), "D") for length in reached[at]]
        return np.array([path.average(day, end) for end in ends]) * reached[at] / tenor[at]

    return to_bp(by_date(date, share))


def _beyond(tenor: FloatArray, date: DateArray, model: str, years: float) -> FloatArray:
    return _row(tenor, date, model, COMPONENTS.index("Expected short rate")) - _priced(tenor, date, model, years)


def _real(tenor: FloatArray, date: DateArray, model: str) -> FloatArray:  # noqa: ARG001
    return to_bp(current().curve("TIPS").rates(tenor, date))


def _inflation(tenor: FloatArray, date: DateArray, model: str) -> FloatArray:
    return _row(tenor, date, model, COMPONENTS.index("Treasury yield")) - _real(tenor, date, model)


def _zero(tenor: FloatArray, date: DateArray, model: str, curve: str) -> FloatArray:  # noqa: ARG001
    return to_bp(curve_yields(tenor, date, curve))


def _par_less_zero(tenor: FloatArray, date: DateArray, model: str) -> FloatArray:
    return _row(tenor, date, model, COMPONENTS.index("Treasury yield")) - _zero(tenor, date, model, "nominal")


_PAR_SPLIT: Final = (("Memo: real yield", _real), ("Memo: inflation compensation", _inflation))
_ZERO_SPLIT: Final = (
    ("Memo: real zero yield", partial(_zero, curve="real")),
    ("Memo: zero-coupon inflation compensation", partial(_zero, curve="breakeven")),
    ("Memo: par less zero yield", _par_less_zero),
)
"""Either way the rows add up to the Treasury yield."""


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
        ACM (estimated here), ACM.NYFED, KW (Kim-Wright), SURVEY, ACM.NOWCAST or ACM.POINTINTIME; empty means ACM.
    """
    return [COMPONENTS, (components(tenor, end, model) - components(tenor, start, model))[:, 0]]
