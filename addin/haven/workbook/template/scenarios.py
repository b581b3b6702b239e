"""Scenarios: the shipped ones, one of the user's own, and a grid over two inputs."""

from openpyxl.formatting.rule import ColorScaleRule

from haven.market.scenarios import scenarios
from haven.workbook.template.page import BLUE, BP, PERCENT, Page

HURDLES = (0.08, 0.09, 0.10, 0.11, 0.12, 0.13, 0.15)
RATIOS = (0.03, 0.035, 0.04, 0.0425, 0.045, 0.05, 0.06)
_OWN_ROWS = 6


def draw(page: Page, inputs: dict[str, object]) -> None:  # noqa: ARG001
    """Break-even and return under each scenario, then the grid as a heat map."""
    page.widths(2, 26, *[11] * 10, 2)
    page.heading("Scenarios", "Break-even and return at the market's spread, for the tenor and date of the Desk page")
    page.text("J4", "tenor")
    page.text("K4", "=Desk_tenor", align="right")
    page.text("J5", "date")
    page.text("K5", '=IF(Desk_date="","",Desk_date)', number_format="yyyy-mm-dd", align="right")
    page.name("Scenario_base", "J4:K5")
    _shipped(page)
    _own(page)
    _grid(page)


def _shipped(page: Page) -> None:
    page.section("B4", "Shipped scenarios", 7)
    page.header("B5", ["Scenario", "Break-even", "Base", "Change bp", "ROE", "Base", "Change"])
    for row, name in enumerate(scenarios(), start=6):
        page.text(f"B{row}", name)
        _compared(page, row, f"$B{row}")


def _compared(page: Page, row: int, scenario: str) -> None:
    """Level, base and change of break-even and return."""
    cells = (
        ("C", f'=HV_SCENARIO("HV_BREAKEVEN",{scenario},Scenario_base)', BP),
        ("D", "=HV_BREAKEVEN(Desk_tenor,Desk_date)", BP),
        ("E", f"=C{row}-D{row}", BP),
        ("F", f'=HV_SCENARIO("HV_SPREADROE",{scenario},Scenario_base)', PERCENT),
        ("G", '=HV_SPREADROE(Desk_tenor,"",Desk_date)', PERCENT),
        ("H", f"=F{row}-G{row}", PERCENT),
    )
    for column, formula, number_format in cells:
        page.text(f"{column}{row}", formula, number_format=number_format, align="right", bold=column in "EH")


def _own(page: Page) -> None:
    top = 8 + len(scenarios())
    page.section(f"B{top}", "Your own: key sets, +key adds", 7)
    first, last = top + 1, top + _OWN_ROWS
    for row, (key, value) in enumerate([("+repo_spread", 10), ("hurdle", 0.12)], start=first):
        page.mark_input(f"B{row}", key, "@")
        page.mark_input(f"C{row}", value, "General")
    for row in range(first + 2, last + 1):
        page.mark_input(f"B{row}", None, "@")
        page.mark_input(f"C{row}", None, "General")
    page.name("Own_scenario", f"B{first}:C{last}")
    page.header(f"D{first}", ["", "Break-even", "ROE"])
    page.text(
        f"E{first + 1}",
        '=HV_SCENARIO("HV_BREAKEVEN",Own_scenario,Scenario_base)',
        number_format=BP,
        align="right",
        bold=True,
    )
    page.text(
        f"F{first + 1}",
        '=HV_SCENARIO("HV_SPREADROE",Own_scenario,Scenario_base)',
        number_format=PERCENT,
        align="right",
        bold=True,
    )


def _grid(page: Page) -> None:
    top = 17 + len(scenarios())
    page.section(f"B{top}", "Break-even over hurdle (across) and leverage ratio (down), bp", 8)
    columns = "CDEFGHI"
    for column, hurdle in zip(columns, HURDLES, strict=True):
        page.mark_input(f"{column}{top + 1}", hurdle, PERCENT)
    first, last = top + 2, top + 1 + len(RATIOS)
    for row, ratio in enumerate(RATIOS, start=first):
        page.mark_input(f"B{row}", ratio, PERCENT)
        for column in columns:
            grid = f'HV_GRID("HV_BREAKEVEN","hurdle",{column}${top + 1},"leverage_ratio",$B{row},Scenario_base)'
            formula = f"=INDEX({grid},2,2)"
            page.text(f"{column}{row}", formula, number_format=BP, align="right")
    scale = ColorScaleRule(  # type: ignore[no-untyped-call]
        start_type="min", start_color="7FB2DA", end_type="max", end_color="FFFFFF"
    )
    page.sheet.conditional_formatting.add(f"C{first}:I{last}", scale)
    page.text(f"B{last + 1}", "darker: the spread must be more negative", size=9, color=BLUE, italic=True)
