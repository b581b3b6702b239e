"""A cell's formula as a tree: references, constants, and calls of functions and operators.

References keep which of their parts are relative, so that a formula shared by many cells is parsed once.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from haven.errors import HavenError, Reason
from haven.workbook.references import MAX_COLUMN, MAX_ROW, Address, Corners, column_number


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, text or truth value."""

    value: float | str | bool


@dataclass(frozen=True, slots=True)
class ErrorConstant:
    """An error written into a formula, such as ``#N/A``."""

    code: str


@dataclass(frozen=True, slots=True)
class Omitted:
    """An argument left out, as between two commas."""


@dataclass(frozen=True, slots=True)
class Array:
    """An array constant, by rows."""

    rows: tuple[tuple["Node", ...], ...]


@dataclass(frozen=True, slots=True)
class Name:
    """A defined name, of one sheet when it says so."""

    sheet: str | None
    name: str


@dataclass(frozen=True, slots=True)
class Area:
    """Cells that a formula refers to; ``moves`` marks which of the four numbers move with the formula."""

    sheet: str | None
    first: Address
    last: Address
    moves: tuple[bool, bool, bool, bool] = (False, False, False, False)

    def moved(self, by: Address) -> Corners:
        """First and last cell for a formula that stands so many rows and columns from where it was written."""
        numbers = (*self.first, *self.last)
        limits = (MAX_ROW, MAX_COLUMN) * 2
        top, left, bottom, right = (
            (number + shift - 1) % limit + 1 if moves else number
            for number, moves, shift, limit in zip(numbers, self.moves, by * 2, limits, strict=True)
        )
        return (min(top, bottom), min(left, right)), (max(top, bottom), max(left, right))


@dataclass(frozen=True, slots=True)
class Call:
    """A function of its arguments, or an operator of its operands (``u-`` is the minus of one operand)."""

    function: str
    arguments: tuple["Node", ...]


MAX_LENGTH: Final = 8_192
"""As in Excel."""
Node: TypeAlias = Constant | ErrorConstant | Omitted | Array | Name | Area | Call


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it."""
    pending = [node]
    while pending:
        node = pending.pop()
        yield node
        if isinstance(node, Call):
            pending += node.arguments


def parse_formula(text: str) -> Node:
    """The tree of a formula as a workbook file stores it, without the leading ``=``.

    Raises
    ------
    HavenError
        INVALID for what can't be read, and for what refers elsewhere than to cells and names of the workbook:
        structured references, other workbooks, spilled ranges, several sheets at once.
    """
    if len(text) > MAX_LENGTH:
        raise HavenError(
            Reason.INVALID, f"a formula must have at most {MAX_LENGTH:,} characters, this one has {len(text):,}"
        )
    try:
        return _Parser(text).whole()
    except RecursionError:
        raise HavenError(Reason.INVALID, "the formula is nested too deeply") from None


_SHEET: Final = r"(?:(?P<{}sheet>'(?:[^']|'')+'|[^\W\d][\w.]*)!)?"
_CELL: Final = r"\$?[A-Z]{1,3}\$?[1-9]\d{0,6}"
_TOKEN: Final = re.compile(
    rf"""\s*(?:
    (?P<text>"(?:[^"]|"")*")
  | (?:'(?:[^']|'')+'!|\[\d+\]!|[\w.]+!|_xll\.|org\.haven\.functions\.)?(?P<function>[^\W\d][\w.]*)\(
  | (?P<foreign>\[|'[^'\[]*\[|\w+\[|'[^':]+:[^']+'!|\w+:\w+!)
  | {_SHEET.format("error_")}(?P<error>\#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|GETTING_DATA|SPILL!|CALC!))
  | {_SHEET.format("area_")}(?P<area>{_CELL}:{_CELL}|{_CELL}|\$?[A-Z]{{1,3}}:\$?[A-Z]{{1,3}}|\$?\d+:\$?\d+)(?![\w.(!])
  | (?P<number>(?:\d+\.?\d*|\.\d+)(?:E[+-]?\d+)?)
  | {_SHEET.format("name_")}(?P<name>[^\W\d][\w.?\\]*|\\\w+)
  | (?P<operator><=|>=|<>|[-+*/^&=<>%(),;{{}}:@\#])
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_CORNER: Final = re.compile(r"(\$?)([A-Z]*)(\$?)(\d*)")
_LEVELS: Final = {"=": 1, "<>": 1, "<": 1, ">": 1, "<=": 1, ">=": 1, "&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 5}
_UNABLE: Final = {
    "#": "a spilled range (A1#)",
    ":": "a range between calculated cells",
    ",": "a union of ranges",
    "@": "@",
}


class _Parser:
    """Reads from left to right; every method takes what it is named for and leaves the place after it."""

    def __init__(self, text: str) -> None:
        self._text = text.rstrip()
        self._place = 0
        self._token: re.Match[str] | None = None
        self._step()

    def whole(self) -> Node:
        node = self._expression(1)
        if self._token is not None:
            raise self._unable(self._token[0].strip())
        return node

    def _expression(self, level: int) -> Node:
        """Operands joined by operators of at least this level, those of one level from left to right."""
        left = self._operand()
        while (operator := self._operator()) in _LEVELS and _LEVELS[operator] >= level:
            self._step()
            left = Call(operator, (left, self._expression(_LEVELS[operator] + 1)))
        return left

    def _operand(self) -> Node:
        """A signed operand; the sign binds more closely than any operator between two, so -2^2 is 4."""
        sign = self._operator()
        if sign in ("+", "-"):
            self._step()
            return Call(f"u{sign}", (self._operand(),))
        node = self._atom()
        while self._operator() == "%":
            self._step()
            node = Call("%", (node,))
        return node

    def _atom(self) -> Node:
        token = self._token
        if token is None:
            raise HavenError(Reason.INVALID, "the formula ends too early")
        kind, text = token.lastgroup, token[token.lastgroup or 0]
        self._step()
        if kind == "function":
            name = (
                text.upper().removeprefix("_XLFN.").removeprefix("_XLWS.")
            )  # marks of functions newer than the format
            return Call(name, self._arguments())
        if kind == "operator" and text == "(":
            node = self._expression(1)
            self._take(")")
            return node
        if kind == "operator" and text == "{":
            return self._array()
        if kind == "area":
            return _area(token["area_sheet"], text)
        if kind == "name" and text.upper() not in ("TRUE", "FALSE"):
            return Name(_unquoted(token["name_sheet"]), text)
        if kind in _CONSTANTS:
            return _CONSTANTS[kind](text)
        raise self._unable(text)

    def _arguments(self) -> tuple[Node, ...]:
        if self._operator() == ")":
            self._step()
            return ()
        arguments: list[Node] = []
        while True:
            arguments.append(Omitted() if self._operator() in (",", ")") else self._expression(1))
            if self._operator() != ",":
                self._take(")")
                return tuple(arguments)
            self._step()

    def _array(self) -> Array:
        rows: list[list[Node]] = [[]]
        while True:
            rows[-1].append(self._operand())
            separator = self._operator()
            if separator not in (",", ";"):
                self._take("}")
                return Array(tuple(map(tuple, rows)))
            self._step()
            if separator == ";":
                rows.append([])

    def _operator(self) -> str:
        return self._token["operator"] or "" if self._token else ""

    def _take(self, operator: str) -> None:
        if self._operator() != operator:
            raise self._unable(self._token[0].strip() if self._token else "")
        self._step()

    def _step(self) -> None:
        if self._place == len(self._text):
            self._token = None
            return
        self._token = _TOKEN.match(self._text, self._place)
        if self._token is None:
            raise HavenError(Reason.INVALID, f"the formula can't be read from {self._text[self._place :]!r}")
        self._place = self._token.end()
        if self._token["foreign"]:
            raise HavenError(
                Reason.INVALID, "structured references, other workbooks and sheet ranges can't be computed"
            )

    def _unable(self, text: str) -> HavenError:
        if text in _UNABLE:
            return HavenError(Reason.INVALID, f"{_UNABLE[text]} can't be computed")
        where = f"at {text!r}" if text else "to its end: a bracket is open"
        return HavenError(Reason.INVALID, f"the formula can't be read {where}")


_CONSTANTS: Final[Mapping[str | None, Callable[[str], Node]]] = {
    "text": lambda text: Constant(text[1:-1].replace('""', '"')),
    "number": lambda text: Constant(float(text)),
    "name": lambda text: Constant(text.upper() == "TRUE"),
    "error": lambda text: ErrorConstant(text.upper()),
}


def _unquoted(sheet: str | None) -> str | None:
    return sheet[1:-1].replace("''", "'") if sheet and sheet.startswith("'") else sheet


def _area(sheet: str | None, text: str) -> Area | Name:
    first, _, last = text.upper().partition(":")
    top, left, row_moves, column_moves = _corner(first, 1, 1)
    bottom, right, last_row_moves, last_column_moves = _corner(last or first, MAX_ROW, MAX_COLUMN)
    if max(top, bottom) > MAX_ROW or max(left, right) > MAX_COLUMN:
        return Name(_unquoted(sheet), text)
    moves = (row_moves, column_moves, last_row_moves, last_column_moves)
    return Area(_unquoted(sheet), (top, left), (bottom, right), moves)


def _corner(text: str, row: int, column: int) -> tuple[int, int, bool, bool]:
    """Row and column of a corner and whether each moves; ``row`` or ``column`` stands for the one not given."""
    match = _CORNER.fullmatch(text)
    assert match is not None
    mark, letters, inner, digits = match.groups()
    fixed_row = inner or (mark and not letters)
    return (
        int(digits) if digits else row,
        column_number(letters) if letters else column,
        bool(digits and not fixed_row),
        bool(letters and not mark),
    )
