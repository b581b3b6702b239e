"""What pages are made of: titled blocks of cells on one grid, inputs, names, tables, tiles and places for charts."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from openpyxl import Workbook
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.utils.cell import absolute_coordinate, range_boundaries
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from haven.workbook.template.charts import Chart
from haven.workbook.template.look import (
    BAND,
    BLUE,
    FACE,
    GREY,
    INK,
    INPUT,
    ISO_DATE,
    ON_BAND,
    ORANGE,
    RULE,
    SOFT,
    WASH,
)

GRID_WIDTHS: Final = (1.7, *[12.1] * 6, 1.7, *[12.1] * 6, 1.7)
"""Two halves of six equal columns, B to G and I to N: within 1280 pixels in Excel and LibreOffice, a page in print."""

_BELOW = Border(bottom=Side(style="thin", color=RULE))
_HAIR = Border(bottom=Side(style="hair", color=RULE))
_EDGE = Side(style="thin", color=GREY)
_BOX = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
_ROW: Final = 13.8
_INSET: Final = 25_400
"""Two points, so that no chart touches the page before it."""
_GAPPED: Final = column_index_from_string("BC")
GAPPED_TOP: Final = 6


class Mark(NamedTuple):
    """How cells look that a condition singles out; the words in them say it too."""

    color: str = INK
    fill: str = ""
    bold: bool = False


ALARM: Final = Mark("8A3B00", "FBE3D3", bold=True)
NOTICE: Final = Mark(fill=WASH)
FAINT: Final = Mark(SOFT)


class Page:
    """One sheet of the workbook under construction."""

    def __init__(self, workbook: Workbook, title: str, drawn: list[str]) -> None:
        self.workbook, self.drawn = workbook, drawn
        self.sheet: Worksheet = workbook.create_sheet(title)
        sheet = self.sheet
        sheet.sheet_view.showGridLines = False
        sheet.sheet_view.zoomScale = 100
        sheet.sheet_format.defaultRowHeight = _ROW
        sheet.sheet_format.customHeight = True
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.4, bottom=0.55, header=0.2, footer=0.25)
        sheet.print_options.horizontalCentered = True
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.print_title_rows = "1:2"
        sheet.oddFooter.left.text, sheet.oddFooter.right.text = "Haven · &A", "&P / &N"
        for part in (sheet.oddFooter.left, sheet.oddFooter.right):
            part.size = 8

    def widths(self, *widths: float) -> None:
        """Column widths from A on."""
        for column, width in enumerate(widths, start=1):
            self.sheet.column_dimensions[get_column_letter(column)].width = width

    def heading(self, title: str, subtitle: str = "", *, last: str = "O") -> None:
        """The page's title on a band to column ``last``, and below it what a reader must know of the data."""
        for row in self.sheet[f"A1:{last}1"]:
            for cell in row:
                cell.fill = PatternFill("solid", fgColor=BAND)
        self.text("B1", title, size=16, bold=True, color="FFFFFF")
        at = f"{get_column_letter(_bounds(f'{last}1')[0] - 1)}1"
        self.text(at, subtitle, size=9, color=ON_BAND, align="right")
        self.sheet.row_dimensions[1].height = 28
        self.text("B2", "=Desk_absent&Data_note", size=9, bold=True, color=ORANGE)
        self.sheet.row_dimensions[2].height = 16
        self.sheet.row_dimensions[3].height = 5

    def section(self, place: str, title: str, columns: int) -> None:
        """The title of a block, ruled over its columns."""
        self.text(place, title, size=11, bold=True, color=BLUE)
        left, row, _, _ = _bounds(place)
        for column in range(left, left + columns):
            self.sheet.cell(row, column).border = _BELOW
        self.sheet.row_dimensions[row].height = 18

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

    def row(self, place: str, cells: Sequence[tuple[object, str]], *, bold: bool = False, color: str = INK) -> None:
        """Cells side by side on a hairline, each with its number format; None leaves a cell free."""
        left, row, _, _ = _bounds(place)
        for offset, (content, number_format) in enumerate(cells):
            at = f"{get_column_letter(left + offset)}{row}"
            align = "right" if offset and number_format != "@" else "left"
            if content is not None:
                self.text(at, content, number_format=number_format, align=align, bold=bold, color=color)
            self.sheet[at].border = _HAIR

    def header(self, place: str, labels: Sequence[str], *, words: bool = False) -> None:
        """A row of column labels: to the left over ``words``, to the right over figures but for the first."""
        left, row, _, _ = _bounds(place)
        for offset, label in enumerate(labels):
            at = f"{get_column_letter(left + offset)}{row}"
            self.text(at, label, size=9, color=SOFT, align="right" if offset and not words else "left")
            self.sheet[at].border = _BELOW

    def one_line(self, place: str, last: str) -> None:
        """Let long words in a cell end at column ``last``, so that they do not widen the printed page."""
        _, row, _, _ = _bounds(place)
        self.sheet[place].alignment = Alignment(horizontal="left", vertical="top", wrap_text=True, indent=1)
        self.sheet.row_dimensions[row].height = _ROW
        self.sheet.merge_cells(f"{place}:{last}{row}")

    def even_rows(self, first: int, last: int) -> None:
        """Give rows one height, where blocks beside each other would make them uneven."""
        for row in range(first, last + 1):
            self.sheet.row_dimensions[row].height = _ROW

    def note(self, place: str, words: str) -> None:
        """A remark in small type."""
        self.text(place, words, size=9, color=SOFT, italic=True)

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
        """Let input cells offer their choices, and refuse others."""
        choice = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
        self._validate(choice, place, f"Choose one of: {', '.join(words)}")

    def only_dates(self, place: str, words: str) -> None:
        """Let input cells take dates only, and say what an empty one means."""
        rule = DataValidation(type="date", operator="greaterThan", formula1="21916", allow_blank=True)
        self._validate(rule, place, words)

    def only_numbers(self, place: str, low: float, high: float) -> None:
        """Let input cells take numbers of a range only."""
        rule = DataValidation(type="decimal", operator="between", formula1=f"{low:g}", formula2=f"{high:g}")
        self._validate(rule, place, f"A number from {low:.4g} to {high:.4g}, or empty")

    def suggest(self, place: str, area: str, words: str) -> None:
        """Let input cells offer what stands in an area, and take other words too."""
        choice = DataValidation(type="list", formula1=area, allow_blank=True, prompt=words)
        choice.add(place)
        self.sheet.add_data_validation(choice)

    def _validate(self, rule: DataValidation, place: str, help_text: str) -> None:
        rule.error = rule.prompt = help_text[:250]
        rule.showErrorMessage = True
        rule.add(place)
        self.sheet.add_data_validation(rule)

    def tile(self, area: str, label: str, formula: str, number_format: str, below: Sequence[tuple[str, str]]) -> None:
        """A headline figure two columns wide; ``below`` are its changes over a day and a week, its date, its move."""
        day, week, *rest = below
        self.figure(area, label, formula, number_format, [("", "@"), *rest], whole=False)
        left, top, right, _ = _bounds(area)
        for column, (content, shown), align in ((left, day, "right"), (right, week, "left")):
            at = f"{get_column_letter(column)}{top + 2}"
            self.text(at, content, size=9, color=SOFT, number_format=shown)
            self.sheet[at].alignment = Alignment(horizontal=align, vertical="center", indent=1)

    def figure(
        self,
        area: str,
        label: str,
        formula: str,
        number_format: str,
        below: Sequence[tuple[str, str]],
        *,
        whole: bool = True,
    ) -> None:
        """A headline figure over the columns of an area: label, number, and lines below it with their formats.

        The first of these lines is left in its columns unless it is ``whole``.
        """
        left, top, right, _ = _bounds(area)
        first, last = get_column_letter(left), get_column_letter(right)
        lines = ((label, "@", 9, 17), (formula, number_format, 20, 28), *((*line, 9, 14) for line in below))
        for row, (content, shown, size, height) in enumerate(lines, start=top):
            color = BLUE if row == top + 1 else SOFT
            at = f"{first}{row}"
            self.text(at, content, size=size, bold=row == top + 1, color=color, align="center", number_format=shown)
            for column in range(left, right + 1):
                self.sheet.cell(row, column).fill = PatternFill("solid", fgColor=WASH)
            self.sheet[at].border = Border(left=Side(style="thick", color=BLUE))
            self.sheet.row_dimensions[row].height = height
            if right > left and (whole or row != top + 2):
                self.sheet.merge_cells(f"{at}:{last}{row}")

    def name(self, name: str, area: str) -> None:
        """Give an area a name that formulas and refreshes use."""
        reference = f"'{self.sheet.title}'!{absolute_coordinate(area)}"
        self.workbook.defined_names[name] = DefinedName(name, attr_text=reference)

    def cells(self, area: str) -> str:
        """An area of this page as a chart names it."""
        return f"'{self.sheet.title}'!{absolute_coordinate(area)}"

    def gapped(self, area: str) -> str:
        """A column of this page as a line names it: a dash would be drawn as zero, so the Data page has #N/A there."""
        self.drawn.append(self.cells(area))
        _, top, _, bottom = _bounds(area)
        column = gapped_column(len(self.drawn))
        return f"Data!${column}${GAPPED_TOP}:${column}${GAPPED_TOP + bottom - top}"

    def table(
        self,
        name: str,
        place: str,
        columns: Sequence[tuple[str, str]],
        rows: int,
        marks: Sequence[tuple[str, Mark]] = (),
    ) -> None:
        """A named area that a refresh fills, under a header; ``columns`` are labels and number formats.

        ``marks`` show rows differently where a condition, as seen from the first row, is true; the first one counts.
        """
        left, top, _, _ = _bounds(place)
        self.header(place, [label for label, _ in columns])
        for offset, (_, number_format) in enumerate(columns):
            column = get_column_letter(left + offset)
            is_text = number_format == "@"
            layout = Alignment(
                horizontal="left" if is_text else "right", vertical="center", indent=int(is_text and offset > 0)
            )
            self.sheet[f"{column}{top}"].alignment = layout
            for row in range(top + 1, top + 1 + rows):
                self.text(f"{column}{row}", None, number_format=number_format)
                self.sheet[f"{column}{row}"].alignment = layout if is_text else Alignment(vertical="center")
        first, last = get_column_letter(left), get_column_letter(left + len(columns) - 1)
        area = f"{first}{top + 1}:{last}{top + rows}"
        self.name(name, area)
        for condition, mark in marks:
            self.mark(area, condition, mark)
        self.mark(area, f'${first}{top + 1}<>""', Mark())

    def mark(self, area: str, condition: str, mark: Mark) -> None:
        """Show cells of an area differently where a condition, as seen from its first cell, is true."""
        paper = PatternFill("solid", bgColor=mark.fill) if mark.fill else None
        rule = FormulaRule(  # type: ignore[no-untyped-call]
            formula=[condition], font=Font(bold=mark.bold, color=mark.color), fill=paper, border=_HAIR
        )
        self.sheet.conditional_formatting.add(area, rule)

    def chart(self, chart: Chart, area: str) -> None:
        """A chart that fills an area exactly, whatever the type measures."""
        left, top, right, bottom = _bounds(area)
        chart.anchor = TwoCellAnchor(  # type: ignore[assignment]
            editAs="oneCell",
            _from=AnchorMarker(col=left - 1, row=top - 1, rowOff=_INSET),
            to=AnchorMarker(col=right, row=bottom),
        )
        self.sheet.add_chart(chart)

    def break_after(self, *rows: int) -> None:
        """Start a new printed page after each row."""
        for row in rows:
            self.sheet.row_breaks.append(Break(id=row))


def gapped_column(place: int) -> str:
    """The column of the Data page that has the figures of a line, counted from 1, from row GAPPED_TOP on."""
    return get_column_letter(_GAPPED + place - 1)


def dates_format(words: str) -> str:
    """A number format that says a word before a date."""
    return f'"{words} "{ISO_DATE}'


def changes_format(words: str, number_format: str) -> str:
    """A number format that says a word before a signed change."""
    return f'"{words} "+{number_format};"{words} "-{number_format};"{words} "{number_format}'


def _bounds(area: str) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of an area."""
    left, top, right, bottom = range_boundaries(area)
    assert left and top and right and bottom
    return left, top, right, bottom
