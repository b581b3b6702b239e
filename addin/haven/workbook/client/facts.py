"""What a workbook says of its figures: of when they are, whether they are quotes, and who published them."""

import datetime as dt
import re
from typing import Final

from haven.errors import HavenError, Reason
from haven.functions.kinds import EXCEL_EPOCH, is_blank
from haven.market.series import find_series
from haven.workbook.areas import find_area, first_value
from haven.workbook.package import Package
from haven.workbook.tables import DEMO_NOTE, FEED_NOTE, SOURCE_NAMES
from haven.workbook.values import Value, stored_value
from haven.workbook.worksheet import read_worksheet

PUBLISHERS: Final = {
    "treasury": "US Treasury",
    "auctions": "US Treasury",
    "fedboard": "Federal Reserve Board",
    "kimwright": "Federal Reserve Board",
    "nyfed": "Federal Reserve Bank of New York (its Terms of Use apply)",
    "acm": "Federal Reserve Bank of New York (its Terms of Use apply)",
    "fred": "Federal Reserve Bank of St. Louis (FRED)",
    "eris": "Eris Innovations",
}
"""Who publishes what a source fetches; a desk's own files are its own data."""
OWN: Final = "own data"
_OURS: Final = re.compile(r"\bHV_[A-Z]+\s*\(", re.IGNORECASE)


def as_of(package: Package, given: str) -> str:
    """The market date of a workbook in words; the given one only where it states none.

    Raises
    ------
    HavenError
        INVALID when there is neither, or both and they differ: the header would contradict the page.
    """
    stated = _stated(package)
    if not stated and not given:
        raise HavenError(
            Reason.INVALID, f"{package.name} does not say its market date: give --as-of, or name a cell Desk_date"
        )
    if stated and given and stated != given:
        raise HavenError(Reason.INVALID, f"as-of must be {stated}, the market date of {package.name}, got {given}")
    return stated or given


def _stated(package: Package) -> str:
    """The date of a workbook's input cell, else of its last refresh; empty where it has neither."""
    value = first_value(package, "Desk_date")
    if is_blank(value):
        value = next((row[1] for row in _rows(package, "Status_facts", 2) if row[0] == "Market date"), None)
    if isinstance(value, float):
        return written(EXCEL_EPOCH + dt.timedelta(days=int(value)))
    try:
        return written(dt.date.fromisoformat(str(value)))
    except ValueError:
        return ""


def written(date: dt.date) -> str:
    """A date in words that nobody reads the other way round."""
    return f"{date.day} {date:%B %Y}"


def data_note(package: Package, *, is_demo: bool) -> str:
    """What must be known of the figures, from the workbook, else from the market its Haven formulas would see."""
    if find_area(package, "Data_note") is not None:
        note = str(first_value(package, "Data_note"))
        return note.removesuffix(FEED_NOTE).strip() if "ILLUSTRATIVE" in note else ""
    return DEMO_NOTE.format("") if is_demo and _has_formulas(package) else ""


def sources(package: Package) -> str:
    """Who published the figures of a workbook."""
    found: dict[str, None] = {}
    for series, origin in ((row[0], row[5]) for row in _rows(package, "Data_series", 6)):
        if not isinstance(series, str) or not series:
            continue
        if origin == SOURCE_NAMES["illustrative"]:
            found["illustrative swap rates"] = None
            continue
        try:
            found[PUBLISHERS.get(find_series(series).source, OWN) if origin != SOURCE_NAMES["file"] else OWN] = None
        except HavenError:
            found[OWN] = None
    return "; ".join(found)


def _has_formulas(package: Package) -> bool:
    return any(
        cell.formula_text and _OURS.search(cell.formula_text)
        for sheet in package.sheets
        for row in read_worksheet(package, sheet).rows
        for cell in row.cells
    )


def _rows(package: Package, name: str, width: int) -> list[tuple[Value, ...]]:
    """The rows of a named area; none when the workbook has no such name."""
    area = find_area(package, name)
    if area is None:
        return []
    held = {
        cell.address: stored_value(cell, package.shared_strings)
        for row in read_worksheet(package, area.sheet).rows
        if area.first[0] <= row.number <= area.last[0]
        for cell in row.cells
    }
    columns = range(area.first[1], area.first[1] + width)
    return [tuple(held.get((row, column)) for column in columns) for row in range(area.first[0], area.last[0] + 1)]
