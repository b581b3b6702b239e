"""The operators of a formula, element by element, with Excel's reading of text, blanks and truth values."""

import datetime as dt
import decimal
import math
import operator
import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, Final, TypeAlias

import numpy as np

from haven.errors import HavenError, Reason
from haven.functions.answer import CellError
from haven.functions.kinds import EXCEL_EPOCH
from haven.workbook.references import MAX_CELLS, MAX_STEPS
from haven.workbook.values import MAX_TEXT, Value

Rows: TypeAlias = list[list[Value]]
"""A range or array, by rows."""

_WIDEST_FRACTION: Final = 20
NOT_AVAILABLE: Final = CellError("#N/A", "no value there")
NOT_A_VALUE: Final = CellError("#VALUE!", "a number is needed")
NO_NUMBER: Final = CellError("#NUM!", "outside what a number can be")
DIVISION_BY_ZERO: Final = CellError("#DIV/0!", "division by zero")


def elementwise(function: Callable[..., Value], *operands: Value | Rows) -> Value | Rows:
    """Apply a function of single values; single rows, columns and values repeat, what has no partner is ``#N/A``."""
    if not any(isinstance(operand, list) for operand in operands):
        return function(*operands)
    grids = [operand if isinstance(operand, list) else [[operand]] for operand in operands]
    height, width = max(map(len, grids)), max(len(grid[0]) for grid in grids)
    if height * width > MAX_CELLS:
        raise HavenError(Reason.INVALID, f"an array must have at most {MAX_CELLS:,} cells, got {height} x {width}")
    spread = [fill(grid, height, width) for grid in grids]
    return [[function(*cells) for cells in zip(*rows, strict=True)] for rows in zip(*spread, strict=True)]


def check_steps(*ranges: Value | Rows) -> None:
    """Refuse to go through every combination of the cells of some ranges if that takes too long.

    Raises
    ------
    HavenError
        INVALID for more than :data:`MAX_STEPS` combinations.
    """
    steps = math.prod(len(cells) * len(cells[0]) for cells in ranges if isinstance(cells, list))
    if steps > MAX_STEPS:
        raise HavenError(Reason.INVALID, f"ranges of this size take {steps:,} steps, the limit is {MAX_STEPS:,}")


def single(value: Value | Rows) -> Value | Rows:
    """A value in place of a range of one cell; anything else as it is."""
    return value[0][0] if isinstance(value, list) and len(value) == len(value[0]) == 1 else value


def flat(value: Value | Rows) -> Iterator[Value]:
    """The values of a range row by row, or the one value."""
    if isinstance(value, list):
        yield from chain.from_iterable(value)
    else:
        yield value


def to_value(answer: Any) -> Value:
    """What a function answers, as a cell holds it: a date is its serial number, no number is infinite.

    Raises
    ------
    HavenError
        INVALID for what no cell can hold.
    """
    if isinstance(answer, np.generic):
        answer = answer.item()
    if answer is None or isinstance(answer, (bool, CellError)):
        return answer
    if isinstance(answer, (int, float)):
        return float(answer) if math.isfinite(answer) else NO_NUMBER
    if isinstance(answer, str):
        return answer if len(answer) <= MAX_TEXT else NOT_A_VALUE
    if isinstance(answer, dt.date):
        return float((answer - EXCEL_EPOCH).days)
    if isinstance(answer, complex):
        return NO_NUMBER
    raise HavenError(Reason.INVALID, f"a cell can't hold {answer!r}")


def fill(rows: Rows, height: int, width: int) -> Rows:
    """Rows as a range of a given size takes them: single ones repeat, surplus is cut, what is missing is ``#N/A``."""
    tall = rows * height if len(rows) == 1 else rows[:height]
    wide = [row * width if len(row) == 1 else row[:width] for row in tall]
    wide = [row + [NOT_AVAILABLE] * (width - len(row)) for row in wide]
    return wide + [[NOT_AVAILABLE] * width for _ in range(height - len(wide))]


def operate(symbol: str, *operands: Value | Rows) -> Value | Rows:
    """The value of an operator of one (``u-``, ``u+``, ``%``) or two operands; the first error among them wins."""
    return elementwise(lambda *cells: _operate(symbol, cells), *operands)


def text_of(value: Value) -> str:
    """A value as ``&`` joins it: numbers with 15 significant digits, the small ones without exponent if short."""
    if isinstance(value, bool):
        return str(value).upper()
    if not isinstance(value, (int, float)):
        return "" if value is None else str(value)
    digits = f"{value:.15g}"
    if "e-" in digits and len(plain := f"{decimal.Decimal(digits):f}") <= _WIDEST_FRACTION:
        return plain
    mantissa, _, exponent = digits.partition("e")
    return f"{mantissa}E{int(exponent):+03d}" if exponent else digits


def number_of(value: Value) -> float | CellError:
    """A value as arithmetic takes it: a blank is 0, text that reads as a number, percentage or ISO date is that.

    Raises
    ------
    HavenError
        INVALID for text that may be a date, which each country reads differently.
    """
    if isinstance(value, CellError):
        return value
    if not isinstance(value, str):
        return float(value or 0.0)
    text = value.strip()
    if _NUMBER.fullmatch(text):
        return float(text.rstrip("% ").replace(",", "")) / (100.0 if text.endswith("%") else 1.0)
    if _ISO_DATE.fullmatch(text):
        return float((dt.date.fromisoformat(text) - EXCEL_EPOCH).days)
    if _MAYBE_DATE.fullmatch(text):
        raise HavenError(Reason.INVALID, f"text that may be a date can't be computed, got {value!r}")
    return NOT_A_VALUE


_NUMBER: Final = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+|(?=\.\d))(\.\d*)?(E[+-]?\d+)?\s*%?", re.IGNORECASE)
_ISO_DATE: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_MONTH: Final = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_MAYBE_DATE: Final = re.compile(
    rf"\d{{1,4}}[-/. ]\d{{1,2}}([-/. ]\d{{1,4}})?( .*)?|\d{{1,2}}[-/. ]?{_MONTH}([-/., ]+\d{{2,4}})?"
    rf"|{_MONTH}[-/. ]*\d{{1,4}}(,? \d{{4}})?|\d{{1,2}}:\d\d.*",
    re.IGNORECASE,
)


def _operate(symbol: str, cells: tuple[Value, ...]) -> Value:
    error = next((cell for cell in cells if isinstance(cell, CellError)), None)
    if error:
        return error
    if symbol == "&":
        return to_value("".join(map(text_of, cells)))
    if symbol in _COMPARISONS:
        return _COMPARISONS[symbol](*_comparable(*cells))
    if symbol == "u+":
        return cells[0]
    numbers = []
    for cell in cells:
        number = number_of(cell)
        if isinstance(number, CellError):
            return number
        numbers.append(number)
    return _arithmetic(symbol, *numbers)


def _arithmetic(symbol: str, left: float, right: float = 0.0) -> Value:
    if symbol == "/" and right == 0:
        return DIVISION_BY_ZERO
    if symbol == "^" and left == 0 and right <= 0:
        return DIVISION_BY_ZERO if right else NO_NUMBER
    try:
        result = _ARITHMETIC[symbol](left, right)
    except (OverflowError, ValueError):
        return NO_NUMBER
    return result if math.isfinite(result) else NO_NUMBER


_ARITHMETIC: Final[dict[str, Callable[[float, float], float]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "^": math.pow,
    "%": lambda left, _: left / 100.0,
    "u-": lambda left, _: 0.0 - left,
}
_COMPARISONS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def _comparable(left: Value, right: Value) -> tuple[tuple[int, Any], tuple[int, Any]]:
    """Two values as they compare: numbers to 15 digits, before text in any capitals, before truth values."""
    return _rank(_like(right) if left is None else left), _rank(_like(left) if right is None else right)


def _like(value: Value) -> Value:
    """What a blank counts as beside a value."""
    return "" if isinstance(value, str) else False if isinstance(value, bool) else 0.0


def _rank(value: Value) -> tuple[int, Any]:
    if isinstance(value, bool):
        return 2, value
    if isinstance(value, str):
        return 1, value.casefold()
    return 0, float(f"{value:.15g}")
