"""The named areas of a workbook: where they stand, what they hold, and what a refresh writes into them."""

from collections.abc import Mapping
from dataclasses import dataclass

from haven.errors import HavenError
from haven.workbook.formula import Area, parse_formula
from haven.workbook.operators import to_value
from haven.workbook.package import Package
from haven.workbook.references import Address, check_size, format_address
from haven.workbook.tables import Rows
from haven.workbook.values import Value, stored_value
from haven.workbook.worksheet import scan_rows


@dataclass(frozen=True, slots=True)
class NamedArea:
    """The cells a workbook's own name stands for."""

    sheet: str
    first: Address
    last: Address


def find_area(package: Package, name: str) -> NamedArea | None:
    """The cells of a name, wherever the user has moved or renamed them; None if the name is gone or broken."""
    for element in package.workbook.iterfind("{*}definedNames/{*}definedName"):
        if element.get("name") == name and element.get("localSheetId") is None:
            try:
                area = parse_formula(element.text or "")
                if isinstance(area, Area) and area.sheet:
                    return NamedArea(package.sheet_name(area.sheet), area.first, area.last)
            except HavenError:
                return None
    return None


def first_value(package: Package, name: str) -> Value:
    """What the first cell of a name holds; None for a blank and for a name that is gone."""
    area = find_area(package, name)
    return values_of(package, NamedArea(area.sheet, area.first, area.first))[0][0] if area else None


def area_values(package: Package, name: str) -> list[list[Value]]:
    """What the cells of a name hold, row by row; nothing for a name that is gone.

    Raises
    ------
    HavenError
        INVALID for an area too large to be read.
    """
    area = find_area(package, name)
    return values_of(package, area) if area else []


def values_of(package: Package, area: NamedArea) -> list[list[Value]]:
    """What some cells hold, row by row.

    Raises
    ------
    HavenError
        INVALID for more cells than can be read.
    """
    check_size(area.first, area.last)
    (top, left), (bottom, right) = area.first, area.last
    rows: list[list[Value]] = [[None] * (right - left + 1) for _ in range(bottom - top + 1)]
    for row in scan_rows(package, area.sheet):
        for cell in row.cells:
            down, across = cell.address
            if top <= down <= bottom and left <= across <= right:
                rows[down - top][across - left] = stored_value(cell, package.shared_strings)
    return rows


def values_for(package: Package, tables: Mapping[str, Rows]) -> dict[str, dict[str, Value]]:
    """The cells of the named areas a workbook has, by address by sheet; what a table leaves free is cleared."""
    values: dict[str, dict[str, Value]] = {}
    for name in tables:
        area = find_area(package, name)
        if area is None:
            continue
        cells = values.setdefault(area.sheet, {})
        check_size(area.first, area.last)
        (top, left), (bottom, right) = area.first, area.last
        for row, line in enumerate(fitted(tables[name], bottom - top + 1, right - left + 1), start=top):
            for column, value in enumerate(line, start=left):
                cells[format_address((row, column))] = value
    return values


def fitted(rows: Rows, height: int, width: int) -> list[list[Value]]:
    """What an area of a size holds once a table is in it: what does not fit is cut, what is left free is blank."""
    lines = [*rows[:height], *[()] * (height - len(rows))]
    return [[to_value(line[place] if place < len(line) else None) for place in range(width)] for line in lines]
