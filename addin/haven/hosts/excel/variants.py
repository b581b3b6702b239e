"""Values between Excel and the functions.

Excel passes numbers as floats, so a whole number among arguments is an error cell's code. No error can be passed
back, so one goes as text that the add-in's VBA turns into a real error: a mark, Excel's error number, the reason.
"""

import datetime as dt
from itertools import chain
from typing import Any, Final

from haven.functions import Answer, Answers, CellError
from haven.functions.kinds import EXCEL_EPOCH

MARK: Final = "\x01"
MAX_ARRAY_TEXT: Final = 255
"""Longer text in an array that a VBA function answers makes the whole array an error."""
ERROR_NUMBERS: Final = {"#N/A": 2042, "#VALUE!": 2015, "#NUM!": 2036}
_ERROR_BASE: Final = -2146828288  # 0x800A0000, the codes of error cells
_ERROR_CELLS: Final = {
    _ERROR_BASE + number: code
    for number, code in {
        2000: "#NULL!",
        2007: "#DIV/0!",
        2015: "#VALUE!",
        2023: "#REF!",
        2029: "#NAME?",
        2036: "#NUM!",
        2042: "#N/A",
    }.items()
}


def from_excel(argument: Any) -> Any:
    """An argument as functions take it: a cell, or the rows of a range."""
    if isinstance(argument, tuple):
        rows = argument if argument and isinstance(argument[0], tuple) else (argument,)
        if int in set(map(type, chain.from_iterable(rows))):
            return [[_cell(value) for value in row] for row in rows]
        return argument
    return _cell(argument)


def _cell(value: Any) -> Any:
    if type(value) is not int:
        return value
    code = _ERROR_CELLS.get(value, "#VALUE!")
    return CellError(code, f"the cell shows {code}")


def to_excel(answers: Answers) -> list[list[Any]]:
    """An answer as the rows Excel takes."""
    if not isinstance(answers, list):
        return [[_variant(answers)]]
    return [[_variant(value) if type(value) is not float else value for value in row] for row in answers]


def shortened(rows: list[list[Any]]) -> list[list[Any]]:
    """Rows whose text an array can hold; the reason after an error's mark never reaches a cell."""
    return [
        [
            value[: MAX_ARRAY_TEXT - 1] + "…"
            if isinstance(value, str) and len(value) > MAX_ARRAY_TEXT and not value.startswith(MARK)
            else value
            for value in row
        ]
        for row in rows
    ]


def _variant(value: Answer) -> Any:
    if isinstance(value, CellError):
        return f"{MARK}{ERROR_NUMBERS.get(value.code, ERROR_NUMBERS['#VALUE!'])}{value.why}"
    if isinstance(value, dt.date):
        return float((value - EXCEL_EPOCH).days)
    return value.replace(MARK, "") if isinstance(value, str) else value
