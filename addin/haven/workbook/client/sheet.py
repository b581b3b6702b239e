"""A new worksheet: the firm's header, a page's values and formats, sources and disclaimer."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Final

from haven.workbook.client.brand import Brand
from haven.workbook.client.charts import Held
from haven.workbook.client.drawings import Drawing, Redrawing
from haven.workbook.client.layout import A4, MARGIN, PAPERS, Content, Layout, layout
from haven.workbook.client.looks import Scale, looks_of
from haven.workbook.client.rounding import Rounder
from haven.workbook.client.styles import PLAIN_BORDER, Book, Source, Style
from haven.workbook.grid import DEFAULT_HEIGHT
from haven.workbook.inspect.report import as_ranges
from haven.workbook.markup import DECLARATION, MAIN, OFFICE, is_on
from haven.workbook.overlay import Overlay
from haven.workbook.page import Page
from haven.workbook.pictures import Picture
from haven.workbook.references import Address, Corners, format_address, format_area, lowered
from haven.workbook.richtext import RichTexts
from haven.workbook.values import Value, value_markup

INK: Final = "1B2A3A"
SOFT: Final = "66788A"
WARNING: Final = "D55E00"
FOOTER: Final = 0.2
"""How far above the edge of the paper its number stands, in inches."""
_NUMBERED: Final = f"&amp;R&amp;8&amp;K{SOFT}Page &amp;P of &amp;N"
LOGO_PIXELS: Final = (240, 42)
_STANDARD_SIZE: Final = 10.5
"""The size of type of which a column of width 1 holds one letter, a little room left."""
_EMU_A_PIXEL: Final = 9525
_PIXELS: Final = 7
"""How wide a column of width 1 is; a logo leaves half of a narrow page to the name."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands on every page beside its figures."""

    client: str
    as_of: str
    note: str
    sources: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the header or below the page, and how it is set."""

    text: str
    size: int
    color: str
    bold: bool = False
    align: str = "left"
    border: str = PLAIN_BORDER
    least: float = 0.0


@dataclass
class Sheet:
    """A worksheet under construction: values and format numbers by address, and its drawing."""

    title: str
    cells: dict[Address, tuple[Value, int]] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    widths: dict[int, float] = field(default_factory=dict)
    merges: list[Corners] = field(default_factory=list)
    scales: list[Scale] = field(default_factory=list)
    drawing: Drawing = field(default_factory=Drawing)
    landscape: bool = True
    paper: str = A4
    tall: int = 0
    """On how many printed pages it must fit; 0 for as many as it needs."""
    layout: Layout = field(default_factory=Layout)
    titles: int = 0
    """How many of its first rows stand on every printed page."""
    gridlines: bool = False

    def part(self) -> bytes:
        """The worksheet part."""
        columns = "".join(
            f'<col min="{column}" max="{column}" width="{width}" customWidth="1"/>'
            for column, width in sorted(self.widths.items())
        )
        breaks, percent, margin = self.layout.breaks, self.layout.percent, MARGIN / 72
        listed = "".join(f'<brk id="{row}" max="16383" man="1"/>' for row in breaks)
        merges = "".join(f'<mergeCell ref="{format_area(area)}"/>' for area in self.merges)
        return (
            f'{DECLARATION}<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}">'
            f'<sheetPr><pageSetUpPr fitToPage="{percent is None:d}"/></sheetPr>'
            f'<sheetViews><sheetView showGridLines="{self.gridlines:d}" workbookViewId="0"/></sheetViews>'
            f'<sheetFormatPr defaultRowHeight="15"/><cols>{columns}</cols>'
            f"<sheetData>{''.join(self._rows())}</sheetData>"
            + (f'<mergeCells count="{len(self.merges)}">{merges}</mergeCells>' if merges else "")
            + "".join(_scale_markup(scale, number) for number, scale in enumerate(self.scales, start=1))
            + '<printOptions horizontalCentered="1"/>'
            f'<pageMargins left="{margin}" right="{margin}" top="{margin}" bottom="{margin}" '
            f'header="0" footer="{FOOTER}"/>'
            f'<pageSetup paperSize="{self.paper}" orientation="{"landscape" if self.landscape else "portrait"}" '
            + (f'fitToWidth="1" fitToHeight="{self.tall}"/>' if percent is None else f'scale="{percent}"/>')
            + f"<headerFooter><oddFooter>{_NUMBERED}</oddFooter></headerFooter>"
            + (
                f'<rowBreaks count="{len(breaks)}" manualBreakCount="{len(breaks)}">{listed}</rowBreaks>'
                if breaks
                else ""
            )
            + ('<drawing r:id="drawing"/>' if any(self.drawing.anchors) else "")
            + "</worksheet>"
        ).encode()

    def _rows(self) -> Iterator[str]:
        held = {row: list(cells) for row, cells in groupby(sorted(self.cells), key=lambda address: address[0])}
        for row in sorted({*held, *self.heights}):
            cells = "".join(_cell(address, *self.cells[address]) for address in held.get(row, []))
            height = f' ht="{self.heights[row]}" customHeight="1"' if row in self.heights else ""
            yield f'<row r="{row}"{height}>{cells}</row>'


def draw_sheet(page: Page, source: Source, book: Book, brand: Brand, facts: Facts, rounder: Rounder) -> Sheet:
    """A page between the firm's header and the sources."""
    sheet = Sheet(page.sheet, widths=page.widths)
    above = sheet.titles = _head(sheet, book, brand, facts)
    covered, looks, overlay = page.covered(), looks_of(page, source), Overlay(page)
    texts, unseen = RichTexts(page.package), list[Address]()
    drawn: dict[Address, Held | None] = {}
    for cell in page.cells(looks.cells):
        style = source.style(cell.style, looks.cells.get(cell.address, ()))
        place = (cell.place[0] + above, cell.place[1])
        is_seen = cell.value is not None and cell.address not in covered and source.is_seen(style)
        if is_seen and overlay.hides_cell(cell.address):
            unseen.append(cell.address)
            is_seen = False
        value = cell.value if is_seen else None
        if isinstance(value, str) and cell.stored and (runs := texts.runs(cell.stored, page.worksheet.content)):
            value = source.seen_text(value, runs, style) or None
        shown = rounder.cell(value, style.code, page.sheet, cell.address)
        sheet.cells[place] = (shown, book.number(style, shown))
        drawn[place] = (shown, style.code) if shown is not None or cell.value is None else None
    sheet.heights |= {row + above: height for row, height in page.heights.items()}
    sheet.merges += [lowered(moved, above) for area in page.merges if (moved := page.moved(page.started(area)))]
    sheet.scales = [replace(scale, areas=tuple(lowered(area, above) for area in scale.areas)) for scale in looks.scales]
    sheet.drawing.left_out += looks.left_out
    if unseen:
        sheet.drawing.left_out.append(f"cells of {page.sheet} under something drawn: {', '.join(as_ranges(unseen))}")
    Redrawing(page, overlay, sheet.drawing, above, drawn, rounder.words).run()
    _set_up(sheet, page)
    below = max([above + len(page.rows), *(last for _, last in sheet.drawing.rows)]) + 1
    _foot(sheet, below, book, brand, facts)
    if not sheet.tall:
        sheet.layout = _layout(sheet, [row + above for row in page.ends])
    return sheet


def _set_up(sheet: Sheet, page: Page) -> None:
    """How the page is printed, as its author has it."""
    sheet.landscape = page.option("pageSetup", "orientation", "portrait") == "landscape"
    paper = page.option("pageSetup", "paperSize", A4)
    sheet.paper = paper if paper in PAPERS else A4
    if is_on(page.option("sheetPr/pageSetUpPr", "fitToPage", "0")):
        sheet.tall = int(page.option("pageSetup", "fitToHeight", "1"))
    sheet.gridlines = is_on(page.option("sheetViews/sheetView", "showGridLines", "1"))


def _layout(sheet: Sheet, wanted: list[int]) -> Layout:
    last = max(row for row, _ in sheet.cells)
    filled = {row for (row, _), (value, _) in sheet.cells.items() if value is not None}
    content = Content(
        [sheet.heights.get(row, DEFAULT_HEIGHT) for row in range(1, last + 1)],
        sum(sheet.widths.values()),
        [*sheet.drawing.rows, *((first[0], last[0]) for first, last in sheet.merges if last[0] > first[0])],
        set(range(1, last + 1)) - filled,
        sheet.titles,
    )
    return layout(content, wanted, sheet.paper, landscape=sheet.landscape)


def _head(sheet: Sheet, book: Book, brand: Brand, facts: Facts) -> int:
    """Logo and name, for whom and of when, what must be known of the data; how many rows that takes."""
    rule = f'<border><bottom style="medium"><color rgb="FF{brand.color}"/></bottom></border>'
    align = "right" if brand.logo else "left"
    name = Line(brand.name, 18, brand.color, bold=True, align=align, border=rule, least=36.0)
    lines = [name, Line(f"Prepared for {facts.client}  ·  market of {facts.as_of}", 10, INK, bold=True)]
    if facts.note:
        lines.append(Line(facts.note, 10, WARNING, bold=True))
    for row, line in enumerate(lines, start=1):
        _write(sheet, row, line, book)
    if brand.logo:
        room = (min(LOGO_PIXELS[0], _PIXELS * sum(sheet.widths.values()) / 2), LOGO_PIXELS[1])
        scale = min(1.0, *(most / size for most, size in zip(room, _size(brand.logo), strict=True)))
        width, height = (round(size * scale * _EMU_A_PIXEL) for size in _size(brand.logo))
        start = "<xdr:from><xdr:col>0</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>0</xdr:row><xdr:rowOff>0</xdr:rowOff>"
        corner = f'{start}</xdr:from><xdr:ext cx="{width}" cy="{height}"/>'
        sheet.drawing.add_picture(
            brand.logo, lambda inner: f"<xdr:oneCellAnchor>{corner}{inner}<xdr:clientData/></xdr:oneCellAnchor>"
        )
    return len(lines) + 1


def _foot(sheet: Sheet, row: int, book: Book, brand: Brand, facts: Facts) -> None:
    """Sources and disclaimer, on as many lines as they need."""
    sources = brand.sources or facts.sources
    texts = [f"Sources: {sources}"] if sources else []
    for place, text in enumerate([*texts, brand.disclaimer], start=row + 1):
        _write(sheet, place, Line(text, 8, SOFT), book)


def _write(sheet: Sheet, row: int, line: Line, book: Book) -> None:
    """A line over all columns, as high as its text needs."""
    last = max(sheet.widths)
    style = Style(
        font=f'<font>{"<b/>" if line.bold else ""}<sz val="{line.size}"/><color rgb="FF{line.color}"/>'
        '<name val="Calibri"/></font>',
        border=line.border,
        alignment=f'<alignment horizontal="{line.align}" vertical="center" wrapText="1"/>',
    )
    for column in range(1, last + 1):
        value = (line.text or None) if column == 1 else None
        sheet.cells[row, column] = (value, book.number(style, value))
    across = max(1.0, sum(sheet.widths.values()) * _STANDARD_SIZE / line.size)
    lines = sum(max(1, math.ceil(len(part) / across)) for part in line.text.split("\n"))
    sheet.heights[row] = max(line.least, 1.35 * line.size * lines + 4)
    if last > 1:
        sheet.merges.append(((row, 1), (row, last)))


def _size(picture: Picture) -> tuple[int, int]:
    return picture.width, picture.height


def _scale_markup(scale: Scale, priority: int) -> str:
    areas = " ".join(map(format_area, scale.areas))
    rule = f'<cfRule type="{scale.kind}" priority="{priority}">{scale.inner}</cfRule>'
    return f'<conditionalFormatting sqref="{areas}">{rule}</conditionalFormatting>'


def _cell(address: Address, value: Value, style: int) -> str:
    kind, markup = value_markup(value, formula=False)
    sort = f' t="{kind}"' if kind else ""
    return f'<c r="{format_address(address)}" s="{style}"{sort}>{markup.decode("ascii")}</c>'
