"""The value of a formula's tree, given the cells and names it refers to."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol, TypeAlias

from haven.errors import HavenError, Reason
from haven.functions.answer import CellError
from haven.functions.kinds import MISSING, Missing
from haven.workbook.formula import Area, Array, Call, Constant, ErrorConstant, Name, Node, Omitted
from haven.workbook.library import Argument, call_library
from haven.workbook.operators import NOT_A_VALUE, Rows, elementwise, flat, operate, single, to_value
from haven.workbook.references import Address, Corners
from haven.workbook.values import Value

Functions: TypeAlias = Mapping[str, Callable[..., Any]]
"""Functions by name in capitals. Each is called with plain values: a number, text, truth value, None for a blank,
CellError for an error, MISSING for an argument left out, lists of rows for ranges; and answers a value or rows."""

OPERATORS: Final = frozenset({"+", "-", "*", "/", "^", "&", "=", "<>", "<", ">", "<=", ">=", "u-", "u+", "%"})
FALSE: Final = Constant(value=False)


class Cells(Protocol):
    """Where a formula finds what it refers to."""

    def rows(self, sheet: str, first: Address, last: Address) -> Rows:
        """The values of an area, at most as far as its sheet is used."""
        ...

    def definition(self, name: Name, sheet: str) -> Node:
        """What a name stands for in formulas of a sheet."""
        ...


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a formula stands, and how far that is from where its references were written."""

    cells: Cells
    functions: Functions
    sheet: str
    address: Address
    shift: Address = (0, 0)
    known: dict[Name, Argument] = field(default_factory=dict)
    """What the names met so far stand for: in one formula a name has one value."""


def evaluate(node: Node, scope: Scope) -> Argument:
    """The value of a tree.

    Raises
    ------
    HavenError
        INVALID for what can't be computed, which is not the same as a value that is an error.
    """
    match node:
        case Constant(value):
            result: Argument = value
        case ErrorConstant(code):
            result = CellError(code, "written into the formula")
        case Omitted():
            result = MISSING
        case Array(rows):
            result = _rectangle([[_cell(evaluate(cell, scope)) for cell in row] for row in rows])
        case Area(sheet):
            result = scope.cells.rows(sheet or scope.sheet, *node.moved(scope.shift))
        case Name():
            if node not in scope.known:
                scope.known[node] = evaluate(*_definition(node, scope))
            result = scope.known[node]
        case Call(function, arguments):
            result = _call(function, arguments, scope)
    return result


def _definition(name: Name, scope: Scope) -> tuple[Node, Scope]:
    """What a name stands for, and where: names are written as seen from the first cell of a sheet."""
    row, column = scope.address
    return scope.cells.definition(name, scope.sheet), replace(scope, shift=(row - 1, column - 1))


def _call(function: str, arguments: tuple[Node, ...], scope: Scope) -> Value | Rows:
    if function in OPERATORS:
        return operate(function, *(single(_value(operand, scope)) for operand in arguments))
    if function in _FORMS:
        return _form(function, arguments, scope)
    values = [evaluate(argument, scope) for argument in arguments]
    if function in scope.functions:
        return _answer(scope.functions[function](*(v if isinstance(v, Missing) else single(v) for v in values)))
    return call_library(function, values)


def _form(function: str, arguments: tuple[Node, ...], scope: Scope) -> Value | Rows:
    try:
        inspect.signature(_FORMS[function]).bind(scope, *arguments)
    except TypeError:
        raise HavenError(Reason.INVALID, f"{function} can't take {len(arguments)} arguments") from None
    return _FORMS[function](scope, *arguments)


def _value(node: Node, scope: Scope) -> Value | Rows:
    """The value of an operand; what is left out counts as 0."""
    value = evaluate(node, scope)
    return 0.0 if isinstance(value, Missing) else value


def _answer(answer: Any) -> Value | Rows:
    if isinstance(answer, list):
        return _rectangle([[to_value(cell) for cell in row] for row in answer])
    return to_value(answer)


def _rectangle(rows: Rows) -> Rows:
    if not rows or not rows[0] or len({len(row) for row in rows}) > 1:
        raise HavenError(Reason.INVALID, "an array must have rows, all of one length")
    return rows


def _cell(value: Argument) -> Value:
    assert not isinstance(value, (list, Missing))
    return value


def _if(scope: Scope, condition: Node, yes: Node, no: Node = FALSE) -> Value | Rows:
    """IF: of a single condition only the branch that is chosen is evaluated."""
    test = single(_value(condition, scope))
    if isinstance(test, list):
        return elementwise(_choose, test, _value(yes, scope), _value(no, scope))
    if isinstance(test, (CellError, str)):
        return _choose(test, None, None)
    return _value(yes if test else no, scope)


def _choose(test: Value, yes: Value, no: Value) -> Value:
    if isinstance(test, CellError):
        return test
    if isinstance(test, str):
        return NOT_A_VALUE
    return yes if test else no


def _instead_of(is_caught: Callable[[Value], bool]) -> Callable[[Scope, Node, Node], Value | Rows]:
    """IFERROR and IFNA: another value in place of those caught, evaluated only when there are any."""

    def form(scope: Scope, node: Node, otherwise: Node) -> Value | Rows:
        value = single(_value(node, scope))
        if not any(map(is_caught, flat(value))):
            return value
        return elementwise(lambda one, other: other if is_caught(one) else one, value, single(_value(otherwise, scope)))

    return form


def _place(axis: int) -> Callable[..., Value | Rows]:
    """ROW (axis 0) and COLUMN (axis 1) of an area, or of the formula itself."""

    def form(scope: Scope, node: Node | None = None) -> Value | Rows:
        first, last = _corners(scope, node) if node else (scope.address, scope.address)
        numbers: list[Value] = [float(number) for number in range(first[axis], last[axis] + 1)]
        return single([numbers] if axis else [[number] for number in numbers])

    return form


def _extent(axis: int) -> Callable[[Scope, Node], Value]:
    """ROWS (axis 0) and COLUMNS (axis 1) of an area."""

    def form(scope: Scope, node: Node) -> Value:
        first, last = _corners(scope, node)
        return float(last[axis] - first[axis] + 1)

    return form


def _corners(scope: Scope, node: Node) -> Corners:
    if isinstance(node, Name):
        node, scope = _definition(node, scope)
        return _corners(scope, node)
    if not isinstance(node, Area):
        raise HavenError(Reason.INVALID, "rows and columns can be told of cells only")
    return node.moved(scope.shift)


_FORMS: Final[dict[str, Callable[..., Value | Rows]]] = {
    "IF": _if,
    "IFERROR": _instead_of(lambda value: isinstance(value, CellError)),
    "IFNA": _instead_of(lambda value: isinstance(value, CellError) and value.code == "#N/A"),
    "ROW": _place(0),
    "COLUMN": _place(1),
    "ROWS": _extent(0),
    "COLUMNS": _extent(1),
}
