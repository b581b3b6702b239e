"""A native chart of a page over the new sheet: with copies of nothing but the data that stands there."""

import re
from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

from haven.errors import HavenError
from haven.workbook.areas import NamedArea, values_of
from haven.workbook.client.numbers import visible_code
from haven.workbook.formula import Area, parse_formula
from haven.workbook.markup import CHART, DECLARATION, DRAWING, copied, is_on, local
from haven.workbook.package import Package
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


Held: TypeAlias = tuple[Value, str]
"""What a cell of the new sheet holds, and its number format."""
_UNSEEN_PARTS: Final = frozenset({"title", "numFmt", "txPr"})
"""What an axis that is not drawn may still say."""
_LABEL_FLAGS: Final = ("showVal", "showCatName", "showSerName", "showPercent", "showBubbleSize", "showLegendKey")


class _OffPageError(Exception):
    """A chart draws what the page does not show."""


def native_chart(page: Page, offset: int, cells: Mapping[Address, Held | None], part: str) -> bytes | None:
    """A chart over the new sheet, with copies of nothing but its data there; None when it draws other data.

    ``cells`` gives None for one whose value is there and not seen.
    """
    tree = page.package.tree(part)
    _drop_unseen(tree)
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
    values = [held[0] for held in cells.values() if held]
    for element in tree.iterfind(".//{*}numFmt"):
        element.set("formatCode", visible_code(element.get("formatCode", "General"), values))
    markup = copied(tree, without=_BROUGHT)
    start = f'{DECLARATION}<c:chartSpace xmlns:c="{CHART}" xmlns:a="{DRAWING}">'
    return (start + markup.removeprefix("<c:chartSpace>")).encode()


def labels(page: Page, part: str) -> Iterator[str]:
    """The words from cells that a chart draws: names of its series, labels of its axes."""
    for parent in page.package.tree(part).iter():
        if local(parent) in ("tx", "cat", "xVal"):
            for formula in parent.iterfind("*/{*}f"):
                yield from _words(page.package, formula.text or "")


def _words(package: Package, formula: str) -> Iterator[str]:
    try:
        area = parse_formula(formula)
        if isinstance(area, Area) and area.sheet:
            rows = values_of(package, NamedArea(package.sheet_name(area.sheet), area.first, area.last))
            yield from (value for row in rows for value in row if isinstance(value, str))
    except HavenError:
        return


def _drop_unseen(tree: Element) -> None:
    """Take out the words of what is not drawn: of axes and labels that are deleted, of names shown nowhere."""
    for parent in list(tree.iter()):
        if _has_on(parent, "delete"):
            kept = {"idx", "delete"} if local(parent) in ("dLbl", "dLbls", "legendEntry") else None
            parent[:] = [c for c in parent if (local(c) in kept if kept else local(c) not in _UNSEEN_PARTS)]
        elif local(parent) in ("dLbl", "dLbls") and not any(_has_on(parent, flag) for flag in _LABEL_FLAGS):
            parent[:] = [child for child in parent if local(child) not in ("numFmt", "tx")]
        elif local(parent) == "trendline" and not (_has_on(parent, "dispEq") or _has_on(parent, "dispRSqr")):
            parent[:] = [child for child in parent if local(child) != "trendlineLbl"]
    if not _shows_names(tree):
        for series in tree.iterfind(".//{*}ser"):
            series[:] = [child for child in series if local(child) != "tx" or child.find("{*}v") is None]


def _shows_names(tree: Element) -> bool:
    """Whether the names of series are seen: in a legend, a table, labels, or as the title of a chart of one."""
    if any(local(element) in ("legend", "dTable") or _has_on(element, "showSerName") for element in tree.iter()):
        return True
    chart = tree.find("{*}chart")
    title = None if chart is None else chart.find("{*}title")
    own = chart is None or _has_on(chart, "autoTitleDeleted") if title is None else title.find("{*}tx") is not None
    return not own and len(tree.findall(".//{*}ser")) == 1


def _has_on(parent: Element, name: str) -> bool:
    """Whether a flag of an element is there and on, as it is where it says nothing else."""
    flag = parent.find(f"{{{CHART}}}{name}")
    return flag is not None and is_on(flag.get("val", "1"))


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


def _reference(title: str, area: Corners, cells: Mapping[Address, Held | None], use: str) -> Element:
    """A reference to cells of the new sheet, with what they hold."""
    (top, left), (bottom, right) = area
    blank = (None, "General")
    held = [cells.get((row, column), blank) for row in range(top, bottom + 1) for column in range(left, right + 1)]
    seen = [cell for cell in held if cell is not None]
    if len(seen) < len(held):
        raise _OffPageError
    found, code = [value for value, _ in seen], seen[0][1]
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
