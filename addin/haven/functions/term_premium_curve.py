"""Term premium: the models side by side, and the model on a panel of one's own."""

from typing import Annotated, Any, Final

import numpy as np

from haven.analytics import acm
from haven.analytics.arrays import DateArray, FloatArray
from haven.errors import HavenError, Reason
from haven.functions.catalogue import spreadsheet_function
from haven.functions.dates import fill_latest
from haven.functions.kinds import (
    DATE,
    TENOR,
    ChoiceKind,
    Date,
    Dates,
    ListKind,
    NumberKind,
    NumberRange,
    Numbers,
    Option,
    Options,
    OptionsKind,
    optional,
)  # fmt: skip
from haven.functions.models import MODELS, Acm, estimated_until, find_acm, find_model
from haven.functions.units import DATE as DATE_UNIT
from haven.functions.units import RATE, TEXT, YEARS, Column
from haven.market.snapshot import current

YEARS_SHOWN: Final = tuple(float(years) for years in range(1, 11))
DRAWS: Final = 200
SEED: Final = 20_250_411
"""The band is the same every time for the same data."""

EveryModel = Annotated[str, ChoiceKind("model", words=("all", *MODELS))]


@spreadsheet_function(
    "Term premium",
    RATE,
    columns=(
        Column("tenor", YEARS),
        Column("model", TEXT),
        Column("date", DATE_UNIT),
        *(Column(name, RATE) for name in ("fitted yield", "expected rate", "term premium", "standard error")),
        Column("sample", TEXT),
    ),
    example=("2025-04-11", "KW"),
)
def HV_TERMPREMIUMCURVE(date: Date = optional(), model: EveryModel = optional("all")) -> list[Any]:
    """Term premia from 1Y to 10Y by model, side by side with their dates; ACM with a standard error.

    Parameters
    ----------
    date
        Market date; empty means each model's own latest.
    model
        all, or one of ACM, ACM.NYFED, KW, SURVEY, ACM.NOWCAST, ACM.POINTINTIME; all leaves out those without figures.
    """
    rows: list[list[Any]] = []
    for name in MODELS if model == "all" else (model,):
        try:
            rows += _curve(name, date)
        except HavenError:
            if model != "all":
                raise
    if not rows:
        raise HavenError(Reason.NO_DATA, f"no model has figures{_of(date)}")
    return [list(column) for column in zip(*rows, strict=True)]


def _curve(name: str, date: DateArray) -> list[list[Any]]:
    """One row a tenor that the model has."""
    found = find_model(name)
    rows = []
    for years in YEARS_SHOWN:
        tenor = np.array([years])
        try:
            day = fill_latest(date, tenor, found.inputs)
            fitted, expected = (float(value[0]) for value in found.yields(tenor, day))
        except HavenError:
            continue
        error: Any = float(_errors(found, day)[round(years) - 1]) if isinstance(found, Acm) else ""
        rows.append([years, name, day[0], fitted, expected, fitted - expected, error, _sample(name, day[0])])
    if not rows:
        raise HavenError(Reason.NO_DATA, f"model {name} has no figures{_of(date)}; see HV_SERIES for what is held")
    return rows


def _of(date: DateArray) -> str:
    """The date a failure speaks of; nothing where none was asked for."""
    return "" if np.isnat(date[0]) else f" for {date[0]}"


def _errors(model: Acm, day: DateArray) -> FloatArray:
    """Standard errors of the premia of whole years, drawn once a snapshot and date."""
    kept = current().derived
    key = f"ACM error {day[0]}"
    if key not in kept:
        curve = model.zeros[model.rows(day)]
        kept[key] = acm.premium_error(model.model, curve, np.arange(12, 121, 12), DRAWS, np.random.default_rng(SEED))[0]
    errors = kept[key]
    assert isinstance(errors, np.ndarray)
    return errors


def _sample(name: str, day: np.datetime64) -> str:
    """What a model's figures rest on."""
    if name in {"ACM.NYFED", "KW", "SURVEY"}:
        return "as published"
    model = estimated_until(day) if name == "ACM.POINTINTIME" else find_acm().model
    return f"estimated {model.start} to {model.end}" + (", nowcast" if name == "ACM.NOWCAST" else "")


_COUNT = NumberKind("count", low=1.0, high=8.0, rule="a whole number from 1 to 8")
FitOptions = Annotated[
    Options,
    OptionsKind(
        "options",
        options=(
            Option(
                "output",
                ChoiceKind("output", words=("premium", "fitted", "riskneutral")),
                "what is answered",
                "premium",
            ),
            Option("factors", _COUNT, "principal components", "5"),
            Option("start", DATE, "first date of the estimation sample", "the first"),
            Option("end", DATE, "last date of the estimation sample: later data is not looked at", "the last"),
            Option("tenors", ListKind("tenors", of=TENOR), "tenors answered", "1Y to 10Y"),
        ),
    ),
]


@spreadsheet_function("Term premium", RATE, columns=(Column("date", DATE_UNIT),), own_header=True, example=())
def HV_TERMPREMIUMFIT(
    dates: Dates, maturities: Numbers, yields: NumberRange, options: FitOptions = optional()
) -> list[list[Any]]:
    """Fit the ACM model to a panel of your own, any country: header row of tenors, then one row a date.

    Parameters
    ----------
    dates
        Ascending dates, one a row of yields; the last of each month is what the model is estimated on.
    maturities
        Months, ascending, one a column of yields: from 3 or less to 120 at most.
    yields
        Zero yields, continuously compounded decimals: dates down, maturities across.
    options
        Two columns, key and value; end makes the estimate point-in-time.
    """
    _check_panel(dates, maturities, yields)
    months = np.arange(1, round(float(maturities[-1])) + 1)
    grid = np.array([np.interp(months, maturities, row) for row in yields])
    kept = (dates >= options.get("start", dates[0])) & (dates <= options.get("end", dates[-1]))
    sample = np.flatnonzero(kept)[_last_of_month(dates[kept])]
    factors = round(options.get("factors", acm.FACTORS))
    if sample.size < acm.SHORTEST_SAMPLE:
        raise HavenError(
            Reason.NO_SOLUTION, f"the sample must have at least {acm.SHORTEST_SAMPLE} months, got {sample.size}"
        )
    if np.linalg.matrix_rank(grid[sample] - grid[sample].mean(axis=0), tol=1e-9) < factors:
        raise HavenError(Reason.NO_SOLUTION, f"yields must move in at least {factors} independent ways over the sample")
    model = acm.estimate(dates[sample], grid[sample], grid[sample, 0], factors)
    tenors = np.atleast_1d(options.get("tenors", [years for years in YEARS_SHOWN if 12 * years <= months[-1]]))
    wanted = np.round(12 * tenors).astype(np.intp)
    if wanted.min() < 1 or wanted.max() > months[-1]:
        raise HavenError(
            Reason.NO_SOLUTION, f"tenors must be within the panel's 1 to {months[-1]} months, got {tenors}"
        )
    fitted, neutral = acm.decompose(model, grid, wanted)
    answers = {"premium": fitted - neutral, "fitted": fitted, "riskneutral": neutral}[options.get("output", "premium")]
    body = [[day, *row] for day, row in zip(dates.tolist(), answers.tolist(), strict=True)]
    return [["date", *tenors.tolist()], *body]


def _last_of_month(dates: DateArray) -> np.ndarray:
    """The last row of each month the panel has."""
    month = dates.astype("M8[M]")
    return np.flatnonzero(np.append(month[1:] != month[:-1], True))


def _check_panel(dates: DateArray, maturities: FloatArray, yields: FloatArray) -> None:
    """Refuse a panel the model can't be estimated on, naming the first thing wrong with it."""
    late = np.flatnonzero(dates[1:] <= dates[:-1])
    blanks = np.argwhere(np.isnan(yields))
    size = f"{yields.shape[0]} x {yields.shape[1]}"
    first_blank = tuple(int(place) + 1 for place in blanks[0]) if blanks.size else ()
    rules = {
        f"yields must have a row a date and a column a maturity, {dates.size} x {maturities.size}, got {size}": (
            yields.shape == (dates.size, maturities.size)
        ),
        f"dates must ascend without repeats, row {late[0] + 2 if late.size else 0} does not": not late.size,
        "maturities must ascend": bool((np.diff(maturities) > 0).all()),
        f"maturities must run from 1..3 to 24..{acm.LONGEST} months, got {maturities[0]:g} to {maturities[-1]:g}": bool(
            1 <= maturities[0] <= 3 and 24 <= maturities[-1] <= acm.LONGEST
        ),
        f"yields must have no gaps, the cell at row and column {first_blank} is blank": not blanks.size,
        "yields must be decimals such as 0.0425, these look like percent": not (np.abs(yields) > 0.5).any(),
    }
    for rule, kept in rules.items():
        if not kept:
            raise HavenError(Reason.INVALID, rule)
