"""A block of cells written where nothing stands yet."""

from typing import Any

import uno  # type: ignore[import-not-found]
from com.sun.star.lang import IndexOutOfBoundsException  # type: ignore[import-not-found]

ANYTHING = 1 | 2 | 4 | 16  # com.sun.star.sheet.CellFlags: values, dates, texts, formulas


def write_block(document: Any, sheet: Any, block: "dict[str, Any]") -> str:
    """Write cells, formats and the formula, to be undone as one; answers why it can't be, or nothing."""
    row, column, rows, columns = block["result"]
    places = [(row, column), (row + rows - 1, column + columns - 1), *(cell[:2] for cell in block["cells"])]
    (top, bottom), (left, right) = ((min(axis) - 1, max(axis) - 1) for axis in zip(*places))  # noqa: B905 - older Pythons
    if sheet.isProtected():
        return f"Sheet {sheet.Name} is protected; unprotect it first."
    try:
        area = sheet.getCellRangeByPosition(left, top, right, bottom)
    except IndexOutOfBoundsException:
        return "There is no room for it below and to the right of this cell."
    if area.queryContentCells(ANYTHING).Count:
        return f"The table needs empty cells; not all of {area.AbsoluteName.replace('$', '')} are."
    document.UndoManager.enterUndoContext("Haven")
    try:
        _write(document, sheet, block)
    finally:
        document.UndoManager.leaveUndoContext()
    return ""


def _write(document: Any, sheet: Any, block: "dict[str, Any]") -> None:
    for row, column, value in block["cells"]:
        cell = sheet.getCellByPosition(column - 1, row - 1)
        if isinstance(value, str):
            cell.setString(value)
        else:
            cell.setValue(value)
    row, column, rows, columns = block["result"]
    answered = sheet.getCellRangeByPosition(column - 1, row - 1, column + columns - 2, row + rows - 2)
    answered.setArrayFormula(block["formula"])
    for row, column, number_format in block["formats"]:
        sheet.getCellByPosition(column - 1, row - 1).NumberFormat = _format_key(document.NumberFormats, number_format)


def _format_key(formats: Any, code: str) -> int:
    english = uno.createUnoStruct("com.sun.star.lang.Locale", "en", "US", "")
    found = formats.queryKey(code, english, False)
    return int(found if found >= 0 else formats.addNew(code, english))
