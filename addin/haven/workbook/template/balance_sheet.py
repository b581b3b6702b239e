"""Balance sheet: the terms of the trade as inputs, and what they make a Treasury cost."""

from openpyxl.styles import Alignment

from haven.functions.kinds import NumberKind, Option
from haven.functions.trade import DEFAULT_BANK, FIXED_DEFAULTS, TRADE_OPTIONS
from haven.market.rules import banks
from haven.workbook.template.charts import DASHED, Line, columns, lines
from haven.workbook.template.data import CURVE_TENORS
from haven.workbook.template.look import (
    ABSENT,
    BLUE,
    BP,
    BREAKEVEN,
    GOLD,
    GREY,
    ISO_DATE,
    ORANGE,
    PERCENT,
    PINE,
    PURPLE,
    SKY,
    SOFT,
    SWAP,
    TENOR,
    beside,
    entry,
    or_absent,
)
from haven.workbook.template.page import GRID_WIDTHS, Mark, Page

COSTS = (
    ("C", "Capital", BLUE),
    ("D", "Equity credit", SKY),
    ("E", "Repo", ORANGE),
    ("F", "Haircut", PINE),
    ("G", "Margin", GOLD),
    ("I", "Trading", PURPLE),
    ("J", "Convergence", GREY),
)
"""Column, label and colour of each component of the cost, in the order of HV_BSCOSTTABLE."""
KEYS = f"'Balance sheet'!$B$8:$B${7 + len(TRADE_OPTIONS)}"
"""Where the names of the inputs stand."""
RULE_ROWS = 40
APRIL_2026 = '"2026-04-01"'
_RULE_FIGURES = {"leverage_ratio": PERCENT, "treasuries_excluded": "0"}
"""Inputs whose default is the rule of the date, which is shown beside them."""
_BASE_TOP = 6
_FIRST_INPUT = 8
_MARKET_TOP = 6
_HEADROOM_TOP = 18
LAST_INPUT = _FIRST_INPUT + len(TRADE_OPTIONS) - 1
_COST_TOP = LAST_INPUT + 3
_RULES_TOP = _COST_TOP + len(CURVE_TENORS) + 18
_FORMATS = {
    "bank": "@",
    "repo_spread": BP,
    "unsecured_spread": BP,
    "margin_spread": BP,
    "mpor_days": "0",
    "trade_cost": BP,
}
_WHOLE = {
    "binding_weight",
    "equity_funds",
    "equity_funds_haircut",
    "horizon",
    "treasuries_excluded",
    "kappa",
    "sigma",
    "reverse",
}


def draw(page: Page, inputs: dict[str, object]) -> None:  # noqa: ARG001
    """Inputs on the left; return and headroom on the right; cost by component and tenor; the rules in force."""
    page.widths(GRID_WIDTHS[0], 15.0, 2 * GRID_WIDTHS[1] - 15.0, *GRID_WIDTHS[3:])
    page.heading("Balance sheet", "what it costs a dealer to hold a Treasury against a swap, on the Desk date")
    _inputs(page)
    _market(page)
    _headroom(page)
    _costs(page)
    _rules(page)
    page.sheet.freeze_panes = "A4"
    page.sheet.print_area = f"A1:O{_RULES_TOP + 1 + RULE_ROWS}"
    page.break_after(_COST_TOP + len(CURVE_TENORS), _RULES_TOP - 1)


def _inputs(page: Page) -> None:
    page.section("B4", "Inputs: empty means the default, or the figure of the date", 6)
    for row, option in enumerate(TRADE_OPTIONS, start=_FIRST_INPUT):
        page.text(f"B{row}", option.name, size=9, color=SOFT)
        page.sheet.row_dimensions[row].height = 12.6
        page.mark_input(f"C{row}", _default(option), _FORMATS.get(option.name, _format(option)))
        page.text(f"D{row}", _meaning(option), size=9)
        if option.name == "bank":
            page.choose(f"C{row}", banks())
        else:
            assert isinstance(option.kind, NumberKind)
            page.only_numbers(f"C{row}", option.kind.low, option.kind.high)
    page.header("B5", ["Key", "Value", " What it is; default"], words=True)
    for row, (key, content, shown) in enumerate(
        (("tenor", "=Desk_tenor", "@"), ("date", "=Desk_asof", ISO_DATE)), start=_BASE_TOP
    ):
        page.text(f"B{row}", key, color=SOFT)
        page.text(f"C{row}", content, color=SOFT, align="center", number_format=shown, size=9)
        page.note(f"D{row}", " of the Desk page")
    page.name("Scenario_base", f"B{_BASE_TOP}:C{LAST_INPUT}")
    page.name("Desk_options", f"B{_FIRST_INPUT}:C{LAST_INPUT}")
    page.name("Desk_bank", f"C{_FIRST_INPUT + [option.name for option in TRADE_OPTIONS].index('bank')}")


def _meaning(option: Option) -> str:
    """What an input means and its default, with the figure where that is a rule's."""
    words = f" {option.help}; {option.default}"
    if option.name not in _RULE_FIGURES:
        return words
    rule = f'TEXT(HV_RULE("{option.name}",Desk_asof,Desk_bank),"{_RULE_FIGURES[option.name]}")'
    return f'="{words}: "&{or_absent(rule)}'


def _format(option: Option) -> str:
    return "0.##" if option.name in _WHOLE else PERCENT


def _default(option: Option) -> float | str | None:
    """A fixed default as it stands in the cell; nothing where it is the rule's or the market's of the date."""
    return DEFAULT_BANK if option.name == "bank" else FIXED_DEFAULTS.get(option.name)


def _market(page: Page) -> None:
    page.section("I4", "What the market pays for it", 6)
    page.header("I5", ["Tenor", "Spread bp", "ROE", "Implied ratio", "Carry bp", "Adverse move bp"])
    for row, tenor in enumerate(CURVE_TENORS, start=_MARKET_TOP):
        market = f"$I{row},$J{row},Desk_asof,Desk_options"
        roe = beside(f"$J{row}", or_absent(f"HV_SPREADROE({market})"))
        ratio = beside(f"$K{row}", f'IFERROR(HV_IMPLIEDLEVERAGE({market}),"none")')
        carry, adverse = (beside(f"$K{row}", f"INDEX(HV_CARRY({market}),{line},2)") for line in (8, 10))
        page.row(
            f"I{row}",
            [
                (tenor, TENOR),
                (f"={or_absent(f'HV_SWAPSPREAD($I{row},Desk_asof)')}", BP),
                (f"={roe}", PERCENT),
                (f"={ratio}", PERCENT),
                (f"={carry}", BP),
                (f"={adverse}", BP),
            ],
        )
    page.note("I14", "Implied ratio: the leverage ratio at which the spread would be the break-even")
    page.note("I15", "Adverse move: of the spread, that undoes a year's carry")


def _headroom(page: Page) -> None:
    top = _HEADROOM_TOP
    page.section(f"I{top - 1}", "Headroom: Treasuries that still fit under the leverage ratio, USD bn", 6)
    fits = or_absent("HV_HEADROOM(Headroom_tier1*1E9,Headroom_exposure*1E9,{0},Headroom_bank)/1E9")
    rows: tuple[tuple[str, str, float | str], ...] = (
        ("Tier 1 capital", "Headroom_tier1", 280),
        ("Leverage exposure", "Headroom_exposure", 5000),
        ("Treasuries and reserves in it", "Headroom_carveout", 400),
        ("Fits on the date", "", f"={fits.format('Desk_asof')}"),
        ("Fits under the rule of April 2026", "", f"={fits.format(APRIL_2026)}"),
        ("Fits if those are carved out", "", f"={beside(f'L{top + 3}', f'L{top + 3}+Headroom_carveout')}"),
    )
    for row, (label, name, content) in enumerate(rows, start=top):
        filled = None if name else content
        page.row(f"I{row}", [(label, "@"), (None, "@"), (None, "@"), (filled, "#,##0")], bold=bool(filled))
        if name:
            page.mark_input(f"L{row}", content, "#,##0")
            page.only_numbers(f"L{row}", 0, 100_000)
            page.name(name, f"L{row}")
    bank = _FIRST_INPUT + [option.name for option in TRADE_OPTIONS].index("bank")
    page.name("Headroom_bank", f"B{bank}:C{bank}")


def _costs(page: Page) -> None:
    top, last = _COST_TOP, _COST_TOP + len(CURVE_TENORS) - 1
    page.section(f"B{top - 2}", "Cost by component and tenor, bp a year", 13)
    labels = [label for _, label, _ in COSTS]
    page.header(f"B{top - 1}", ["Tenor", *labels[:5], "", *labels[5:], "Cost", "Break-even", "Capital held", "Binding"])
    table = f"HV_BSCOSTTABLE($B${top}:$B${last},Desk_asof,Desk_options)"
    for row, tenor in enumerate(CURVE_TENORS, start=top):
        shown = (*[BP] * 9, PERCENT, "General")
        line = row - top + 2
        later = (beside(f"$C{row}", f"INDEX({table},{line},{place})") for place in range(3, 3 + len(shown) - 1))
        formulas = (or_absent(entry(table, line, 2)), *later)
        parts = [(f"={formula}", form) for formula, form in zip(formulas, shown, strict=True)]
        page.row(f"B{row}", [(tenor, TENOR), *parts[:5], (None, BP), *parts[5:]])
    tenors = page.cells(f"B{top}:B{last}")
    page.chart(
        columns(
            "What the cost is made of, bp a year (equity credit counts against)",
            tenors,
            [Line(label, page.cells(f"{column}{top}:{column}{last}"), color) for column, label, color in COSTS],
            stacked=True,
        ),
        f"B{last + 2}:G{last + 17}",
    )
    page.chart(
        lines(
            "Break-even against the market, bp",
            tenors,
            [
                Line("Swap spread", page.gapped(f"J{_MARKET_TOP}:J{_MARKET_TOP + len(CURVE_TENORS) - 1}"), SWAP),
                Line("Break-even", page.gapped(f"L{top}:L{last}"), BREAKEVEN, DASHED),
            ],
        ),
        f"I{last + 2}:N{last + 17}",
    )


def _rules(page: Page) -> None:
    """The rules of the chosen bank, as formulas: the first row shows why there are none, the rest then stay free."""
    bank = f'IF(Desk_bank="","{DEFAULT_BANK}",Desk_bank)'
    title = f'="Rules in force on "&TEXT(Desk_asof,"yyyy-mm-dd")&", for "&{bank}&" and for all banks"'
    page.section(f"B{_RULES_TOP}", title, 13)
    header = _RULES_TOP + 1
    page.header(f"B{header}", ["Rule", "", "Unit", "Value", "", "From", "", "", "", "", "", "", ""])
    for column, label in (("F", "Bank"), ("I", "Verified"), ("J", "Source")):
        page.header(f"{column}{header}", [label])
    indented = Alignment(horizontal="left", vertical="center", indent=1)
    page.sheet[f"F{header}"].alignment = indented
    rules = "HV_RULES(Desk_asof,Desk_bank)"
    corner = f"INDEX({rules},1,1)"
    legend = "Verified: seen in the source; secondary, as another text states it; recalled, check it before use"
    page.text(f"N{_RULES_TOP}", legend, size=9, color=SOFT, italic=True, align="right")
    columns_shown = (("D", 4, "@"), ("E", 3, "0.####"), ("F", 2, "@"), ("G", 5, ISO_DATE), ("I", 8, "@"), ("J", 7, "@"))
    for row in range(header + 1, header + 1 + RULE_ROWS):
        rule = f"INDEX({rules},{row - header + 1},1)"
        why = f'=IF(ISERROR({corner}),{corner},IFERROR({rule},"{ABSENT}"))'
        page.text(f"B{row}", why if row == header + 1 else f'=IFERROR({rule},"")', number_format="@", size=9)
        for column, place, shown in columns_shown:
            figure = f'=IF($B{row}="","",{beside(f"$B{row}", f"INDEX({rules},{row - header + 1},{place})")})'
            align = "left" if shown == "@" and column != "D" else "right"
            page.text(f"{column}{row}", figure, number_format=shown, align=align, size=9)
        page.sheet.row_dimensions[row].height = 12  # so that all of them stand on one printed page
        page.sheet[f"F{row}"].alignment = indented
    page.mark(f"B{header + 1}:N{header + RULE_ROWS}", f'$B{header + 1}<>""', Mark())
