"""Where what is drawn on a page stands on the new sheet."""

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias
from xml.etree.ElementTree import Element

from haven.workbook.grid import DEFAULT_HEIGHT, EDGE, Box, Sizes, cell_of, emu, points
from haven.workbook.markup import local, whole
from haven.workbook.page import Page
from haven.workbook.references import format_area

Anchor: TypeAlias = Callable[[str], str]
"""Ties the markup of what is drawn to cells."""
Shares: TypeAlias = tuple[float, float, float, float]
"""Left, top, right and bottom of a part of something, as shares of its width and height."""


class Place(NamedTuple):
    """An anchor of the new sheet, its rows, its width and height in points.

    Of something partly on the page also which part that is, and the cells of the workbook over which all of it stands.
    """

    anchor: Anchor
    rows: tuple[int, int]
    size: tuple[float, float]
    shares: Shares | None = None
    cells: str = ""


def anchored(page: Page, anchor: Element, offset: int) -> Place | None:
    """Where what an anchor holds stands on the new sheet, ``offset`` rows further down; None when off the page."""
    box = page.grid.anchor(anchor)
    parts = page.parts(box)
    if any(box.smaller(EDGE).is_in(part) for part in parts) and (place := _whole(page, anchor, offset, box)):
        return place
    return _cut(page, box, max(parts, key=lambda part: part.width * part.height), offset) if parts else None


def _whole(page: Page, anchor: Element, offset: int, box: Box) -> Place | None:
    start, size, end = (anchor.find(f"{{*}}{name}") for name in ("from", "ext", "to"))
    first = None if start is None else _corner(page, start, offset)
    if first is None:
        return None
    if local(anchor) == "oneCellAnchor":
        across, down = ("0" if size is None else size.get(name) for name in ("cx", "cy"))
        heights = Sizes(DEFAULT_HEIGHT, page.heights)
        extent = f'<xdr:ext cx="{whole(across)}" cy="{whole(down)}"/>'
        last: tuple[str, int] | None = (extent, heights.reach(first[1] - offset, points(down)) + offset)
    else:
        last = None if end is None else _corner(page, end, offset, at_end=True)
    if last is None:
        return None
    return Place(_tied(local(anchor), first[0] + last[0]), (first[1], last[1]), (box.width, box.height))


def _cut(page: Page, box: Box, part: Box, offset: int) -> Place | None:
    """Where the part of something stands that is on the page."""
    (top, left), (bottom, _) = page.grid.cells(part)
    if top not in page.rows or left not in page.columns or bottom not in page.rows:
        return None
    across, down = part.left - page.grid.widths.start(left), part.top - page.grid.heights.start(top)
    markup = _start("from", (page.columns[left], emu(across)), (page.rows[top] + offset, emu(down)))
    markup += f'<xdr:ext cx="{emu(part.width)}" cy="{emu(part.height)}"/>'
    wide, high = box.width or 1.0, box.height or 1.0
    shares = (
        (part.left - box.left) / wide, (part.top - box.top) / high,
        1 - (box.right - part.right) / wide, 1 - (box.bottom - part.bottom) / high,
    )  # fmt: skip
    rows = (page.rows[top] + offset, page.rows[bottom] + offset)
    size, cells = (part.width, part.height), format_area(page.grid.cells(box))
    return Place(_tied("oneCellAnchor", markup), rows, size, shares, cells)


def _tied(kind: str, ends: str) -> Anchor:
    return lambda inner: f"<xdr:{kind}>{ends}{inner}<xdr:clientData/></xdr:{kind}>"


def _start(tag: str, column: tuple[int, int], row: tuple[int, int]) -> str:
    """A corner by the place of its column and row, and how far into them it is."""
    return (
        f"<xdr:{tag}><xdr:col>{column[0] - 1}</xdr:col><xdr:colOff>{column[1]}</xdr:colOff>"
        f"<xdr:row>{row[0] - 1}</xdr:row><xdr:rowOff>{row[1]}</xdr:rowOff></xdr:{tag}>"
    )


def _corner(page: Page, corner: Element, offset: int, *, at_end: bool = False) -> tuple[str, int] | None:
    """A corner on the new sheet and its row; one in a hidden row or column moves on to the next that is shown."""
    address = cell_of(corner)
    if not at_end and not page.holds(address):
        return None
    row = _moved(page.rows, address[0], corner.findtext("{*}rowOff"), at_end=at_end)
    column = _moved(page.columns, address[1], corner.findtext("{*}colOff"), at_end=at_end)
    if row is None or column is None:
        return None
    at = row[0] + offset
    return _start(local(corner), column, (at, row[1])), at


def _moved(shown: Mapping[int, int], number: int, inside: str | None, *, at_end: bool) -> tuple[int, int] | None:
    """Where a row or column stands on the new page, and how far into it a corner; past the last one if need be."""
    if number in shown:
        return shown[number], whole(inside)
    following = next((place for other, place in shown.items() if other > number), None)
    if following is None and at_end:
        following = max(shown.values()) + 1
    return None if following is None else (following, 0)
