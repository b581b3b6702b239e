"""Blocks of cells written at a selection: the example of a function, and a table of scenarios to go on from."""

from dataclasses import dataclass, field
from typing import Any, Final

from haven.functions import CATALOGUE, call
from haven.functions.catalogue import Declaration
from haven.functions.kinds import BlockKind
from haven.workbook.references import Address, format_address
from haven.workbook.template.function_list import as_formula

SCENARIO_FUNCTIONS: Final = ("HV_BREAKEVEN", "HV_SPREADROE")
SCENARIOS: Final = (
    ("scenario", "leverage_ratio", "+repo_spread", "hurdle"),
    ("eSLR 2026", 0.0425, None, None),
    ("repo 20 bp dearer", None, 20.0, None),
    ("hurdle 12 %", None, None, 0.12),
)


@dataclass(frozen=True, slots=True)
class Block:
    """Cells to write: what they hold and, where it matters, their number formats.

    ``formula`` stands at ``result`` and fills ``size`` rows and columns.
    """

    cells: dict[Address, Any]
    result: Address
    formula: str
    size: tuple[int, int]
    formats: dict[Address, str] = field(default_factory=dict)

    def addresses(self) -> set[Address]:
        """Every cell the block fills."""
        row, column = self.result
        rows, columns = self.size
        answered = {(row + down, column + right) for down in range(rows) for right in range(columns)}
        return answered | set(self.cells)


def example_block(name: str, at: Address) -> Block:
    """A call of a function that works: a row for each argument, then the formula that reads them."""
    declaration = CATALOGUE[name]
    row, column = at
    cells: dict[Address, Any] = {at: name}
    arguments = []
    for place, argument in enumerate(declaration.arguments):
        given = declaration.example[place] if place < len(declaration.example) else None
        if isinstance(argument.kind, BlockKind) or isinstance(given, (list, tuple, dict)):
            arguments.append(as_formula(given))
            continue
        row += 1
        cells[row, column] = argument.name
        cells[row, column + 1] = given
        arguments.append(format_address((row, column + 1)))
    while arguments and not arguments[-1]:
        arguments.pop()
    return _answered(declaration, cells, (row + 1, column), f"={name}({','.join(arguments)})", declaration.example)


def scenario_block(at: Address) -> Block:
    """A table of scenarios to change, and what break-even and return become under each."""
    row, column = at
    options = {"tenor": "10Y"}
    cells: dict[Address, Any] = {at: "functions", (row + 1, column): "tenor", (row + 1, column + 1): options["tenor"]}
    cells |= {(row, column + place): name for place, name in enumerate(SCENARIO_FUNCTIONS, start=1)}
    top = row + 3
    for down, line in enumerate(SCENARIOS):
        cells |= {(top + down, column + right): value for right, value in enumerate(line) if value is not None}
    areas = (
        _area((row, column + 1), (row, column + len(SCENARIO_FUNCTIONS))),
        _area((top, column), (top + len(SCENARIOS) - 1, column + len(SCENARIOS[0]) - 1)),
        _area((row + 1, column), (row + 1, column + 1)),
    )
    formula = f"=HV_SCENARIOTABLE({','.join(areas)})"
    example = [[[*SCENARIO_FUNCTIONS]], [list(line) for line in SCENARIOS], options]
    return _answered(CATALOGUE["HV_SCENARIOTABLE"], cells, (top + len(SCENARIOS) + 1, column), formula, example)


def _answered(declaration: Declaration, cells: dict[Address, Any], at: Address, formula: str, example: Any) -> Block:
    """The block with its formula, which is evaluated to know how many cells it fills."""
    answer = call(declaration.name, list(example))
    rows = answer if isinstance(answer, list) else [[answer]]
    formats = formats_for(declaration, at, len(rows), len(rows[0]))
    return Block(cells, at, formula, (len(rows), len(rows[0])), formats)


def formats_for(declaration: Declaration, at: Address, rows: int, columns: int) -> dict[Address, str]:
    """The number formats of an answer at a place: by column below a table's header, otherwise the function's."""
    row, column = at
    if not declaration.is_table:
        return {
            (row + down, column + right): declaration.unit.format for down in range(rows) for right in range(columns)
        }
    units = [heading.unit for heading in declaration.columns]
    units += [declaration.unit] * (columns - len(units))
    return {(row + down, column + right): units[right].format for down in range(1, rows) for right in range(columns)}


def _area(first: Address, last: Address) -> str:
    return f"{format_address(first)}:{format_address(last)}"
