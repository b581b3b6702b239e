"""The named areas of an open document: what a refresh reads of them, and the tables it writes into them."""

from typing import Any

from haven_formulas import has_part_of_array  # type: ignore[import-not-found]

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
        if has_part_of_array(areas[name]):
            return f"An array formula reaches out of {name}; move it, then refresh again."
    document.UndoManager.enterUndoContext("Haven: refresh")
    try:
        for name, rows in tables.items():
            _write(areas[name], rows)
    finally:
        document.UndoManager.leaveUndoContext()
    return ""


def _write(area: Any, rows: "list[list[Any]]") -> None:
    """Fill an area in one; cell by cell only what was empty, since LibreOffice's undo would not empty it again."""
    had = area.getFormulaArray()
    filled = [
        [value if was else None for value, was in zip(values, held)]  # noqa: B905 - older Pythons
        for values, held in zip(rows, had)  # noqa: B905
    ]
    area.setDataArray(tuple(tuple(map(_plain, values)) for values in filled))
    for down, values in enumerate(rows):
        for right, value in enumerate(values):
            if value is not None and (isinstance(value, dict) or not had[down][right]):
                _enter(area.getCellByPosition(right, down), value)


def _enter(cell: Any, value: Any) -> None:
    """Enter a value: text stays text, whatever it begins with; an error becomes a formula that is this error."""
    if isinstance(value, dict):
        cell.setFormula(f"={value['error']}")
    elif isinstance(value, str):
        cell.setString(value)
    else:
        cell.setValue(value)


def _plain(value: Any) -> Any:
    """A value as a data array takes it: it takes neither nothing nor truth values, but text as it is."""
    if value is None or isinstance(value, dict):
        return ""
    return float(value) if isinstance(value, bool) else value
