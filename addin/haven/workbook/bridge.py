"""The functions of the ``formulas`` library, called with our values and answered in them."""

from functools import cache
from importlib import import_module
from typing import Any, Final

import numpy as np
from formulas.tokens.operand import Error, XlError
from schedula import EMPTY

from haven.functions.answer import CellError
from haven.workbook.operators import Rows, to_value
from haven.workbook.values import Value

_MODULES: Final = ("info", "logic", "math", "text", "look", "date", "financial", "eng", "stat", "comp")
"""Where the library has its functions, each name in one of them; the last two bring all of scipy, slow to import."""
_READS_CLOCK: Final = frozenset({"NOW", "TODAY"})


def call_formulas(name: str, *arguments: Value | Rows) -> Value | Rows:
    """The library's answer for a function it knows; a blank must come as a range of one cell.

    Raises
    ------
    Exception
        Of any class, when the library fails.
    """
    function = _function(name)
    compiling = [False] if name in _READS_CLOCK else []
    with np.errstate(all="ignore"):
        return _ours(function(*compiling, *map(_theirs, arguments)))


@cache
def _function(name: str) -> Any:
    for module in _MODULES:
        entry = import_module(f"formulas.functions.{module}").FUNCTIONS.get(name)
        if entry is not None:
            return entry["function"] if isinstance(entry, dict) else entry
    raise KeyError(name)


def _theirs(argument: Value | Rows) -> Any:
    if not isinstance(argument, list):
        return _their_cell(argument)
    rows = np.empty((len(argument), len(argument[0])), dtype=object)
    rows[:] = [[_their_cell(cell) for cell in row] for row in argument]
    return rows


def _their_cell(value: Value) -> Any:
    if value is None:
        return EMPTY
    if isinstance(value, CellError):
        return Error.errors.get(value.code, Error.errors["#VALUE!"])
    return value


def _ours(answer: Any) -> Value | Rows:
    if isinstance(answer, np.ndarray):
        if answer.ndim:
            return [[_our_cell(cell) for cell in row] for row in np.atleast_2d(answer).tolist()]
        answer = answer.item()
    return _our_cell(answer)


def _our_cell(value: Any) -> Value:
    if value is EMPTY:
        return None
    return CellError(str(value), "the result of a formula") if isinstance(value, XlError) else to_value(value)
