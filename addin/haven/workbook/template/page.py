"""What pages are made of: titled blocks of cells in one look, inputs, names and charts."""

from collections.abc import Sequence
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.chart import BarChart, LineChart, Reference, ScatterChart, Series
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import absolute_coordinate, range_boundaries
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.worksheet import Worksheet

INK: Final = "1B2A3A"
SOFT: Final = "66788A"
RULE: Final = "C9D3DC"
WASH: Final = "F2F5F8"
BLUE: Final = "0B5D9E"
ORANGE: Final = "D55E00"
GREY: Final = "8A98A6"
INPUT: Final = "FFF6D6"
FACE: Final = "Calibri"

BP: Final = "0.0"
PERCENT: Final = "0.00%"
ISO_DATE: Final = "yyyy-mm-dd"
TENOR: Final = '0.##"Y"'

_BELOW = Border(bottom=Side(style="thin", color=RULE))
_EDGE = Side(style="thin", color=GREY)
_BOX = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)


class Page:
    """One sheet of the workbook under construction."""

    def __init__(self, workbook: Workbook, title: str) -> None:
        self.workbook = workbook
        self.sheet: Worksheet = workbook.create_sheet(title)
        self.sheet.sheet_view.showGridLines = False
        self.sheet.sheet_view.zoomScale = 100
        self.sheet.page_setup.orientation = "landscape"
        self.sheet.page_setup.paperSize = self.sheet.PAPERSIZE_A4
        self.sheet.page_setup.fitToHeight = 0
        self.sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.4, bottom=0.4)
        self.sheet.print_options.horizontalCentered = True
        self.sheet.sheet_properties.pageSetUpPr.fitToPage = True

    def widths(self, *widths: float) -> None:
        """Column widths from A on."""
        for column, width in enumerate(widths, start=1):
            self.sheet.column_dimensions[get_column_letter(column)].width = width

    def heading(self, title: str, subtitle: str = "") -> None:
        """The page's title in its first row, and a line below."""
        self.text("B1", title, size=18, bold=True)
        self.text("B2", subtitle, color=SOFT)
        self.sheet.row_dimensions[1].height = 27

    def section(self, place: str, title: str, columns: int) -> None:
        """The title of a block, ruled over its columns."""
        self.text(place, title, size=12, bold=True, color=BLUE)
        left, row, _, _ = _bounds(place)
        for column in range(left, left + columns):
            self.sheet.cell(row, column).border = _BELOW

    def text(
        self,
        place: str,
        content: object,
        *,
        size: int = 10,
        bold: bool = False,
        color: str = INK,
        align: str = "left",
        number_format: str = "General",
        italic: bool = False,
        wrap: bool = False,
    ) -> None:
        """One cell: words, a number or a formula."""
        cell = self.sheet[place]
        cell.value = content
        cell.font = Font(name=FACE, size=size, bold=bold, color=color, italic=italic)
        cell.alignment = Alignment(horizontal=align, vertical="top" if wrap else "center", wrap_text=wrap)
        cell.number_format = number_format

    def header(self, place: str, labels: Sequence[str], *, words: bool = False) -> None:
        """A row of column labels: to the left over ``words``, to the right over figures but for the first."""
        left, row, _, _ = _bounds(place)
        for offset, label in enumerate(labels):
            at = f"{get_column_letter(left + offset)}{row}"
            self.text(at, label, size=9, color=SOFT, align="right" if offset and not words else "left")
            self.sheet[at].border = _BELOW

    def input(self, place: str, label_place: str, label: str, name: str, value: object, number_format: str) -> None:
        """A labelled cell for the user to change, known to formulas by name."""
        self.text(label_place, label, size=9, color=SOFT, align="right")
        self.mark_input(place, value, number_format)
        self.name(name, place)

    def mark_input(self, place: str, value: object, number_format: str) -> None:
        """A cell for the user to change."""
        self.text(place, value, bold=True, align="center", number_format=number_format)
        self.sheet[place].fill = PatternFill("solid", fgColor=INPUT)
        self.sheet[place].border = _BOX

    def choose(self, place: str, words: Sequence[str]) -> None:
        """Let an input cell offer its choices."""
        choice = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
        choice.add(place)
        self.sheet.add_data_validation(choice)

    def tile(self, area: str, label: str, formula: str, number_format: str, note: str) -> None:
        """A headline figure on three rows: label, number, note."""
        left, top, right, _ = _bounds(area)
        lines = ((label, 9, 15, "@"), (formula, 18, 27, number_format), (note, 8, 14, "@"))
        for row, (content, size, height, shown) in enumerate(lines, start=top):
            for column in range(left, right + 1):
                self.sheet.cell(row, column).fill = PatternFill("solid", fgColor=WASH)
            if right > left:
                self.sheet.merge_cells(start_row=row, end_row=row, start_column=left, end_column=right)
            color = BLUE if row == top + 1 else SOFT
            at = f"{get_column_letter(left)}{row}"
            self.text(at, content, size=size, bold=row == top + 1, color=color, align="center", number_format=shown)
            self.sheet.row_dimensions[row].height = height

    def name(self, name: str, area: str) -> None:
        """Give an area a name that formulas and refreshes use."""
        reference = f"'{self.sheet.title}'!{absolute_coordinate(area)}"
        self.workbook.defined_names[name] = DefinedName(name, attr_text=reference)

    def table(self, name: str, place: str, columns: Sequence[tuple[str, str]], rows: int) -> None:
        """A named area that a refresh fills, under a header; ``columns`` are labels and number formats."""
        left, top, _, _ = _bounds(place)
        self.header(place, [label for label, _ in columns])
        for offset, (_, number_format) in enumerate(columns):
            column = get_column_letter(left + offset)
            align = "left" if number_format == "@" else "right"
            for row in range(top + 1, top + 1 + rows):
                self.text(f"{column}{row}", None, number_format=number_format, align=align)
            for row in range(top, top + 1 + rows):
                self.sheet[f"{column}{row}"].alignment = Alignment(horizontal=align, indent=int(align == "left"))
        last = get_column_letter(left + len(columns) - 1)
        self.name(name, f"{get_column_letter(left)}{top + 1}:{last}{top + rows}")

    def chart(
        self,
        chart: "BarChart | LineChart | ScatterChart",
        place: str,
        title: str,
        values: Sequence[tuple[str, str, str]],
        categories: str,
        size: tuple[float, float],
        number_format: str = "0",
    ) -> None:
        """A native chart: ``values`` are label, area and colour of each line or set of columns; size in cm."""
        x = Reference(range_string=_on(categories, self.sheet.title))
        for label, area, color in values:
            y = Reference(range_string=_on(area, self.sheet.title))
            series = Series(y, x, title=label) if isinstance(chart, ScatterChart) else Series(y, title=label)
            if isinstance(chart, BarChart):
                series.graphicalProperties = GraphicalProperties(solidFill=color)
                series.invertIfNegative = False
            else:
                series.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=color, w=22_000))
                series.smooth = False
                series.marker.symbol = "none"
            chart.append(series)
        if not isinstance(chart, ScatterChart):
            chart.set_categories(x)
        chart.title = title
        chart.title.tx.rich.p[0].pPr = _small(1100, bold=True)  # type: ignore[union-attr]
        chart.title.overlay = False  # type: ignore[union-attr]
        chart.legend.position = "b"  # type: ignore[union-attr]
        chart.layout = Layout(manualLayout=ManualLayout(x=0.08, y=0.15, w=0.88, h=0.62))
        for axis in (chart.x_axis, chart.y_axis):
            axis.delete = False
            axis.txPr = RichText(p=[Paragraph(pPr=_small(800), endParaRPr=CharacterProperties())])
            axis.title = None
        chart.x_axis.tickLblPos = "low"
        assert chart.y_axis.majorGridlines is not None
        chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill="E3E8ED", w=6_000))
        chart.y_axis.number_format = number_format
        chart.width, chart.height = size  # type: ignore[assignment]
        self.sheet.add_chart(chart, place)


def _bounds(area: str) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of an area."""
    left, top, right, bottom = range_boundaries(area)
    assert left and top and right and bottom
    return left, top, right, bottom


def _on(area: str, title: str) -> str:
    """A range with its sheet, this page's unless it names another."""
    return area if "!" in area else f"'{title}'!{absolute_coordinate(area)}"


def _small(size: int, *, bold: bool = False) -> Any:
    return ParagraphProperties(defRPr=CharacterProperties(sz=size, b=bold, solidFill=INK))
