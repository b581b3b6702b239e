"""Data: what a refresh wrote."""

from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.utils.cell import range_boundaries

from haven.functions.trade import TRADE_OPTIONS
from haven.market.scenarios import scenarios
from haven.workbook.template.look import ABSENT, BP, INPUT, ISO_DATE, ORANGE, PERCENT, SOFT
from haven.workbook.template.page import GAPPED_TOP, Mark, Page, gapped_column
from haven.workbook.template.waterfall import draw_waterfall

CURVE_TENORS = (1, 2, 3, 5, 7, 10, 20, 30)
SERIES_ROWS = 230
HISTORY_ROWS = 530
"""Ten years of weeks."""
_HISTORY = (
    ("Date", ISO_DATE),
    ("Spread bp", BP),
    ("Break-even bp", BP),
    ("Treasury", PERCENT),
    ("Swap", PERCENT),
    ("Expected", PERCENT),
    ("Swap premium", BP),
    ("Less spread", BP),
    ("Premium ACM", BP),
    ("ACM less s.e.", BP),
    ("ACM plus s.e.", BP),
    ("Premium KW", BP),
)
_TOP, _BOTTOM = 6, 5 + HISTORY_ROWS
_SIGNED_TOP = 13
SCENARIOS_TOP = 7
"""Where the named scenarios stand on their page."""
MARK_ROWS = 12
BASE_ROWS = 2 + len(TRADE_OPTIONS)
OVERRIDE = Mark(ORANGE, INPUT, bold=True)
_BASES = column_index_from_string("AL")


def draw(page: Page, inputs: dict[str, object]) -> None:  # noqa: ARG001
    """Every series that has figures, and ten years of weeks behind the charts."""
    page.widths(
        1.7,
        17,
        44,
        12,
        10,
        12,
        28,
        13,
        *[12] * len(_HISTORY),
        1.7,
        36,
        12,
        12,
        1.7,
        30,
        *[10] * 10,
        1.7,
        *[12] * 16,
        1.7,
        *[12] * len(page.drawn),
    )
    page.heading(
        "Data", "Written by refresh; figures in the unit they are quoted in, the latest up to the Desk date", last="BB"
    )
    _series(page)
    page.section("I4", "The ten-year tenor at the end of each week, break-even on default terms", len(_HISTORY))
    page.table("Data_history", "I5", _HISTORY, HISTORY_ROWS)
    page.section("V4", "Marks in the charts", 3)
    page.table("Data_marks", "V5", [("Mark", "@"), ("Date", ISO_DATE), ("Level", BP)], MARK_ROWS)
    page.section("Z4", "Behind the waterfall", 11)
    draw_waterfall(page)
    page.section("Z12", "Rises and falls of the scenarios", 3)
    _signed(page)
    _bases(page)
    _gapped(page)
    page.sheet.freeze_panes = "C6"
    page.sheet.print_title_rows = "1:5"
    page.sheet.print_area = f"A1:H{5 + SERIES_ROWS}"


def _series(page: Page) -> None:
    """The series; a figure typed over is coloured as soon as it differs from the store's beside it."""
    page.section("B4", "Series: type over a figure to have your own in this workbook; empty the cell to clear it", 7)
    page.text("D3", None)
    page.name("Data_overrides", "D3")
    page.mark(f"D{_TOP}:D{5 + SERIES_ROWS}", f'AND($D{_TOP}<>"",$D{_TOP}<>$H{_TOP})', OVERRIDE)
    figure = "#,##0.0000"
    columns = [("Series", "@"), ("Name", "@"), ("Figure", figure), ("Unit", "@"), ("Date", ISO_DATE), ("Source", "@")]
    page.table("Data_series", "B5", [*columns, ("In the store", figure)], SERIES_ROWS)
    page.text("D3", None, color=SOFT)  # what refresh tells the functions of this workbook, not for reading
    page.name("Data_overrides", "D3")


def _bases(page: Page) -> None:
    """For each tenor the key and value rows that a scenario starts from: tenor, date and the inputs of the page."""
    page.section("AL4", "Scenarios by tenor start from", 2 * len(CURVE_TENORS))
    for place, tenor in enumerate(CURVE_TENORS):
        left = get_column_letter(_BASES + 2 * place)
        page.row(f"{left}{_TOP}", [("tenor", "@"), (f"{tenor}Y", "@")])
        for row in range(_TOP + 1, _TOP + BASE_ROWS):
            key, value = (f"INDEX(Scenario_base,{row - _TOP + 1},{column})" for column in (1, 2))
            page.row(f"{left}{row}", [(f"={key}", "@"), (f'=IF({value}="","",{value})', "General")])


def _gapped(page: Page) -> None:
    """The lines of the pages before once more: what a page shows as a dash would be drawn as zero."""
    page.section(f"{gapped_column(1)}{GAPPED_TOP - 2}", "Behind the lines: #N/A is not drawn", len(page.drawn))
    for place, area in enumerate(page.drawn, start=1):
        sheet, _, cells = area.rpartition("!")
        left, top, _, bottom = range_boundaries(cells)
        assert left and top and bottom
        at = gapped_column(place)
        page.header(f"{at}{GAPPED_TOP - 1}", [f"{sheet.strip(chr(39))} {get_column_letter(left)}{top}"])
        for row in range(top, bottom + 1):
            cell = f"{sheet}!{get_column_letter(left)}{row}"
            page.row(f"{at}{GAPPED_TOP + row - top}", [(f'=IF({cell}="{ABSENT}",NA(),{cell})', "General")])


def _signed(page: Page) -> None:
    """The change of each named scenario once as a rise and once as a fall, which the chart colours."""
    for place in range(len(scenarios())):
        row, change = _SIGNED_TOP + place, f"Scenarios!E{SCENARIOS_TOP + place}"
        for column, sign in (("AA", ">"), ("AB", "<")):
            page.row(f"{column}{row}", [(f"=IF(ISNUMBER({change}),IF({change}{sign}0,{change},0),0)", BP)])


def signed_of_scenarios(column: str) -> str:
    """Where the rises (AA) and falls (AB) of the named scenarios stand."""
    return f"Data!${column}${_SIGNED_TOP}:${column}${_SIGNED_TOP + len(scenarios()) - 1}"


def base_of_tenor(place: int) -> str:
    """Where the key and value rows of a tenor stand."""
    left, right = (get_column_letter(_BASES + 2 * place + side) for side in (0, 1))
    return f"Data!${left}${_TOP}:${right}${_TOP + BASE_ROWS - 1}"


def history(place: int) -> str:
    """The cells of a column of the history, counted from its dates, as a chart names them."""
    column = "IJKLMNOPQRST"[place]
    return f"Data!${column}${_TOP}:${column}${_BOTTOM}"


def mark(first: int, last: int) -> tuple[str, str, str]:
    """Label, dates and levels of some rows of the marks, counted from 1, as a chart names them."""
    top, bottom = _TOP + first - 1, _TOP + last - 1
    return f"=Data!$V${top}", f"Data!$W${top}:$W${bottom}", f"Data!$X${top}:$X${bottom}"
