"""Desk: the page to look at.

Every figure is a formula of one cell: array formulas would be calculated on opening by a program that has not
got our functions, and lose the results that the file brings with it.
"""

from collections.abc import Sequence

from openpyxl.styles import Font

from haven.functions.models import MODELS
from haven.workbook.template.charts import DASHED, DOTTED, Line, lines, through_time
from haven.workbook.template.client import READING
from haven.workbook.template.data import CURVE_TENORS, history, mark
from haven.workbook.template.look import (
    ABSENT,
    BLUE,
    BP,
    BREAKEVEN,
    EXPECTED,
    FACE,
    GREEN,
    GREY,
    INK,
    ISO_DATE,
    ORANGE,
    PERCENT,
    PREMIUM,
    PURPLE,
    SIGNED_BP,
    SOFT,
    SWAP,
    TENOR,
    TREASURY,
    beside,
    between_dates,
    entry,
    less,
    of_date,
    or_absent,
)
from haven.workbook.template.page import ALARM, FAINT, GRID_WIDTHS, NOTICE, Mark, Page, changes_format, dates_format
from haven.workbook.template.waterfall import waterfall

TENOR_CHOICES = ("2Y", "3Y", "5Y", "7Y", "10Y")
"""Tenors at which swap, Treasury and both term-premium models have figures."""
WATCH_ROWS = 24
_CHARTS_TOP = 17
_TABLES_TOP = 29
_HISTORY_TOP = 40
_REGIME_TOP = 69
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
    """Tiles and reading, curve and move; ten years of them; why the regime is what it is; watch list.

    What tells the story of a move stands on the first screen: the tiles, a sentence, and two charts.
    """
    page.widths(*GRID_WIDTHS)
    page.heading("US rates desk", "swap spread = SOFR swap rate − Treasury yield, bp: negative when the swap is lower")
    page.sheet["B2"].value = None
    page.name("Data_note", "B2")
    _inputs(page, inputs)
    _tiles(page)
    _reading(page)
    _curve(page)
    _move(page)
    _ten_years(page)
    _through_time(page)
    _regime(page)
    _watch_list(page)
    page.sheet.freeze_panes = "A6"
    page.sheet.print_area = f"A1:O{_WATCH_TOP + 1 + WATCH_ROWS}"
    page.break_after(_HISTORY_TOP - 1, _WATCH_TOP - 1)


def _inputs(page: Page, inputs: dict[str, object]) -> None:
    page.input("C5", "B5", "Date (empty: latest)", "Desk_date", inputs.get("Desk_date"), ISO_DATE)
    page.input("E5", "D5", "Tenor", "Desk_tenor", inputs.get("Desk_tenor", "10Y"), "@")
    page.input("G5", "F5", "Model", "Desk_model", inputs.get("Desk_model", "ACM"), "@")
    page.input("J5", "I5", "Move from", "Move_start", inputs.get("Move_start"), ISO_DATE)
    page.input("L5", "K5", "to", "Move_end", inputs.get("Move_end"), ISO_DATE)
    page.note("M5", " Yellow cells are yours to change")
    page.choose("E5", TENOR_CHOICES)
    page.choose("G5", tuple(MODELS))
    page.only_dates("C5", "A date such as 2025-04-11; empty means the latest")
    page.only_dates("J5:L5", "A date such as 2025-04-11; the move needs both")
    page.sheet.row_dimensions[4].height = 5
    page.sheet.row_dimensions[5].height = 20
    page.sheet.row_dimensions[6].height = 6


def _tiles(page: Page) -> None:
    premium = "HV_TERMPREMIUM(Desk_tenor,{0},Desk_model)"
    _tile(page, "B7:C11", '=Desk_tenor&" swap spread, bp"', "HV_SWAPSPREAD(Desk_tenor,{0})")
    _tile(page, "D7:E11", "Break-even, bp", "HV_BREAKEVEN(Desk_tenor,{0},Desk_options)")
    gap = f'=IF(F8="{ABSENT}","Gap, bp",IF(F8<0,"Gap, bp: holding pays","Gap, bp: holding does not pay"))'
    _show(page, "F7:G11", gap, less("B8", "D8"), BP, (less("B9", "D9"), less("C9", "E9"), less("B11", "D11")))
    _tile(page, "I7:J11", '=Desk_tenor&" Treasury yield"', "HV_USTYIELD(Desk_tenor,{0})", PERCENT, 10_000)
    _tile(page, "K7:L11", '=Desk_tenor&" term premium "&Desk_model&", bp"', f"10000*{premium}", dates="Premium")
    _tile(page, "M7:N11", "Cuts priced over a year, bp", 'HV_CUTSPRICED("1Y",{0})')


def _tile(page: Page, area: str, label: str, call: str, shown: str = BP, scale: int = 1, dates: str = "Desk") -> None:
    """A figure and its changes over a day and a week, and over the dates of the move, in bp by a scale."""
    here = f"{area[0]}8"
    changes = []
    for past in (f"{dates}_day", f"{dates}_week"):
        change = _less(here, call.format(past), scale)
        changes.append(beside(here, beside(past, or_absent(change))))
    moved = _less(call.format("Move_end"), call.format("Move_start"), scale)
    date = f"{dates}_asof"
    _show(
        page,
        area,
        label,
        beside(date, or_absent(call.format(date))),
        shown,
        (*changes, between_dates(or_absent(moved))),
        date,
    )


def _less(now: str, before: str, scale: int) -> str:
    return f"{now}-{before}" if scale == 1 else f"{scale}*({now}-{before})"


def _show(
    page: Page, area: str, label: str, figure: str, shown: str, changes: Sequence[str], date: str = "Desk_asof"
) -> None:
    day, week, moved = changes
    change = f'{BP}" bp"'
    below = (
        (f"={day}", changes_format("1d", change)),
        (f"={week}", changes_format("1w", change)),
        (f"={date}", dates_format("as of")),
        (f"={moved}", changes_format("move", change)),
    )
    page.tile(area, label, f"={figure}", shown, below)


def _reading(page: Page) -> None:
    """The move between the two dates in a sentence, then the week's reading, then the regime."""
    top = _TABLES_TOP + 2
    signed = (f'TEXT(L{row},"+0.0;-0.0;0.0")' for row in range(top, top + 4))
    expected, premium, spread, total = signed
    front = '10000*(HV_SWAPRATE("1Y",Move_end)-HV_SWAPRATE("1Y",Move_start))'
    lacking = (
        'IF(OR(Move_start="",Move_end=""),"Give both dates of the move",'
        f"IF(ISNA(HV_SWAPSPREAD(Desk_tenor,Move_start)),{_no_spread('Move_start')},"
        f"IF(ISNA(HV_SWAPSPREAD(Desk_tenor,Move_end)),{_no_spread('Move_end')},"
        '"No figures of "&Desk_model&" for both dates: see Status")))'
    )
    sentence = (
        f'=IF(L{top}="{ABSENT}",{lacking},'
        f'Desk_tenor&" Treasury "&{total}&" bp from "&TEXT(Move_start,"yyyy-mm-dd")&" to "&TEXT(Move_end,"yyyy-mm-dd")'
        f'&": expected short rate "&{expected}&", swap term premium "&{premium}&", "'
        f'&IF(ROUND(L{top + 2},1)=0,"unchanged",IF(L{top + 2}<0,"less negative","more negative"))'
        f'&" swap spread "&{spread}&" ("&Desk_model&"); 1Y swap "'
        f'&IFNA(TEXT({front},"+0.0;-0.0;0.0"),"{ABSENT}")&".")'
    )
    for row, (label, height) in enumerate((("Move", 22), ("Week", 16), ("", 16), ("Regime", 17)), start=12):
        page.text(f"B{row}", label or None, size=11, bold=True, color=BLUE)
        page.sheet.row_dimensions[row].height = height
    page.text("C12", sentence, size=11, bold=True)
    page.text("C13", f"={READING}", size=11, wrap=True)
    page.sheet.merge_cells("C13:N14")
    page.text("C15", f"={or_absent(f'HV_REGIME(Desk_date,7,{REGIME_MODEL})')}", size=11, bold=True)
    lacking = "it takes figures of the date and of seven business days before"
    page.note("E15", f'=IF(C15="{ABSENT}","{lacking}","over seven business days; why is told below")')
    page.sheet.row_dimensions[16].height = 6


def _no_spread(date: str) -> str:
    return f'"No swap spread of "&Desk_tenor&" on "&TEXT({date},"yyyy-mm-dd")'


def _curve(page: Page) -> None:
    top, last = _TABLES_TOP + 2, _TABLES_TOP + 1 + len(CURVE_TENORS)
    page.section(f"B{top - 2}", "Swap-spread curve against break-even", 6)
    page.header(f"B{top - 1}", ["Tenor", "Swap", "Treasury", "Spread bp", "Break-even bp", "Gap bp"])
    for row, tenor in enumerate(CURVE_TENORS, start=top):
        page.row(
            f"B{row}",
            [
                (tenor, TENOR),
                (f"={or_absent(f'HV_SWAPRATE($B{row},Desk_asof)')}", PERCENT),
                (f"={or_absent(f'HV_USTYIELD($B{row},Desk_asof)')}", PERCENT),
                (f"={or_absent(f'HV_SWAPSPREAD($B{row},Desk_asof)')}", BP),
                (f"={or_absent(f'HV_BREAKEVEN($B{row},Desk_asof,Desk_options)')}", BP),
                (f"={less(f'E{row}', f'F{row}')}", SIGNED_BP),
            ],
        )
    page.mark(f"G{top}:G{last}", f"AND(ISNUMBER($G{top}),$G{top}<0)", Mark(BLUE, "DCEAF5", bold=True))
    page.note(f"B{last + 1}", "Gap = spread − break-even; negative and shaded: holding the Treasury earns the hurdle")
    spreads, breakevens = (page.gapped(f"{column}{top}:{column}{last}") for column in "EF")
    page.chart(
        lines(
            "Swap spread and break-even by tenor, bp",
            page.cells(f"B{top}:B{last}"),
            [Line("Swap spread", spreads, SWAP), Line("Break-even", breakevens, BREAKEVEN, DASHED)],
        ),
        f"B{_CHARTS_TOP}:G{_TABLES_TOP - 2}",
    )


def _move(page: Page) -> None:
    other = 'IF(Desk_model="KW","ACM","KW")'
    calls = (
        "HV_DECOMPOSE(Desk_tenor,Premium_asof,Desk_model)",
        "HV_YIELDMOVE(Desk_tenor,Move_start,Move_end,Desk_model)",
        f"HV_YIELDMOVE(Desk_tenor,Move_start,Move_end,{other})",
    )
    top = _TABLES_TOP + 2
    page.section(f"I{top - 2}", "The yield and its move taken apart, bp", 6)
    page.header(f"I{top - 1}", ["", "", "", "", "Share of move", ""])
    page.text(f"I{top - 1}", f'="Level of "&{of_date("Premium_asof")}', size=9, color=SOFT)
    page.sheet[f"J{top - 1}"].value = None  # so that the words before have room
    for column, words in (("K", '"Level "&Desk_model'), ("L", '"Move "&Desk_model'), ("N", f'"Move "&{other}')):
        page.text(f"{column}{top - 1}", f"={words}", size=9, color=SOFT, align="right")
    total = top + 3
    for row, (label, line) in enumerate(COMPONENTS, start=top):
        is_memo = label.startswith("Memo")
        level, move, check = (entry(call, line, 2) for call in calls)
        share = None if is_memo else f'=IF(L${total}="{ABSENT}",L${total},IF(L${total}=0,0,L{row}/L${total}))'
        page.row(
            f"I{row}",
            [
                (label.removeprefix("= "), "@"),
                (None, "@"),
                (f"={beside('Premium_asof', level)}", BP),
                (f"={between_dates(move)}", SIGNED_BP),
                (share, "0%"),
                (f"={between_dates(check)}", SIGNED_BP),
            ],
            bold=row == total,
            color=SOFT if is_memo else INK,
        )
    page.name("Move_parts", f"L{top}:L{total}")
    chart = waterfall("What moved the yield between the two dates, bp")
    page.chart(chart, f"I{_CHARTS_TOP}:N{_TABLES_TOP - 2}")


def _ten_years(page: Page) -> None:
    dates = history(0)
    exclusion, ratio, today = mark(1, 4), mark(5, 9), mark(10, 11)
    series = [
        Line("Swap spread", history(1), SWAP),
        Line("Break-even, default terms", history(2), BREAKEVEN),
        Line(exclusion[0], exclusion[2], GREEN, DASHED, exclusion[1]),
        Line(ratio[0], ratio[2], PURPLE, DASHED, ratio[1]),
        Line(today[0], today[2], GREY, DOTTED, today[1]),
    ]
    page.chart(
        through_time("Ten-year swap spread and break-even, bp, and the rules", dates, series, wide=True),
        f"B{_HISTORY_TOP}:N{_HISTORY_TOP + 12}",
    )


def _through_time(page: Page) -> None:
    top = _HISTORY_TOP + 14
    dates = history(0)
    page.chart(
        through_time(
            "Ten-year yield: expected short rate, swap, Treasury",
            dates,
            [
                Line("Treasury yield", history(3), TREASURY),
                Line("Swap rate", history(4), SWAP, DASHED),
                Line("Expected short rate, ACM", history(5), EXPECTED),
            ],
            "0.0%",
        ),
        f"B{top}:G{top + 13}",
    )
    page.chart(
        through_time(
            "What lies between, bp: swap term premium and less swap spread",
            dates,
            [
                Line("Swap term premium", history(6), PREMIUM),
                Line("− swap spread", history(7), SWAP, DASHED),
                Line("Memo: Treasury premium, ACM", history(8), GREY, DOTTED),
            ],
        ),
        f"I{top}:N{top + 13}",
    )


def _regime(page: Page) -> None:
    """The figures that decide on the left, then what else was asked: the other model, and other markets."""
    top = _REGIME_TOP
    why, nothing = f"HV_REGIMEWHY(Desk_date,7,{REGIME_MODEL})", '""'
    title = f'"Why the regime is "&{entry(why, 2, 2)}&": "&{entry(why, 2, 3)}'
    page.section(f"B{top}", f"={beside(entry(why, 2, 2), title)}", 6)
    page.section(f"I{top}", "What the other model and other markets say", 6)
    for left, first in (("B", 3), ("I", 8)):
        says = chr(ord(left) + 3)
        page.header(f"{left}{top + 1}", ["Figure", "", "Value", "", "", ""])
        page.text(f"{says}{top + 1}", " What it says", size=9, color=SOFT)
        for row in range(top + 2, top + 7):
            shown = [entry(why, row - top - 2 + first, column, nothing) for column in (1, 2, 3)]
            figure = f'=IF({shown[1]}="no source","{ABSENT}",{shown[1]})'
            cells = [(f"={shown[0]}", "@"), (None, "@"), (figure, SIGNED_BP), (f'=" "&{shown[2]}', "@")]
            page.row(f"{left}{row}", [*cells, (None, "@"), (None, "@")])
            page.sheet[f"{says}{row}"].font = Font(name=FACE, size=9, color=SOFT)


def _watch_list(page: Page) -> None:
    page.section(f"B{_WATCH_TOP}", "Watch list", 13)
    page.text(f"D{_WATCH_TOP}", None, size=9, color=SOFT, align="right", number_format=dates_format("of"))
    page.name("Desk_watched", f"D{_WATCH_TOP}")
    page.text(
        f"N{_WATCH_TOP}",
        "Level: bp, but quantities and indices in their own; z-score over a year: unusual from 1, extreme from 2",
        size=9,
        color=SOFT,
        align="right",
        italic=True,
    )
    elsewhere = '"refresh the workbook to have it of "&TEXT(Desk_date,"yyyy-mm-dd")'
    page.text(
        f"F{_WATCH_TOP}",
        f'=IF(OR(Desk_date="",Desk_date=Desk_watched),"",{elsewhere})',
        size=9,
        bold=True,
        color=ORANGE,
    )
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
    for row in range(top, top + WATCH_ROWS):
        for column in "KL":
            page.sheet[f"{column}{row}"].font = Font(name=FACE, size=9, color=INK)
