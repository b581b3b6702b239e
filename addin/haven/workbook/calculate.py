"""The calculation of a workbook without a spreadsheet program: what must be computed, in order, cell by cell."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from haven.errors import HavenError, Reason
from haven.functions.kinds import Missing
from haven.workbook.evaluate import Functions, Scope, evaluate
from haven.workbook.formula import Call
from haven.workbook.library import VOLATILE, Argument
from haven.workbook.model import Formula, Model
from haven.workbook.operators import Rows, fill, flat, single
from haven.workbook.order import components
from haven.workbook.package import Package
from haven.workbook.references import format_address
from haven.workbook.values import Value

_UNTRACEABLE: Final = frozenset({"INDIRECT", "OFFSET"})
"""Functions that don't tell beforehand which cells they read."""
_NOTHING: Final[Mapping[str, Mapping[str, Value]]] = {}


@dataclass(frozen=True, slots=True)
class Problem:
    """A cell that keeps what it had, or is not shown in full, and why."""

    sheet: str
    address: str
    why: str


@dataclass(slots=True)
class Calculation:
    """What a calculation found: values by address by sheet, ready for ``change_cells``, and what it could not."""

    values: dict[str, dict[str, Value]] = field(default_factory=lambda: defaultdict(dict))
    problems: list[Problem] = field(default_factory=list)


def calculate(
    package: Package, functions: Functions, changed: Mapping[str, Mapping[str, Value]] = _NOTHING
) -> Calculation:
    """Compute the formulas of a workbook that call our functions, and all that depends on them.

    Computed is every formula that calls one of ``functions`` or the clock, has no value yet, or depends, directly or
    not, on such a formula or on a changed cell. The others keep the values the file holds, which are inputs here.
    A formula that can't be computed spoils only itself: it keeps what it had and is reported, and what depends on it
    uses that.

    Parameters
    ----------
    package
        The workbook, which stays as it is.
    functions
        Our functions by name in capitals, see :data:`haven.workbook.evaluate.Functions`.
    changed
        Values about to be written, by address by sheet; they come before what the file holds there, formulas too.

    Raises
    ------
    HavenError
        INVALID for a damaged workbook, one that counts dates from 1904, or an unknown sheet or address in ``changed``.
    """
    return _Run(Model(package, changed), functions).whole()


class _Run:
    def __init__(self, model: Model, functions: Functions) -> None:
        self._model = model
        self._functions = functions
        self._always = {*functions, *VOLATILE, *_UNTRACEABLE}
        self._result = Calculation()
        self._lacking: set[int] = set()

    def whole(self) -> Calculation:
        needs: dict[int, list[int]] = {}
        stale: set[int] = {Model.CHANGED}
        for number, formula in enumerate(self._model.formulas):
            needs[number] = []
            if formula.node is None:
                self._report(number, formula.problem)
                continue
            try:
                needs[number] = list(dict.fromkeys(self._model.needs(formula)))
                if not formula.has_values or self._is_always_stale(formula):
                    stale.add(number)
            except HavenError as failure:
                self._report(number, failure.message)
                formula.node = None
        within = {number: [need for need in found if need != Model.CHANGED] for number, found in needs.items()}
        for group in components(within):
            self._settle(group, needs, stale)
        return self._result

    def _is_always_stale(self, formula: Formula) -> bool:
        return any(isinstance(node, Call) and node.function in self._always for node, _ in self._model.parts(formula))

    def _settle(self, group: list[int], needs: Mapping[int, list[int]], stale: set[int]) -> None:
        """Compute a formula if it is stale, all it needs being settled; formulas in a circle are reported."""
        if not any(number in stale or not stale.isdisjoint(needs[number]) for number in group):
            return
        stale.update(group)
        circular = len(group) > 1 or group[0] in needs[group[0]]
        for number in group:
            if circular:
                around = ", ".join(_where(self._model.formulas[other]) for other in group[:5])
                self._report(number, f"the formula depends on itself, through {around}")
            elif self._model.formulas[number].node:
                self._compute(number, needs[number])

    def _compute(self, number: int, needs: list[int]) -> None:
        formula = self._model.formulas[number]
        scope = Scope(self._model, self._functions, formula.sheet, formula.first, formula.shift)
        lacking = next((need for need in needs if need in self._lacking), None)
        try:
            if lacking is not None:
                raise HavenError(
                    Reason.INVALID, f"it needs {_where(self._model.formulas[lacking])}, which has no value"
                )
            assert formula.node is not None
            self._store(formula, evaluate(formula.node, scope))
        except HavenError as failure:
            self._report(number, failure.message)
        except RecursionError:
            self._report(number, "the formula is nested too deeply")

    def _store(self, formula: Formula, answer: Argument) -> None:
        """Put an answer in the cells of its formula; a blank shows as 0."""
        assert not isinstance(answer, Missing)
        rows = answer if isinstance(answer, list) else [[answer]]
        if not formula.is_array and single(rows) is rows:
            if not (isinstance(formula.node, Call) and formula.node.function in self._functions):
                raise HavenError(Reason.INVALID, f"it answers {_size(rows)} cells but is not an array formula")
            rows = [rows[0][:1]]
        height, width = formula.last[0] - formula.first[0] + 1, formula.last[1] - formula.first[1] + 1
        if formula.spills and (len(rows), len(rows[0])) != (height, width):
            why = f"it answers {_size(rows)} cells, its range has {height} x {width}; Excel will spill it anew"
            self._result.problems.append(Problem(formula.sheet, format_address(formula.first), why))
        values = flat(fill(rows, height, width))
        for address, value in zip(formula.cells(), values, strict=True):
            shown = 0.0 if value is None else value
            self._model.sheets[formula.sheet].values[address] = shown
            self._result.values[formula.sheet][format_address(address)] = shown

    def _report(self, number: int, why: str) -> None:
        formula = self._model.formulas[number]
        self._result.problems.append(Problem(formula.sheet, format_address(formula.first), why))
        if not formula.has_values:
            self._lacking.add(number)


def _size(rows: Rows) -> str:
    return f"{len(rows)} x {len(rows[0])}"


def _where(formula: Formula) -> str:
    return f"{formula.sheet}!{format_address(formula.first)}"
