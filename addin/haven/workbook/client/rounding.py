"""A brand's rounding rules at work: every figure of a unit alike, in cells and in words, and what they did to none."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from haven.errors import HavenError, Reason
from haven.workbook.client.brand import Rounding
from haven.workbook.client.numbers import as_shown, rounded_words, shows_text, stepped, unit_of
from haven.workbook.inspect.report import as_ranges
from haven.workbook.references import Address, covers, format_address, format_area
from haven.workbook.values import Value


@dataclass
class Rounder:
    """Rounds the figures of pages, and remembers which rules met one and what they made 0."""

    rules: Rounding
    _met: set[str] = field(default_factory=set)
    _zeros: dict[str, list[Address]] = field(default_factory=lambda: defaultdict(list))

    def cell(self, value: Value, code: str, sheet: str, address: Address) -> Value:
        """A value of the workbook as the client may have it.

        Raises
        ------
        HavenError
            INVALID where a step is larger than a figure in per cent, such as a swap rate.
        """
        if isinstance(value, str):
            return self.words(value) if shows_text(code) else None
        if not isinstance(value, float):
            return value
        shown, unit = as_shown(value, code), unit_of(value, code)
        key, step = self._rule(address, unit)
        if not shown or step is None or unit is None:
            return shown
        self._met.add(key)
        figure = stepped(value, code, step)
        if unit == "%" and step > abs(Decimal(repr(shown)) * 100):
            where = f"{sheet}!{format_address(address)}"
            raise HavenError(
                Reason.INVALID,
                f"round.{key} must be at most the figures it rounds, got {step}, and {where} is {100 * shown:g} %",
            )
        if not figure:
            self._zeros[sheet].append(address)
        return figure

    def words(self, text: str) -> str:
        """Text whose figures before ``bp`` and ``%`` are rounded by the rules of these units."""
        found, units = rounded_words(text, self.rules.units)
        self._met |= units
        return found

    def remarks(self) -> list[str]:
        """What of the figures no longer shows, and the rules that met no figure."""
        keys = [*(format_area(area) for area, _ in self.rules.areas), *self.rules.units]
        return [
            *(f"{sheet} {', '.join(as_ranges(zeros))}: rounded to 0" for sheet, zeros in self._zeros.items()),
            *(f"the rule round.{key}, which fits no figure" for key in keys if key not in self._met),
        ]

    def _rule(self, address: Address, unit: str | None) -> tuple[str, Decimal | None]:
        """The rule for a cell, its range before its unit; without a step where there is none."""
        for area, step in self.rules.areas:
            if covers(area, address):
                return format_area(area), step
        return unit or "", self.rules.units.get(unit or "")
