"""One call of a spreadsheet function: coerce, broadcast, calculate, answer. Nothing is raised into a cell."""

import datetime as dt
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
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
        declaration = CATALOGUE.get(name) or _find(name)
        return _answer(declaration, args)
    except HavenError as failure:
        return CellError(failure.reason, failure.message)
    except Exception:  # noqa: BLE001 - the one place that keeps a bug out of a cell
        log.exception("%s failed on %r", name, args)
        return CellError(Reason.INVALID, "internal error, see log")


def _find(name: str) -> Declaration:
    declaration = CATALOGUE.get(name.strip().upper())
    if declaration is None:
        raise invalid("function", nearest(name.strip().upper(), list(CATALOGUE)), name)
    return declaration


def _answer(declaration: Declaration, args: Sequence[Any]) -> Answers:
    arguments = declaration.arguments
    if len(args) > len(arguments):
        raise HavenError(Reason.INVALID, f"{declaration.name} takes {len(arguments)} arguments, got {len(args)}")
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
        return _table(declaration, declaration.function(**fixed))
    if not any(isinstance(cell, (list, tuple, np.ndarray)) for _, cell in elements):
        for argument, cell in elements:
            fixed[argument.name] = _one(argument, cell)
        return _to_cell(declaration.function(**fixed)[0])
    return _broadcast(declaration.function, fixed, [(argument, _rows(cell)) for argument, cell in elements])


def _read_block(argument: Argument, kind: BlockKind, cell: Any) -> Any:
    if isinstance(cell, Mapping):
        cell = [[key, value] for key, value in cell.items()]
    block = _rows(cell).tolist()
    for row in block:
        for value in row:
            _refuse_error(argument, value)
    if all(is_blank(value) for row in block for value in row):
        if not argument.optional:
            raise HavenError(Reason.INVALID, f"{argument.name} is missing")
        block = [] if is_blank(argument.default) else _rows(argument.default).tolist()
    return kind.read_block(argument.name, block)


def _rows(cell: Any) -> np.ndarray[Any, np.dtype[Any]]:
    """A cell or range as a two-dimensional array; a flat list is a row."""
    if isinstance(cell, np.ndarray):
        rows = cell
    elif isinstance(cell, (list, tuple)):
        if cell and isinstance(cell[0], (list, tuple)) and len({len(row) for row in cell}) > 1:
            raise HavenError(Reason.INVALID, "rows of a range must be of one length")
        flat = cell[0] if cell and isinstance(cell[0], (list, tuple)) else cell
        plain = bool(flat) and type(flat[0]) is float
        rows = np.array(cell) if plain else np.array(cell, dtype=object)
        if rows.dtype.kind not in "fO":  # numbers beside text would all become text
            rows = np.array(cell, dtype=object)
    else:
        rows = np.empty((1, 1), dtype=object)
        rows[0, 0] = cell
    return rows if rows.ndim == 2 else rows.reshape(1, -1)


def _only(argument: Argument, cell: Any) -> Any:
    """The one value of an argument of a table, which is not answered elementwise."""
    if not isinstance(cell, (list, tuple, np.ndarray)):
        return cell
    rows = _rows(cell)
    if rows.size != 1:
        raise invalid(argument.name, "one value, not a range", f"{rows.shape[0]} x {rows.shape[1]} cells")
    return rows.item()


def _refuse_error(argument: Argument, value: Cell) -> None:
    if isinstance(value, CellError):
        raise HavenError(Reason(value.code) if value.code in _REASONS else Reason.INVALID,
                         f"{argument.name} is an error cell: {value.code}")


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


def _broadcast(
    function: Callable[..., Any], fixed: Mapping[str, Any], elements: Sequence[tuple[Argument, Any]]
) -> list[list[Answer]]:
    """Answer elementwise: a bad element spoils itself, calls differ only where a word differs."""
    try:
        shape = np.broadcast_shapes(*(rows.shape for _, rows in elements))
    except ValueError:
        shapes = ", ".join(f"{argument.name} {rows.shape[0]} x {rows.shape[1]}" for argument, rows in elements)
        raise HavenError(Reason.INVALID, f"ranges must fit one another, got {shapes}") from None
    size = int(np.prod(shape))
    answers: list[Any] = [None] * size
    vectors: dict[str, Any] = {}
    words: dict[str, Any] = {}
    for argument, rows in elements:
        read, failures = _read_cells(argument, rows)
        spread = np.broadcast_to(read.reshape(rows.shape), shape).reshape(-1)
        (vectors if argument.kind.vector else words)[argument.name] = spread
        if failures:
            places = np.broadcast_to(np.arange(rows.size).reshape(rows.shape), shape).reshape(-1)
            for place in np.flatnonzero(np.isin(places, list(failures))):
                answers[place] = answers[place] or failures[int(places[place])]
    live = np.array([answer is None for answer in answers])
    for word_values, group in _groups(words, live):
        for index, value in _elementwise(function, {**fixed, **word_values}, vectors, group):
            answers[index] = value
    return [answers[start : start + shape[1]] for start in range(0, size, shape[1])]


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


def _groups(words: Mapping[str, Any], live: np.ndarray[Any, Any]) -> list[tuple[dict[str, Any], np.ndarray[Any, Any]]]:
    """Flat indices of live elements, grouped by their words."""
    alive = np.flatnonzero(live)
    if not words:
        return [({}, alive)]
    groups: dict[tuple[Any, ...], list[int]] = {}
    for index in alive.tolist():
        groups.setdefault(tuple(column[index] for column in words.values()), []).append(index)
    return [(dict(zip(words, key, strict=True)), np.array(indices)) for key, indices in groups.items()]


def attempt(function: Callable[..., Any], vectors: Mapping[str, Any], **fixed: Any) -> list[Answer]:
    """One column of a table: the function's answers, in which a bad element spoils only its own cell."""
    size = len(next(iter(vectors.values())))
    return [answer for _, answer in sorted(_elementwise(function, fixed, vectors, np.arange(size)), key=itemgetter(0))]


def _elementwise(
    function: Callable[..., Any], fixed: Mapping[str, Any], vectors: Mapping[str, Any], indices: np.ndarray[Any, Any]
) -> list[tuple[int, Answer]]:
    """Call a vectorised function, asking again without the elements at fault until the rest is answered."""
    answered: list[tuple[int, Answer]] = []
    while indices.size:
        try:
            values = function(**fixed, **{name: vector[indices] for name, vector in vectors.items()})
        except HavenError as failure:
            at_fault = failure.elements or {place: failure.message for place in range(indices.size)}
            answered += [(int(indices[i]), CellError(failure.reason, why)) for i, why in at_fault.items()]
            indices = np.delete(indices, list(at_fault))
        else:
            answered += zip(indices.tolist(), _to_cells(values), strict=True)
            break
    return answered


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
