"""Calculate a workbook without a spreadsheet program.

Formulas are evaluated one by one, in the order they depend on each other, so a formula that can't be computed
spoils nothing but what depends on it: it keeps what it had and is reported by its address.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from haven.errors import HavenError, Reason
from haven.workbook.book import Address, Book, Formula, Values
from haven.workbook.engine import Engine
from haven.workbook.formula import LAST_COLUMN, LAST_ROW, NEED_REFERENCES, Area, Form, area_of, form_of
from haven.workbook.sheet_xml import Value

Functions: TypeAlias = Mapping[str, Callable[..., Any]]
"""Our functions by name; they take and give what ``haven.functions.call`` does."""


@dataclass(frozen=True, slots=True)
class Calculation:
    """``values`` of the formula cells that were computed, ``kept`` those that were not, with the reason."""

    values: dict[Address, Value]
    kept: dict[Address, str]


def calculate(book: Book, functions: Functions, changed: Values) -> Calculation:
    """Recalculate what has to be.

    That is every formula that calls one of ``functions``, depends on one that does or on a changed cell, or has
    no result yet. Others keep theirs.

    Parameters
    ----------
    changed
        Cells about to be written; they count as what the workbook holds.
    """
    return _Calculator(book, functions, changed).run()


@dataclass(slots=True)
class _Node:
    """A formula cell with what it reads."""

    formula: Formula
    form: Form
    areas: tuple[Area, ...]


class _Calculator:
    def __init__(self, book: Book, functions: Functions, changed: Values) -> None:
        self.book = book
        self.engine = Engine(functions)
        self.ours = frozenset(functions)
        self.changed = changed
        self.values: dict[Address, Value] = {**book.values, **changed}
        self.names = {(name.sheet, name.name.upper()): name.refers_to for name in book.names}
        self.sheets = {sheet.upper(): sheet for sheet in book.sheets}
        self.used = _used_areas(self.values)
        self.kept: dict[Address, str] = {}
        self.nodes: dict[Address, _Node] = {}
        self.owner: dict[Address, Address] = {}
        """The formula cell that fills a cell."""
        self.filled: dict[str, list[Address]] = {}

    def run(self) -> Calculation:
        for address, formula in self.book.formulas.items():
            if address in self.changed:
                continue
            for cell in _cells(address, formula):
                self.owner[cell] = address
                self.filled.setdefault(cell.sheet, []).append(cell)
            try:
                self.nodes[address] = self.node(address, formula)
            except HavenError as failure:
                self.kept[address] = failure.message
        reads = {address: set(self.precedents(node)) for address, node in self.nodes.items()}
        waiting = self.dirty(reads)
        self.keep_what_lacks_inputs(reads, waiting)
        computed: dict[Address, Value] = {}
        for address in _in_order(waiting, reads):
            computed.update(self.evaluate(address))
        for address in waiting:
            if address not in computed and address not in self.kept:
                self.kept[address] = "it depends on itself"
        return Calculation(computed, self.kept)

    def node(self, address: Address, formula: Formula) -> _Node:
        form = form_of(formula.text)
        self.engine.check(form.functions, NEED_REFERENCES)
        areas = tuple(self.resolve(reference, address.sheet) for reference in form.references)
        return _Node(formula, form, areas)

    def resolve(self, reference: str, sheet: str) -> Area:
        """The cells behind a reference or a defined name, clipped to what its sheet uses."""
        area = area_of(reference)
        if area is None:
            local, _, name = reference.rpartition("!")
            text = self.names.get((local.strip("'") or sheet, name.upper()), self.names.get(("", name.upper())))
            area = area_of(text.lstrip("=")) if text else None
            if area is None:
                raise HavenError(Reason.INVALID, f"the name {reference} stands for no range")
        home = self.sheets.get((area.sheet or sheet).upper())
        if home is None:
            raise HavenError(Reason.INVALID, f"there is no sheet {area.sheet!r}")
        rows, columns = self.used.get(home, (1, 1))
        bottom = min(area.bottom, max(rows, area.top)) if area.bottom == LAST_ROW else area.bottom
        right = min(area.right, max(columns, area.left)) if area.right == LAST_COLUMN else area.right
        return Area(home, area.top, area.left, bottom, right)

    def precedents(self, node: _Node) -> Iterator[Address]:
        """The formula cells a formula reads."""
        for area in node.areas:
            if (area.bottom - area.top + 1) * (area.right - area.left + 1) <= len(self.filled.get(area.sheet, ())):
                cells: Iterable[Address] = _cells_of(area)
            else:
                cells = (cell for cell in self.filled.get(area.sheet, ()) if _is_inside(cell, area))
            yield from (self.owner[cell] for cell in cells if cell in self.owner)

    def dirty(self, reads: Mapping[Address, set[Address]]) -> set[Address]:
        """The formulas to recalculate, in a set that holds whatever depends on them too."""
        readers: dict[Address, list[Address]] = {}
        for address, precedents in reads.items():
            for precedent in precedents:
                readers.setdefault(precedent, []).append(address)
        touched = [
            address
            for address, node in self.nodes.items()
            if not self.ours.isdisjoint(node.form.functions)
            or self.values.get(address) is None
            or any(_is_inside(cell, area) for cell in self.changed for area in node.areas)
        ]
        found = set(touched)
        while touched:
            for reader in readers.get(touched.pop(), ()):
                if reader not in found:
                    found.add(reader)
                    touched.append(reader)
        return found

    def keep_what_lacks_inputs(self, reads: Mapping[Address, set[Address]], waiting: set[Address]) -> None:
        """Report the formulas that need a cell which can't be computed and shows nothing to go on with."""
        blank = {address for address in self.kept if self.values.get(address) is None}
        while lost := {a for a in waiting if not blank.isdisjoint(reads[a])}:
            for address in lost:
                self.kept[address] = "it needs a cell that can't be computed"
            waiting -= lost
            blank = {address for address in lost if self.values.get(address) is None}

    def evaluate(self, address: Address) -> dict[Address, Value]:
        node = self.nodes[address]
        inputs = [self.block(area) for area in node.areas]
        try:
            result = self.engine.evaluate(node.form, inputs, node.formula)
        except HavenError as failure:
            self.kept[address] = failure.message
            return {}
        cells = dict(zip(_cells(address, node.formula), result, strict=True))
        self.values.update(cells)
        return cells

    def block(self, area: Area) -> list[list[Value]]:
        columns = range(area.left, area.right + 1)
        rows = range(area.top, area.bottom + 1)
        return [[self.values.get(Address(area.sheet, row, column)) for column in columns] for row in rows]


def _cells(address: Address, formula: Formula) -> Iterator[Address]:
    """The cells a formula fills, row by row."""
    bottom, right = address.row + formula.rows - 1, address.column + formula.columns - 1
    return _cells_of(Area(address.sheet, address.row, address.column, bottom, right))


def _cells_of(area: Area) -> Iterator[Address]:
    for row in range(area.top, area.bottom + 1):
        for column in range(area.left, area.right + 1):
            yield Address(area.sheet, row, column)


def _is_inside(cell: Address, area: Area) -> bool:
    return cell.sheet == area.sheet and area.top <= cell.row <= area.bottom and area.left <= cell.column <= area.right


def _used_areas(values: Values) -> dict[str, tuple[int, int]]:
    """The last row and column of each sheet."""
    used: dict[str, tuple[int, int]] = {}
    for sheet, row, column in values:
        rows, columns = used.get(sheet, (1, 1))
        used[sheet] = (max(rows, row), max(columns, column))
    return used


def _in_order(waiting: set[Address], reads: Mapping[Address, set[Address]]) -> Iterator[Address]:
    """The formulas after those they read; those in a circle never come."""
    left = {address: len(reads[address] & waiting) for address in waiting}
    readers: dict[Address, list[Address]] = {}
    for address in waiting:
        for precedent in reads[address] & waiting:
            readers.setdefault(precedent, []).append(address)
    ready = sorted(address for address, count in left.items() if count == 0)
    while ready:
        address = ready.pop()
        yield address
        for reader in readers.get(address, ()):
            left[reader] -= 1
            if left[reader] == 0:
                ready.append(reader)
