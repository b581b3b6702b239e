"""Conditional formats of a page, read and tried: which cells a rule holds for, without the rule."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import fmean
from typing import Final
from xml.etree.ElementTree import Element

from haven.errors import HavenError, Reason
from haven.functions.answer import CellError
from haven.functions.kinds import Missing
from haven.workbook.evaluate import Scope, evaluate
from haven.workbook.formula import Area, Call, Name, Node, parse_formula, walk
from haven.workbook.markup import is_on
from haven.workbook.model import Model
from haven.workbook.operators import flat
from haven.workbook.page import Page
from haven.workbook.references import Address, Corners, parse_area
from haven.workbook.values import Value

MAX_AREAS: Final = 10_000
"""The most areas that the rules of a sheet are for."""
MAX_CELLS: Final = 1_000_000
"""The most cells that the rules of a page are for, each counted for each of its rules."""
MAX_TESTS: Final = 50_000
"""How often the formulas of a page's rules may be computed together."""
_WRITTEN: Final = frozenset(
    {
        "expression", "containsText", "notContainsText", "beginsWith", "endsWith", "containsBlanks",
        "notContainsBlanks", "containsErrors", "notContainsErrors", "timePeriod",
    }
)  # fmt: skip
"""Rules that the file also writes as a formula."""
_OPERATORS: Final = {
    "equal": "=", "notEqual": "<>", "greaterThan": ">", "lessThan": "<", "greaterThanOrEqual": ">=",
    "lessThanOrEqual": "<=",
}  # fmt: skip
_OF_PLACE: Final = frozenset({"ROW", "COLUMN"})
_HERE: Final = (True, True, True, True)
_OF_VALUES: Final = frozenset({"top10", "aboveAverage", "duplicateValues", "uniqueValues"})


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule and the areas it is for."""

    element: Element
    areas: tuple[Corners, ...]

    @property
    def kind(self) -> str:
        """Which kind of rule it is."""
        return self.element.get("type", "")

    @property
    def corner(self) -> Address:
        """The cell as seen from which its formulas are written."""
        return min(first[0] for first, _ in self.areas), min(first[1] for first, _ in self.areas)

    @property
    def stops(self) -> bool:
        """Whether no later rule is looked at where it holds."""
        return self.flag("stopIfTrue")

    def flag(self, name: str, otherwise: str = "0") -> bool:
        """An attribute that is true or not."""
        return is_on(self.element.get(name, otherwise))


def rules_of(page: Page) -> list[Rule]:
    """The rules for cells of a page, first those that come before others, also those Excel keeps apart.

    Raises
    ------
    HavenError
        INVALID for more rules than are tried, and for areas that are none.
    """
    found, bases = [], set()
    for element in page.tree.iterfind("{*}conditionalFormatting"):
        found += [Rule(rule, _areas(element.get("sqref", ""))) for rule in element.iterfind("{*}cfRule")]
        bases |= {base.text for base in element.iterfind("{*}cfRule/{*}extLst/{*}ext/{*}id")}
    for element in page.tree.iterfind("{*}extLst/{*}ext/{*}conditionalFormattings/{*}conditionalFormatting"):
        areas = _areas(element.findtext("{*}sqref") or "")
        found += [Rule(rule, areas) for rule in element.iterfind("{*}cfRule") if rule.get("id") not in bases]
    if sum(len(rule.areas) for rule in found) > MAX_AREAS:
        raise HavenError(Reason.INVALID, f"they are for more than {MAX_AREAS:,} areas")
    return sorted(
        (rule for rule in found if any(all(page.shown(area)) for area in rule.areas)),
        key=lambda rule: int(rule.element.get("priority", "0")),
    )


def _areas(text: str) -> tuple[Corners, ...]:
    return tuple(parse_area(area) for area in text.split())


@dataclass
class Trial:
    """Tries rules on the cells of a page, as the workbook holds them."""

    page: Page
    model: Model = field(init=False)
    _tests: int = 0
    _cells: int = 0

    def __post_init__(self) -> None:
        self.model = Model(self.page.package, {})

    def cells(self, rule: Rule) -> Iterator[Address]:
        """The shown cells that a rule is for.

        Raises
        ------
        HavenError
            INVALID once the rules of the page are for too many.
        """
        self._cells += sum(len(rows) * len(columns) for rows, columns in map(self.page.shown, rule.areas))
        if self._cells > MAX_CELLS:
            raise HavenError(Reason.INVALID, f"the rules of the page are for more than {MAX_CELLS:,} cells together")
        return iter(dict.fromkeys(address for area in rule.areas for address in self.page.within(area)))

    def test(self, rule: Rule) -> Callable[[Address], bool]:
        """Whether a rule holds for a cell.

        Raises
        ------
        HavenError
            INVALID, also by the test itself, for a rule that can't be tried.
        """
        if rule.kind in _OF_VALUES:
            return self._of_values(rule)
        node, known = _formula(rule), dict[object, bool]()
        areas = [part for part in walk(node) if isinstance(part, Area)]
        anywhere = not any(isinstance(part, Name) or getattr(part, "function", "") in _OF_PLACE for part in walk(node))

        def holds(address: Address) -> bool:
            shift = (address[0] - rule.corner[0], address[1] - rule.corner[1])
            key = tuple(area.moved(shift) for area in areas) if anywhere else address
            if key not in known:
                known[key] = _is_true(self.value(node, address, shift))
            return known[key]

        return holds

    def value(self, node: Node, address: Address, shift: Address = (0, 0)) -> Value:
        """What a formula of a rule is at a cell.

        Raises
        ------
        HavenError
            INVALID when it can't be computed, or too many were.
        """
        self._tests += 1
        if self._tests > MAX_TESTS:
            raise HavenError(Reason.INVALID, f"its formulas would be computed more than {MAX_TESTS:,} times")
        try:
            answer = evaluate(node, Scope(self.model, {}, self.page.sheet, address, shift))
        except RecursionError:
            raise HavenError(Reason.INVALID, "the formula is nested too deeply") from None
        return None if isinstance(answer, Missing) else next(flat(answer))

    def held(self, address: Address) -> Value:
        """What a cell holds."""
        return self.model.sheet(self.page.sheet).values.get(address)

    def numbers(self, rule: Rule) -> list[float]:
        """The numbers of all cells that a rule is for, also those that are not on the page."""
        return [value for value in self._values(rule) if isinstance(value, float)]

    def _values(self, rule: Rule) -> list[Value]:
        return [value for area in rule.areas for value in flat(self.model.rows(self.page.sheet, *area))]

    def _of_values(self, rule: Rule) -> Callable[[Address], bool]:
        """The test of a rule that compares a cell with all others it is for."""
        if rule.kind in ("duplicateValues", "uniqueValues"):
            count, wanted = Counter(map(_same, self._values(rule))), rule.kind == "duplicateValues"

            def repeated(address: Address) -> bool:
                value = _same(self.held(address))
                return value is not None and (count[value] > 1) is wanted

            return repeated
        numbers = sorted(self.numbers(rule))
        if not numbers:
            return lambda _: False
        if rule.kind == "top10":
            rank = int(rule.element.get("rank", "10"))
            rank = max(1, len(numbers) * rank // 100) if rule.flag("percent") else rank
            below = rule.flag("bottom")
            bound, equal = numbers[min(rank, len(numbers)) - 1] if below else numbers[-min(rank, len(numbers))], True
        elif rule.element.get("stdDev", "0") != "0":
            raise HavenError(Reason.INVALID, "a distance in standard deviations can't be tried")
        else:
            bound, equal, below = fmean(numbers), rule.flag("equalAverage"), not rule.flag("aboveAverage", "1")

        def beyond(address: Address) -> bool:
            value = self.held(address)
            if not isinstance(value, float):
                return False
            return (equal and value == bound) or (value < bound if below else value > bound)

        return beyond


def _formula(rule: Rule) -> Node:
    """What a rule says as a formula seen from its corner."""
    texts = [part.text or "" for name in ("formula", "f") for part in rule.element.iterfind(f"{{*}}{name}")]
    formulas = [parse_formula(text) for text in texts]
    if rule.kind in _WRITTEN and formulas:
        return formulas[0]
    operator = rule.element.get("operator", "")
    cell = Area(None, rule.corner, rule.corner, _HERE)
    if rule.kind == "cellIs" and operator in _OPERATORS and formulas:
        return Call(_OPERATORS[operator], (cell, formulas[0]))
    if rule.kind == "cellIs" and operator in ("between", "notBetween") and len(formulas) > 1:
        ways = [
            Call("AND", (Call(">=", (cell, low)), Call("<=", (cell, high))))
            for low, high in (formulas[:2], formulas[1::-1])
        ]
        within = Call("OR", tuple(ways))
        return Call("NOT", (within,)) if operator == "notBetween" else within
    raise HavenError(Reason.INVALID, f"a rule of type {rule.kind or 'none'} can't be tried")


def _is_true(value: Value) -> bool:
    return bool(value) and not isinstance(value, (str, CellError))


def _same(value: Value) -> object:
    """What two cells have in common that hold the same; None for a blank."""
    if isinstance(value, str):
        return value.casefold() or None
    return (value,) if isinstance(value, bool) else value.code if isinstance(value, CellError) else value
