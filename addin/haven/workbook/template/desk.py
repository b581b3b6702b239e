"""Desk: the page to look at.

Every figure is a formula of one cell: array formulas would be calculated on opening by a program that has not
got our functions, and lose the results that the file brings with it.
"""

from openpyxl.chart import BarChart, LineChart
from openpyxl.chart.axis import DateAxis
from openpyxl.worksheet.pagebreak import Break

from haven.workbook.template.page import BLUE, BP, GREY, INK, ISO_DATE, ORANGE, PERCENT, SOFT, TENOR, Page

TENOR_CHOICES = ("2Y", "3Y", "5Y", "7Y", "10Y")
"""Tenors at which swap, Treasury and both term-premium models have figures."""
CURVE_TENORS = (1, 2, 3, 5, 7, 10, 20, 30)
WATCH_ROWS = 24
COMPONENTS = (
    ("Expected short rate", 3),
    ("+ swap term premium", 4),
    ("− swap spread", 5),
    ("= Treasury yield", 2),
    ("Memo: model premium", 6),
    ("Memo: par/zero basis", 7),
)
"""Labels, and the rows of the tables that HV_DECOMPOSE and HV_YIELDMOVE answer."""


def draw(page: Page, inputs: dict[str, object]) -> None:
    """Tiles, the swap-spread curve against break-even, the yield and its move taken apart, the reading."""
    page.widths(2, 22, *[10.5] * 6, 2, *[13] * 5, 2)
    page.heading(
        "US rates desk", "Swap spread = SOFR swap rate − Treasury yield, bp: negative when the swap is the lower"
    )
    page.text("B3", None, bold=True, color=ORANGE)
    page.name("Data_note", "B3")
    _inputs(page, inputs)
    _tiles(page)
    _curve(page)
    _decomposition(page)
    _reading(page)
    _charts(page)
    _watch_list(page)
    page.sheet.print_area = f"A1:O{51 + WATCH_ROWS}"
    page.sheet.page_setup.fitToHeight = 2
    page.sheet.row_breaks.append(Break(id=48))


def _inputs(page: Page, inputs: dict[str, object]) -> None:
    page.input("C5", "B5", "Date (empty: the latest)", "Desk_date", inputs.get("Desk_date"), ISO_DATE)
    page.input("E5", "D5", "Tenor", "Desk_tenor", inputs.get("Desk_tenor", "10Y"), "@")
    page.input("G5", "F5", "Move from", "Move_start", inputs.get("Move_start"), ISO_DATE)
    page.input("J5", "H5", "to", "Move_end", inputs.get("Move_end"), ISO_DATE)
    page.text("K5", "  Yellow cells are yours to change.", size=9, color=SOFT, italic=True)
    page.choose("E5", TENOR_CHOICES)


def _tiles(page: Page) -> None:
    week = '="1w "&TEXT(INDEX(HV_STATS("{0}."&Desk_tenor,"1Y",Desk_date),4,2),"0.0")&" bp"'
    tiles = (
        ("B7", "Swap spread, bp", "=HV_SWAPSPREAD(Desk_tenor,Desk_date)", BP, week.format("SPREAD")),
        (
            "C7:D7",
            "Break-even, bp",
            "=HV_BREAKEVEN(Desk_tenor,Desk_date,Desk_options)",
            BP,
            "holding just earns the hurdle",
        ),
        ("E7:F7", "Spread − break-even, bp", "=B8-C8", BP, "negative: holding pays"),
        (
            "G7:H7",
            "Return on equity",
            '=HV_SPREADROE(Desk_tenor,"",Desk_date,Desk_options)',
            PERCENT,
            "after tax, at the spread",
        ),
        ("J7:K7", "Term premium, bp", '=10000*HV_TERMPREMIUM(Desk_tenor,Desk_date,"ACM")', BP, "ACM, zero-coupon"),
        ("L7:N7", "Treasury yield", "=HV_USTYIELD(Desk_tenor,Desk_date)", PERCENT, week.format("UST")),
    )
    for tile in tiles:
        page.tile(*tile)


def _curve(page: Page) -> None:
    page.section("B11", "Swap-spread curve against break-even", 7)
    page.header("B12", ["Tenor", "Swap", "Treasury", "Spread bp", "Break-even", "Gap bp", "ROE"])
    for row, tenor in enumerate(CURVE_TENORS, start=13):
        cells = (
            ("C", f"=HV_SWAPRATE($B{row},Desk_date)", PERCENT),
            ("D", f"=HV_USTYIELD($B{row},Desk_date)", PERCENT),
            ("E", f"=HV_SWAPSPREAD($B{row},Desk_date)", BP),
            ("F", f"=HV_BREAKEVEN($B{row},Desk_date,Desk_options)", BP),
            ("G", f"=E{row}-F{row}", BP),
            ("H", f"=HV_SPREADROE($B{row},E{row},Desk_date,Desk_options)", PERCENT),
        )
        page.text(f"B{row}", tenor, number_format=TENOR)
        for column, formula, number_format in cells:
            page.text(f"{column}{row}", formula, number_format=number_format, align="right")


def _decomposition(page: Page) -> None:
    page.section("B23", "The yield and its move taken apart, bp", 7)
    page.header("B24", ["", "Level ACM", "Level KW", "Move ACM", "Move KW", "Share ACM", "Share KW"])
    calls = {
        "C": 'HV_DECOMPOSE(Desk_tenor,Desk_date,"ACM")',
        "D": 'HV_DECOMPOSE(Desk_tenor,Desk_date,"KW")',
        "E": 'HV_YIELDMOVE(Desk_tenor,Move_start,Move_end,"ACM")',
        "F": 'HV_YIELDMOVE(Desk_tenor,Move_start,Move_end,"KW")',
    }
    for row, (label, line) in enumerate(COMPONENTS, start=25):
        total, memo = label.startswith("="), label.startswith("Memo")
        color = SOFT if memo else INK
        page.text(f"B{row}", label.removeprefix("= "), bold=total, color=color)
        for column, call in calls.items():
            formula = f"=INDEX({call},{line},2)"
            page.text(f"{column}{row}", formula, number_format=BP, align="right", bold=total, color=color)
        for column, move in {} if memo else {"G": "E", "H": "F"}.items():
            share = f'=IF({move}$28=0,"",{move}{row}/{move}$28)'
            page.text(f"{column}{row}", share, number_format="0%", align="right", bold=total)


def _reading(page: Page) -> None:
    page.section("B32", "Reading", 7)
    page.text("B33", "=HV_READING(Desk_tenor,Desk_date)", wrap=True)
    page.sheet.merge_cells("B33:H34")
    page.sheet.row_dimensions[33].height = 30
    page.text("B35", '="Regime over seven business days: "&HV_REGIME(Desk_date,7)', bold=True)


def _watch_list(page: Page) -> None:
    page.section("B50", "Watch list", 13)
    columns = [
        ("Indicator", "@"),
        ("Level", "#,##0.00"),
        *((label, BP) for label in ("1d bp", "1w bp", "1m bp", "z-score")),
        ("Flag", "@"),
        ("", "@"),
        ("Source", "@"),
        ("Age, days", "0"),
        ("Why it matters", "@"),
    ]
    page.table("Desk_watchlist", "B51", columns, WATCH_ROWS)


def _charts(page: Page) -> None:
    page.chart(
        LineChart(),
        "J11",
        "Swap spread and break-even by tenor, bp",
        [("Swap spread", "E13:E20", BLUE), ("Break-even", "F13:F20", ORANGE)],
        "B13:B20",
        (16.0, 6.0),
    )
    page.chart(
        BarChart(),
        "J23",
        "What moved the yield, bp",
        [("ACM", "E25:E28", BLUE), ("Kim-Wright", "F25:F28", GREY)],
        "B25:B28",
        (16.0, 6.4),
    )
    history = LineChart()
    history.x_axis = DateAxis(crossAx=100, majorTimeUnit="months", majorUnit=1)
    history.x_axis.number_format = "mmm yy"
    history.y_axis.crossAx = 500
    page.chart(
        history,
        "B36",
        "Ten-year swap spread and break-even over a year, bp",
        [("Swap spread", "Data!$J$6:$J$265", BLUE), ("Break-even", "Data!$K$6:$K$265", ORANGE)],
        "Data!$I$6:$I$265",
        (37.3, 5.9),
    )
