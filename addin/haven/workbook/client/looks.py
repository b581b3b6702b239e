"""What conditional formats make of the cells of a page: plain formats; bars and icons that need no other cell stay."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final
from xml.etree.ElementTree import Element

import numpy as np

from haven.errors import HavenError, Reason
from haven.workbook.client.rules import Rule, Trial, rules_of
from haven.workbook.client.styles import Look, Source
from haven.workbook.formula import parse_formula
from haven.workbook.markup import copied
from haven.workbook.page import Page
from haven.workbook.references import Address, Corners, count_cells, format_area

_LIVE: Final = frozenset({"dataBar", "iconSet"})
_DRAWN: Final = frozenset({"dataBar", "iconSet", "cfvo", "color"})
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Scale:
    """Bars or icons of some areas of the new page, as markup."""

    areas: tuple[Corners, ...]
    kind: str
    inner: str


@dataclass
class Looks:
    """The formats that rules give to cells, first those that come before others, and what was left out."""

    cells: dict[Address, list[Look]] = field(default_factory=lambda: defaultdict(list))
    scales: list[Scale] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def looks_of(page: Page, source: Source) -> Looks:
    """What the conditional formats of a page show; one that can't be tried is left out with the reason."""
    found = Looks()
    try:
        rules = rules_of(page)
        if not rules:
            return found
        trial = Trial(page)
    except HavenError as failure:
        found.left_out = [f"the conditional formats of {page.sheet}: {failure.message}"]
        return found
    stopped: set[Address] = set()
    for rule in rules:
        try:
            cells = [address for address in trial.cells(rule) if address not in stopped]
            if rule.kind in _LIVE:
                found.scales.append(_scale(page, rule, cells))
                continue
            shown = (
                _colours(trial, rule, cells, source) if rule.kind == "colorScale" else _kept(trial, rule, cells, source)
            )
        except HavenError as failure:
            found.left_out.append(_left_out(page, rule, failure))
            continue
        for address, look in shown.items():
            found.cells[address].append(look)
        if rule.stops:
            stopped |= shown.keys()
    return found


def _left_out(page: Page, rule: Rule, failure: HavenError) -> str:
    areas = ", ".join(map(format_area, rule.areas))
    return f"a conditional format of {page.sheet} in {areas}: {failure.message}"


def _kept(trial: Trial, rule: Rule, cells: Iterable[Address], source: Source) -> dict[Address, Look]:
    holds = trial.test(rule)
    inline = rule.element.find("{*}dxf")
    look = source.look(rule.element.get("dxfId", "")) if inline is None else source.read_look(inline)
    return {address: look for address in cells if holds(address)}


def _colours(trial: Trial, rule: Rule, cells: Iterable[Address], source: Source) -> dict[Address, Look]:
    """The colours of a scale, of which there are at most a hundred between two points."""
    colours = [source.rgb(colour) for colour in rule.element.iterfind("{*}colorScale/{*}color")]
    numbers = trial.numbers(rule)
    if not numbers:
        return {}
    points = [_point(trial, rule, point, numbers) for point in rule.element.iterfind("{*}colorScale/{*}cfvo")]
    if len(points) != len(colours) or len(points) < 2:
        raise HavenError(Reason.INVALID, "a colour scale must have a colour at each of its points")
    held = ((address, trial.held(address)) for address in cells)
    return {
        address: Look(fill=_fill(_between(value, points, colours)))
        for address, value in held
        if isinstance(value, float)
    }


def _point(trial: Trial, rule: Rule, point: Element, numbers: Sequence[float]) -> float:
    kind = point.get("type", "")
    least, most = min(numbers), max(numbers)
    if kind in ("min", "max"):
        return least if kind == "min" else most
    value = trial.value(parse_formula(point.get("val") or point.findtext("{*}f") or ""), rule.corner)
    if not isinstance(value, float):
        raise HavenError(Reason.INVALID, "a point of the scale is no number")
    if kind == "percentile":
        return float(np.percentile(numbers, min(max(value, 0.0), 100.0)))
    return least + value / 100 * (most - least) if kind == "percent" else value


def _between(value: float, points: Sequence[float], colours: Sequence[str]) -> str:
    """The colour of a value: that of the nearest point, between two points the mixture."""
    if value <= points[0]:
        return colours[0]
    for (low, high), (one, other) in zip(pairwise(points), pairwise(colours), strict=True):
        if value <= high:
            share = round((value - low) / (high - low), 2)
            mixed = (round(a + share * (b - a)) for a, b in zip(bytes.fromhex(one), bytes.fromhex(other), strict=True))
            return bytes(mixed).hex().upper()
    return colours[-1]


def _fill(colour: str) -> str:
    return f'<fill><patternFill patternType="solid"><fgColor rgb="FF{colour}"/></patternFill></fill>'


def _scale(page: Page, rule: Rule, cells: Sequence[Address]) -> Scale:
    """Bars or icons that show the same on the new page."""
    points = [point for child in rule.element for point in child.iterfind("{*}cfvo")]
    moved = tuple(filter(None, map(page.moved, rule.areas)))
    if not points or not all(point.get("type") in ("min", "max") or _is_plain(point) for point in points):
        raise HavenError(Reason.INVALID, "bars and icons whose points are formulas depend on other cells")
    if len(moved) < len(rule.areas) or len(cells) < sum(map(count_cells, rule.areas)):
        raise HavenError(Reason.INVALID, "its bars or icons compare with cells that are not on the page")
    return Scale(moved, rule.kind, "".join(copied(child, only=_DRAWN) for child in rule.element))


def _is_plain(point: Element) -> bool:
    return bool(_NUMBER.fullmatch(point.get("val", "")))
