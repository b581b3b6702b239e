"""Curve: what is quoted, and what it means for holding Treasuries, by tenor."""

from openpyxl.chart import BarChart, LineChart

from haven.workbook.template.desk import CURVE_TENORS
from haven.workbook.template.page import BLUE, BP, GREY, ORANGE, PERCENT, TENOR, Page

COST_COLUMNS = ("Capital", "Equity credit", "Repo", "Haircut", "Margin", "Trading", "Convergence", "Cost", "Break-even")


def draw(page: Page, inputs: dict[str, object]) -> None:  # noqa: ARG001
    """Quotes and spreads by tenor, then the balance-sheet cost by component."""
    page.widths(2, *[12] * 12, 2)
    page.heading("Curve", "On the date of the Desk page")
    _quotes(page)
    _costs(page)
    page.sheet.page_setup.fitToHeight = 1
    page.chart(
        LineChart(),
        "H4",
        "Swap and Treasury by tenor, %",
        [("Swap", "C6:C13", BLUE), ("Treasury", "D6:D13", GREY)],
        "B6:B13",
        (14.5, 6.4),
        "0.0%",
    )
    page.chart(
        LineChart(),
        "B29",
        "Headline and converted swap spread, bp",
        [("Headline", "E6:E13", BLUE), ("Converted", "F6:F13", ORANGE)],
        "B6:B13",
        (14.5, 6.8),
    )
    page.chart(
        BarChart(),
        "H29",
        "Balance-sheet cost and its capital charge, bp a year",
        [("Capital", "C19:C26", GREY), ("Cost", "J19:J26", BLUE)],
        "B19:B26",
        (14.5, 6.8),
    )


def _quotes(page: Page) -> None:
    page.section("B4", "Swaps and Treasuries", 5)
    page.header("B5", ["Tenor", "Swap", "Treasury", "Spread bp", "Converted bp"])
    for row, tenor in enumerate(CURVE_TENORS, start=6):
        cells = (
            ("C", f"=HV_SWAPRATE($B{row},Desk_date)", PERCENT),
            ("D", f"=HV_USTYIELD($B{row},Desk_date)", PERCENT),
            ("E", f"=HV_SWAPSPREAD($B{row},Desk_date)", BP),
            ("F", f'=HV_SWAPSPREAD($B{row},Desk_date,"converted")', BP),
        )
        page.text(f"B{row}", tenor, number_format=TENOR)
        for column, formula, number_format in cells:
            page.text(f"{column}{row}", formula, number_format=number_format, align="right")


def _costs(page: Page) -> None:
    page.section("B17", "Balance-sheet cost of holding a Treasury, bp a year", 10)
    page.header("B18", ["Tenor", *COST_COLUMNS])
    for row, tenor in enumerate(CURVE_TENORS, start=19):
        page.text(f"B{row}", tenor, number_format=TENOR)
        for place, column in enumerate("CDEFGHIJK", start=2):
            formula = f"=INDEX(HV_BSCOSTTABLE($B{row},Desk_date),2,{place})"
            page.text(f"{column}{row}", formula, number_format=BP, align="right", bold=column in "JK")
