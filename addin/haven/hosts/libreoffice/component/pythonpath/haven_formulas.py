"""Our formulas in an open LibreOffice document."""

import re
from collections.abc import Iterator
from typing import Any

OURS = re.compile(r"HV_[A-Z]+\s*\(", re.IGNORECASE)
FORMULAS = 16  # com.sun.star.sheet.CellFlags


def enter_anew(document: Any) -> None:
    """Enter our formulas again: LibreOffice binds our names when they are typed, not when a .xlsx is loaded."""
    for _, cell in formula_cells(document):
        formula = cell.getFormula()
        if OURS.search(formula):
            enter(cell, formula)


def enter(cell: Any, formula: str) -> None:
    """Enter a formula into its cell; one in braces into all cells of the array it stands in."""
    if formula.startswith("{"):
        whole = cell.Spreadsheet.createCursorByRange(cell)
        whole.collapseToCurrentArray()
        whole.setArrayFormula(formula[1:-1])
    else:
        cell.setFormula(formula)


def formula_cells(document: Any) -> "Iterator[tuple[Any, Any]]":
    """Every formula cell with its sheet."""
    for sheet in (document.Sheets.getByIndex(place) for place in range(document.Sheets.Count)):
        cells = sheet.queryContentCells(FORMULAS).Cells.createEnumeration()
        while cells.hasMoreElements():
            yield sheet, cells.nextElement()
