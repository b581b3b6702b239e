"""Compute the Haven formulas of a user's own workbook, without a screen and without touching anything else."""

from dataclasses import dataclass
from pathlib import Path

from haven.market.atomic import atomic_write
from haven.market.snapshot import refresh, using
from haven.workbook.answers import functions
from haven.workbook.areas import area_values
from haven.workbook.calculate import Problem, calculate
from haven.workbook.cells import change_cells
from haven.workbook.files import check_replaceable
from haven.workbook.overrides import AREA, overridden
from haven.workbook.package import Package


@dataclass(frozen=True, slots=True)
class Computed:
    """How many cells were computed, and those that keep what they had, with the reason."""

    cells: int
    problems: list[Problem]


def compute(path: Path, out: Path) -> Computed:
    """Compute our formulas, and all that depends on them, and write the workbook with the results.

    Parameters
    ----------
    path
        The workbook; it may be ``out`` too.
    out
        The file to write; an existing one is replaced.

    Raises
    ------
    HavenError
        INVALID when the file can't be read or ``out`` can't be replaced.
    """
    package = Package.open(path)
    check_replaceable(out, like=path)
    with using(overridden(refresh(), area_values(package, AREA))):
        calculation = calculate(package, functions())
    content = change_cells(package, calculation.values)
    with atomic_write(out) as file:
        file.write(content)
    return Computed(sum(map(len, calculation.values.values())), calculation.problems)
