"""One formula at a time, evaluated by the ``formulas`` library, with our functions among its own."""

import datetime as dt
import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

import numpy as np

from haven.errors import HavenError, Reason
from haven.functions.answer import CellError
from haven.functions.kinds import EXCEL_EPOCH, MISSING
from haven.workbook.book import Formula
from haven.workbook.formula import OMITTED, Form
from haven.workbook.sheet_xml import Value

_OMITTED_NAME: Final = OMITTED.removesuffix("()")
_BEYOND: Final = CellError("#N/A", "the result has no value for this cell of the array")


class Engine:
    """The function library of one calculation."""

    def __init__(self, ours: Mapping[str, Callable[..., Any]]) -> None:
        import schedula
        from formulas import Parser, get_functions
        from formulas.tokens.operand import Error, XlError

        self._blank = schedula.EMPTY
        self._errors = dict(Error.errors)
        self._error_type = XlError
        self._library = get_functions()
        self._library.update({name: self._adapted(function) for name, function in ours.items()})
        self._library[_OMITTED_NAME] = lambda: MISSING
        self._parser = Parser()
        self._compiled = lru_cache(maxsize=8192)(self._compile)
        self._reasons: dict[str, str] = {}
        """Why the formula under evaluation met an error, by error code."""
        # The library logs a traceback for every function that answers an error; the reason reaches our report.
        logging.getLogger("schedula").setLevel(logging.CRITICAL)

    def check(self, functions: Iterable[str], excluded: Collection[str]) -> None:
        """Refuse functions that are unknown or not calculated here."""
        for name in functions:
            if name in excluded or (name not in self._library and f"_XLFN.{name}" not in self._library):
                raise HavenError(Reason.INVALID, f"the function {name} is not calculated here")

    def evaluate(self, form: Form, inputs: list[list[list[Value]]], formula: Formula) -> list[Value]:
        """The values of the cells a formula fills, row by row.

        Raises
        ------
        HavenError
            INVALID when the library can't compute it.
        """
        compiled, order, reasons = self._compiled(form.text)
        self._reasons = dict(reasons)
        try:
            result = compiled(*(self._block(inputs[place]) for place in order))
        except Exception as failure:
            cause = failure.__cause__ or failure
            raise HavenError(Reason.INVALID, f"it can't be computed: {type(cause).__name__}") from failure
        cells = np.atleast_2d(np.asarray(result, dtype=object))
        if not formula.is_array:
            return [self._value(cells[0, 0])]
        return [
            self._value(cells[row if cells.shape[0] > 1 else 0, column if cells.shape[1] > 1 else 0])
            if (row < cells.shape[0] or cells.shape[0] == 1) and (column < cells.shape[1] or cells.shape[1] == 1)
            else _BEYOND
            for row in range(formula.rows)
            for column in range(formula.columns)
        ]

    def _compile(self, text: str) -> tuple[Callable[..., Any], list[int], dict[str, str]]:
        """A form's compiled function, which reference each of its inputs is, and the reasons met on the way.

        The library evaluates calls whose arguments are all constant here, once.
        """
        self._reasons = {}
        try:
            compiled = self._parser.ast(text)[1].compile()
        except Exception as failure:
            raise HavenError(Reason.INVALID, "it is of a kind that is not calculated here") from failure
        names = list(getattr(compiled, "inputs", None) or ())
        if not all(name.removeprefix("REF_").isdigit() for name in names):
            raise HavenError(Reason.INVALID, "it combines references in a way that is not calculated here")
        return compiled, [int(name.removeprefix("REF_")) for name in names], self._reasons

    def _block(self, rows: list[list[Value]]) -> np.ndarray[Any, Any]:
        block = np.empty((len(rows), len(rows[0])), dtype=object)
        for place, row in enumerate(rows):
            block[place] = [self._given(value) for value in row]
        return block

    def _given(self, value: Value) -> Any:
        """A cell as the library holds it."""
        if value is None:
            return self._blank
        if isinstance(value, CellError):
            self._reasons.setdefault(value.code, value.why)
            return self._errors.get(value.code, self._errors["#VALUE!"])
        return value

    def _value(self, result: Any) -> Value:
        """What the library answered, as a cell shows it; a blank shows zero."""
        if isinstance(result, np.ndarray) and result.size == 1:
            result = result.item()
        if isinstance(result, np.generic):
            result = result.item()
        if isinstance(result, self._error_type):
            return CellError(str(result), self._reasons.get(str(result), f"the formula answers {result}"))
        if result is self._blank or result is None:
            return 0.0
        if isinstance(result, (bool, str)):
            return result
        return float(result)

    def _adapted(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """One of our functions as the library calls its own."""

        def adapted(*args: Any) -> Any:
            answer = function(*(self._argument(arg) for arg in args))
            if not isinstance(answer, list):
                return self._given(to_serial(answer))
            return self._block([[to_serial(cell) for cell in row] for row in answer])

        return adapted

    def _argument(self, arg: Any) -> Any:
        """An argument as a spreadsheet passes it: one cell, or rows of cells."""
        if not isinstance(arg, np.ndarray):
            return self._cell(arg)
        if arg.size == 1:
            return self._cell(arg.item())
        return [[self._cell(cell) for cell in row] for row in np.atleast_2d(arg).tolist()]

    def _cell(self, cell: Any) -> Any:
        if cell is self._blank:
            return None
        if isinstance(cell, self._error_type):
            return CellError(str(cell), f"the cell holds {cell}")
        return cell.item() if isinstance(cell, np.generic) else cell


def to_serial(answer: Any) -> Any:
    """A date as the serial number a cell holds; anything else as it is."""
    return float((answer - EXCEL_EPOCH).days) if isinstance(answer, dt.date) else answer
