"""Client: the page to send. Standard assumptions stand behind its break-evens, not the desk's own inputs.

What a client receives is the print area, as values; all that its charts draw stands on the page.
"""

from haven.workbook.template.charts import Line, columns, without_legend
from haven.workbook.template.data import CURVE_TENORS
from haven.workbook.template.look import (
    ABSENT,
    BLUE,
    BP,
    BREAKEVEN,
    INK,
    ISO_DATE,
    ORANGE,
    PERCENT,
    SIGNED_BP,
    SOFT,
    SWAP,
    TENOR,
    beside,
    entry,
    less,
    of_date,
    or_absent,
)
from haven.workbook.template.page import Page, changes_format, dates_format
from haven.workbook.template.status import WEEK_BACK, days_back

_COMPONENTS = (
    ("Expected short rate", 3),
    ("+ swap term premium", 4),
    ("− swap spread", 5),
    ("= Treasury yield", 2),
)
"""Labels, and the rows of the tables that HV_DECOMPOSE and HV_YIELDMOVE answer."""
_READING = "HV_READING(Desk_tenor,Desk_date)"
READING = (
    f'IF(ISNA({_READING}),IF(Desk_absent="",'
    f'"No reading: the ten-year model has no figures on this date or the week before",Desk_absent),{_READING})'
)


def draw(page: Page, inputs: dict[str, object]) -> None:  # noqa: ARG001
    """Tiles, the swap-spread curve against break-even, the yield taken apart, the reading."""
    page.widths(2, 22, *[10.5] * 6, 2, *[13] * 4, 2)
    page.text("B1", '="The client receives what stands below. "&Data_note', size=9, color=ORANGE, italic=True)
    page.text("B2", "US Treasuries and swaps", size=18, bold=True)
    page.sheet.row_dimensions[2].height = 27
    page.text(
        "B3", "Swap spread = SOFR swap rate − Treasury yield, bp: negative when the swap is the lower", color=SOFT
    )
    page.text("L3", "Market of", color=SOFT, align="right")
    page.text("M3", "=Desk_asof", bold=True, align="right", number_format=ISO_DATE)
    _tiles(page)
    _curve(page)
    _decomposition(page)
    page.section("B33", "Reading", 12)
    page.text("B34", f"={READING}", wrap=True)
    page.sheet.merge_cells("B34:M34")
    page.sheet.row_dimensions[34].height = 44
    page.sheet.freeze_panes = "A5"
    page.sheet.print_area = "A2:N35"
    page.sheet.print_title_rows = None
    page.sheet.page_setup.fitToHeight = 1


def _tiles(page: Page) -> None:
    spread, breakeven, treasury = (f"HV_{name}(Desk_tenor,{{0}})" for name in ("SWAPSPREAD", "BREAKEVEN", "USTYIELD"))
    premium, expected = (f'{call}(Desk_tenor,Desk_date,"ACM")' for call in ("10000*HV_TERMPREMIUM", "HV_EXPECTEDRATE"))
    model = f'="ACM of "&{of_date("Acm_asof")}&", '
    tiles = (
        ("B5", '=Desk_tenor&" swap spread, bp"', spread, BP, f"={_week('B6', spread)}"),
        ("C5:D5", "Break-even, bp", breakeven, BP, "a dealer just earns 10 %"),
        ("E5:F5", "Gap, bp", less("B6", "C6"), SIGNED_BP, "negative: holding pays"),
        ("G5:H5", "Treasury yield", treasury, PERCENT, f"={_week('G6', treasury, 10_000)}"),
        ("J5:K5", "Term premium, bp", premium, BP, f'{model}zero-coupon"'),
        ("L5:M5", "Expected short rate", expected, PERCENT, f'{model}average"'),
    )
    for area, label, formula, shown, note in tiles:
        below = (note, changes_format("1w", f'{BP}" bp"') if note.startswith("=IF") else "@")
        page.figure(area, label, f"={or_absent(formula.format('Desk_asof'))}", shown, [below])


def _week(here: str, call: str, scale: int = 1) -> str:
    """What a figure has changed since the week before, in bp by a scale."""
    change = or_absent(f"{scale}*({here}-{call.format('Desk_week')})")
    return beside(here, beside("Desk_week", change))


def _curve(page: Page) -> None:
    page.section("B9", "Swap spread against a dealer's break-even", 7)
    page.header("B10", ["Tenor", "Swap", "Treasury", "Spread bp", "1w bp", "Break-even bp", "Gap bp"])
    for row, tenor in enumerate(CURVE_TENORS, start=11):
        cells = (
            ("C", or_absent(f"HV_SWAPRATE($B{row},Desk_asof)"), PERCENT),
            ("D", or_absent(f"HV_USTYIELD($B{row},Desk_asof)"), PERCENT),
            ("E", or_absent(f"HV_SWAPSPREAD($B{row},Desk_asof)"), BP),
            ("F", _week(f"E{row}", f"HV_SWAPSPREAD($B{row},{{0}})"), SIGNED_BP),
            ("G", or_absent(f"HV_BREAKEVEN($B{row},Desk_asof)"), BP),
            ("H", less(f"E{row}", f"G{row}"), SIGNED_BP),
        )
        page.text(f"B{row}", tenor, number_format=TENOR)
        for column, formula, number_format in cells:
            page.text(f"{column}{row}", f"={formula}", number_format=number_format, align="right")
    spreads, breakevens = page.cells("E11:E18"), page.cells("G11:G18")
    page.chart(
        columns(  # a line would draw a dash as zero
            "Swap spread and break-even by tenor, bp",
            page.cells("B11:B18"),
            [Line("Swap spread", spreads, SWAP), Line("Break-even", breakevens, BREAKEVEN)],
        ),
        "J9:M19",
    )


def _decomposition(page: Page) -> None:
    """The level and the move of the week that the reading tells of, which ends where the model's figures end."""
    page.section("B21", "The yield and the week's move taken apart, bp", 7)
    page.header("B22", ["", "Level", "Move", "Share", "Move from"])
    page.text("B22", f'="Level of "&{of_date("Acm_asof")}', size=9, color=SOFT)
    start = days_back("HV_SWAPSPREAD(Desk_tenor,{0})", "Acm_asof", WEEK_BACK)
    page.text("G22", start, size=9, color=SOFT, align="right")
    page.text("H22", "=Acm_asof", size=9, color=SOFT, align="right")
    page.sheet["G22"].number_format, page.sheet["H22"].number_format = ISO_DATE, dates_format("to")
    level = 'HV_DECOMPOSE(Desk_tenor,Acm_asof,"ACM")'
    move = beside("$G$22", entry('HV_YIELDMOVE(Desk_tenor,$G$22,$H$22,"ACM")', "{0}", 2))
    for row, (label, line) in enumerate(_COMPONENTS, start=23):
        total = label.startswith("=")
        page.text(f"B{row}", label.removeprefix("= "), bold=total, color=INK)
        figures = (("C", beside("Acm_asof", entry(level, line, 2)), BP), ("D", move.format(line), SIGNED_BP))
        for column, figure, shown in figures:
            page.text(f"{column}{row}", f"={figure}", number_format=shown, align="right", bold=total)
        share = f'=IF(D$26="{ABSENT}",D$26,IF(D$26=0,"",D{row}/D$26))'
        page.text(f"E{row}", share, number_format="0%", align="right", bold=total)
    between = f'" from "&{of_date("G22")}&" to "&{of_date("H22")}'
    page.section("J21", f'="What moved the yield"&{between}&", bp"', 4)
    chart = columns("", page.cells("B23:B26"), [Line("Move", page.cells("D23:D26"), BLUE)])
    without_legend(chart)
    page.chart(chart, "J22:M31")
