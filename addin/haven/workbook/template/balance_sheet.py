"""Balance sheet: the terms of the trade as inputs, and what they make a Treasury cost."""

from openpyxl.chart import BarChart

from haven.functions.kinds import Option
from haven.functions.trade import DEFAULT_BANK, FIXED_DEFAULTS, TRADE_OPTIONS
from haven.market.rules import banks
from haven.workbook.template.desk import CURVE_TENORS
from haven.workbook.template.page import BLUE, BP, GREY, ISO_DATE, PERCENT, SOFT, TENOR, Page

COST_COLUMNS = ("Capital", "Equity", "Repo", "Haircut", "Margin", "Trading", "Converg.", "Cost", "Break-even")
RULE_ROWS = 40
_FIRST_INPUT = 6
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
    """Inputs on the left; cost by component, return and headroom on the right; the rules in force below."""
    page.widths(2, 31, 11, 52, 2, 9, *[10.5] * 9, 2)
    page.heading(
        "Balance sheet", "What it costs a dealer to hold a Treasury against a swap, bp a year, on the Desk date"
    )
    _inputs(page)
    _costs(page)
    _measures(page)
    page.section("B31", "Rules in force on the date, for JPM and for all banks", 14)
    page.table(
        "Sheet_rules", "B32",
        [("Rule", "@"), ("Value", "0.0000"), ("Source", "@"), ("", "@"), ("Bank", "@"), ("From", ISO_DATE), ("", "@"),
         ("Verified", "@")],
        RULE_ROWS,
    )  # fmt: skip
    page.chart(
        BarChart(), "H74", "Cost by tenor, bp a year",
        [("Capital", "G6:G13", GREY), ("Cost", "N6:N13", BLUE)], "F6:F13", (15.0, 6.4),
    )  # fmt: skip


def _inputs(page: Page) -> None:
    page.section("B4", "Inputs; empty means the default, or the figure of the date", 3)
    page.header("B5", ["Option", "Value", "Meaning, and default"], words=True)
    last = _FIRST_INPUT + len(TRADE_OPTIONS) - 1
    for row, option in enumerate(TRADE_OPTIONS, start=_FIRST_INPUT):
        page.text(f"B{row}", option.name)
        number_format = _FORMATS.get(option.name, "0.##" if option.name in _WHOLE else PERCENT)
        page.mark_input(f"C{row}", _default(option), number_format)
        page.text(f"D{row}", f"{option.help}; {option.default}", size=9, color=SOFT)
    page.choose(f"C{_FIRST_INPUT + 1}", banks())
    page.name("Desk_options", f"B{_FIRST_INPUT}:C{last}")


def _default(option: Option) -> float | str | None:
    """A fixed default as it stands in the cell; nothing where it is the rule's or the market's of the date."""
    return DEFAULT_BANK if option.name == "bank" else FIXED_DEFAULTS.get(option.name)


def _costs(page: Page) -> None:
    page.section("F4", "Cost by component and tenor, bp a year", 10)
    page.header("F5", ["Tenor", *COST_COLUMNS])
    for row, tenor in enumerate(CURVE_TENORS, start=6):
        page.text(f"F{row}", tenor, number_format=TENOR)
        for place, column in enumerate("GHIJKLMNO", start=2):
            formula = f"=INDEX(HV_BSCOSTTABLE($F{row},Desk_date,Desk_options),2,{place})"
            page.text(f"{column}{row}", formula, number_format=BP, align="right", bold=column in "NO")


def _measures(page: Page) -> None:
    page.section("F15", "What the market pays for it", 10)
    page.header("F16", ["Tenor", "Spread bp", "ROE", "Implied LR", "Carry bp", "Adverse bp"])
    for row, tenor in enumerate((2, 5, 10, 30), start=17):
        spread = f"$G{row}"
        carry = f"HV_CARRY($F{row},{spread},Desk_date,Desk_options)"
        cells = (
            ("G", f"=HV_SWAPSPREAD($F{row},Desk_date)", BP),
            ("H", f"=HV_SPREADROE($F{row},{spread},Desk_date,Desk_options)", PERCENT),
            ("I", f'=IFERROR(HV_IMPLIEDLEVERAGE($F{row},{spread},Desk_date,Desk_options),"none")', PERCENT),
            ("J", f"=INDEX({carry},8,2)", BP),
            ("K", f"=INDEX({carry},10,2)", BP),
        )
        page.text(f"F{row}", tenor, number_format=TENOR)
        for column, formula, number_format in cells:
            page.text(f"{column}{row}", formula, number_format=number_format, align="right")
    page.section("F22", "Headroom of the holding company, USD bn", 10)
    page.header("F23", ["", "Tier 1", "Exposure", "On the date", "New rule", "Carve-out of", "then"])
    for column, amount in (("G", 280), ("H", 5000), ("K", 400)):
        page.mark_input(f"{column}24", amount, "#,##0")
    page.text("I24", "=HV_HEADROOM(G24*1E9,H24*1E9,Desk_date)/1E9", number_format="#,##0", align="right")
    page.text("J24", '=HV_HEADROOM(G24*1E9,H24*1E9,"2026-04-01")/1E9', number_format="#,##0", align="right")
    page.text("L24", "=I24+K24", number_format="#,##0", align="right")
