"""Term premium: the models side by side with the band of the estimate, by tenor and through ten years.

A line would draw a dash as zero, so it reads the figures on the Data page, where #N/A leaves a gap;
a column of no height is not seen anyway.
"""

from haven.workbook.template.charts import DASHED, DOTTED, Line, by_years, columns, through_time
from haven.workbook.template.data import history
from haven.workbook.template.look import (
    ABSENT,
    BP,
    INK,
    KIM_WRIGHT,
    PREMIUM,
    SKY,
    SOFT,
    TENOR,
    entry,
    or_absent,
)
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
    page.section("I4", "Other models, and the expected short rate", 6)
    page.header("I5", ["Tenor", "Point in time", "NY Fed ACM", "Survey", "Expected ACM", "Expected KW"])
    for row, years in enumerate(range(1, 11), start=_TOP):
        _tenor(page, row, years)
    page.mark(f"C{_TOP}:N{_LAST}", f'C{_TOP}="{ABSENT}"', FAINT)
    for place, model, words in (("B16", "ACM", "ACM"), ("I16", "ACM.POINTINTIME", "Point in time")):
        sample = entry(f'HV_TERMPREMIUMCURVE(Desk_date,"{model}")', 2, 8, '"has no figures on the date: see Status"')
        page.text(place, f'="{words} "&{sample}', size=9, color=SOFT, italic=True)
    page.note("L16", "– no figure in the store: see Status")
    _charts(page)
    page.sheet.freeze_panes = "A4"
    page.sheet.page_setup.fitToHeight = 1
    page.sheet.print_area = "A1:O45"


def _tenor(page: Page, row: int, years: int) -> None:
    def figure(function: str, model: str) -> str:
        call = f'10000*HV_{function}($B{row},Desk_date,"{model}")'
        return f"={or_absent(call)}"

    error = f'10000*INDEX(HV_TERMPREMIUMCURVE(Desk_date,"ACM"),{years + 1},7)'
    page.row(
        f"B{row}",
        [
            (years, TENOR),
            (figure("TERMPREMIUM", "ACM"), BP),
            (f'=IF(C{row}="{ABSENT}",C{row},C{row}-{error})', BP),
            (f'=IF(C{row}="{ABSENT}",C{row},C{row}+{error})', BP),
            (figure("TERMPREMIUM", "KW"), BP),
            (figure("TERMPREMIUM", "ACM.NOWCAST"), BP),
        ],
    )
    page.row(
        f"I{row}",
        [
            (years, TENOR),
            (figure("TERMPREMIUM", "ACM.POINTINTIME"), BP),
            (figure("TERMPREMIUM", "ACM.NYFED"), BP),
            (figure("TERMPREMIUM", "SURVEY"), BP),
            (figure("EXPECTEDRATE", "ACM"), BP),
            (figure("EXPECTEDRATE", "KW"), BP),
        ],
    )


def _charts(page: Page) -> None:
    tenors = page.cells(f"B{_TOP}:B{_LAST}")
    model, less, plus, nowcast = (page.gapped(f"{column}{_TOP}:{column}{_LAST}") for column in "CDEG")
    kim_wright = page.gapped(f"F{_TOP + 1}:F{_LAST}")
    band = [
        Line("ACM", model, PREMIUM),
        Line("ACM less s.e.", less, PREMIUM, DOTTED),
        Line("ACM plus s.e.", plus, PREMIUM, DOTTED),
        Line("Kim-Wright", kim_wright, KIM_WRIGHT, DASHED, page.cells(f"B{_TOP + 1}:B{_LAST}")),
        Line("Nowcast", nowcast, SKY),
    ]
    page.chart(by_years("Term premium by tenor in years, bp", tenors, band), "B18:G30")
    page.chart(
        columns(
            "The models side by side, bp",
            tenors,
            [
                Line(label, page.cells(f"{column}{_TOP}:{column}{_LAST}"), color)
                for label, column, color in (
                    ("ACM", "C", PREMIUM),
                    ("Kim-Wright, from 2Y", "F", KIM_WRIGHT),
                    ("Nowcast", "G", SKY),
                    ("Point in time", "J", INK),
                )
            ],
        ),
        "I18:N30",
    )
    through = [
        Line("ACM", history(8), PREMIUM),
        Line("ACM less s.e.", history(9), PREMIUM, DOTTED),
        Line("ACM plus s.e.", history(10), PREMIUM, DOTTED),
        Line("Kim-Wright", history(11), KIM_WRIGHT, DASHED),
    ]
    page.chart(through_time("Ten-year term premium through time, bp", history(0), through, wide=True), "B32:N44")
