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
    return any(sheet.findFirst(_search(sheet)) for sheet in sheets(document))


def _search(sheet: Any) -> Any:
    wanted = sheet.createSearchDescriptor()
    wanted.SearchString = "HV_"
    wanted.SearchType = 0  # in formulas
    return wanted


def bind(document: Any) -> None:
    """Bind our names and mark their cells for calculation: LibreOffice 7 does not when it loads a .xlsx.

    Adding a named range makes it look up once more all names it did not know, on protected sheets too.
    """
    with unnoticed(document):
        if not document.NamedRanges.hasByName(PASSING):
            document.NamedRanges.addNewByName(PASSING, "0", CellAddress(), 0)
        document.NamedRanges.removeByName(PASSING)
        for sheet in sheets(document):
            _restore_areas(sheet)


def _restore_areas(sheet: Any) -> None:
    """Enter our array formulas again: one looked up anew is stored with the size of its answer, not its own."""
    found = sheet.findAll(_search(sheet))
    cells = found.Cells.createEnumeration() if found else None
    while cells and cells.hasMoreElements():
        cell = cells.nextElement()
        if cell.getFormula().startswith("{"):
            whole = _whole_array(cell)
            if whole.getCellByPosition(0, 0).CellAddress == cell.CellAddress:
                whole.setArrayFormula(cell.getFormula()[1:-1])


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
            if not modified:
                _forget_drawn(document)
            document.setModified(modified)


def _forget_drawn(document: Any) -> None:
    """Have charts that were drawn anew not count as changed, which would make their document count as changed."""
    for sheet in sheets(document):
        for place in range(sheet.Charts.Count):
            sheet.Charts.getByIndex(place).EmbeddedObject.setModified(False)


def enter_again(cell: Any) -> None:
    """Have a formula calculated by entering it once more; an array formula into all its cells."""
    formula = cell.getFormula()
    if formula.startswith("{"):
        _whole_array(cell).setArrayFormula(formula[1:-1])
    else:
        cell.setFormula(formula)


def has_part_of_array(area: Any) -> bool:
    """Whether an array formula stands partly in an area, partly outside."""
    cells = area.queryContentCells(FORMULAS).Cells.createEnumeration()
    while cells.hasMoreElements():
        cell = cells.nextElement()
        if cell.getFormula().startswith("{"):
            whole = _whole_array(cell)
            common = area.queryIntersection(whole.RangeAddress)[0]
            if (common.Rows.Count, common.Columns.Count) != (whole.Rows.Count, whole.Columns.Count):
                return True
    return False


def _whole_array(cell: Any) -> Any:
    whole = cell.Spreadsheet.createCursorByRange(cell)
    whole.collapseToCurrentArray()
    return whole


def sheets(document: Any) -> "list[Any]":
    """The sheets of a document in their order."""
    return [document.Sheets.getByIndex(place) for place in range(document.Sheets.Count)]
