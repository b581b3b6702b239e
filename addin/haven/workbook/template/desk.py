"""Desk: the page to look at.

Every figure is a formula of one cell: array formulas would be calculated on opening by a program that has not
got our functions, and lose the results that the file brings with it.
"""

from openpyxl.styles import Alignment

from haven.functions.models import MODELS
from haven.workbook.template.charts import DASHED, DOTTED, Line, columns, lines, through_time, without_legend
from haven.workbook.template.data import CURVE_TENORS, history, mark
from haven.workbook.template.look import (
    BLUE,
    BP,
    GREEN,
    GREY,
    INK,
    ISO_DATE,
    ORANGE,
    PERCENT,
    PURPLE,
    SIGNED_BP,
    SOFT,
    TENOR,
)
from haven.workbook.template.page import ALARM, FAINT, GRID_WIDTHS, NOTICE, Mark, Page, changes_format, dates_format
from haven.workbook.template.waterfall import BARS, MOVE_TOP

TENOR_CHOICES = ("2Y", "3Y", "5Y", "7Y", "10Y")
"""Tenors at which swap, Treasury and both term-premium models have figures."""
CURVE_TOP = 18
WATCH_ROWS = 24
_WATCH_TOP = 77
REGIME_MODEL = 'IF(Desk_model="KW","KW","ACM")'
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
    """Tiles and reading; curve against break-even; ten years; the yield and its move taken apart; watch list."""
    page.widths(*GRID_WIDTHS)
    page.heading("US rates desk", "swap spread = SOFR swap rate − Treasury yield, bp: negative when the swap is lower")
    page.sheet["B2"].value = None
    page.name("Data_note", "B2")
    _inputs(page, inputs)
    _tiles(page)
    _reading(page)
    _curve(page)
    _ten_years(page)
    _move(page)
    _regime(page)
    _through_time(page)
    _watch_list(page)
    page.sheet.freeze_panes = "A6"
    page.sheet.print_area = f"A1:O{_WATCH_TOP + 1 + WATCH_ROWS}"
    page.break_after(MOVE_TOP - 3, _WATCH_TOP - 1)


def _inputs(page: Page, inputs: dict[str, object]) -> None:
    page.input("C5", "B5", "Date (empty: latest)", "Desk_date", inputs.get("Desk_date"), ISO_DATE)
    page.input("E5", "D5", "Tenor", "Desk_tenor", inputs.get("Desk_tenor", "10Y"), "@")
    page.input("G5", "F5", "Model", "Desk_model", inputs.get("Desk_model", "ACM"), "@")
    page.input("J5", "I5", "Move from", "Move_start", inputs.get("Move_start"), ISO_DATE)
    page.input("L5", "K5", "to", "Move_end", inputs.get("Move_end"), ISO_DATE)
    page.note("M5", " Yellow cells are yours to change")
    page.choose("E5", TENOR_CHOICES)
    page.choose("G5", tuple(MODELS))
    for place in ("C5", "J5", "L5"):
        page.only_dates(place)
    page.sheet.row_dimensions[4].height = 5
    page.sheet.row_dimensions[5].height = 20
    page.sheet.row_dimensions[6].height = 6


def _tiles(page: Page) -> None:
    spread, breakeven = "HV_SWAPSPREAD(Desk_tenor,{0})", "HV_BREAKEVEN(Desk_tenor,{0},Desk_options)"
    premium = "10000*HV_TERMPREMIUM(Desk_tenor,{0},Desk_model)"
    _tile(page, "B7:C10", '=Desk_tenor&" swap spread, bp"', spread, BP, _change(spread))
    _tile(page, "D7:E10", "Break-even, bp", breakeven, BP, _change(breakeven))
    gap = '=IF(F8<0,"Gap, bp: holding pays","Gap, bp: holding does not pay")'
    _tile(page, "F7:G10", gap, "B8-D8", BP, ("=B9-D9", "=C9-E9"))
    treasury = "HV_USTYIELD(Desk_tenor,{0})"
    _tile(page, "I7:J10", '=Desk_tenor&" Treasury yield"', treasury, PERCENT, _change(f"10000*{treasury}"))
    label = '=Desk_tenor&" term premium "&Desk_model&", bp"'
    _tile(page, "K7:L10", label, premium, BP, _change(premium, "Premium"), "Premium_asof")
    cuts = 'HV_CUTSPRICED("1Y",{0})'
    _tile(page, "M7:N10", "Cuts priced over a year, bp", cuts, BP, _change(cuts))


def _change(call: str, dates: str = "Desk") -> tuple[str, str]:
    """Changes over a day and a week; the dates they are counted from stand on the Status page."""
    day, week = (f"={call.format(f'{dates}_asof')}-{call.format(f'{dates}_{past}')}" for past in ("day", "week"))
    return day, week


def _tile(
    page: Page, area: str, label: str, call: str, shown: str, changes: tuple[str, str], date: str = "Desk_asof"
) -> None:
    day, week = changes
    below = ((day, changes_format("1d", BP)), (week, changes_format("1w", BP)), (f"={date}", dates_format("as of")))
    page.tile(area, label, f"={call.format('Desk_date')}", shown, below)


def _reading(page: Page) -> None:
    page.sheet.row_dimensions[11].height = 8
    page.text("B12", "Reading", size=11, bold=True, color=BLUE)
    page.text("C12", "=HV_READING(Desk_tenor,Desk_date)", size=11, wrap=True)
    page.sheet.merge_cells("C12:N13")
    page.text("B14", "Regime", size=11, bold=True, color=BLUE)
    page.text("C14", f"=HV_REGIME(Desk_date,7,{REGIME_MODEL})", size=11, bold=True)
    page.note("E14", "over seven business days; why is told below")
    for row, height in ((12, 16), (13, 16), (14, 18), (15, 6)):
        page.sheet.row_dimensions[row].height = height


def _curve(page: Page) -> None:
    page.section("B16", "Swap-spread curve against break-even", 6)
    page.header("B17", ["Tenor", "Swap", "Treasury", "Spread bp", "Break-even bp", "Gap bp"])
    for row, tenor in enumerate(CURVE_TENORS, start=CURVE_TOP):
        page.row(
            f"B{row}",
            [
                (tenor, TENOR),
                (f"=HV_SWAPRATE($B{row},Desk_date)", PERCENT),
                (f"=HV_USTYIELD($B{row},Desk_date)", PERCENT),
                (f"=HV_SWAPSPREAD($B{row},Desk_date)", BP),
                (f"=HV_BREAKEVEN($B{row},Desk_date,Desk_options)", BP),
                (f"=E{row}-F{row}", SIGNED_BP),
            ],
        )
    last = CURVE_TOP + len(CURVE_TENORS) - 1
    page.mark(f"G{CURVE_TOP}:G{last}", f"$G{CURVE_TOP}<0", Mark(BLUE, "DCEAF5", bold=True))
    page.note(f"B{last + 1}", "Gap = spread − break-even; negative and shaded: holding the Treasury earns the hurdle")
    tenors, spreads, breakevens = (page.cells(f"{column}{CURVE_TOP}:{column}{last}") for column in "BEF")
    page.chart(
        lines(
            "Swap spread and break-even by tenor, bp",
            tenors,
            [Line("Swap spread", spreads, BLUE), Line("Break-even", breakevens, ORANGE, DASHED)],
        ),
        "I16:N26",
    )


def _ten_years(page: Page) -> None:
    dates = history(0)
    exclusion, ratio, today = mark(1, 4), mark(5, 9), mark(10, 11)
    series = [
        Line("Swap spread", history(1), BLUE),
        Line("Break-even, default terms", history(2), ORANGE),
        Line(exclusion[0], exclusion[2], GREEN, DASHED, exclusion[1]),
        Line(ratio[0], ratio[2], PURPLE, DASHED, ratio[1]),
        Line(today[0], today[2], GREY, DOTTED, today[1]),
    ]
    page.chart(
        through_time("Ten-year swap spread and break-even, bp, and the rules", dates, series, wide=True), "B28:N40"
    )


def _move(page: Page) -> None:
    other = 'IF(Desk_model="KW","ACM","KW")'
    calls = (
        "HV_DECOMPOSE(Desk_tenor,Desk_date,Desk_model)",
        "HV_YIELDMOVE(Desk_tenor,Move_start,Move_end,Desk_model)",
        f"HV_YIELDMOVE(Desk_tenor,Move_start,Move_end,{other})",
    )
    top = MOVE_TOP
    page.section(f"B{top - 2}", "The yield and its move taken apart, bp", 6)
    page.header(f"B{top - 1}", ["", "", "Level", "Move", "Share", ""])
    page.text(f"D{top - 1}", '="Level "&Desk_model', size=9, color=SOFT, align="right")
    page.text(f"E{top - 1}", '="Move "&Desk_model', size=9, color=SOFT, align="right")
    page.text(f"G{top - 1}", f'="Move "&{other}', size=9, color=SOFT, align="right")
    total = top + 3
    for row, (label, line) in enumerate(COMPONENTS, start=top):
        is_memo = label.startswith("Memo")
        level, move, check = (f"=INDEX({call},{line},2)" for call in calls)
        share = None if is_memo else f"=IF(E${total}=0,0,E{row}/E${total})"
        page.row(
            f"B{row}",
            [
                (label.removeprefix("= "), "@"),
                (None, "@"),
                (level, BP),
                (move, SIGNED_BP),
                (share, "0%"),
                (check, SIGNED_BP),
            ],
            bold=row == total,
            color=SOFT if is_memo else INK,
        )
    page.name("Move_parts", f"E{top}:E{total}")
    chart = columns(
        "What moved the yield between the two dates, bp",
        "Data!$Z$6:$Z$9",
        [Line(label, f"Data!${column}$6:${column}$9", color) for label, column, color in BARS],
        stacked=True,
    )
    without_legend(chart)
    page.chart(chart, f"I{top - 2}:N{top + 13}")


def _regime(page: Page) -> None:
    top = MOVE_TOP + 7
    page.section(f"B{top}", "Why the regime is what it is", 6)
    why = f"INDEX(HV_REGIMEWHY(Desk_date,7,{REGIME_MODEL}),{{0}},{{1}})"
    page.row(f"B{top + 1}", [(f"={why.format(2, 2)}", "@"), (None, "@"), (f"={why.format(2, 3)}", "@")], bold=True)
    for row, line in enumerate(range(3, 8), start=top + 2):
        name, figure, says = (f"={why.format(line, column)}" for column in (1, 2, 3))
        page.row(f"B{row}", [(name, "@"), (figure, "0.0#"), (says, "@"), (None, "@"), (None, "@"), (None, "@")])
        page.sheet[f"D{row}"].alignment = Alignment(horizontal="left", vertical="center", indent=1)


def _through_time(page: Page) -> None:
    top = MOVE_TOP + 15
    dates = history(0)
    page.chart(
        through_time(
            "Ten-year yield: expected short rate, + premium = swap, − spread = Treasury",
            dates,
            [
                Line("Treasury yield", history(3), INK),
                Line("Swap rate", history(4), BLUE, DASHED),
                Line("Expected short rate, ACM", history(5), ORANGE),
            ],
            "0.0%",
        ),
        f"B{top}:G{top + 14}",
    )
    page.chart(
        through_time(
            "What lies between, bp: swap term premium and less swap spread",
            dates,
            [
                Line("Swap term premium", history(6), BLUE),
                Line("− swap spread", history(7), ORANGE),
                Line("Memo: Treasury premium, ACM", history(8), GREY, DASHED),
            ],
        ),
        f"I{top}:N{top + 14}",
    )


def _watch_list(page: Page) -> None:
    page.section(f"B{_WATCH_TOP}", "Watch list", 13)
    changes = ((label, SIGNED_BP) for label in ("1d bp", "1w bp", "1m bp"))
    labels = [
        ("Indicator", "@"),
        ("", "@"),
        ("Level", "#,##0.0"),
        *changes,
        ("", "@"),
        ("z-score", SIGNED_BP),
        ("Flag", "@"),
        ("Source, age", "@"),
        ("Why it matters", "@"),
        *[("", "@")] * 2,
    ]
    top = _WATCH_TOP + 2
    marks = (
        (f'$D{top}="no source"', FAINT),
        (f'$J{top}="extreme"', ALARM),
        (f'$J{top}="unusual"', NOTICE),
    )
    page.table("Desk_watchlist", f"B{_WATCH_TOP + 1}", labels, WATCH_ROWS, marks)
