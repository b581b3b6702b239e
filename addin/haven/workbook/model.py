"""What calculation needs of a workbook: the values of its cells, its formulas, its names, and who feeds whom."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from haven.errors import HavenError, Reason
from haven.workbook.formula import Area, Name, Node, parse_formula, walk
from haven.workbook.operators import Rows, to_value
from haven.workbook.package import Package
from haven.workbook.references import (
    MAX_COLUMN,
    MAX_FORMULAS,
    MAX_HELD,
    MAX_ROW,
    MAX_STEPS,
    Address,
    check_size,
    parse_address,
    parse_area,
)
from haven.workbook.values import Value, stored_value
from haven.workbook.worksheet import CellXml, scan_rows


@dataclass(slots=True)
class Formula:
    """A formula, the cells it fills, and how far it stands from where its text was written.

    ``node`` is None when the text can't be computed, for the reason in ``problem``.
    """

    sheet: str
    first: Address
    last: Address
    node: Node | None = None
    problem: str = ""
    shift: Address = (0, 0)
    is_array: bool = False
    spills: bool = False
    has_values: bool = True

    def cells(self) -> Iterator[Address]:
        """Every cell the formula fills, row by row."""
        for row in range(self.first[0], self.last[0] + 1):
            for column in range(self.first[1], self.last[1] + 1):
                yield row, column


@dataclass(slots=True)
class Sheet:
    """The values of a worksheet by address, and which cells have a producer, by column in ascending rows."""

    values: dict[Address, Value] = field(default_factory=dict)
    last: Address = (1, 1)
    producers: dict[Address, int] = field(default_factory=dict)
    columns: dict[int, list[int]] = field(default_factory=dict)


class Model:
    """The cells and formulas of a workbook, with some cells changed from what the file holds.

    Raises
    ------
    HavenError
        INVALID for an unknown sheet or address in ``changed``, a damaged workbook, or one that counts dates from 1904.
    """

    CHANGED: Final = -1

    def __init__(self, package: Package, changed: Mapping[str, Mapping[str, Value]]) -> None:
        self._package = package
        package.check_dates()
        inputs = {
            package.sheet_name(sheet): {
                parse_address(reference): to_value(value) for reference, value in values.items()
            }
            for sheet, values in changed.items()
        }
        self.formulas: list[Formula] = []
        self._steps = self._links = self._size = self._filled = 0
        self.sheets = {name: self._read(name, inputs.get(name, {})) for name in package.sheets}
        self._names = self._defined_names()
        self._definitions: dict[tuple[str, str], Node] = {}
        self._index(inputs)

    def rows(self, sheet: str, first: Address, last: Address) -> Rows:
        """The values of an area; a whole column or row, at most as far as its sheet is used."""
        of = self.sheet(sheet)
        bottom = last[0] if last[0] < MAX_ROW else max(first[0], of.last[0])
        right = last[1] if last[1] < MAX_COLUMN else max(first[1], of.last[1])
        check_size(first, (bottom, right))
        self._steps += (bottom - first[0] + 1) * (right - first[1] + 1)
        if self._steps > MAX_STEPS:
            raise HavenError(Reason.INVALID, f"the workbook's formulas read more than {MAX_STEPS:,} cells together")
        columns = range(first[1], right + 1)
        return [[of.values.get((row, column)) for column in columns] for row in range(first[0], bottom + 1)]

    def sheet(self, name: str) -> Sheet:
        """A worksheet by name, in any capitals.

        Raises
        ------
        HavenError
            INVALID when there is none of that name.
        """
        return self.sheets.get(name) or self.sheets[self._package.sheet_name(name)]

    def definition(self, name: Name, sheet: str) -> Node:
        """What a name stands for in formulas of a sheet, whose own names come first.

        Raises
        ------
        HavenError
            INVALID when nothing has that name or what it stands for can't be computed.
        """
        scopes = [name.sheet.casefold()] if name.sheet else [sheet.casefold(), ""]
        for scope in (*scopes, ""):
            key = (scope, name.name.casefold())
            if key in self._names:
                if key not in self._definitions:
                    self._definitions[key] = parse_formula(self._names[key])
                return self._definitions[key]
        raise HavenError(Reason.INVALID, f"there is no name {name.name!r}")

    def parts(self, formula: Formula) -> Iterator[tuple[Node, Address]]:
        """Every node of a formula and of the names it uses, each with its shift.

        Raises
        ------
        HavenError
            INVALID as for :meth:`definition`, and for names that stand for one another.
        """
        row, column = formula.first
        pending = [(formula.node, formula.shift)] if formula.node else []
        seen: set[int] = set()
        while pending:
            root, shift = pending.pop()
            for node in walk(root):
                yield node, shift
                if isinstance(node, Name):
                    definition = self.definition(node, formula.sheet)
                    if id(definition) not in seen:
                        seen.add(id(definition))
                        pending.append((definition, (row - 1, column - 1)))

    def needs(self, formula: Formula) -> Iterator[int]:
        """The places in ``formulas`` of those that fill cells this one refers to; ``CHANGED`` for a changed cell."""
        for node, shift in self.parts(formula):
            if isinstance(node, Area):
                for need in self._producers(node.sheet or formula.sheet, *node.moved(shift)):
                    self._links += 1
                    if self._links > MAX_STEPS:
                        raise HavenError(
                            Reason.INVALID,
                            f"the workbook's formulas refer to one another more than {MAX_STEPS:,} times",
                        )
                    yield need

    def _producers(self, sheet: str, first: Address, last: Address) -> Iterator[int]:
        of = self.sheet(sheet)
        if first == last:
            if first in of.producers:
                yield of.producers[first]
            return
        for column, rows in of.columns.items():
            if first[1] <= column <= last[1]:
                for row in rows[bisect_left(rows, first[0]) : bisect_right(rows, last[0])]:
                    yield of.producers[row, column]

    def _read(self, name: str, changed: Mapping[Address, Value]) -> Sheet:
        sheet = Sheet()
        shared: dict[str, Formula] = {}
        for row in scan_rows(self._package, name):
            for cell in row.cells:
                sheet.values[cell.address] = stored_value(cell, self._package.shared_strings)
                if cell.formula and cell.address not in changed:
                    self.formulas.append(self._bounded(_formula(name, cell, shared)))
            self._size += 1 + len(row.cells)
            if self._size > MAX_HELD:
                raise self._package.refusal(f"has more than {MAX_HELD:,} rows and cells")
            if len(self.formulas) > MAX_FORMULAS:
                raise self._package.refusal(f"has more than {MAX_FORMULAS:,} formulas")
        sheet.values.update(changed)
        if sheet.values:
            rows, columns = zip(*sheet.values, strict=True)
            sheet.last = max(rows), max(columns)
        return sheet

    def _bounded(self, formula: Formula) -> Formula:
        """A formula that fills its area, or, beyond what all formulas may fill together, its first cell only."""
        self._filled += (formula.last[0] - formula.first[0] + 1) * (formula.last[1] - formula.first[1] + 1)
        if self._filled > MAX_HELD:
            formula.last, formula.node = formula.first, None
            formula.problem = f"the workbook's array formulas fill more than {MAX_HELD:,} cells together"
        return formula

    def _index(self, inputs: Mapping[str, Mapping[Address, Value]]) -> None:
        """Note which cells have a producer, and which formulas have no values yet."""
        for number, formula in enumerate(self.formulas):
            sheet = self.sheets[formula.sheet]
            for address in formula.cells():
                sheet.producers[address] = number
                formula.has_values &= sheet.values.get(address) is not None
        for name, changed in inputs.items():
            self.sheets[name].producers.update(dict.fromkeys(changed, self.CHANGED))
        for sheet in self.sheets.values():
            columns = defaultdict(list)
            for row, column in sorted(sheet.producers):
                columns[column].append(row)
            sheet.columns = columns

    def _defined_names(self) -> dict[tuple[str, str], str]:
        """The text of each defined name by the sheet it belongs to (none: the workbook) and itself, both casefolded."""
        tabs = [tab.get("name", "") for tab in self._package.tabs]
        names = {}
        for element in self._package.workbook.iterfind("{*}definedNames/{*}definedName"):
            tab = element.get("localSheetId")
            try:
                scope = tabs[int(tab)] if tab else ""
            except (ValueError, IndexError) as failure:
                raise self._package.refusal(
                    f"is damaged: a name belongs to sheet {tab:.20}, which is none"
                ) from failure
            names[scope.casefold(), element.get("name", "").casefold()] = element.text or ""
        return names


def _formula(sheet: str, cell: CellXml, shared: dict[str, Formula]) -> Formula:
    """The formula of a cell; ``shared`` collects those that later cells repeat."""
    assert cell.formula is not None
    attributes = cell.formula.attributes
    formula = Formula(sheet, cell.address, cell.address)
    kind = attributes.get("t", "normal")
    if kind == "dataTable":
        formula.problem = "a what-if data table can't be computed"
    elif kind == "shared" and attributes.get("si") in shared:
        master = shared[attributes["si"]]
        formula.node, formula.problem = master.node, master.problem
        formula.shift = (cell.address[0] - master.first[0], cell.address[1] - master.first[1])
    else:
        try:
            if kind == "array":
                formula.is_array, formula.spills = True, "cm" in cell.element.attributes
                check_size(*parse_area(attributes.get("ref", "")))
                formula.first, formula.last = parse_area(attributes["ref"])
            formula.node = parse_formula(cell.formula_text.removeprefix("="))
        except HavenError as failure:
            formula.problem = failure.message
        if kind == "shared":
            shared[attributes.get("si", "")] = formula
    return formula
