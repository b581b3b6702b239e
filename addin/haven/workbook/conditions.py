"""The functions that count, add up, average or compare the cells meeting conditions such as ``">2"`` or ``"b*"``."""

import math
import operator
import re
from collections.abc import Callable
from itertools import compress
from statistics import fmean as mean
from typing import Any, Final, TypeAlias

from haven.errors import HavenError, Reason
from haven.functions.answer import CellError
from haven.workbook.operators import DIVISION_BY_ZERO, Rows, check_steps, elementwise, flat, number_of
from haven.workbook.values import Value

Test: TypeAlias = Callable[[Value], bool]

_CRITERION: Final = re.compile("(<=|>=|<>|<|>|=)?(.*)", re.DOTALL)
_ORDERS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def condition(criterion: Value) -> Test:
    """The test that a criterion makes of cells.

    A criterion is a value to be equal to, or text that begins with a comparison. Capitals don't matter; ``*`` and ``?``
    stand for any text and any character, but not after ``~``. Text that reads as a number equals that number.
    """
    if not isinstance(criterion, str):
        return _equal_to(0.0 if criterion is None else criterion)
    match = _CRITERION.fullmatch(criterion)
    assert match is not None
    symbol, text = match[1] or "", match[2]
    operand = _operand(text)
    if symbol in _ORDERS:
        return _ordered(_ORDERS[symbol], operand)
    if not text:
        test: Test = (lambda cell: cell is None) if symbol else (lambda cell: cell is None or cell == "")
    else:
        test = _equal_to(operand)
    return (lambda cell: not test(cell)) if symbol == "<>" else test


def _operand(text: str) -> Value:
    """What the text of a criterion is compared as: an error, truth value or number if it reads as one."""
    if text.startswith("#"):
        return CellError(text.upper(), "written into a condition")
    if text.casefold() in ("true", "false"):
        return text.casefold() == "true"
    number = number_of(text)
    return text if isinstance(number, CellError) else number


def _equal_to(value: Value) -> Test:
    if isinstance(value, CellError):
        return lambda cell: isinstance(cell, CellError) and cell.code == value.code
    if isinstance(value, bool):
        return lambda cell: isinstance(cell, bool) and cell is value
    if isinstance(value, str):
        pattern = _pattern(value)
        return lambda cell: isinstance(cell, str) and bool(pattern.fullmatch(cell))
    return lambda cell: cell is not None and not isinstance(cell, (bool, CellError)) and _as_number(cell) == value


def _as_number(cell: Value) -> Value:
    """A cell as a number where it is one or text that reads as one."""
    if not isinstance(cell, str):
        return cell
    return cell if _MAYBE_NUMBER.fullmatch(cell) is None else number_of(cell)


_MAYBE_NUMBER: Final = re.compile(r"\s*[-+]?[\d.,]+(E[-+]?\d+)?%?\s*", re.IGNORECASE)


def _ordered(compare: Callable[[Any, Any], bool], operand: Value) -> Test:
    """Numbers are before or after numbers only, text before or after text."""
    if isinstance(operand, str):
        folded = operand.casefold()
        return lambda cell: isinstance(cell, str) and compare(cell.casefold(), folded)
    kinds = bool if isinstance(operand, bool) else float
    return lambda cell: type(cell) is kinds and compare(cell, operand)


def _pattern(text: str) -> re.Pattern[str]:
    """Wildcards as an expression that never looks twice: what follows a star is found at the first place it fits."""
    first, *others = _STAR.split(text)
    *between, last = (_piece(other) for other in others) if others else (None,)
    wild = _piece(first) + "".join(f"(?>.*?{piece})" for piece in between) + (f".*{last}" if last is not None else "")
    return re.compile(wild, re.IGNORECASE | re.DOTALL)


def _piece(text: str) -> str:
    return _UNSTARRED.sub(lambda match: "." if match[2] else re.escape(match[1] or match[3]), text)


_STAR: Final = re.compile(r"(?<!~)\*")
_UNSTARRED: Final = re.compile(r"~([*?~])|(\?)|([^?~]+|~)", re.DOTALL)


def _conditional(summary: Callable[[list[Value]], Value]) -> Callable[..., Value | Rows]:
    """A function of a range to be summed up, then pairs of a range and what its cells must meet."""

    def function(of: Value | Rows, *pairs: Value | Rows) -> Value | Rows:
        ranges, criteria = pairs[::2], pairs[1::2]
        if len(ranges) != len(criteria) or len({len(list(flat(cells))) for cells in (of, *ranges)}) > 1:
            raise HavenError(Reason.INVALID, "conditions need ranges of one size, each with its criterion")
        for criterion in criteria:
            check_steps(criterion, of)

        def answer(*values: Value) -> Value:
            tests = [condition(value) for value in values]
            columns = [list(map(test, flat(cells))) for test, cells in zip(tests, ranges, strict=True)]
            return summary(list(compress(flat(of), map(all, zip(*columns, strict=True)))))

        return elementwise(answer, *criteria)

    return function


def _over_one_range(name: str) -> Callable[..., Value | Rows]:
    """SUMIF and AVERAGEIF: the range summed up comes last, and is the range tested if left out."""

    def function(tested: Value | Rows, criterion: Value | Rows, of: Value | Rows = None) -> Value | Rows:
        return CONDITIONAL[name](tested if of is None else of, tested, criterion)

    return function


def _count(*pairs: Value | Rows) -> Value | Rows:
    return _counted(pairs[0], *pairs)


def _of_numbers(summary: Callable[[list[float]], Value]) -> Callable[[list[Value]], Value]:
    """A summary of the numbers among the cells, or the first error among them."""

    def function(cells: list[Value]) -> Value:
        error = next((cell for cell in cells if isinstance(cell, CellError)), None)
        return error or summary([cell for cell in cells if type(cell) is float])

    return function


_counted: Final = _conditional(lambda cells: float(len(cells)))
CONDITIONAL: Final[dict[str, Callable[..., Value | Rows]]] = {
    "AVERAGEIF": _over_one_range("AVERAGEIFS"),
    "AVERAGEIFS": _conditional(_of_numbers(lambda numbers: mean(numbers) if numbers else DIVISION_BY_ZERO)),
    "COUNTIF": _count,
    "COUNTIFS": _count,
    "MAXIFS": _conditional(_of_numbers(lambda numbers: max(numbers, default=0.0))),
    "MINIFS": _conditional(_of_numbers(lambda numbers: min(numbers, default=0.0))),
    "SUMIF": _over_one_range("SUMIFS"),
    "SUMIFS": _conditional(_of_numbers(math.fsum)),
}
