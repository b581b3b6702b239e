"""Ten years behind the charts: the ten-year tenor at the end of each week, and the rule changes to mark in them."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np

from haven.analytics import acm
from haven.analytics.arrays import DateArray, FloatArray
from haven.errors import Reason
from haven.functions import CellError, call
from haven.functions.kinds import EXCEL_EPOCH
from haven.functions.models import find_acm
from haven.functions.term_premium_curve import DRAWS, SEED
from haven.functions.trade import DEFAULT_BANK
from haven.market.rules import FOREVER, Rule, rules
from haven.market.snapshot import Snapshot

WEEKS: Final = 530
_STEP: Final = 10.0
"""Marks reach from one round number of bp below the lines to one above them."""


def weeks(market: Snapshot) -> DateArray:
    """The last date of each week with a swap spread, the latest ten years of them, oldest first."""
    dates = market.history("SPREAD.10Y").dates
    week = (dates - np.datetime64("1970-01-05", "D")).astype(int) // 7
    last: DateArray = dates[np.append(week[1:] != week[:-1], True)][-WEEKS:]
    return last


def history_rows(dates: DateArray) -> list[list[Any]]:
    """For each date spread, break-even, yields, the parts of the ten-year yield, and premia with their band.

    A figure that does not exist on a date leaves its cell free, a gap in the line; any other failure is its error.
    """
    days = [[serial(date)] for date in dates]
    spread, breakeven, treasury, swap, expected, premium, kim_wright = (
        _column(name, *more, days=days)
        for name, *more in (
            ("HV_SWAPSPREAD",),
            ("HV_BREAKEVEN",),
            ("HV_USTYIELD",),
            ("HV_SWAPRATE",),
            ("HV_EXPECTEDRATE", "ACM"),
            ("HV_TERMPREMIUM", "ACM"),
            ("HV_TERMPREMIUM", "KW"),
        )
    )
    rows = []
    for place, error in enumerate(_premium_errors(dates)):
        model = premium[place]
        row = [
            days[place][0],
            spread[place],
            breakeven[place],
            treasury[place],
            swap[place],
            expected[place],
            _sum((1e4, swap[place]), (-1e4, expected[place])),
            _sum((-1.0, spread[place])),
            _sum((1e4, model)),
            _sum((1e4, model), (-1e4, error)),
            _sum((1e4, model), (1e4, error)),
            _sum((1e4, kim_wright[place])),
        ]
        rows.append([None if _is_absent(cell) else cell for cell in row])
    return rows


def mark_rows(history: Sequence[Sequence[Any]], as_of: np.datetime64, bank: str = DEFAULT_BANK) -> list[list[Any]]:
    """What the charts mark: Treasuries out of the leverage ratio, changes of a bank's ratio, and the Desk date.

    Rows 1 to 4 outline the exclusion, 5 to 9 hold two changes with a gap between, 10 and 11 the date. A mark outside
    the history is left out.
    """
    levels = [cell for row in history for cell in row[1:3] if isinstance(cell, float)]
    low, high = _STEP * np.floor(min(levels) / _STEP), _STEP * np.ceil(max(levels) / _STEP)
    first, last = history[0][0], history[-1][0]
    lines: list[list[Any]] = []
    for rule in rules():
        if rule.parameter == "treasuries_excluded" and rule.value > 0:
            start, end = max(serial(rule.effective_from), first), min(_end(rule), last)
            if start < end:
                label = f"Treasuries out of the ratio {rule.effective_from} to {rule.effective_to}"
                lines = [[label, start, low], [None, start, high], [None, end, high], [None, end, low]]
    lines += [[]] * (4 - len(lines))
    for change in [rule for rule in _ratio_changes(bank) if first <= serial(rule.effective_from) <= last][:2]:
        label = f"{bank}: leverage ratio {change.value:.2%} from {change.effective_from}"
        date = serial(change.effective_from)
        lines += [[label, date, low], [None, date, high], []]
    lines += [[]] * (9 - len(lines))
    if first <= serial(as_of) <= last:
        lines[9:] = [[f"Desk date {as_of}", serial(as_of), low], [None, serial(as_of), high]]
    return lines


def serial(date: np.datetime64) -> float:
    """A date as a spreadsheet counts it."""
    return float((date.astype(dt.date) - EXCEL_EPOCH).days)


def _ratio_changes(bank: str) -> Iterator[Rule]:
    """The rules by which a bank's leverage ratio changes, oldest first, without the one it began with."""
    own = [rule for rule in rules() if rule.parameter == "leverage_ratio" and rule.bank == bank]
    return iter(sorted(own, key=lambda rule: rule.effective_from)[1:])


def _end(rule: Rule) -> float:
    return float("inf") if rule.effective_to == FOREVER else serial(rule.effective_to)


def _column(name: str, *more: str, days: list[list[float]]) -> list[Any]:
    answer = call(name, ["10Y", days, *more])
    return [row[0] for row in answer] if isinstance(answer, list) else [answer] * len(days)


def _is_absent(cell: Any) -> bool:
    return isinstance(cell, CellError) and cell.code == Reason.NO_DATA


def _sum(*terms: tuple[float, Any]) -> Any:
    """The sum of weighted figures, or the first error among them."""
    error = next((figure for _, figure in terms if isinstance(figure, CellError)), None)
    return error or sum(weight * figure for weight, figure in terms)


def _premium_errors(dates: DateArray) -> FloatArray:
    """The standard error of the ten-year ACM premium on each date; of no meaning where the model has no premium."""
    found = find_acm()
    row, _ = found.curve.find(dates)
    draws = np.random.default_rng(SEED)
    errors: FloatArray = acm.premium_error(found.model, found.zeros[row], np.array([acm.LONGEST]), DRAWS, draws)[:, 0]
    return errors
