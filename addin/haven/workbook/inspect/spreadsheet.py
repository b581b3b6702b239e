"""The leaks of an ``.xlsx`` or ``.xlsm`` workbook."""

import re
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Sequence
from heapq import heappop, heappush
from typing import Final
from xml.etree.ElementTree import Element

from haven.errors import HavenError
from haven.workbook.client.markup import CHART, local
from haven.workbook.client.page import Corners, Page, is_hidden, print_area
from haven.workbook.client.pictures import metadata
from haven.workbook.formula import Area, Constant, parse_formula
from haven.workbook.inspect.leak import Leak, leak, marks, names_other_sheet
from haven.workbook.package import Package
from haven.workbook.references import column_letters, format_address
from haven.workbook.values import stored_value
from haven.workbook.worksheet import CellXml, read_worksheet

PARTS: Final = {
    "customXml": "custom XML", "customXmlProps": "custom XML", "custom-properties": "custom document property",
    "comments": "comment", "vmlDrawing": "comment or control", "threadedComment": "threaded comment",
    "person": "threaded comment", "printerSettings": "printer settings", "connections": "external connection",
    "queryTable": "external connection", "xmlMaps": "external connection", "externalLink": "link",
    "externalLinkPath": "link", "hyperlink": "link", "vbaProject": "VBA", "vbaProjectSignature": "VBA",
    "vbaProjectSignatureAgile": "VBA", "vbaProjectSignatureV3": "VBA", "wordVbaData": "VBA", "xlMacrosheet": "VBA",
    "xlIntlMacrosheet": "VBA", "dialogsheet": "VBA", "extensibility": "add-in name", "webextension": "add-in name",
    "webextensiontaskpanes": "add-in name", "pivotTable": "pivot cache", "pivotCacheDefinition": "pivot cache",
    "pivotCacheRecords": "pivot cache", "slicer": "pivot cache", "slicerCache": "pivot cache",
    "timeline": "pivot cache", "timelineCache": "pivot cache", "oleObject": "embedded object",
    "package": "embedded object", "control": "embedded object", "ctrlProp": "embedded object",
    "activeXControlBinary": "embedded object", "chartUserShapes": "drawing inside a chart",
    "revisionHeaders": "tracked changes", "revisionLog": "tracked changes", "usernames": "tracked changes",
    "thumbnail": "picture of the workbook", "rdRichValue": "linked data", "rdRichValueStructure": "linked data",
    "volatileDependencies": "external connection", "attachedToolbars": "add-in name", "customProperty": "custom XML",
    "origin": "signature", "labelInfo": "custom document property",
}  # fmt: skip
"""What a part is, by the end of the kind of the relation that leads to it."""
_HARMLESS: Final = frozenset(
    {
        "officeDocument", "worksheet", "chartsheet", "styles", "theme", "sharedStrings", "drawing", "chart", "chartEx",
        "calcChain", "table", "tableSingleCells", "image", "chartStyle", "chartColorStyle", "themeOverride",
        "sheetMetadata", "core-properties", "extended-properties", "rdRichValueTypes", "richStyles",
    }
)  # fmt: skip
_PLAIN_PROPERTIES: Final = frozenset(
    {
        "Application", "AppVersion", "DocSecurity", "ScaleCrop", "SharedDoc", "LinksUpToDate", "HyperlinksChanged",
    }
)  # fmt: skip
_RULES: Final = {"dataValidation": "data validation", "cfRule": "conditional format", "sparkline": "sparkline"}
_REMARK: Final = re.compile(rb"<!--(.{0,200})", re.DOTALL)
_PHONETIC: Final = re.compile(rb"<(?:\w+:)?rPh\b[^>]*>\s*<(?:\w+:)?t\b[^>]*>([^<]{0,200})")
_KEPT_ASIDE: Final = {"scenarios": "scenario", "customSheetViews": "custom view", "protectedRanges": "protected range"}


def leaks_of(package: Package) -> Iterator[Leak]:
    """Every leak of a workbook."""
    yield from _workbook(package)
    yield from _parts(package)
    used: dict[str, bool] = {}
    for sheet in package.sheets:
        yield from _sheet(package, sheet, used)
    part = next(iter(package.parts_of_kind("/sharedStrings")), "")
    for place, text in enumerate(package.shared_strings):
        if str(place) not in used:
            yield leak("unused shared string", f"{part} {place}", text)


def _sheet(package: Package, sheet: str, used: dict[str, bool]) -> Iterator[Leak]:
    page = Page(package, sheet, print_area(package, sheet), read_worksheet(package, sheet))
    yield from _cells(page, used)
    yield from _under_merges(page)
    yield from _around(page)
    yield from _charts(page)


def _workbook(package: Package) -> Iterator[Leak]:
    for tab in package.tabs:
        if tab.get("state") in ("hidden", "veryHidden"):
            yield leak("hidden sheet" if tab.get("state") == "hidden" else "very hidden sheet", tab.get("name", ""))
    for name in package.workbook.iterfind("{*}definedNames/{*}definedName"):
        yield leak("defined name", name.get("name", ""), name.text or "")
    for element in package.workbook.iter():
        if local(element) == "fileSharing" and element.get("userName"):
            yield leak("document property", "userName", element.get("userName", ""))
        if local(element) == "customWorkbookView":
            yield leak("custom view", element.get("name", ""))


def _parts(package: Package) -> Iterator[Leak]:
    """What the relations lead to, what nothing leads to, and marks in the text of all other parts."""
    reached = {"[Content_Types].xml"}
    told: set[tuple[str, str]] = set()
    for listed in (name for name in package.names if name.endswith(".rels")):
        reached.add(listed)
        for relation, target in package.relations(listed):
            if relation.get("TargetMode") == "External":
                yield leak("link", listed, relation.get("Target", ""))
            else:
                reached.add(target)
                kind = relation.get("Type", "").rpartition("/")[2]
                if (kind, target) not in told:
                    told.add((kind, target))
                    yield from _part(package, kind, target)
    cells = {*package.sheets.values(), *package.parts_of_kind("/sharedStrings")}
    for name in package.names:
        if name not in reached and not name.endswith("/"):
            yield leak("part that nothing refers to", name)
        if name.endswith((".xml", ".rels", ".vml")):
            yield from _markup(package.part(name), name, has_cells=name in cells)
    yield from (leak("bytes outside the parts", "the file", what) for what in package.outside())


def _markup(content: bytes, name: str, *, has_cells: bool) -> Iterator[Leak]:
    """What the markup of a part holds beside elements; marks in it, but for cells, which tell their own."""
    if remark := _REMARK.search(content):
        yield leak("comment in the markup", name, remark[1].decode("utf-8", "replace"))
    if not has_cells:
        yield from marks(content.decode("utf-8", "replace"), name)
    elif hint := _PHONETIC.search(content):
        yield leak("phonetic text", name, hint[1].decode("utf-8", "replace"))


def _part(package: Package, kind: str, part: str) -> Iterator[Leak]:
    """What a part is by the kind of relation that leads to it."""
    if kind in PARTS:
        yield leak(PARTS[kind], part)
    elif kind not in _HARMLESS:
        yield leak("unknown part", part, kind)
    if kind == "image":
        yield from (leak("image metadata", part, found) for found in metadata(package.raw(part)))
    if kind in ("core-properties", "extended-properties"):
        yield from _properties(package, part)


def _properties(package: Package, part: str) -> Iterator[Leak]:
    for element in package.tree(part):
        text = " ".join("".join(element.itertext()).split())
        if text and local(element) not in _PLAIN_PROPERTIES:
            yield leak("document property", f"{part} {local(element)}", text)


def _cells(page: Page, used: dict[str, bool]) -> Iterator[Leak]:
    """Formulas, cells beyond the print area, marks in text; notes the shared strings in use, and those with marks."""
    for row in page.worksheet.rows:
        for cell in row.cells:
            where = f"{page.sheet}!{format_address(cell.address)}"
            if cell.formula is not None:
                yield leak(
                    "formula", where, f"={cell.formula_text}" if cell.formula_text else "as the first of its group"
                )
                yield from marks(cell.formula_text, where)
            yield from _value(page, cell, where, used)


def _value(page: Page, cell: CellXml, where: str, used: dict[str, bool]) -> Iterator[Leak]:
    value = stored_value(cell, page.package.shared_strings)
    shared = (cell.text or "").strip() if cell.type == "s" else None
    if isinstance(value, str) and (shared is None or used.get(shared, True)):
        found = list(marks(value, where))
        yield from found
        if shared is not None:
            used[shared] = bool(found)
    if value not in (None, "") and page.areas and not page.holds(cell.address):
        yield leak("cell beyond the print area", where, str(value))


def _under_merges(page: Page) -> Iterator[Leak]:
    """Values of cells that a merged cell covers."""
    waiting = sorted(page.merges, reverse=True)
    ends: list[tuple[int, int, Corners]] = []
    across: list[tuple[int, Corners]] = []
    for row in sorted(page.worksheet.rows, key=lambda row: row.number) if waiting else ():
        while waiting and waiting[-1][0][0] <= row.number:
            area = waiting.pop()
            insort(across, (area[0][1], area))
            heappush(ends, (area[1][0], area[0][1], area))
        while ends and ends[0][0] < row.number:
            _, left, area = heappop(ends)
            del across[bisect_left(across, (left, area))]
        for cell in row.cells if across else ():
            column = cell.address[1]
            _, (first, last) = across[bisect_left(across, (column + 1,)) - 1]
            if first[1] <= column <= last[1] and cell.address != first:
                value = stored_value(cell, page.package.shared_strings)
                if value not in (None, ""):
                    yield leak("cell under a merged one", f"{page.sheet}!{format_address(cell.address)}", str(value))


def _around(page: Page) -> Iterator[Leak]:
    """What a worksheet holds beside its cells."""
    yield from _hidden(page)
    for element in page.tree.iter():
        name = local(element)
        if name == "headerFooter" and (text := "".join(element.itertext()).strip()):
            yield leak("header or footer", page.sheet, text)
        elif name == "hyperlink":
            where = f"{page.sheet}!{element.get('ref')}"
            yield leak("link", where, element.get("location", element.get("display", "")))
        elif name in _KEPT_ASIDE:
            yield leak(_KEPT_ASIDE[name], page.sheet)
        elif name in _RULES:
            yield from _rule(page, element, _RULES[name])
    yield from marks("".join(page.tree.itertext()), page.sheet)


def _hidden(page: Page) -> Iterator[Leak]:
    for row in page.worksheet.rows:
        if is_hidden(row.element.attributes, "ht"):
            yield leak("hidden row", f"{page.sheet}!{row.number}:{row.number}")
    if page.option("sheetFormatPr", "zeroHeight", "0") in ("1", "true"):
        yield leak("hidden row", f"{page.sheet}!all rows without a height")
    for column in page.worksheet.columns:
        if is_hidden(column.attributes, "width"):
            first, last = (column_letters(int(column.attributes[end])) for end in ("min", "max"))
            yield leak("hidden column", f"{page.sheet}!{first}:{last}")


def _rule(page: Page, element: Element, kind: str) -> Iterator[Leak]:
    for child in element.iter():
        formulas = [child.text or "", child.get("val", "") if local(child) == "cfvo" else ""]
        for formula in formulas:
            if local(child) != "sqref" and names_other_sheet(formula, page.sheet):
                yield leak(f"{kind} that names another sheet", f"{page.sheet}!{element.get('sqref', '')}", formula)


def _charts(page: Page) -> Iterator[Leak]:
    """Data in charts that is not on the page they stand on."""
    hidden = sorted(row.number for row in page.worksheet.rows if is_hidden(row.element.attributes, "ht"))
    for drawing in page.drawings:
        for part in sorted({part for _, part in page.package.related(drawing, "/chart")}):
            for element in page.package.tree(part).iter():
                formula = element.findtext(f"{{{CHART}}}f")
                if (
                    formula
                    and any(local(child).endswith("Cache") for child in element)
                    and not _is_shown(page, formula, hidden)
                ):
                    yield leak("chart data off the page", f"{page.sheet} {part}", formula)
                if local(element) in ("externalData", "pivotSource"):
                    yield leak("chart data off the page", f"{page.sheet} {part}", local(element))


def _is_shown(page: Page, formula: str, hidden: Sequence[int]) -> bool:
    """Whether a chart's reference is to shown cells of its own page, of which some rows are hidden."""
    try:
        area = parse_formula(formula)
    except HavenError:
        return False
    if isinstance(area, Constant):
        return True
    if not isinstance(area, Area) or (area.sheet or "").casefold() != page.sheet.casefold():
        return False
    if page.areas and not (page.holds(area.first) and page.holds(area.last)):
        return False
    if bisect_left(hidden, area.first[0]) < bisect_right(hidden, area.last[0]):
        return False
    return not any(
        is_hidden(column.attributes, "width")
        and int(column.attributes["min"]) <= area.last[1]
        and int(column.attributes["max"]) >= area.first[1]
        for column in page.worksheet.columns
    )
