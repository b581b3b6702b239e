"""What of a sheet is not seen because something opaque is drawn over it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import Final, NamedTuple
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from haven.errors import HavenError, Reason
from haven.workbook.grid import EDGE, Box
from haven.workbook.markup import CHART, DRAWING, OFFICE, is_on, local
from haven.workbook.page import Page
from haven.workbook.pictures import is_opaque
from haven.workbook.references import Address, Corners

MAX_OPAQUE: Final = 1_000
"""The most opaque things that are drawn on a sheet."""
_SEAM: Final = 0.5
_POINTS: Final = 8
"""At how many places across and down it is looked whether something shows."""
_FILLED: Final = {
    **dict.fromkeys(("rect", "flowChartProcess", "flowChartPredefinedProcess", "bevel", "foldedCorner"), 0.0),
    **dict.fromkeys(("roundRect", "flowChartAlternateProcess", "round2SameRect", "snip2SameRect"), 0.05),
    **dict.fromkeys(("ellipse", "flowChartConnector"), 0.147),
}
"""Forms that fill a rectangle, and the share of their size on each side that lies beside it."""
_FILLS: Final = frozenset({"solidFill", "gradFill", "pattFill", "blipFill", "grpFill", "noFill"})
_FULL: Final = "100000"


class _Thing(NamedTuple):
    """Something drawn: the part and number of its anchor, where it stands, and which boxes it covers."""

    part: str
    number: int
    box: Box
    opaque: tuple[Box, ...]


@dataclass
class Overlay:
    """Tells which cells and drawings of a page lie wholly under what is drawn later and can't be seen through."""

    page: Page
    _things: list[_Thing] = field(default_factory=list)

    def __post_init__(self) -> None:
        for part in self.page.drawings:
            targets = dict(self.page.package.related(part, ""))
            for number, anchor in enumerate(self.page.package.tree(part)):
                self._things += _things(self.page, part, number, anchor, targets)
        if sum(len(thing.opaque) for thing in self._things) > MAX_OPAQUE:
            raise HavenError(
                Reason.INVALID,
                f"at most {MAX_OPAQUE:,} filled things may be drawn on a sheet, {self.page.sheet} has more",
            )

    def hides_cell(self, address: Address) -> bool:
        """Whether the value of a cell, or of the merged area it is the first of, is covered."""
        if not len(self._boxes):
            return False
        area = self._merged.get(address, (address, address))
        box = self.page.grid.area(area)
        return min(box.width, box.height) > _SEAM and _is_under(box.smaller(EDGE), self._boxes)

    def hides_drawing(self, part: str, number: int) -> bool:
        """Whether what an anchor holds is covered by what is drawn later."""
        return (part, number) in self.hidden_drawings

    @cached_property
    def hidden_drawings(self) -> dict[tuple[str, int], Box]:
        """The anchors of which all is covered, by part and number."""
        ends = accumulate(len(thing.opaque) for thing in self._things)
        return {
            (thing.part, thing.number): thing.box
            for thing, end in zip(self._things, ends, strict=True)
            if all(_is_under(part, self._boxes[end:]) for part in self.page.parts(thing.box) or [thing.box])
        }

    @cached_property
    def _boxes(self) -> NDArray[np.float64]:
        return np.array([box for thing in self._things for box in thing.opaque], dtype=float).reshape(-1, 4)

    @cached_property
    def _merged(self) -> Mapping[Address, Corners]:
        areas = {area[0]: area for area in self.page.merges}
        return {**areas, **{first: areas[head] for first, head in self.page.heads.items()}}


def _is_under(box: Box, opaque: NDArray[np.float64]) -> bool:
    """Whether nothing of a box shows between and beside opaque ones."""
    left, top, right, bottom = opaque.T
    near = opaque[(left < box.right) & (right > box.left) & (top < box.bottom) & (bottom > box.top)]
    across, down = (np.linspace(*ends, _POINTS) for ends in ((box.left, box.right), (box.top, box.bottom)))
    within = (near[:, :1] - _SEAM <= across) & (across <= near[:, 2:3] + _SEAM)
    between = (near[:, 1:2] - _SEAM <= down) & (down <= near[:, 3:] + _SEAM)
    return bool((within[:, :, None] & between[:, None, :]).any(axis=0).all())


def _things(page: Page, part: str, number: int, anchor: Element, targets: Mapping[str, str]) -> Iterator[_Thing]:
    """What an anchor shows, also one that only newer programs read."""
    if local(anchor) == "AlternateContent":
        for newer in anchor.iterfind("{*}Choice/*"):
            yield from _things(page, part, number, newer, targets)
        return
    printed = anchor.find("{*}clientData")
    if printed is None or is_on(printed.get("fPrintsWithSheet", "1")):
        box = page.grid.anchor(anchor)
        opaque = tuple(found for thing in anchor for found in _opaque(page, thing, box, targets))
        yield _Thing(part, number, box, opaque)


def _opaque(page: Page, thing: Element, box: Box, targets: Mapping[str, str]) -> Iterator[Box]:
    """The boxes that something drawn covers."""
    named = thing.find("*/{*}cNvPr")
    if named is not None and is_on(named.get("hidden")):
        return
    style = thing.find("{*}style/{*}fillRef")
    match local(thing):
        case "AlternateContent":
            yield from (
                found for newer in thing.iterfind("{*}Choice/*") for found in _opaque(page, newer, box, targets)
            )
        case "grpSp":
            placed = ((below, _within(thing, below, box)) for below in thing)
            yield from (found for below, place in placed if place for found in _opaque(page, below, place, targets))
        case "graphicFrame" if _hides_all(page, thing, targets):
            yield box
        case "pic" if _shows_all(page, thing, targets):
            yield from _formed(thing, box, "rect")
        case "sp" if _is_filled(thing, otherwise=style is not None and style.get("idx", "0") != "0"):
            yield from _formed(thing, box, "")


def _hides_all(page: Page, frame: Element, targets: Mapping[str, str]) -> bool:
    """Whether nothing is seen through a chart; what is no chart counts as such."""
    chart = frame.find(f".//{{{CHART}}}chart")
    target = "" if chart is None else targets.get(chart.get(f"{{{OFFICE}}}id", ""), "")
    return target not in page.package.names or _is_filled(page.package.tree(target), otherwise=True)


def _formed(thing: Element, box: Box, usual: str) -> Iterator[Box]:
    """The rectangle that something of a known form fills, unless it is turned."""
    form, turned = thing.find("{*}spPr/{*}prstGeom"), thing.find("{*}spPr/{*}xfrm")
    aside = _FILLED.get(usual if form is None else form.get("prst", ""))
    if aside is not None and (turned is None or turned.get("rot", "0") == "0"):
        across, down = aside * box.width, aside * box.height
        yield Box(box.left + across, box.top + down, box.right - across, box.bottom - down)


def _is_filled(thing: Element, *, otherwise: bool) -> bool:
    """Whether nothing is seen through a shape or chart; one that does not say its fill is as told."""
    outline = thing.find("{*}spPr")
    fill = next((part for part in (outline if outline is not None else ()) if local(part) in _FILLS), None)
    return otherwise if fill is None else local(fill) != "noFill" and not _is_clear(fill)


def _is_clear(fill: Element) -> bool:
    return any(
        (local(part) == "alpha" and part.get("val", _FULL) != _FULL)
        or (local(part) == "alphaModFix" and part.get("amt", _FULL) != _FULL)
        or local(part) == "clrChange"
        for part in fill.iter()
    )


def _shows_all(page: Page, thing: Element, targets: Mapping[str, str]) -> bool:
    """Whether nothing is seen through a picture; one that can't be looked into counts as such."""
    blip = thing.find(f"{{*}}blipFill/{{{DRAWING}}}blip")
    if blip is None or _is_clear(blip):
        return False
    part = targets.get(blip.get(f"{{{OFFICE}}}embed", ""), "")
    return part in page.package.names and is_opaque(page.package.raw(part))


def _within(group: Element, below: Element, box: Box) -> Box | None:
    """Where a member of a group in a box stands."""
    own = group.find("{*}grpSpPr/{*}xfrm")
    paths = ("spPr/{*}xfrm", "grpSpPr/{*}xfrm", "xfrm")
    other = next((form for path in paths if (form := below.find(f"{{*}}{path}")) is not None), None)
    if own is None or other is None:
        return None
    (x, y), (width, height) = _pair(own, "chOff", "x", "y"), _pair(own, "chExt", "cx", "cy")
    (left, top), (across, down) = _pair(other, "off", "x", "y"), _pair(other, "ext", "cx", "cy")
    if not width or not height:
        return None
    wide, high = box.width / width, box.height / height
    left, top = box.left + (left - x) * wide, box.top + (top - y) * high
    return Box(left, top, left + across * wide, top + down * high)


def _pair(form: Element, name: str, one: str, other: str) -> tuple[float, float]:
    found = form.find(f"{{*}}{name}")
    return (0.0, 0.0) if found is None else (float(found.get(one, "0")), float(found.get(other, "0")))
