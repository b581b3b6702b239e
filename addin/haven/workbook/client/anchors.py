"""Where what is drawn on a page stands on the new sheet."""

from collections.abc import Callable
from typing import NamedTuple
from xml.etree.ElementTree import Element
from xml.sax.saxutils import quoteattr

from haven.workbook.client.markup import local
from haven.workbook.client.page import DEFAULT_HEIGHT, WIDTH_POINTS, Page, Sizes, points


class Corner(NamedTuple):
    """A corner on the new sheet: its markup, its row, and how far right and down it is, in points."""

    markup: str
    row: int
    across: float
    down: float


class Place(NamedTuple):
    """An anchor on the new sheet: its markup around what it holds, its rows, its size in points."""

    around: Callable[[str], str]
    rows: tuple[int, int]
    size: tuple[float, float]


def anchored(page: Page, anchor: Element, offset: int) -> Place | None:
    """Where an anchor stands on the new sheet; None when it stands off the page."""
    corners = {local(child): child for child in anchor if local(child) in ("from", "to", "ext")}
    first = _corner(page, corners["from"], offset) if "from" in corners else None
    if first is None:
        return None
    if local(anchor) == "oneCellAnchor":
        size = corners.get("ext", anchor)
        ext = f"<xdr:ext cx={_whole(size.get('cx'))} cy={_whole(size.get('cy'))}/>"
        heights = Sizes(DEFAULT_HEIGHT, {row + offset: height for row, height in page.heights.items()})
        width, height = points(size.get("cx")), points(size.get("cy"))
        return Place(
            lambda inner: f"<xdr:oneCellAnchor>{first.markup}{ext}{inner}<xdr:clientData/></xdr:oneCellAnchor>",
            (first.row, heights.reach(first.row, height)),
            (width, height),
        )
    last = _corner(page, corners["to"], offset, at_end=True) if "to" in corners else None
    if last is None:
        return None
    return Place(
        lambda inner: f"<xdr:twoCellAnchor>{first.markup}{last.markup}{inner}<xdr:clientData/></xdr:twoCellAnchor>",
        (first.row, last.row),
        (max(0.0, last.across - first.across), max(0.0, last.down - first.down)),
    )


def _whole(text: str | None) -> str:
    return quoteattr(text if text and text.strip().isdigit() else "0")


def _corner(page: Page, corner: Element, offset: int, *, at_end: bool = False) -> Corner | None:
    """A corner on the new sheet, and its row; one in a hidden row or column moves on to the next that is shown."""
    places = []
    for name, shown in (("col", page.columns), ("row", page.rows)):
        text = corner.findtext(f"{{*}}{name}") or ""
        at = int(text) + 1 if text.strip().isdigit() else 0
        following = [place for number, place in shown.items() if number >= at]
        if not following and not at_end:
            return None
        inside = text.strip().isdigit() and at in shown
        moved = corner.findtext(f"{{*}}{name}Off") if inside else "0"
        places.append((name, following[0] if following else max(shown.values()) + 1, moved))
    address = (int(corner.findtext("{*}row") or 0) + 1, int(corner.findtext("{*}col") or 0) + 1)
    if not at_end and not page.holds(address):
        return None
    (_, column, right), (_, row, down) = places
    name = local(corner)
    markup = (
        f"<xdr:{name}><xdr:col>{column - 1}</xdr:col><xdr:colOff>{_digits(right)}</xdr:colOff>"
        f"<xdr:row>{row - 1 + offset}</xdr:row><xdr:rowOff>{_digits(down)}</xdr:rowOff></xdr:{name}>"
    )
    left = WIDTH_POINTS * sum(page.widths[place] for place in range(1, column) if place in page.widths)
    above = sum(page.heights.get(place, DEFAULT_HEIGHT) for place in range(1, row))
    return Corner(markup, row + offset, left + points(right), above + points(down))


def _digits(text: str | None) -> str:
    return text.strip() if text and text.strip().isdigit() else "0"
