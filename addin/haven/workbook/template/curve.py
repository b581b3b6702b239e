"""Curve: what is quoted by tenor, the zero and forward rates it implies, and the path of the policy rate."""

from haven.workbook.template.charts import DASHED, DOTTED, Line, columns, lines, without_legend
from haven.workbook.template.data import CURVE_TENORS
from haven.workbook.template.look import (
    BP,
    EXPECTED,
    GREY,
    ISO_DATE,
    PERCENT,
    SIGNED_BP,
    SKY,
    SOFT,
    SWAP,
    TENOR,
    TREASURY,
)
from haven.workbook.template.page import GRID_WIDTHS, Page

MEETINGS = 12
_TOP = 6
_LAST = _TOP + len(CURVE_TENORS) - 1
_POLICY_TOP = 32


def draw(page: Page, inputs: dict[str, object]) -> None:  # noqa: ARG001
    """Quotes and spreads, the SOFR curve from them, and what it says of the coming meetings."""
    page.widths(*GRID_WIDTHS)
    page.heading("Curve", "quotes, zero and forward rates and the policy path on the date of the Desk page")
    _quotes(page)
    _sofr_curve(page)
    _policy_path(page)
    page.sheet.freeze_panes = "A4"
    page.sheet.page_setup.fitToHeight = 1
    page.sheet.print_area = f"A1:O{_POLICY_TOP + MEETINGS + 1}"


def _quotes(page: Page) -> None:
    page.section("B4", "Swaps and Treasuries", 6)
    page.header("B5", ["Tenor", "Swap", "Treasury", "Spread bp", "Converted bp", "At move from bp"])
    for row, tenor in enumerate(CURVE_TENORS, start=_TOP):
        page.row(
            f"B{row}",
            [
                (tenor, TENOR),
                (f"=HV_SWAPRATE($B{row},Desk_date)", PERCENT),
                (f"=HV_USTYIELD($B{row},Desk_date)", PERCENT),
                (f"=HV_SWAPSPREAD($B{row},Desk_date)", BP),
                (f'=HV_SWAPSPREAD($B{row},Desk_date,"converted")', BP),
                (f"=HV_SWAPSPREAD($B{row},Move_start)", BP),
            ],
        )
    tenors, headline, converted, before = (page.cells(f"{column}{_TOP}:{column}{_LAST}") for column in "BEFG")
    page.note(f"B{_LAST + 1}", "Converted: the swap on the Treasury's semi-annual bond basis")
    page.chart(
        lines(
            "Swap spread by tenor, bp",
            tenors,
            [
                Line("Headline", headline, SWAP),
                Line("Converted", converted, SKY, DASHED),
                Line("Headline at the move's start", before, GREY, DOTTED),
            ],
        ),
        "B16:G28",
    )


def _sofr_curve(page: Page) -> None:
    page.section("I4", "SOFR curve from these quotes", 6)
    page.header("I5", ["Tenor", "Zero", "Discount", "Forward", "Starting", "DV01 100mn, $"])
    starts = (0, *CURVE_TENORS[:-1])
    for row, (start, tenor) in enumerate(zip(starts, CURVE_TENORS, strict=True), start=_TOP):
        forward = f'HV_FORWARDRATE("{start}Y","{tenor}Y",Desk_date)' if start else 'HV_PARRATE("1Y","",Desk_date)'
        page.row(
            f"I{row}",
            [
                (tenor, TENOR),
                (f'=HV_ZERORATE("{tenor}Y",Desk_date)', PERCENT),
                (f'=HV_DISCOUNT("{tenor}Y",Desk_date)', "0.0000"),
                (f"={forward}", PERCENT),
                (start, TENOR),
                (f'=INDEX(HV_SWAPRISK("{tenor}Y",1E8,Desk_date),4,2)', "#,##0"),
            ],
        )
    page.note(f"I{_LAST + 1}", "Zero: continuous, Act/365. Forward: from the tenor before, simple, Act/360")
    tenors, forwards = (page.cells(f"{column}{_TOP}:{column}{_LAST}") for column in "IL")
    swaps, treasuries = (page.cells(f"{column}{_TOP}:{column}{_LAST}") for column in "CD")
    page.chart(
        lines(
            "Rates by tenor",
            tenors,
            [
                Line("SOFR swap", swaps, SWAP),
                Line("Treasury", treasuries, TREASURY),
                Line("Forward from the tenor before", forwards, SKY, DASHED),
            ],
            "0.0%",
        ),
        "I16:N28",
    )


def _policy_path(page: Page) -> None:
    top, last = _POLICY_TOP, _POLICY_TOP + MEETINGS - 1
    page.section(f"B{top - 2}", "Policy path: the overnight rate priced after each FOMC meeting", 6)
    page.header(f"B{top - 1}", ["Meeting", "Rate after", "Change bp", "Cuts priced bp", "Cuts of 25 bp"])
    shown = (ISO_DATE, PERCENT, SIGNED_BP, BP, "0.0")
    for row, line in enumerate(range(2, 2 + MEETINGS), start=top):
        path = "INDEX(HV_POLICYPATH(Desk_date),{0},{1})"
        page.row(f"B{row}", [(f"={path.format(line, place)}", form) for place, form in enumerate(shown, start=1)])
    page.text(f"B{last + 1}", '="From "&INDEX(HV_POLICYPATH(Desk_date),2,6)', size=9, color=SOFT, italic=True)
    chart = columns(
        "Cuts priced up to each meeting, bp (negative: rises)",
        page.cells(f"B{top}:B{last}"),
        [Line("Cuts priced", page.cells(f"E{top}:E{last}"), EXPECTED)],
    )
    chart.x_axis.number_format = "mmm yy"
    without_legend(chart)
    page.chart(chart, f"I{top - 2}:N{last + 1}")
