"""One page of a workbook as it is seen: its shown cells within its print area or chosen ranges, and nothing beside."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, NamedTuple
from xml.etree import ElementTree as ET

from haven.errors import HavenError, Reason
from haven.workbook.formula import Area, parse_formula
from haven.workbook.grid import DEFAULT_HEIGHT, DEFAULT_WIDTH, EDGE, WIDTH_POINTS, Box, Grid, Sizes
from haven.workbook.markup import is_on
from haven.workbook.package import Package
from haven.workbook.references import (
    MAX_COLUMN,
    MAX_ROW,
    Address,
    Corners,
    covers,
    format_address,
    format_area,
    parse_area,
)
from haven.workbook.values import Value, stored_value
from haven.workbook.worksheet import CellXml, RowXml, Worksheet, read_worksheet

MAX_PAGE: Final = 200_000
"""The largest page, in cells."""
MAX_AREAS: Final = 100
"""The most ranges of a print area."""

_UNION: Final = re.compile(r",(?=(?:[^']*'[^']*')*[^']*$)")
"""A comma between ranges, not one in the name of a sheet."""


class Shown(NamedTuple):
    """A cell that is shown: where it stands, where it will, its value and its format's number."""

    address: Address
    place: Address
    value: Value
    style: int


@dataclass
class Page:
    """A page before anything of it is written; addresses are those of the workbook it is from.

    ``rows`` and ``columns`` say where each row and column that is shown stands on the new page, counted from 1.
    """

    package: Package
    sheet: str
    areas: list[Corners]
    worksheet: Worksheet
    rows: dict[int, int] = field(default_factory=dict)
    columns: dict[int, int] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    widths: dict[int, float] = field(default_factory=dict)

    @property
    def part(self) -> str:
        """The part of the worksheet."""
        return self.package.sheets[self.sheet]

    @cached_property
    def drawings(self) -> list[str]:
        """The parts with what is drawn on the page, each once however often it is named."""
        return list(dict.fromkeys(part for _, part in self.package.related(self.part, "/drawing")))

    @cached_property
    def tree(self) -> ET.Element:
        """The worksheet without its cells."""
        data, content = self.worksheet.data, self.worksheet.content
        return self.package.grown(content[: data.start] + content[data.end :], self.part)

    @cached_property
    def grid(self) -> Grid:
        """Where its rows and columns stand, the hidden ones of no size."""
        heights, widths = _sizes(self)
        if is_on(self.option("sheetFormatPr", "zeroHeight", "0")):
            usual = heights.otherwise
            heights = Sizes(0.0, {row.number: heights.given.get(row.number, usual) for row in self.worksheet.rows})
        for row in self.worksheet.rows:
            if is_hidden(row.element.attributes, "ht"):
                heights.given[row.number] = 0.0
        for column in self.worksheet.columns:
            if is_hidden(column.attributes, "width"):
                widths.given |= dict.fromkeys(spanned(column.attributes), 0.0)
        wide = {column: WIDTH_POINTS * width for column, width in widths.given.items()}
        return Grid(heights, Sizes(WIDTH_POINTS * widths.otherwise, wide))

    def parts(self, box: Box) -> list[Box]:
        """What of a box lies in the areas of the page, but for edges."""
        found = filter(None, (box.within(self.grid.area(area)) for area in self.areas))
        return [part for part in found if not (part.width <= EDGE < box.width or part.height <= EDGE < box.height)]

    def holds(self, address: Address) -> bool:
        """Whether a cell is on the page, shown or hidden."""
        return any(covers(area, address) for area in self.areas)

    def shown(self, area: Corners) -> tuple[range, range]:
        """Which of the shown rows and columns run through an area, counted from 0."""
        (top, left), (bottom, right) = area
        rows, columns = self._numbers
        return (
            range(bisect_left(rows, top), bisect_right(rows, bottom)),
            range(bisect_left(columns, left), bisect_right(columns, right)),
        )

    @cached_property
    def _numbers(self) -> tuple[list[int], list[int]]:
        return sorted(self.rows), sorted(self.columns)

    def within(self, area: Corners) -> Iterator[Address]:
        """The shown cells of the page in an area."""
        rows, columns = self.shown(area)
        for row in (self._numbers[0][place] for place in rows):
            for column in (self._numbers[1][place] for place in columns):
                if self.holds((row, column)):
                    yield row, column

    def moved(self, area: Corners) -> Corners | None:
        """Where an area stands on the new page, hidden rows and columns left out; None unless it is all on the page."""
        first, last = area
        if not any(covers(own, first) and covers(own, last) for own in self.areas):
            return None
        rows = [self.rows[row] for row in range(first[0], last[0] + 1) if row in self.rows]
        columns = [self.columns[column] for column in range(first[1], last[1] + 1) if column in self.columns]
        return ((rows[0], columns[0]), (rows[-1], columns[-1])) if rows and columns else None

    def cells(self, also: Container[Address] = ()) -> Iterator[Shown]:
        """Each shown cell that has a value or a format, and those that are asked for.

        Raises
        ------
        HavenError
            INVALID for a formula that has no value yet.
        """
        column_formats = self._column_formats()
        given = {row.number: row for row in self.worksheet.rows}
        for number, row in self.rows.items():
            source = given.get(number)
            attributes = source.element.attributes if source else {}
            row_format = attributes.get("s") if is_on(attributes.get("customFormat")) else None
            present = {cell.address[1]: cell for cell in source.cells} if source else {}
            for column, place in self.columns.items():
                if not self.holds((number, column)):
                    continue
                head = self.heads.get((number, column))
                cell = _cell(given.get(head[0]), head) if head else present.get(column)
                if cell is None:
                    style = int(row_format or column_formats.get(column, "0"))
                    if style or (number, column) in also:
                        yield Shown((number, column), (row, place), None, style)
                    continue
                value = stored_value(cell, self.package.shared_strings)
                if cell.formula is not None and value is None:
                    where = f"{self.sheet}!{format_address(cell.address)}"
                    raise self.package.refusal(f"has no value in {where}; run haven compute first")
                style = int(cell.element.attributes.get("s", "0"))
                yield Shown((number, column), (row, place), value, style)

    @cached_property
    def merges(self) -> list[Corners]:
        """The merged areas."""
        return [parse_area(element.get("ref", "")) for element in self.tree.iterfind("{*}mergeCells/{*}mergeCell")]

    def covered(self) -> set[Address]:
        """The cells of the page that lie under a merged one.

        Raises
        ------
        HavenError
            INVALID when merged areas lie upon one another.
        """
        found: set[Address] = set()
        for first, last in self.merges:
            rows = [row for row in self.rows if first[0] <= row <= last[0]]
            columns = [column for column in self.columns if first[1] <= column <= last[1]]
            under = {(row, column) for row in rows for column in columns}
            if not found.isdisjoint(under):
                raise self.package.refusal(f"is damaged: merged cells of {self.sheet} lie upon one another")
            found |= under
        return found - {first for first, _ in self.merges} - self.heads.keys()

    @cached_property
    def heads(self) -> dict[Address, Address]:
        """The first shown cell of each merged area whose own first is hidden, and that one, which it shows."""
        found = {}
        for area in self.merges:
            rows, columns = self.shown(area)
            first = next(self.within(area), None) if rows and columns else None
            if first is not None and first != area[0] and self.holds(area[0]):
                found[first] = area[0]
        return found

    @property
    def ends(self) -> list[int]:
        """The rows after which its author ends a printed page, by place on the new page."""
        breaks = self.tree.iterfind("{*}rowBreaks/{*}brk[@man]")
        return [self.rows[row] for element in breaks if (row := int(element.get("id", "0"))) in self.rows]

    def option(self, path: str, name: str, otherwise: str) -> str:
        """An attribute of an element of the worksheet."""
        element = self.tree.find("/".join(f"{{*}}{step}" for step in path.split("/")))
        return otherwise if element is None else element.get(name, otherwise)

    def _column_formats(self) -> dict[int, str]:
        return {
            column: element.attributes.get("style", "0")
            for element in self.worksheet.columns
            for column in spanned(element.attributes)
        }


def read_page(package: Package, sheet: str, ranges: Sequence[str]) -> Page:
    """A page of a workbook: the given ranges, else its print area, else all that is used of it.

    Raises
    ------
    HavenError
        INVALID for an unknown sheet, a bad range, a page that is too large or of which nothing is shown.
    """
    sheet = package.sheet_name(sheet)
    page = Page(package, sheet, [], read_worksheet(package, sheet))
    if sum(len(spanned(element.attributes)) for element in page.worksheet.columns) > MAX_COLUMN:
        raise package.refusal(f"is damaged: columns of {sheet} lie upon one another")
    used = _used(page)
    asked = [parse_area(text) for text in ranges] or print_area(package, sheet) or [((1, 1), used)]
    page.areas = [_within(area, used) for area in asked]
    hidden_rows, hidden_columns = _hidden(page)
    rows = sorted({row for (top, _), (bottom, _) in page.areas for row in range(top, bottom + 1)} - hidden_rows)
    columns = sorted({c for (_, left), (_, right) in page.areas for c in range(left, right + 1)} - hidden_columns)
    if not rows or not columns:
        raise HavenError(Reason.INVALID, f"of {sheet} nothing is shown in {', '.join(map(format_area, page.areas))}")
    if len(rows) * len(columns) > MAX_PAGE:
        raise HavenError(
            Reason.INVALID,
            f"a page must have at most {MAX_PAGE:,} cells, {sheet} has {len(rows):,} x {len(columns):,}; "
            "set a print area or give --range",
        )
    page.rows = {row: place for place, row in enumerate(rows, start=1)}
    page.columns = {column: place for place, column in enumerate(columns, start=1)}
    _measure(page)
    return page


def _within(area: Corners, used: Address) -> Corners:
    """An area, one of whole columns or rows only as far as the sheet is used."""
    (top, left), (bottom, right) = area
    return (top, left), (
        max(used[0], top) if bottom == MAX_ROW else bottom,
        max(used[1], left) if right == MAX_COLUMN else right,
    )


def print_area(package: Package, sheet: str) -> list[Corners]:
    """The print area of a sheet; none when it has none.

    Raises
    ------
    HavenError
        INVALID when it is not ranges.
    """
    place = [tab.get("name", "") for tab in package.tabs].index(sheet)
    for element in package.workbook.iterfind("{*}definedNames/{*}definedName"):
        if element.get("name") == "_xlnm.Print_Area" and element.get("localSheetId") == str(place):
            texts = (element.text or "").split(",", MAX_AREAS)
            if len(texts) > MAX_AREAS:
                raise HavenError(Reason.INVALID, f"the print area of {sheet} must have at most {MAX_AREAS} ranges")
            parts = [parse_formula(part) for part in _UNION.split(element.text or "")]
            found = [(part.first, part.last) for part in parts if isinstance(part, Area)]
            if len(found) < len(parts):
                raise HavenError(
                    Reason.INVALID, f"the print area of {sheet} must be ranges, got {element.text}; give --range"
                )
            return found
    return []


def _cell(row: RowXml | None, address: Address) -> CellXml | None:
    return next((cell for cell in row.cells if cell.address == address), None) if row else None


def _used(page: Page) -> Address:
    """The last row and column with a value, a format or something drawn."""
    cells = [cell.address for row in page.worksheet.rows for cell in row.cells]
    for part in page.drawings:
        cells += [page.grid.cells(page.grid.anchor(anchor))[1] for anchor in page.package.tree(part)]
    if not cells:
        return 1, 1
    rows, columns = zip(*cells, strict=True)
    return max(rows), max(columns)


def _hidden(page: Page) -> tuple[set[int], set[int]]:
    """The rows and columns of the page that are hidden, filtered away, collapsed or of no size."""
    attributes = {row.number: row.element.attributes for row in page.worksheet.rows}
    shown = {number for number, given in attributes.items() if not is_hidden(given, "ht")}
    rows = attributes.keys() - shown
    if is_on(page.option("sheetFormatPr", "zeroHeight", "0")):
        rows |= {row for (top, _), (bottom, _) in page.areas for row in range(top, bottom + 1)} - shown
    columns: set[int] = set()
    for element in page.worksheet.columns:
        if is_hidden(element.attributes, "width"):
            columns |= set(spanned(element.attributes))
    return set(rows), columns


def spanned(attributes: dict[str, str]) -> range:
    """The columns that an element of ``cols`` speaks of."""
    return range(int(attributes["min"]), min(int(attributes["max"]), MAX_COLUMN) + 1)


def is_hidden(attributes: dict[str, str], size: str) -> bool:
    """Whether a row or column with these attributes is hidden or of no size."""
    return is_on(attributes.get("hidden")) or float(attributes.get(size, "1")) == 0


def _sizes(page: Page) -> tuple[Sizes, Sizes]:
    """The heights of rows and the widths of columns."""
    heights = Sizes(float(page.option("sheetFormatPr", "defaultRowHeight", str(DEFAULT_HEIGHT))))
    for row in page.worksheet.rows:
        if row.element.attributes.get("ht"):
            heights.given[row.number] = float(row.element.attributes["ht"])
    widths = Sizes(float(page.option("sheetFormatPr", "defaultColWidth", str(DEFAULT_WIDTH))))
    for element in page.worksheet.columns:
        if "width" in element.attributes:
            widths.given |= dict.fromkeys(spanned(element.attributes), float(element.attributes["width"]))
    return heights, widths


def _measure(page: Page) -> None:
    """Heights and widths by place on the new page; rows of the usual height grow with what stands in them."""
    heights, widths = _sizes(page)
    page.heights = {
        place: heights.of(row)
        for row, place in page.rows.items()
        if row in heights.given or heights.otherwise != DEFAULT_HEIGHT
    }
    page.widths = {place: widths.of(column) for column, place in page.columns.items()}
