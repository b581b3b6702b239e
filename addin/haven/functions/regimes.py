"""What moved: the regime of a move, the figures that decide it, and a reading in words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final

import numpy as np

from haven.analytics.arrays import DateArray, FloatArray, to_bp
from haven.analytics.regime import figures, first_match
from haven.errors import HavenError, Reason, refuse
from haven.functions.answer import call
from haven.functions.catalogue import spreadsheet_function
from haven.functions.dates import fill_latest
from haven.functions.kinds import ChoiceKind, Date, NumberKind, Tenor, optional
from haven.functions.market import HEADLINE
from haven.functions.models import find_model
from haven.functions.units import MIXED, TEXT, Column
from haven.functions.what_moved import components
from haven.market.regimes import MIXED as NO_REGIME
from haven.market.regimes import conditions
from haven.market.snapshot import current

TEN_YEARS: Final = np.array([10.0])
ONE_YEAR: Final = np.array([1.0])
CONSULTED: Final = ("ACM", "KW")
"""Both models are asked; a disagreement is said."""
WITNESSES: Final = {
    "dollar": ("USD.BROAD", "dollar, %"),
    "equities": ("SPX", "equities, %"),
    "volatility": ("VIX", "volatility, points"),
    "repo": ("SOFR - IORB", "repo over reserves, bp"),
}
"""What other markets did: by figure, the series and how it is shown."""
WEEK: Final = np.timedelta64(7, "D")
_SHOWN: Final = 0.5
"""Less than this is 0 as shown, bp."""

Lookback = Annotated[FloatArray, NumberKind("days", low=1.0, high=1300.0, rule="business days from 1 to 1300")]
RegimeModel = Annotated[str, ChoiceKind("model", words=CONSULTED)]


@dataclass(frozen=True, slots=True)
class Move:
    """The figures of one model over a window, and the regime they make."""

    start: np.datetime64
    end: np.datetime64
    figures: dict[str, float]
    regime: str


def _move(date: np.datetime64, lookback: float, model: str) -> Move:
    """The ten-year move over the business days before a date, as one model sees it."""
    market = current()
    end = or_latest_move(np.array([date]), model)[0]
    start = _days_before(end, round(lookback))
    first, last = (components(TEN_YEARS, np.array([day]), model)[:, 0] for day in (start, end))
    treasury, expected, _, minus_spread, premium, _ = (last - first).tolist()
    swaps = market.curve("SWAP").rates(np.repeat(ONE_YEAR, 2), np.array([start, end]))
    moved = figures(treasury, float(to_bp(swaps[1] - swaps[0])), expected, premium, -minus_spread)
    seen = {name: _change(series, label, start, end) for name, (series, label) in WITNESSES.items()}
    moved |= {name: change for name, change in seen.items() if change is not None}
    return Move(start, end, moved, first_match(moved, _rules(), NO_REGIME))


def _days_before(end: np.datetime64, steps: int) -> np.datetime64:
    """The date so many swap-spread dates before one of them."""
    spread = current().history(HEADLINE)
    spread.at(np.array([end]))
    row = int(np.searchsorted(spread.dates, end))
    refuse(
        np.array([row < steps]),
        Reason.NO_DATA,
        lambda _: f"there must be {steps} business days before {end}, the swap spread has {row}",
    )
    start: np.datetime64 = spread.dates[row - steps]
    return start


def _week_before(end: np.datetime64) -> np.datetime64:
    """The last swap-spread date that is a week or more before one of them."""
    dates = current().history(HEADLINE).dates
    earlier = dates[dates <= end - WEEK]
    refuse(
        np.array([not earlier.size]),
        Reason.NO_DATA,
        lambda _: f"there must be a swap spread a week before {end}, got none",
    )
    return np.datetime64(earlier[-1])


def or_latest_move(date: DateArray, model: str) -> DateArray:
    """An empty date is the latest with a swap spread and the model's figures."""
    inputs = [current().history(name) for name in (HEADLINE, "SWAP.1Y")]
    return fill_latest(date, np.zeros(date.size), lambda _: [*inputs, *find_model(model).inputs(10.0)])


def _rules() -> dict[str, list[tuple[str, float, float]]]:
    rules: dict[str, list[tuple[str, float, float]]] = {}
    for condition in conditions():
        rules.setdefault(condition.regime, []).append((condition.figure, condition.low, condition.high))
    return rules


@spreadsheet_function("What moved", TEXT, example=("2025-04-11", 7.0))
def HV_REGIME(
    date: Date = optional(), lookback: Lookback = optional(5.0), model: RegimeModel = optional("ACM")
) -> list[str]:
    """What kind of move the ten-year made: safe haven, lost haven, policy repricing, and so on, or mixed.

    Parameters
    ----------
    date
        Last day of the move; empty means the latest with swap, Treasury and model.
    lookback
        Business days the move is measured over; empty means 5.
    model
        ACM or KW, for the expected path and the premium; empty means ACM.
    """
    return _one_by_one(lambda day, days: _move(day, days, model).regime, date, lookback)


@spreadsheet_function(
    "What moved",
    MIXED,
    columns=(Column("figure", TEXT), Column("value", MIXED), Column("says", TEXT)),
    example=("2025-04-11", 7.0),
)
def HV_REGIMEWHY(
    date: Date = optional(), lookback: Lookback = optional(5.0), model: RegimeModel = optional("ACM")
) -> list[Any]:
    """The figures that decide the regime, what the other model says, and what dollar, equities and repo did.

    Parameters
    ----------
    date
        Last day of the move; empty means the latest with swap, Treasury and model.
    lookback
        Business days the move is measured over; empty means 5.
    model
        ACM or KW, for the expected path and the premium; empty means ACM.
    """
    move = _move(date[0], float(lookback[0]), model)
    held = [condition for condition in conditions() if condition.regime == move.regime]
    rows: list[tuple[str, Any, str]] = [("regime", move.regime, f"{move.start} to {move.end}, {model}")]
    rows += [(_label(c.figure), move.figures[c.figure], c.why) for c in held if c.figure in move.figures]
    others = [name for name in (*_NAMED, *WITNESSES) if name not in {c.figure for c in held}]
    rows += [(_label(name), move.figures[name], "not one of its conditions") for name in others if name in move.figures]
    rows += [_second_opinion(move, float(lookback[0]), model)]
    rows += [_not_seen(name) for name in WITNESSES if name not in move.figures]
    return [list(column) for column in zip(*rows, strict=True)]


_NAMED: Final = ("yield", "front", "expected", "premium", "spread")
_NAMES: Final = {
    "yield": "10Y yield, bp",
    "yield size": "10Y yield, size, bp",
    "front": "1Y swap, bp",
    "front with yield": "1Y swap with the yield, bp",
    "expected": "expected rate, bp",
    "expected share": "expected rate, share",
    "premium": "model premium, bp",
    "premium share": "model premium, share",
    "spread": "swap spread, bp",
    "spread size": "swap spread, size, bp",
}
"""What a desk calls a figure, with its unit."""


def _second_opinion(move: Move, lookback: float, model: str) -> tuple[str, Any, str]:
    """What the other model says, and whether the two disagree."""
    other = next(name for name in CONSULTED if name != model)
    try:
        second = _move(move.end, lookback, other)
    except HavenError as failure:
        return f"expected rate {other}, bp", "no figures", failure.message
    expected = second.figures["expected"]
    if expected * move.figures["expected"] < 0:
        says = "models disagree: paths in opposite directions"
    elif second.regime != move.regime:
        says = f"models disagree: {other} says {second.regime}"
    else:
        says = f"models agree on {move.regime}"
    return f"expected rate {other}, bp", expected, says


def _change(series: str, label: str, start: np.datetime64, end: np.datetime64) -> float | None:
    """What another market did over the window; None where the store does not have it."""
    try:
        first, last = current().history(series).at(np.array([start, end])).tolist()
    except HavenError:
        return None
    return float(100.0 * (last / first - 1.0) if label.endswith("%") else last - first)


def _label(figure: str) -> str:
    return WITNESSES[figure][1] if figure in WITNESSES else _NAMES[figure]


def _not_seen(figure: str) -> tuple[str, Any, str]:
    series, label = WITNESSES[figure]
    return label, "no source", f"no figures of {series}: not judged"


@spreadsheet_function("What moved", TEXT, example=("10Y", "2025-04-11"))
def HV_READING(tenor: Tenor, date: Date = optional()) -> list[str]:
    """Two sentences a person can send on: what the yield did over the week and where the swap spread stands.

    Parameters
    ----------
    tenor
        Maturity up to 10Y with both a swap and a Treasury quote.
    date
        Market date; empty means the latest with swap, Treasury and model.
    """
    return _one_by_one(_reading, tenor, date)


def _one_by_one(answer: Callable[..., str], *columns: Any) -> list[str]:
    """One text an element; a failure blames its element alone."""
    answers = []
    for place, cells in enumerate(zip(*columns, strict=True)):
        try:
            answers.append(answer(*cells))
        except HavenError as failure:
            raise HavenError(failure.reason, failure.message, {place: failure.message}) from None
    return answers


def _reading(years: float, date: np.datetime64) -> str:
    end = or_latest_move(np.array([date]), "ACM")[0]
    start = _week_before(end)
    tenor = np.array([years])
    levels = [components(tenor, np.array([day]), "ACM")[:, 0] for day in (start, end)]
    treasury, expected, premium, _ = (levels[1] - levels[0])[:4].tolist()
    before, level = (-float(day[3]) for day in levels)
    break_even = call("HV_BREAKEVEN", [years, end])
    first = (
        f"From {start} to {end} the {years:g}Y Treasury yield {_moved(treasury)} {levels[1][0] / 100:.2f} %: "
        f"expected short rate {expected:+.0f} bp, swap term premium {premium:+.0f} bp, "
        f"{_spread_moved(before, level)}{_doubt(tenor, start, end, expected)}."
    )
    side = "below" if level < 0 else "above"
    against = ""
    if isinstance(break_even, float):
        against = f", {_against(level, break_even)} a dealer's break-even of {break_even:.0f} bp"
    market = current()
    is_illustrative = any(market.is_illustrative(swap.name) for swap in market.curve("SWAP").needed(years))
    label = " (illustrative swap rates)" if is_illustrative else ""
    return f"{first} The {years:g}Y swap is {abs(level):.0f} bp {side} the Treasury{against}{label}."


def _moved(change: float) -> str:
    if abs(change) < _SHOWN:
        return "was unchanged at"
    return f"{'rose' if change > 0 else 'fell'} {abs(change):.0f} bp to"


def _spread_moved(before: float, after: float) -> str:
    """Which way the swap spread went, and what that adds to the yield."""
    change = after - before
    if abs(change) < _SHOWN:
        return "unchanged swap spread"
    up, down = ("higher", "lower") if max(before, after) > 0 else ("less negative", "more negative")
    return f"{up if change > 0 else down} swap spread {-change:+.0f} bp"


def _against(level: float, break_even: float) -> str:
    gap = level - break_even
    if abs(gap) < _SHOWN:
        return "at"
    up, down = ("above", "below") if max(level, break_even) > 0 else ("less negative than", "more negative than")
    return f"{abs(gap):.0f} bp {up if gap > 0 else down}"


def _doubt(tenor: FloatArray, start: np.datetime64, end: np.datetime64, expected: float) -> str:
    """The model behind the split, and whether the other one has the expected path move the other way."""
    try:
        first, last = (components(tenor, np.array([day]), "KW")[1, 0] for day in (start, end))
    except HavenError:
        return " (ACM)"
    change = float(last - first)
    return f" (ACM; Kim-Wright has the expected rate at {change:+.0f} bp)" if change * expected < 0 else " (ACM)"
