"""The leaks of an ``.xlsx`` or ``.xlsm`` workbook."""

from bisect import bisect_left, insort
from collections.abc import Container, Iterator, Mapping
from heapq import heappop, heappush
from typing import Final
from xml.etree.ElementTree import Element

from haven.workbook.grid import EDGE
from haven.workbook.inspect.charts import charts, charts_of_chart_sheets
from haven.workbook.inspect.leak import Leak, leak, marks, names_other_sheet, of_sheet
from haven.workbook.inspect.parts import leaks_of_parts
from haven.workbook.inspect.tells import SPREADSHEET, fallbacks, told
from haven.workbook.inspect.unseen import left_in_the_chain, unseen_formats
from haven.workbook.markup import is_on, local
from haven.workbook.overlay import Overlay
from haven.workbook.package import Package
from haven.workbook.page import Page, is_hidden, print_area
from haven.workbook.references import Corners, column_letters, format_address, format_area
from haven.workbook.values import Value, stored_value
from haven.workbook.worksheet import CellXml, read_worksheet

_RULES: Final = {
    "dataValidation": "data validation",
    "conditionalFormatting": "conditional format",
    "sparkline": "sparkline",
}
_PLAIN: Final = frozenset(
    {
        "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetCalcPr", "sheetProtection", "autoFilter",
        "sortState", "mergeCells", "phoneticPr", "conditionalFormatting", "dataValidations", "printOptions",
        "pageMargins", "pageSetup", "rowBreaks", "colBreaks", "cellWatches", "ignoredErrors", "picture", "extLst",
        "protectedRanges", "scenarios", "dataConsolidate", "customSheetViews", "hyperlinks", "headerFooter",
        "smartTags", "drawing", "legacyDrawing", "legacyDrawingHF", "oleObjects", "controls", "webPublishItems",
        "tableParts", "AlternateContent", "customProperties", "drawingHF", "revisionPtr",
    }
)  # fmt: skip
"""What a worksheet may hold beside its cells."""
_BUILT_IN: Final = frozenset({"_xlnm.Print_Area", "_xlnm.Print_Titles", "_xlnm._FilterDatabase"})
"""Names by which a sheet says how it is printed and filtered."""


def leaks_of(package: Package) -> Iterator[Leak]:
    """Every leak of a workbook."""
    yield from _workbook(package)
    yield from leaks_of_parts(package)
    yield from charts_of_chart_sheets(package)
    used: dict[str, bool] = {}
    unseen = unseen_formats(package)
    formulas: dict[str, int] = {}
    for sheet in package.sheets:
        page = Page(package, sheet, print_area(package, sheet), read_worksheet(package, sheet))
        formulas[sheet] = sum(cell.formula is not None for row in page.worksheet.rows for cell in row.cells)
        yield from of_sheet(_sheet(page, used, unseen), sheet)
    yield from left_in_the_chain(package, formulas)
    part = next(iter(package.parts_of_kind("/sharedStrings")), "")
    for place, text in enumerate(package.shared_strings):
        if str(place) not in used:
            yield leak("unused shared string", f"{part} {place}", text)


def _sheet(page: Page, used: dict[str, bool], unseen: Mapping[str, str]) -> Iterator[Leak]:
    has_rules = page.tree.find("{*}conditionalFormatting") is not None
    overlay = Overlay(page)
    yield from _cells(page, used, {} if has_rules else unseen, overlay)
    yield from _under_merges(page)
    yield from _around(page)
    yield from _beyond(page)
    for (part, _), box in overlay.hidden_drawings.items():
        yield leak("drawing under another", f"{page.sheet}!{format_area(page.grid.cells(box))}", part)
    yield from charts(page)


def _workbook(package: Package) -> Iterator[Leak]:
    tabs = [tab.get("name", "") for tab in package.tabs]
    for tab in package.tabs:
        if tab.get("state", "visible") != "visible":
            kind = "very hidden sheet" if tab.get("state") == "veryHidden" else "hidden sheet"
            yield from of_sheet([leak(kind, tab.get("name", ""))], tab.get("name", ""))
    for name in package.workbook.iterfind("{*}definedNames/{*}definedName"):
        place, text = name.get("localSheetId", ""), name.text or ""
        sheet = tabs[int(place)] if place.isdecimal() and len(place) < 9 and int(place) < len(tabs) else ""
        if name.get("comment") or name.get("description"):
            yield leak("comment", name.get("name", ""), name.get("comment", "") + name.get("description", ""))
        if name.get("name") not in _BUILT_IN or not sheet or names_other_sheet(text, sheet):
            yield leak("defined name", name.get("name", ""), text)


def _cells(page: Page, used: dict[str, bool], unseen: Container[str], overlay: Overlay) -> Iterator[Leak]:
    """Formulas, cells beyond the print area, marks in text; notes the shared strings in use, and those with marks."""
    for row in page.worksheet.rows:
        for cell in row.cells:
            where = f"{page.sheet}!{format_address(cell.address)}"
            if cell.formula is not None:
                yield leak(
                    "formula", where, f"={cell.formula_text}" if cell.formula_text else "as the first of its group"
                )
                yield from marks(cell.formula_text, where)
            value = stored_value(cell, page.package.shared_strings)
            yield from _value(cell, value, where, used)
            if value in (None, ""):
                continue
            if page.areas and not page.holds(cell.address):
                yield leak("cell beyond the print area", where, str(value))
            if cell.element.attributes.get("s") in unseen:
                yield leak("cell that shows nothing", where, str(value))
            if overlay.hides_cell(cell.address):
                yield leak("cell under a drawing", where, str(value))


def _value(cell: CellXml, value: Value, where: str, used: dict[str, bool]) -> Iterator[Leak]:
    shared = (cell.text or "").strip() if cell.type == "s" else None
    if isinstance(value, str) and (shared is None or used.get(shared, True)):
        found = list(marks(value, where))
        yield from found
        if shared is not None:
            used[shared] = bool(found)


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
    yield from told(page.tree, page.sheet, SPREADSHEET, page.sheet)
    yield from fallbacks(page.tree, page.sheet)
    for child in page.tree:
        if local(child) not in _PLAIN:
            yield leak("unknown element", page.sheet, local(child))
    for element in page.tree.iter():
        name = local(element)
        if name == "hyperlink":
            where = f"{page.sheet}!{element.get('ref')}"
            texts = [element.get(given, "") for given in ("location", "display", "tooltip")]
            yield leak("link", where, ", ".join(dict.fromkeys(filter(None, texts))))
        elif name in _RULES:
            yield from _rule(page, element, _RULES[name])
    yield from marks("".join(page.tree.itertext()), page.sheet)


def _beyond(page: Page) -> Iterator[Leak]:
    """Drawings that are not all on the page."""
    for part in page.drawings if page.areas else ():
        for anchor in page.package.tree(part):
            box = page.grid.anchor(anchor)
            if not any(box.smaller(EDGE).is_in(area) for area in page.parts(box)):
                cells = format_area(page.grid.cells(box))
                yield leak("drawing beyond the print area", f"{page.sheet}!{cells}", part)


def _hidden(page: Page) -> Iterator[Leak]:
    for row in page.worksheet.rows:
        if is_hidden(row.element.attributes, "ht"):
            yield leak("hidden row", f"{page.sheet}!{row.number}:{row.number}")
    if is_on(page.option("sheetFormatPr", "zeroHeight", "0")):
        yield leak("hidden row", f"{page.sheet}!all rows without a height")
    for column in page.worksheet.columns:
        if is_hidden(column.attributes, "width"):
            first, last = (column_letters(int(column.attributes[end])) for end in ("min", "max"))
            yield leak("hidden column", f"{page.sheet}!{first}:{last}")


def _rule(page: Page, element: Element, kind: str) -> Iterator[Leak]:
    where = f"{page.sheet}!{element.get('sqref') or element.findtext('{*}sqref', '')}"
    for child in element.iter():
        formulas = [child.text or "", child.get("val", "") if local(child) == "cfvo" else ""]
        for formula in formulas:
            if local(child) != "sqref" and names_other_sheet(formula, page.sheet):
                yield leak(f"{kind} that names another sheet", where, formula)
