"""Curve: what is quoted by tenor, the zero and forward rates it implies, and the path of the policy rate."""

from haven.workbook.template.charts import DASHED, DOTTED, Line, columns, lines, without_legend
from haven.workbook.template.data import CURVE_TENORS
from haven.workbook.template.look import (
    ABSENT,
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
    beside,
    entry,
    or_absent,
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
    quoted = '"converted"'
    for row, tenor in enumerate(CURVE_TENORS, start=_TOP):
        page.row(
            f"B{row}",
            [
                (tenor, TENOR),
                (f"={or_absent(f'HV_SWAPRATE($B{row},Desk_asof)')}", PERCENT),
                (f"={or_absent(f'HV_USTYIELD($B{row},Desk_asof)')}", PERCENT),
                (f"={or_absent(f'HV_SWAPSPREAD($B{row},Desk_asof)')}", BP),
                (f"={or_absent(f'HV_SWAPSPREAD($B{row},Desk_asof,{quoted})')}", BP),
                (f'=IF(Move_start="","{ABSENT}",{or_absent(f"HV_SWAPSPREAD($B{row},Move_start)")})', BP),
            ],
        )
    headline, converted, before = (page.gapped(f"{column}{_TOP}:{column}{_LAST}") for column in "EFG")
    page.note(f"B{_LAST + 1}", "Converted: the swap on the Treasury's semi-annual bond basis")
    page.chart(
        lines(
            "Swap spread by tenor, bp",
            page.cells(f"B{_TOP}:B{_LAST}"),
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
        forward = f'HV_FORWARDRATE("{start}Y","{tenor}Y",Desk_asof)' if start else 'HV_PARRATE("1Y","",Desk_asof)'
        risk = f'INDEX(HV_SWAPRISK("{tenor}Y",1E8,Desk_asof),4,2)'
        zero, discount = (or_absent(f'HV_{name}("{tenor}Y",Desk_asof)') for name in ("ZERORATE", "DISCOUNT"))
        page.row(
            f"I{row}",
            [
                (tenor, TENOR),
                (f"={zero}", PERCENT),
                (f"={discount}", "0.0000"),
                (f"={or_absent(forward)}", PERCENT),
                (start, TENOR),
                (f"={beside(f'$J{row}', risk)}", "#,##0"),
            ],
        )
    page.note(f"I{_LAST + 1}", "Zero: continuous, Act/365. Forward: from the tenor before, simple, Act/360")
    swaps, treasuries, forwards = (page.gapped(f"{column}{_TOP}:{column}{_LAST}") for column in "CDL")
    page.chart(
        lines(
            "Rates by tenor",
            page.cells(f"I{_TOP}:I{_LAST}"),
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
    path = "HV_POLICYPATH(Desk_asof)"
    for row, line in enumerate(range(2, 2 + MEETINGS), start=top):
        later = (beside(f"$B{row}", f"INDEX({path},{line},{place})") for place in range(2, 6))
        meeting = entry(path, line, 1)
        # The Federal Reserve may have announced fewer meetings than there are rows.
        first = meeting if row == top else f'IFERROR({meeting},"{ABSENT}")'
        cells = zip((first, *later), shown, strict=True)
        page.row(f"B{row}", [(f"={formula}", form) for formula, form in cells])
    source = f'"From "&INDEX({path},2,6)'
    page.text(f"B{last + 1}", f"={beside(f'$B{top}', source)}", size=9, color=SOFT, italic=True)
    chart = columns(
        "Cuts priced up to each meeting, bp (negative: rises)",
        page.cells(f"B{top}:B{last}"),
        [Line("Cuts priced", page.cells(f"E{top}:E{last}"), EXPECTED)],
    )
    chart.x_axis.number_format = "mmm yy"
    without_legend(chart)
    page.chart(chart, f"I{top - 2}:N{last + 1}")
