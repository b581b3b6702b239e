"""One call of a spreadsheet function: coerce, broadcast, calculate, answer. Nothing is raised into a cell."""

import datetime as dt
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeAlias

import numpy as np

from haven.errors import HavenError, Reason
from haven.functions.catalogue import CATALOGUE, Argument, Declaration
from haven.functions.kinds import MISSING, BlockKind, Cell, invalid, is_blank, nearest

log = logging.getLogger("haven")


@dataclass(frozen=True, slots=True)
class CellError:
    """A spreadsheet error with its reason: ``code`` as the sheet shows it, ``why`` for a person."""

    code: str
    why: str

    def __str__(self) -> str:
        return self.code


Answer: TypeAlias = float | int | str | bool | dt.date | CellError
Answers: TypeAlias = Answer | list[list[Answer]]


def call(name: str, args: Sequence[Any]) -> Answers:
    """Evaluate a spreadsheet function as a cell would.

    Parameters
    ----------
    name
        Any catalogue name, in any case.
    args
        As a spreadsheet passes them: scalars, ``None`` for a blank cell, ``MISSING`` for an omitted
        argument, lists of rows for ranges, :class:`CellError` for error cells; options may be a mapping.

    Returns
    -------
    Answers
        One value, or rows of columns. Failures are :class:`CellError`, never exceptions.
    """
    try:
        declaration = CATALOGUE.get(name) or find_function(name)
        return _answer(declaration, args)
    except HavenError as failure:
        return CellError(failure.reason, failure.message)
    except Exception:
        log.exception("%s failed on %r", name, args)
        return CellError(Reason.INVALID, "internal error, see log")


def find_function(name: str) -> Declaration:
    """The function of a name in any case; INVALID, with the nearest one, where there is none."""
    known = name.strip().upper()
    declaration = CATALOGUE.get(known)
    if known == "HV_WHY":
        raise HavenError(
            Reason.INVALID,
            "HV_WHY says why a cell of an open workbook fails: =HV_WHY(B7) in Excel, Haven > Why this cell in "
            "LibreOffice; haven call says so of each function by itself",
        )
    if declaration is None:
        raise invalid("function", nearest(known, list(CATALOGUE)), name)
    return declaration


def _answer(declaration: Declaration, args: Sequence[Any]) -> Answers:
    arguments = declaration.arguments
    if len(args) > len(arguments):
        raise HavenError(Reason.INVALID, f"{declaration.signature} takes {len(arguments)} arguments, got {len(args)}")
    cells = [*args, *[MISSING] * (len(arguments) - len(args))]
    fixed: dict[str, Any] = {}
    elements: list[tuple[Argument, Any]] = []
    for argument, cell in zip(arguments, cells, strict=True):
        if isinstance(argument.kind, BlockKind):
            fixed[argument.name] = _read_block(argument, argument.kind, cell)
        else:
            elements.append((argument, cell))
    if declaration.is_table:
        for argument, cell in elements:
            fixed[argument.name] = _one(argument, _only(argument, cell))
        answer = declaration.function(**fixed)
        return answer if declaration.own_header else _table(declaration, answer)
    if any(isinstance(cell, (list, tuple, np.ndarray)) for _, cell in elements):
        return broadcast(declaration.function, fixed, [(argument, as_rows(cell)) for argument, cell in elements])
    for argument, cell in elements:
        fixed[argument.name] = _one(argument, cell)
    return _to_cell(declaration.function(**fixed)[0])


def _read_block(argument: Argument, kind: BlockKind, cell: Any) -> Any:
    if isinstance(cell, Mapping):
        cell = [[key, value] for key, value in cell.items()]
    block = as_rows(cell).tolist()
    for row in block:
        for value in row:
            _refuse_error(argument, value)
    if all(is_blank(value) for row in block for value in row):
        if not argument.optional:
            raise HavenError(Reason.INVALID, f"{argument.name} is missing")
        block = [] if is_blank(argument.default) else as_rows(argument.default).tolist()
    return kind.read_block(argument.name, block)


def as_rows(cell: Any) -> np.ndarray[Any, np.dtype[Any]]:
    """A cell or range as a two-dimensional array, of floats where every cell is one; a flat list is a row."""
    if isinstance(cell, np.ndarray):
        return cell if cell.ndim == 2 else cell.reshape(1, -1)
    if not isinstance(cell, (list, tuple)):
        cell = ((cell,),)
    elif not cell or not isinstance(cell[0], (list, tuple)):
        cell = (cell,)
    width = len(cell[0])
    flat = list(chain.from_iterable(cell))
    if len(flat) != width * len(cell):
        raise HavenError(Reason.INVALID, "rows of a range must be of one length")
    numbers = set(map(type, flat)) == {float}
    rows = np.array(flat) if numbers else np.empty(len(flat), dtype=object)
    if not numbers:
        rows[:] = flat
    return rows.reshape(len(cell), width)


def _only(argument: Argument, cell: Any) -> Any:
    """The one value of an argument of a table, which is not answered elementwise."""
    if not isinstance(cell, (list, tuple, np.ndarray)):
        return cell
    rows = as_rows(cell)
    if rows.size != 1:
        size = f"{rows.shape[0]} x {rows.shape[1]} cells"
        raise HavenError(Reason.INVALID, f"{argument.name} must be one value, not a range, got {size}")
    return rows.item()


def _refuse_error(argument: Argument, value: Cell) -> None:
    if isinstance(value, CellError):
        raise HavenError(
            Reason(value.code) if value.code in _REASONS else Reason.INVALID,
            f"{argument.name} is an error cell: {value.code}",
        )


_REASONS = frozenset(Reason)


def _read(argument: Argument, value: Cell) -> Any:
    """One cell as its kind reads it; a blank becomes the default."""
    if isinstance(value, CellError):
        _refuse_error(argument, value)
    if is_blank(value):
        if not argument.optional:
            raise HavenError(Reason.INVALID, f"{argument.name} is {'missing' if value is MISSING else 'blank'}")
        if argument.default is None:
            return argument.kind.blank
        value = argument.default
    return argument.kind.read(argument.name, value)


def _one(argument: Argument, value: Cell) -> Any:
    read = _read(argument, value)
    return argument.kind.array([read]) if argument.kind.vector else read


def broadcast(
    function: Callable[..., Any], fixed: dict[str, Any], elements: Sequence[tuple[Argument, Any]]
) -> list[list[Answer]]:
    """Answer elementwise: a bad element spoils only itself, and calls differ only where a word differs."""
    try:
        shape = np.broadcast_shapes(*(rows.shape for _, rows in elements))
    except ValueError:
        shapes = ", ".join(f"{argument.name} {rows.shape[0]} x {rows.shape[1]}" for argument, rows in elements)
        raise HavenError(Reason.INVALID, f"ranges must fit one another, got {shapes}") from None
    answers = np.full(shape, None, dtype=object).reshape(-1)
    vectors: dict[str, Any] = {}
    words: dict[str, Any] = {}
    for argument, rows in elements:
        if rows.size == 1 and not argument.kind.vector:
            fixed[argument.name] = _one(argument, rows.item())
            continue
        read, failures = _read_cells(argument, rows)
        spread = np.broadcast_to(read.reshape(rows.shape), shape).reshape(-1)
        (vectors if argument.kind.vector else words)[argument.name] = spread
        if failures:
            places = np.broadcast_to(np.arange(rows.size).reshape(rows.shape), shape).reshape(-1)
            for place in np.flatnonzero(np.isin(places, list(failures))).tolist():
                answers[place] = failures[places[place]]
    for chosen, group in _groups(words, np.flatnonzero(answers == None)):  # noqa: E711 - elementwise
        _elementwise(function, {**fixed, **chosen}, vectors, group, answers)
    rows_of_answers: list[list[Answer]] = answers.reshape(shape).tolist()
    return rows_of_answers


def _read_cells(argument: Argument, rows: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], dict[int, CellError]]:
    """The cells of one argument as a flat array, and the failures by flat index."""
    flat = rows.reshape(-1)
    kind = argument.kind
    if kind.vector and flat.dtype.kind == "f" and (whole := kind.from_numbers(argument.name, flat)) is not None:
        return whole, {}
    failures: dict[int, CellError] = {}
    read: list[Any] = []
    for index, value in enumerate(flat.tolist()):
        try:
            read.append(_read(argument, value))
        except HavenError as failure:
            failures[index] = CellError(failure.reason, failure.message)
            read.append(kind.blank)
    return (kind.array(read) if kind.vector else np.array(read, dtype=object)), failures


def _groups(words: Mapping[str, Any], alive: np.ndarray[Any, Any]) -> list[tuple[dict[str, Any], np.ndarray[Any, Any]]]:
    """Flat indices grouped by the words of their elements."""
    if not words:
        return [({}, alive)]
    groups: dict[tuple[Any, ...], list[int]] = {}
    for index in alive.tolist():
        groups.setdefault(tuple(column[index] for column in words.values()), []).append(index)
    return [(dict(zip(words, key, strict=True)), np.array(indices)) for key, indices in groups.items()]


def attempt(function: Callable[..., Any], vectors: Mapping[str, Any], **fixed: Any) -> list[Answer]:
    """One column of a table: the function's answers, in which a bad element spoils only its own cell."""
    answers = np.empty(len(next(iter(vectors.values()))), dtype=object)
    _elementwise(function, fixed, vectors, np.arange(answers.size), answers)
    column: list[Answer] = answers.tolist()
    return column


def _elementwise(
    function: Callable[..., Any],
    fixed: Mapping[str, Any],
    vectors: Mapping[str, Any],
    indices: np.ndarray[Any, Any],
    answers: np.ndarray[Any, Any],
) -> None:
    """Answer the elements at ``indices``, asking again without those at fault until the rest is answered."""
    while indices.size:
        try:
            values = function(**fixed, **{name: vector[indices] for name, vector in vectors.items()})
        except HavenError as failure:
            at_fault = failure.elements or dict.fromkeys(range(indices.size), failure.message)
            for place, why in at_fault.items():
                answers[indices[place]] = CellError(failure.reason, why)
            indices = np.delete(indices, list(at_fault))
        else:
            answers[indices] = _to_cells(values)
            break


def _table(declaration: Declaration, columns: Sequence[Any]) -> list[list[Answer]]:
    header: list[Answer] = [column.name for column in declaration.columns]
    return [header, *(list(row) for row in zip(*(_to_cells(column) for column in columns), strict=True))]


def _to_cells(values: Any) -> list[Answer]:
    if isinstance(values, np.ndarray) and values.dtype.kind == "f":
        cells: list[Answer] = values.tolist()
        if not np.isfinite(values).all():
            cells = [_to_cell(value) for value in cells]
        return cells
    return [_to_cell(value) for value in values]


def _to_cell(value: Any) -> Answer:
    if isinstance(value, np.datetime64):
        day: dt.date = value.astype("M8[D]").item()
        return day
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return CellError(Reason.NO_SOLUTION, f"the result is {value}, outside what a cell can hold")
    answer: Answer = value
    return answer
