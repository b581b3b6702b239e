"""A native chart of a page over the new sheet: with copies of nothing but the data that stands there."""

import re
from collections.abc import Mapping
from typing import Final
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

from haven.errors import HavenError
from haven.workbook.client.numbers import visible_code
from haven.workbook.formula import Area, parse_formula
from haven.workbook.markup import CHART, DECLARATION, DRAWING, copied, local
from haven.workbook.page import Page
from haven.workbook.references import Address, Corners, column_letters, lowered
from haven.workbook.values import Value

_BROUGHT: Final = frozenset(
    {
        "extLst", "externalData", "userShapes", "printSettings", "pivotSource", "pivotFmts", "lang", "protection",
        "date1904", "hlinkClick", "hlinkHover", "hlinkMouseOver", "blip", "blipFill", "fld",
    }
)  # fmt: skip
"""What a chart may hold beside the chart: copies of data, other parts, links, fields."""
_LITERALS: Final = frozenset({"numLit", "strLit", "multiLvlStrRef"})
_TEXT_ONLY: Final = re.compile('"((?:[^"]|"")*)"')


class _OffPageError(Exception):
    """A chart draws what the page does not show."""


def native_chart(page: Page, offset: int, cells: Mapping[Address, tuple[Value, str]], part: str) -> bytes | None:
    """A chart over the new sheet, with copies of nothing but its data there; None when it draws other data."""
    tree = page.package.tree(part)
    for title in tree.iterfind(".//{*}ser/{*}tx"):
        _write_out(title)
    try:
        for parent in list(tree.iter()):
            for place, child in enumerate(list(parent)):
                if local(child) in _LITERALS:
                    return None
                if local(child) in ("numRef", "strRef"):
                    area = _area(page, child.findtext("{*}f") or "", offset)
                    parent[place] = _reference(page.sheet, area, cells, local(parent))
    except _OffPageError:
        return None
    values = [value for value, _ in cells.values()]
    for element in tree.iterfind(".//{*}numFmt"):
        element.set("formatCode", visible_code(element.get("formatCode", "General"), values))
    markup = copied(tree, without=_BROUGHT)
    start = f'{DECLARATION}<c:chartSpace xmlns:c="{CHART}" xmlns:a="{DRAWING}">'
    return (start + markup.removeprefix("<c:chartSpace>")).encode()


def _write_out(title: Element) -> None:
    """A series' name that LibreOffice stores as a formula of nothing but text, as the text."""
    text = title.findtext("{*}strRef/{*}f") or ""
    if match := _TEXT_ONLY.fullmatch(text):
        title[:] = []
        ET.SubElement(title, f"{{{CHART}}}v").text = match[1].replace('""', '"')


def _area(page: Page, text: str, offset: int) -> Corners:
    try:
        area = parse_formula(text)
    except HavenError:
        raise _OffPageError from None
    if not isinstance(area, Area) or (area.sheet or "").casefold() != page.sheet.casefold():
        raise _OffPageError
    moved = page.moved((area.first, area.last))
    if moved is None:
        raise _OffPageError
    return lowered(moved, offset)


def _reference(title: str, area: Corners, cells: Mapping[Address, tuple[Value, str]], use: str) -> Element:
    """A reference to cells of the new sheet, with what they hold."""
    (top, left), (bottom, right) = area
    held = [cells.get((row, column)) for row in range(top, bottom + 1) for column in range(left, right + 1)]
    found = [cell[0] if cell else None for cell in held]
    code = held[0][1] if held[0] else "General"
    words = use == "tx" or (use == "cat" and any(isinstance(value, str) for value in found))
    reference = Element(f"{{{CHART}}}{'strRef' if words else 'numRef'}")
    quoted = title.replace("'", "''")
    last = f":${column_letters(right)}${bottom}" if area[0] != area[1] else ""
    ET.SubElement(reference, f"{{{CHART}}}f").text = f"'{quoted}'!${column_letters(left)}${top}{last}"
    cache = ET.SubElement(reference, f"{{{CHART}}}{'strCache' if words else 'numCache'}")
    if not words:
        ET.SubElement(cache, f"{{{CHART}}}formatCode").text = visible_code(code, found)
    ET.SubElement(cache, f"{{{CHART}}}ptCount", val=str(len(found)))
    for place, value in enumerate(found):
        if isinstance(value, float | str if words else float):
            point = ET.SubElement(cache, f"{{{CHART}}}pt", idx=str(place))
            ET.SubElement(point, f"{{{CHART}}}v").text = str(value)
    return reference
