"""Scenarios: what a number becomes when something changes, one at a time, in a table, or over a grid."""

from typing import Annotated, Any

from haven.errors import HavenError, Reason
from haven.functions.answer import Answer, CellError
from haven.functions.catalogue import Declaration, spreadsheet_function
from haven.functions.kinds import BlockKind, Cell, Text, is_blank, optional
from haven.functions.units import NUMBER, TEXT, Column
from haven.functions.what_if import changed, evaluate, figure, find_numeric, one, settings
from haven.market.scenarios import find_scenario, scenarios


class CellsKind(BlockKind):
    """A block of cells as they are: names, keys and values."""

    __slots__ = ()

    def read_block(self, argument: str, block: list[list[Cell]]) -> list[list[Cell]]:  # noqa: ARG002
        """The rows that hold anything."""
        return [row for row in block if not all(is_blank(cell) for cell in row)]


Cells = Annotated[list[list[Any]], CellsKind("cells")]


@spreadsheet_function("Scenarios", NUMBER, example=("HV_BREAKEVEN", [["leverage_ratio", 0.03]], {"tenor": "10Y"}))
def HV_SCENARIO(function: Text, scenario: Cells, options: Cells = optional()) -> list[Any]:
    """What a function answers under a scenario, in the function's own unit.

    Parameters
    ----------
    function
        Name of any function with one numeric answer, such as HV_BREAKEVEN.
    scenario
        Key/value rows: leverage_ratio 0.03 sets, +repo_spread 25 adds; or the name of a shipped scenario.
    options
        Key/value rows with the function's arguments and options by name, such as tenor 10Y.
    """
    declaration = find_numeric(function)
    base = settings(declaration, options, "options")
    return [figure(one(declaration, changed(declaration, base, _changes(declaration, scenario))))]


@spreadsheet_function(
    "Scenarios",
    NUMBER,
    columns=(
        Column("scenario", TEXT),
        Column("function", TEXT),
        Column("level", NUMBER),
        Column("base", NUMBER),
        Column("change", NUMBER),
    ),
    example=("HV_BREAKEVEN", [["eSLR 2026"], ["SLR carve-out"]], {"tenor": "10Y", "date": "2025-04-11"}),
)
def HV_SCENARIOTABLE(functions: Cells, scenarios: Cells = optional(), options: Cells = optional()) -> list[Any]:
    """Functions under scenarios, one row each: level, base and change in the function's own unit.

    Parameters
    ----------
    functions
        Names of functions with one numeric answer.
    scenarios
        Names of shipped scenarios, one a row, or a table: header row of keys, first column the scenarios' names.
    options
        Key/value rows with the functions' arguments and options by name, such as tenor 10Y.
    """
    rows: list[list[Answer]] = []
    for name in (str(cell) for row in functions for cell in row if not is_blank(cell)):
        declaration = find_numeric(name)
        base = settings(declaration, options, "options")
        level = one(declaration, base)
        rows += [
            [label, declaration.name, *_compared(declaration, base, level, changes)]
            for label, changes in _scenarios(scenarios)
        ]
    return [list(column) for column in zip(*rows, strict=True)]


def _compared(declaration: Declaration, base: dict[str, Any], level: Answer, changes: list[list[Any]]) -> list[Answer]:
    """Level under the changes, base and change; a scenario that can't be answered spoils only its own row."""
    try:
        moved = one(declaration, changed(declaration, base, settings(declaration, changes, "scenario")))
    except HavenError as failure:
        moved = CellError(failure.reason, failure.message)
    errors = [cell for cell in (moved, level) if isinstance(cell, CellError)]
    return [moved, level, errors[0] if errors else figure(moved) - figure(level)]


@spreadsheet_function(
    "Scenarios",
    NUMBER,
    columns=(Column("y by x", NUMBER),),
    own_header=True,
    example=("HV_BREAKEVEN", "hurdle", [[0.08, 0.10, 0.12]], "leverage_ratio", [[0.03], [0.05]], {"tenor": "10Y"}),
)
def HV_GRID(
    function: Text, x_name: Text, x_values: Cells, y_name: Text, y_values: Cells, options: Cells = optional()
) -> list[list[Any]]:
    """A function over two of its arguments or options: x across the first row, y down the first column.

    Parameters
    ----------
    function
        Name of any function with one numeric answer, such as HV_BREAKEVEN.
    x_name
        Argument or option that changes from column to column, such as hurdle.
    x_values
        Its values.
    y_name
        Argument or option that changes from row to row.
    y_values
        Its values.
    options
        Key/value rows with the function's other arguments and options by name, such as tenor 10Y.
    """
    declaration = find_numeric(function)
    cells = settings(declaration, options, "options")
    across = [cell for row in x_values for cell in row]
    down = [cell for row in y_values for cell in row]
    axes = settings(declaration, [[x_name, 0.0], [y_name, 0.0]], "x_name and y_name")
    if len(axes) < 2:
        raise HavenError(Reason.INVALID, f"x_name and y_name must differ, got {x_name!r} twice")
    x, y = axes
    grid = evaluate(declaration, {**cells, x: [across], y: [[cell] for cell in down]})
    return [[f"{y_name} by {x_name}", *across], *([value, *row] for value, row in zip(down, grid, strict=True))]


def _changes(declaration: Declaration, block: list[list[Any]]) -> dict[str, Any]:
    """One scenario as key/value pairs; a single word names a shipped one."""
    if len(block) == 1 and len(block[0]) == 1:
        block = [list(change) for change in find_scenario(str(block[0][0]))]
    return settings(declaration, block, "scenario")


def _scenarios(block: list[list[Any]]) -> list[tuple[str, list[list[Any]]]]:
    """Scenarios by label as key/value rows: named, spelled out under a header row, or by default all shipped ones."""
    if not block or len(block[0]) == 1:
        names = [str(row[0]) for row in block] or list(scenarios())
        return [(name, [list(change) for change in find_scenario(name)]) for name in names]
    (_, *keys), *rows = block
    return [
        (str(row[0]), [[key, value] for key, value in zip(keys, row[1:], strict=True) if not is_blank(value)])
        for row in rows
    ]
