"""Term premium: the models side by side, by tenor and through the year."""

from openpyxl.chart import LineChart
from openpyxl.chart.axis import DateAxis

from haven.workbook.template.page import BLUE, BP, GREY, ORANGE, SOFT, TENOR, Page

YEARS = tuple(range(1, 11))


def draw(page: Page, inputs: dict[str, object]) -> None:  # noqa: ARG001
    """Premia in bp with the standard error of the estimate, and the expected rates they leave."""
    page.widths(2, 9, *[12] * 10, 2)
    page.heading("Term premium", "Zero-coupon Treasuries on the Desk date, bp; a model without a figure says n/a")
    page.section("B4", "Premium by tenor", 8)
    page.header(
        "B5",
        ["Tenor", "ACM", "± s.e.", "ACM − s.e.", "ACM + s.e.", "Kim-Wright", "Nowcast", "Expected ACM", "Expected KW"],
    )
    for row, years in enumerate(YEARS, start=6):
        page.text(f"B{row}", years, number_format=TENOR)
        cells = (
            ("C", '10000*HV_TERMPREMIUM($B{0},Desk_date,"ACM")'),
            ("D", '10000*INDEX(HV_TERMPREMIUMCURVE(Desk_date,"ACM"),{1},7)'),
            ("E", "C{0}-D{0}"),
            ("F", "C{0}+D{0}"),
            ("G", '10000*HV_TERMPREMIUM($B{0},Desk_date,"KW")'),
            ("H", '10000*HV_TERMPREMIUM($B{0},Desk_date,"ACM.NOWCAST")'),
            ("I", '10000*HV_EXPECTEDRATE($B{0},Desk_date,"ACM")'),
            ("J", '10000*HV_EXPECTEDRATE($B{0},Desk_date,"KW")'),
        )
        for column, formula in cells:
            shown = f'=IFERROR({formula.format(row, row - 4)},"n/a")'
            color = SOFT if column in "DEF" else "1B2A3A"
            page.text(f"{column}{row}", shown, number_format=BP, align="right", color=color, bold=column == "C")
    page.text(
        "B17", '="Estimated on "&INDEX(HV_TERMPREMIUMCURVE(Desk_date,"ACM"),2,8)', size=9, color=SOFT, italic=True
    )
    page.chart(
        LineChart(), "B19", "Term premium by tenor, bp",
        [("ACM", "C6:C15", BLUE), ("− s.e.", "E6:E15", GREY), ("+ s.e.", "F6:F15", GREY), ("KW", "G6:G15", ORANGE)],
        "B6:B15", (13.5, 7.0),
    )  # fmt: skip
    history = LineChart()
    history.x_axis = DateAxis(crossAx=100, majorTimeUnit="months", majorUnit=2)
    history.x_axis.number_format = "mmm yy"
    history.y_axis.crossAx = 500
    page.chart(
        history, "G19", "Ten-year premium over a year, ACM, %", [("ACM", "Data!$M$6:$M$265", BLUE)],
        "Data!$I$6:$I$265", (14.5, 7.0), "0.0%",
    )  # fmt: skip
