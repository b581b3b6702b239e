"""Term premium: the models side by side with the band of the estimate, by tenor and through ten years."""

from haven.workbook.template.charts import DASHED, DOTTED, Line, by_years, columns, through_time
from haven.workbook.template.data import history
from haven.workbook.template.look import BLUE, BP, GREEN, GREY, ORANGE, SOFT, TENOR
from haven.workbook.template.page import FAINT, GRID_WIDTHS, Page

_TOP, _LAST = 6, 15


def draw(page: Page, inputs: dict[str, object]) -> None:  # noqa: ARG001
    """Premia and the expected rates they leave, bp."""
    page.widths(*GRID_WIDTHS)
    page.heading(
        "Term premium",
        "zero-coupon Treasuries, bp; s.e.: from not knowing how fast rates revert; Kim-Wright begins at 2Y",
    )
    page.section("B4", "Premium by tenor", 6)
    page.header("B5", ["Tenor", "ACM", "less s.e.", "plus s.e.", "Kim-Wright", "Nowcast"])
    page.section("I4", "Point in time, and the expected short rate", 6)
    page.header("I5", ["Tenor", "Point in time", "Expected ACM", "Expected KW", "Fitted ACM", "Fitted KW"])
    for row, years in enumerate(range(1, 11), start=_TOP):
        _tenor(page, row, years)
    page.mark(f"C{_TOP}:N{_LAST}", f"ISERROR(C{_TOP})", FAINT)
    page.text("B16", '="ACM "&INDEX(HV_TERMPREMIUMCURVE(Desk_date,"ACM"),2,8)', size=9, color=SOFT, italic=True)
    page.text("I16", '="Point in time: "&INDEX(HV_TERMPREMIUMCURVE(Desk_date,"ACM.POINTINTIME"),2,8)', size=9,
              color=SOFT, italic=True)  # fmt: skip
    _charts(page)
    page.sheet.freeze_panes = "A4"
    page.sheet.page_setup.fitToHeight = 1
    page.sheet.print_area = "A1:O45"


def _tenor(page: Page, row: int, years: int) -> None:
    kim_wright = years > 1
    premium, expected, fitted = (
        f"=10000*HV_{name}($B{row},Desk_date,{{0}})" for name in ("TERMPREMIUM", "EXPECTEDRATE", "FITTEDYIELD")
    )
    error = f'10000*INDEX(HV_TERMPREMIUMCURVE(Desk_date,"ACM"),{years + 1},7)'
    page.row(
        f"B{row}",
        [
            (years, TENOR),
            (premium.format('"ACM"'), BP),
            (f"=C{row}-{error}", BP),
            (f"=C{row}+{error}", BP),
            (premium.format('"KW"') if kim_wright else None, BP),
            (premium.format('"ACM.NOWCAST"'), BP),
        ],
    )
    page.row(
        f"I{row}",
        [
            (years, TENOR),
            (premium.format('"ACM.POINTINTIME"'), BP),
            (expected.format('"ACM"'), BP),
            (expected.format('"KW"') if kim_wright else None, BP),
            (fitted.format('"ACM"'), BP),
            (fitted.format('"KW"') if kim_wright else None, BP),
        ],
    )


def _charts(page: Page) -> None:
    def down(column: str, top: int = _TOP) -> str:
        return page.cells(f"{column}{top}:{column}{_LAST}")

    band = [
        Line("ACM", down("C"), BLUE),
        Line("ACM less s.e.", down("D"), BLUE, DOTTED),
        Line("ACM plus s.e.", down("E"), BLUE, DOTTED),
        Line("Kim-Wright", down("F", _TOP + 1), ORANGE, x=down("B", _TOP + 1)),
        Line("Nowcast", down("G"), GREEN, DASHED),
    ]
    page.chart(by_years("Term premium by tenor in years, bp", down("B"), band), "B18:G30")
    page.chart(
        columns(
            "The models side by side, bp",
            down("B"),
            [
                Line("ACM", down("C"), BLUE),
                Line("Kim-Wright, from 2Y", down("F"), ORANGE),
                Line("Nowcast", down("G"), GREEN),
                Line("Point in time", down("J"), GREY),
            ],
        ),
        "I18:N30",
    )
    through = [
        Line("ACM", history(8), BLUE),
        Line("ACM less s.e.", history(9), BLUE, DOTTED),
        Line("ACM plus s.e.", history(10), BLUE, DOTTED),
        Line("Kim-Wright", history(11), ORANGE),
    ]
    page.chart(through_time("Ten-year term premium through time, bp", history(0), through, wide=True), "B32:N44")
