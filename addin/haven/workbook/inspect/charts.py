"""The leaks of charts: data that is not on the page they stand on."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

from haven.errors import HavenError
from haven.workbook.formula import Area, Constant, parse_formula
from haven.workbook.inspect.leak import Leak, leak, of_sheet
from haven.workbook.markup import local
from haven.workbook.package import Package
from haven.workbook.page import Page, is_hidden

_KINDS = ("/chart", "/chartEx")


def charts(page: Page) -> Iterator[Leak]:
    """What the charts of a page hold of other places."""
    hidden = sorted(row.number for row in page.worksheet.rows if is_hidden(row.element.attributes, "ht"))
    for drawing in page.drawings:
        for part in _charts_of(page.package, drawing):
            for formula in _cached(page.package.tree(part)):
                if not _is_shown(page, formula, hidden):
                    yield leak("chart data off the page", part, formula)


def charts_of_chart_sheets(package: Package) -> Iterator[Leak]:
    """What the charts hold that are sheets of their own: no page shows their data."""
    for part, sheet in package.homes.items():
        for chart in _charts_of(package, part) if sheet not in package.sheets else ():
            yield from of_sheet(
                (leak("chart data off the page", chart, text) for text in _cached(package.tree(chart))), sheet
            )


def _charts_of(package: Package, drawing: str) -> list[str]:
    return sorted({part for kind in _KINDS for _, part in package.related(drawing, kind)})


def _cached(tree: Element) -> Iterator[str]:
    """The references of which a chart holds values, and what else it has from elsewhere."""
    for element in tree.iter():
        names = {local(child): child for child in element} if len(element) else {}
        formula = names["f"].text if "f" in names else None
        if formula and any(name.endswith("Cache") or name == "lvl" for name in names):
            yield formula
        if local(element) in ("externalData", "pivotSource"):
            yield local(element)


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
