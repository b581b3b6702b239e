"""The named areas of an open document: what a refresh reads of them, and the tables it writes into them."""

from typing import Any

from com.sun.star.uno import RuntimeException  # type: ignore[import-not-found]

SERIES, DATE = "Data_series", "Desk_date"


def named_areas(document: Any) -> "dict[str, Any]":
    """The cells of every name that stands for some."""
    names = document.NamedRanges
    areas = {name: names.getByName(name).getReferredCells() for name in names.ElementNames}
    return {name: cells for name, cells in areas.items() if cells}


def read_areas(areas: "dict[str, Any]") -> "dict[str, Any]":
    """What Haven must know of a document to refresh it: the size of each area, the Data sheet's rows, the date."""
    return {
        "sizes": {name: [cells.Rows.Count, cells.Columns.Count] for name, cells in areas.items()},
        "series": areas[SERIES].getDataArray() if SERIES in areas else (),
        "date": areas[DATE].getCellByPosition(0, 0).getDataArray()[0][0] if DATE in areas else None,
    }


def write_tables(document: Any, areas: "dict[str, Any]", tables: "dict[str, list[list[Any]]]") -> str:
    """Write each table into its area, all to be undone as one; answers why none was written, or nothing."""
    for name in tables:
        sheet = areas[name].Spreadsheet
        if sheet.isProtected():
            return f"Sheet {sheet.Name} is protected; unprotect it, then refresh again."
    written = 0
    document.UndoManager.enterUndoContext("Haven: refresh")
    try:
        for name, rows in tables.items():
            _write(areas[name], rows)
            written += 1
    except RuntimeException:
        refusal = f"LibreOffice can't write into {name}: cells merged, or an array formula, across its edge?"
    else:
        refusal = ""
    finally:
        document.UndoManager.leaveUndoContext()
    if refusal and written:
        document.UndoManager.undo()
    return refusal


def _write(area: Any, rows: "list[list[Any]]") -> None:
    """Fill an area: text stays text, whatever it begins with; an error becomes a formula that is this error."""
    area.setDataArray(tuple(tuple(map(_plain, row)) for row in rows))
    for down, row in enumerate(rows):
        for right, value in enumerate(row):
            if isinstance(value, dict):
                area.getCellByPosition(right, down).setFormula(f"={value['error']}")


def _plain(value: Any) -> Any:
    """A value that may stand in a data array: nothing and truth values may not."""
    if value is None or isinstance(value, dict):
        return ""
    return float(value) if isinstance(value, bool) else value
