"""Where what is drawn on a page stands on the new sheet."""

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias
from xml.etree.ElementTree import Element

from haven.workbook.grid import DEFAULT_HEIGHT, WIDTH_POINTS, Sizes, cell_of, points
from haven.workbook.markup import local, whole
from haven.workbook.page import Page

Anchor: TypeAlias = Callable[[str], str]
"""Ties the markup of what is drawn to cells."""


class Place(NamedTuple):
    """An anchor of the new sheet, its rows, and its width and height in points."""

    anchor: Anchor
    rows: tuple[int, int]
    size: tuple[float, float]


class _Corner(NamedTuple):
    """A corner on the new sheet: its markup, its row, and how far right and down it is, in points."""

    markup: str
    row: int
    across: float
    down: float


def anchored(page: Page, anchor: Element, offset: int) -> Place | None:
    """Where what an anchor holds stands on the new sheet, ``offset`` rows further down; None when off the page."""
    start, size, end = (anchor.find(f"{{*}}{name}") for name in ("from", "ext", "to"))
    first = None if start is None else _corner(page, start, offset)
    if first is None:
        return None
    if local(anchor) == "oneCellAnchor":
        across, down = ("0" if size is None else size.get(name) for name in ("cx", "cy"))
        heights = Sizes(DEFAULT_HEIGHT, page.heights)
        last: _Corner | None = _Corner(
            f'<xdr:ext cx="{whole(across)}" cy="{whole(down)}"/>',
            heights.reach(first.row - offset, points(down)) + offset,
            first.across + points(across),
            first.down + points(down),
        )
    else:
        last = None if end is None else _corner(page, end, offset, at_end=True)
    if last is None:
        return None
    tag, ends = f"xdr:{local(anchor)}", first.markup + last.markup
    return Place(
        lambda inner: f"<{tag}>{ends}{inner}<xdr:clientData/></{tag}>",
        (first.row, last.row),
        (max(0.0, last.across - first.across), max(0.0, last.down - first.down)),
    )


def _corner(page: Page, corner: Element, offset: int, *, at_end: bool = False) -> _Corner | None:
    """A corner on the new sheet; one in a hidden row or column moves on to the next that is shown."""
    address = cell_of(corner)
    if not at_end and not page.holds(address):
        return None
    row = _moved(page.rows, address[0], corner.findtext("{*}rowOff"), at_end=at_end)
    column = _moved(page.columns, address[1], corner.findtext("{*}colOff"), at_end=at_end)
    if row is None or column is None:
        return None
    tag, at = f"xdr:{local(corner)}", row[0] + offset
    markup = (
        f"<{tag}><xdr:col>{column[0] - 1}</xdr:col><xdr:colOff>{column[1]}</xdr:colOff>"
        f"<xdr:row>{at - 1}</xdr:row><xdr:rowOff>{row[1]}</xdr:rowOff></{tag}>"
    )
    left = WIDTH_POINTS * sum(page.widths[place] for place in range(1, column[0]))
    above = sum(page.heights.get(place, DEFAULT_HEIGHT) for place in range(1, row[0]))
    return _Corner(markup, at, left + points(str(column[1])), above + points(str(row[1])))


def _moved(shown: Mapping[int, int], number: int, inside: str | None, *, at_end: bool) -> tuple[int, int] | None:
    """Where a row or column stands on the new page, and how far into it a corner; past the last one if need be."""
    if number in shown:
        return shown[number], whole(inside)
    following = next((place for other, place in shown.items() if other > number), None)
    if following is None and at_end:
        following = max(shown.values()) + 1
    return None if following is None else (following, 0)
