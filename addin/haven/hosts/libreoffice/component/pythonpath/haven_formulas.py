"""Our formulas in an open LibreOffice document."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from com.sun.star.table import CellAddress  # type: ignore[import-not-found]

OURS = re.compile(r"HV_[A-Z]+\s*\(", re.IGNORECASE)
FORMULAS = 16  # com.sun.star.sheet.CellFlags
PASSING = "Haven_binds_its_names"


def has_ours(document: Any) -> bool:
    """Whether any formula of the document calls Haven."""
    return any(_found(sheet) for sheet in sheets(document))


def _found(sheet: Any) -> bool:
    wanted = sheet.createSearchDescriptor()
    wanted.SearchString = "HV_"
    wanted.SearchType = 0  # in formulas
    return sheet.findFirst(wanted) is not None


def bind(document: Any) -> None:
    """Bind our names and mark their cells for calculation: LibreOffice 7 does not when it loads a .xlsx.

    Adding a named range makes it look up once more all names it did not know, in array formulas and on protected
    sheets too.
    """
    with unnoticed(document):
        if not document.NamedRanges.hasByName(PASSING):
            document.NamedRanges.addNewByName(PASSING, "0", CellAddress(), 0)
        document.NamedRanges.removeByName(PASSING)


@contextmanager
def unnoticed(document: Any) -> "Iterator[None]":
    """Changes that are nothing to undo or to save."""
    modified = document.isModified()
    document.UndoManager.lock()
    try:
        yield
    finally:
        document.UndoManager.unlock()
        if not document.isReadonly():
            document.setModified(modified)


def enter_again(cell: Any) -> None:
    """Have a formula calculated by entering it once more; an array formula into all its cells."""
    formula = cell.getFormula()
    if formula.startswith("{"):
        whole = cell.Spreadsheet.createCursorByRange(cell)
        whole.collapseToCurrentArray()
        whole.setArrayFormula(formula[1:-1])
    else:
        cell.setFormula(formula)


def formula_cells(document: Any) -> "Iterator[tuple[Any, Any]]":
    """Every formula cell with its sheet."""
    for sheet in sheets(document):
        cells = sheet.queryContentCells(FORMULAS).Cells.createEnumeration()
        while cells.hasMoreElements():
            yield sheet, cells.nextElement()


def sheets(document: Any) -> "list[Any]":
    """The sheets of a document in their order."""
    return [document.Sheets.getByIndex(place) for place in range(document.Sheets.Count)]
