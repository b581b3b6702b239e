"""A workbook as values and formulas, and the same file with other values: nothing else of it changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, TypeAlias

from openpyxl.formula.translate import Translator
from openpyxl.utils.cell import range_boundaries

from haven.workbook.package import DefinedName, Package, read_package
from haven.workbook.sheet_xml import Place, Scan, Value, patched, reference_of, scan, value_of


class Address(NamedTuple):
    """A cell of a workbook."""

    sheet: str
    row: int
    column: int

    def __str__(self) -> str:
        """As a person writes it: ``Desk!B3``."""
        quoted = self.sheet if self.sheet.isidentifier() else "'" + self.sheet.replace("'", "''") + "'"
        return f"{quoted}!{reference_of((self.row, self.column))}"


Values: TypeAlias = Mapping[Address, Value]


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula, with its ``=``, and the cells its result fills: one, or the range of an array formula."""

    text: str
    rows: int = 1
    columns: int = 1
    is_array: bool = False


class Book:
    """One workbook file, read once."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._scans: dict[str, Scan] = {}

    @classmethod
    def read(cls, path: Path) -> "Book":
        """Read a workbook file; raises HavenError when it can't be read."""
        return cls(read_package(path))

    @property
    def sheets(self) -> list[str]:
        """The names of the worksheets, in the order of their tabs."""
        return list(self._package.sheets)

    @property
    def names(self) -> list[DefinedName]:
        """The defined names."""
        return self._package.names

    @cached_property
    def values(self) -> dict[Address, Value]:
        """What every cell shows."""
        return {
            Address(sheet, *place): value_of(cell, self._package.strings)
            for sheet in self.sheets
            for place, cell in self._scan(sheet).cells.items()
        }

    @cached_property
    def formulas(self) -> dict[Address, Formula]:
        """Every formula by its cell; an array formula by its first cell."""
        found: dict[Address, Formula] = {}
        for sheet in self.sheets:
            spelled: dict[str, tuple[Place, str]] = {}
            for place, cell in self._scan(sheet).cells.items():
                if cell.shared and cell.formula:
                    spelled[cell.shared] = (place, cell.formula)
            for place, cell in self._scan(sheet).cells.items():
                text = cell.formula
                if not text and cell.shared in spelled:
                    origin, master = spelled[cell.shared]
                    text = Translator(f"={master}", reference_of(origin)).translate_formula(reference_of(place))[1:]
                if not text:
                    continue
                rows, columns = _size(cell.array)
                found[Address(sheet, *place)] = Formula(f"={text}", rows, columns, bool(cell.array))
        return found

    def with_values(self, values: Values) -> bytes:
        """The file with these cells changed; every other byte of every part is as it was."""
        by_sheet: dict[str, dict[Place, Value]] = {}
        for address, value in values.items():
            by_sheet.setdefault(address.sheet, {})[address.row, address.column] = value
        parts: dict[str, bytes] = {}
        for sheet, changes in by_sheet.items():
            name = self._package.sheets[sheet]
            before = self._package.part(name)
            after = patched(before, self._scan(sheet), changes, self._package.strings)
            if after != before:
                parts[name] = after
        return self._package.replaced(parts)

    def _scan(self, sheet: str) -> Scan:
        found = self._scans.get(sheet)
        if found is None:
            found = self._scans[sheet] = scan(self._package.part(self._package.sheets[sheet]))
        return found


def _size(reference: str) -> tuple[int, int]:
    """Rows and columns of an array formula's range; one cell without one."""
    if not reference:
        return 1, 1
    left, top, right, bottom = range_boundaries(reference)
    assert left and top and right and bottom
    return bottom - top + 1, right - left + 1
