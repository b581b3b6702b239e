"""Scenarios: the named ones, the user's own rows, and a grid over two inputs."""

from openpyxl.formatting.rule import ColorScaleRule

from haven.market.scenarios import scenarios
from haven.workbook.template.balance_sheet import KEYS
from haven.workbook.template.charts import DASHED, DOTTED, SOLID, Line, columns, lines, without_legend
from haven.workbook.template.data import CURVE_TENORS, SCENARIOS_TOP, base_of_tenor, signed_of_scenarios
from haven.workbook.template.look import (
    ABSENT,
    AMOUNT,
    BLUE,
    BP,
    BREAKEVEN,
    GREY,
    ORANGE,
    RETURN,
    SIGNED_BP,
    SIGNED_POINTS,
    SKY,
    SOFT,
    SWAP,
    TENOR,
    entry,
    less,
    or_absent,
    points,
)
from haven.workbook.template.page import GRID_WIDTHS, Page

OWN_KEYS = ("leverage_ratio", "+repo_spread", "hurdle", "binding_weight", "tax")
OWN = (
    ("Repo 10 dearer", None, 10, None, None, None),
    ("Hurdle 12 %", None, None, 0.12, None, None),
    ("4 % and 12 %", 0.04, None, 0.12, None, None),
)
OWN_ROWS = 8
ACROSS = (0.08, 0.09, 0.10, 0.12, 0.15)
DOWN = (0.03, 0.035, 0.04, 0.0425, 0.045, 0.05, 0.055, 0.06)
GRID_FUNCTIONS = ("BREAKEVEN", "BSCOST")
"""Functions in bp, so that the grid's format fits; without their prefix, which a client need not see."""
_OWN_TOP = 34
_GRID_TOP = 45


def draw(page: Page, inputs: dict[str, object]) -> None:  # noqa: ARG001
    """Break-even and return under each scenario; own rows; the grid as a heat map."""
    page.widths(*GRID_WIDTHS)
    page.heading("Scenarios", "from the terms on the Balance sheet page, for tenor and date of the Desk page")
    _choice(page)
    _named(page)
    _by_tenor(page)
    _own(page)
    _grid(page)
    page.sheet.freeze_panes = "A4"
    page.sheet.print_area = f"A1:O{_GRID_TOP + 14}"
    page.break_after(31)


def _choice(page: Page) -> None:
    page.section("I4", "One scenario by tenor", 6)
    names = list(scenarios())
    page.text("I5", "Scenario", size=10)
    page.mark_input("J5", names[0], "@")
    page.sheet.merge_cells("J5:K5")
    page.choose("J5", names)
    page.name("Desk_scenario", "J5")


def _named(page: Page) -> None:
    page.section("B4", "Named scenarios", 6)
    page.header("B5", ["Scenario", "", "Break-even bp", "Change bp", "ROE", "Change pp"])
    base = SCENARIOS_TOP - 1
    roe = 'HV_SPREADROE(Desk_tenor,"",Desk_asof,Desk_options)'
    page.row(
        f"B{base}",
        [
            ("As it is", "@"),
            (None, "@"),
            (f"={or_absent('HV_BREAKEVEN(Desk_tenor,Desk_asof,Desk_options)')}", BP),
            (None, BP),
            (f"={or_absent(roe)}", RETURN),
            (None, BP),
        ],
        bold=True,
    )
    for row, name in enumerate(scenarios(), start=SCENARIOS_TOP):
        breakeven, roe = (
            or_absent(f'HV_SCENARIO("{function}",$B{row},Scenario_base)')
            for function in ("HV_BREAKEVEN", "HV_SPREADROE")
        )
        page.row(
            f"B{row}",
            [
                (name, "@"),
                (None, "@"),
                (f"={breakeven}", BP),
                (f"={less(f'D{row}', f'D${base}')}", SIGNED_BP),
                (f"={roe}", RETURN),
                (f"={points(f'F{row}', f'F${base}')}", SIGNED_POINTS),
            ],
        )
    last = SCENARIOS_TOP + len(scenarios()) - 1
    chart = columns(
        "Change of the break-even under each scenario, bp",
        page.cells(f"B{SCENARIOS_TOP}:B{last}"),
        [
            Line("Less negative", signed_of_scenarios("AA"), SKY),
            Line("More negative", signed_of_scenarios("AB"), ORANGE),
        ],
        stacked=True,
    )
    without_legend(chart)
    page.note("D15", "n.m.: not meaningful, hardly any capital is held")
    page.chart(chart, "B16:G30")


def _by_tenor(page: Page) -> None:
    page.header("I6", ["Tenor", "Spread bp", "Break-even bp", "Scenario bp", "Change bp", "Gap then bp"])
    top = 7
    last = top + len(CURVE_TENORS) - 1
    for row, tenor in enumerate(CURVE_TENORS, start=top):
        scenario = or_absent(f'HV_SCENARIO("HV_BREAKEVEN",Desk_scenario,{base_of_tenor(row - top)})')
        page.row(
            f"I{row}",
            [
                (tenor, TENOR),
                (f"={or_absent(f'HV_SWAPSPREAD($I{row},Desk_asof)')}", BP),
                (f"={or_absent(f'HV_BREAKEVEN($I{row},Desk_asof,Desk_options)')}", BP),
                (f'=IF(Desk_scenario="",K{row},{scenario})', BP),
                (f"={less(f'L{row}', f'K{row}')}", SIGNED_BP),
                (f"={less(f'J{row}', f'L{row}')}", SIGNED_BP),
            ],
        )
    page.chart(
        lines(
            "Spread, break-even, and break-even in the scenario, bp",
            page.cells(f"I{top}:I{last}"),
            [
                Line("Swap spread", page.gapped(f"J{top}:J{last}"), SWAP),
                Line("Break-even", page.gapped(f"K{top}:K{last}"), BREAKEVEN, DASHED),
                Line("In the scenario", page.gapped(f"L{top}:L{last}"), SKY),
            ],
        ),
        "I16:N30",
    )


def _own(page: Page) -> None:
    top, last = _OWN_TOP, _OWN_TOP + OWN_ROWS - 1
    page.section(f"B{top - 2}", "Your own: a row a scenario; a key sets, +key adds", 13)
    page.header(f"B{top - 1}", ["scenario"])
    page.header(f"I{top - 1}", ["Name it", "Break-even bp", "Change bp", "ROE", "Change pp"])
    for column, key in zip("CDEFG", OWN_KEYS, strict=True):
        page.mark_input(f"{column}{top - 1}", key, "@")
    page.suggest(f"C{top - 1}:G{top - 1}", KEYS, "An input of the balance sheet; +key adds")
    page.only_numbers(f"C{top}:G{last}", -1000, 1000)
    table = f"HV_SCENARIOTABLE({{0}},$B${top - 1}:$G${last},Scenario_base)"
    for place in range(OWN_ROWS):
        row = top + place
        name, *values = OWN[place] if place < len(OWN) else (None,) * 6
        page.row(f"B{row}", [(f"Own {place + 1}", "@")], color=SOFT)
        for column, value in zip("CDEFG", values, strict=True):
            page.mark_input(f"{column}{row}", value, AMOUNT)
        is_empty = f'$C{row}&$D{row}&$E{row}&$F{row}&$G{row}=""'
        results = (("HV_BREAKEVEN", 3, BP), ("HV_BREAKEVEN", 5, SIGNED_BP), ("HV_SPREADROE", 3, RETURN))
        shown: list[tuple[object, str]] = [(None, "@")]
        for function, answer, number_format in results:
            call = table.format(f'"{function}"')
            shown.append((f'=IF({is_empty},"{ABSENT}",{or_absent(entry(call, place + 2, answer))})', number_format))
        shown.append((f"={points(f'L{row}', f'F${SCENARIOS_TOP - 1}')}", SIGNED_POINTS))
        page.row(f"I{row}", shown)
        page.mark_input(f"I{row}", name, "@")
    page.name("Own_scenarios", f"B{top - 1}:G{last}")


def _grid(page: Page) -> None:
    top = _GRID_TOP
    first, last = top + 2, top + 1 + len(DOWN)
    page.section(f"B{top - 2}", "Two-way grid, bp", 13)
    for column, label, name, value in (
        ("C", "Function", "Grid_function", GRID_FUNCTIONS[0]),
        ("E", "Across", "Grid_across", "hurdle"),
        ("G", "Down", "Grid_down", "leverage_ratio"),
    ):
        page.input(f"{column}{top - 1}", f"{chr(ord(column) - 1)}{top - 1}", label, name, value, "@")
    page.choose(f"C{top - 1}", GRID_FUNCTIONS)
    for column in "EG":
        page.suggest(f"{column}{top - 1}", KEYS, "An input of the balance sheet")
    columns_used = "CDEFG"
    for column, across in zip(columns_used, ACROSS, strict=True):
        page.mark_input(f"{column}{top + 1}", across, AMOUNT)
        at = f"{column}{top + 1}"
        label = f'=IF({at}="","",Grid_across&" "&IF(ABS({at})<1,TEXT({at},"0.0%"),{at}))'
        page.text(f"{column}{top}", label, size=8, color=SOFT, align="right")
    page.text(f"B{top + 1}", "down, across", size=9, color=SOFT, align="right")
    values = f"$C${top + 1}:$G${top + 1},Grid_down,$B${first}:$B${last}"
    grid = f'HV_GRID("HV_"&Grid_function,Grid_across,{values},Scenario_base)'
    for row, down in enumerate(DOWN, start=first):
        page.mark_input(f"B{row}", down, AMOUNT)
        line = f'1+SUMPRODUCT(($B${first}:$B{row}<>"")*1)'  # the answer leaves out rows that are empty
        for place, column in enumerate(columns_used, start=2):
            figure = or_absent(entry(grid, line, place))
            formula = f'=IF(OR({column}${top + 1}="",$B{row}=""),"{ABSENT}",{figure})'
            page.text(f"{column}{row}", formula, number_format=BP, align="right")
    scale = ColorScaleRule(  # type: ignore[no-untyped-call]
        start_type="min", start_color="6FA8D6", end_type="max", end_color="FFFFFF"
    )
    page.sheet.conditional_formatting.add(f"C{first}:G{last}", scale)
    page.note(f"B{last + 1}", "the figure says it, the shade helps: darker is lower")
    chart = lines(
        "The grid's first, middle and last column, bp",
        page.cells(f"B{first}:B{last}"),
        [
            Line(f"={page.cells(f'{column}{top}')}", page.gapped(f"{column}{first}:{column}{last}"), color, dash)
            for column, color, dash in (("C", BLUE, SOLID), ("E", ORANGE, DASHED), ("G", GREY, DOTTED))
        ],
    )
    chart.x_axis.number_format = AMOUNT
    page.chart(chart, f"I{top - 1}:N{last + 1}")
