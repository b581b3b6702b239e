"""Curve: what is quoted by tenor, and the spread between swaps and Treasuries."""

from openpyxl.chart import LineChart

from haven.workbook.template.desk import CURVE_TENORS
from haven.workbook.template.page import BLUE, BP, GREY, ORANGE, PERCENT, TENOR, Page


def draw(page: Page, inputs: dict[str, object]) -> None:  # noqa: ARG001
    """Quotes and spreads by tenor."""
    page.widths(2, *[12] * 12, 2)
    page.heading("Curve", "On the date of the Desk page")
    _quotes(page)
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
        "B16",
        "Headline and converted swap spread, bp",
        [("Headline", "E6:E13", BLUE), ("Converted", "F6:F13", ORANGE)],
        "B6:B13",
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
