"""What is drawn on a page: native charts over cells of the page, and pictures; the rest is left out by name."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element
from xml.sax.saxutils import quoteattr

from haven.errors import HavenError
from haven.workbook.client.markup import CHART, DECLARATION, DRAWING, OFFICE, SHEET_DRAWING, copied, local
from haven.workbook.client.numbers import visible_code
from haven.workbook.client.page import Corners, Page
from haven.workbook.client.pictures import Picture, cleaned
from haven.workbook.formula import Area, parse_formula
from haven.workbook.references import Address, column_letters
from haven.workbook.values import Value

_BROUGHT: Final = frozenset(
    {
        "extLst", "externalData", "userShapes", "printSettings", "pivotSource", "pivotFmts", "lang", "protection",
        "date1904", "hlinkClick", "hlinkHover", "hlinkMouseOver", "blip", "blipFill", "fld",
    }
)  # fmt: skip
"""What a chart may hold beside the chart: copies of data, other parts, links, fields."""
_LITERALS: Final = frozenset({"numLit", "strLit", "multiLvlStrRef"})
_TEXT_ONLY: Final = re.compile('"((?:[^"]|"")*)"')
_ANCHORS: Final = frozenset({"oneCellAnchor", "twoCellAnchor"})


@dataclass
class Drawing:
    """The drawing part of a page, its charts and pictures in order, and what was left out."""

    anchors: list[str] = field(default_factory=list)
    charts: list[bytes] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def add_picture(self, picture: Picture, anchor: Callable[[str], str]) -> None:
        """Draw a picture."""
        self.pictures.append(picture)
        number = len(self.anchors) + 1
        self.anchors.append(
            anchor(
                f'<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="{number}" name="Picture {number}"/><xdr:cNvPicPr/></xdr:nvPicPr>'
                f'<xdr:blipFill><a:blip r:embed="picture{len(self.pictures)}"/><a:stretch><a:fillRect/></a:stretch>'
                '</xdr:blipFill><xdr:spPr><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic>'
            )
        )

    def add_chart(self, chart: bytes, anchor: Callable[[str], str]) -> None:
        """Draw a chart."""
        self.charts.append(chart)
        number = len(self.anchors) + 1
        self.anchors.append(
            anchor(
                f'<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr><xdr:cNvPr id="{number}" name="Chart {number}"/>'
                '<xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr><xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/>'
                f'</xdr:xfrm><a:graphic><a:graphicData uri="{CHART}"><c:chart xmlns:c="{CHART}" '
                f'r:id="chart{len(self.charts)}"/></a:graphicData></a:graphic></xdr:graphicFrame>'
            )
        )

    def part(self) -> bytes:
        """The drawing part."""
        return (
            f'{DECLARATION}<xdr:wsDr xmlns:xdr="{SHEET_DRAWING}" '
            f'xmlns:a="{DRAWING}" xmlns:r="{OFFICE}">{"".join(self.anchors)}</xdr:wsDr>'
        ).encode()


def redraw(page: Page, drawing: Drawing, offset: int, cells: Mapping[Address, tuple[Value, str]]) -> None:
    """Add what stands on a page to the drawing of the new sheet.

    Parameters
    ----------
    page, drawing
        The page, and the drawing of the new sheet of the same name.
    offset
        How many rows stand above the page on the new sheet.
    cells
        Value and number format of what the new sheet holds, by address there.
    """
    for part in page.drawings:
        targets = dict(page.package.related(part, ""))
        for anchor in page.package.tree(part):
            place = _anchored(page, anchor, offset)
            if place is None:
                continue
            before = len(drawing.anchors) + len(drawing.left_out)
            for chart in anchor.iterfind(f".//{{{CHART}}}chart"):
                redrawn = _chart(page, offset, cells, targets.get(chart.get(f"{{{OFFICE}}}id", ""), ""))
                if redrawn is None:
                    drawing.left_out.append(f"a chart of {page.sheet} whose data is not on the page")
                else:
                    drawing.add_chart(redrawn, place)
            _picture(page, drawing, anchor, targets, place)
            if len(drawing.anchors) + len(drawing.left_out) == before:
                drawing.left_out.append(f"a shape or text box of {page.sheet}")


def _picture(
    page: Page, drawing: Drawing, anchor: Element, targets: Mapping[str, str], place: Callable[[str], str]
) -> None:
    for blip in anchor.iterfind(f"{{*}}pic/{{*}}blipFill/{{{DRAWING}}}blip"):
        try:
            crop = anchor.find(f"{{*}}pic/{{*}}blipFill/{{{DRAWING}}}srcRect")
            if crop is not None and crop.attrib:
                drawing.left_out.append(f"a cropped picture of {page.sheet}")
                continue
            part = targets.get(blip.get(f"{{{OFFICE}}}embed", ""), "")
            drawing.add_picture(cleaned(page.package.raw(part)), place)
        except HavenError as failure:
            drawing.left_out.append(f"a picture of {page.sheet}: {failure.message}")


def _anchored(page: Page, anchor: Element, offset: int) -> Callable[[str], str] | None:
    """The markup of an anchor on the new sheet around what it holds; None when it stands off the page."""
    corners = {local(child): child for child in anchor if local(child) in ("from", "to", "ext")}
    if local(anchor) not in _ANCHORS or "from" not in corners:
        return None
    first = _corner(page, corners["from"], offset)
    if first is None:
        return None
    if local(anchor) == "oneCellAnchor":
        size = corners.get("ext", anchor)
        ext = f"<xdr:ext cx={_whole(size.get('cx'))} cy={_whole(size.get('cy'))}/>"
        return lambda inner: f"<xdr:oneCellAnchor>{first}{ext}{inner}<xdr:clientData/></xdr:oneCellAnchor>"
    last = _corner(page, corners["to"], offset, at_end=True) if "to" in corners else None
    if last is None:
        return None
    return lambda inner: f"<xdr:twoCellAnchor>{first}{last}{inner}<xdr:clientData/></xdr:twoCellAnchor>"


def _whole(text: str | None) -> str:
    return quoteattr(text if text and text.strip().isdigit() else "0")


def _corner(page: Page, corner: Element, offset: int, *, at_end: bool = False) -> str | None:
    """A corner on the new sheet; one in a hidden row or column moves on to the next that is shown."""
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
    return (
        f"<xdr:{local(corner)}><xdr:col>{column - 1}</xdr:col><xdr:colOff>{_digits(right)}</xdr:colOff>"
        f"<xdr:row>{row - 1 + offset}</xdr:row><xdr:rowOff>{_digits(down)}</xdr:rowOff></xdr:{local(corner)}>"
    )


def _digits(text: str | None) -> str:
    return text.strip() if text and text.strip().isdigit() else "0"


class _OffPageError(Exception):
    """A chart draws what the page does not show."""


def _chart(page: Page, offset: int, cells: Mapping[Address, tuple[Value, str]], part: str) -> bytes | None:
    """A chart over the new sheet, with copies of nothing but its data there; None when it draws other data."""
    tree = page.package.tree(part)
    for title in tree.iterfind(".//{*}ser/{*}tx"):
        _write_out(title)
    try:
        for parent in list(tree.iter()):
            for place, child in enumerate(list(parent)):
                if local(child) in _LITERALS:
                    return None
                if local(child) in ("numRef", "strRef"):
                    area = _area(page, child.findtext("{*}f") or "", offset)
                    parent[place] = _reference(page.sheet, area, cells, local(parent))
    except _OffPageError:
        return None
    values = [value for value, _ in cells.values()]
    for element in tree.iterfind(".//{*}numFmt"):
        element.set("formatCode", visible_code(element.get("formatCode", "General"), values))
    markup = copied(tree, without=_BROUGHT)
    start = f'{DECLARATION}<c:chartSpace xmlns:c="{CHART}" xmlns:a="{DRAWING}">'
    return (start + markup.removeprefix("<c:chartSpace>")).encode()


def _write_out(title: Element) -> None:
    """A series' name that LibreOffice stores as a formula of nothing but text, as the text."""
    text = title.findtext("{*}strRef/{*}f") or ""
    if match := _TEXT_ONLY.fullmatch(text):
        title[:] = []
        ET.SubElement(title, f"{{{CHART}}}v").text = match[1].replace('""', '"')


def _area(page: Page, text: str, offset: int) -> Corners:
    try:
        area = parse_formula(text)
    except HavenError:
        raise _OffPageError from None
    if not isinstance(area, Area) or (area.sheet or "").casefold() != page.sheet.casefold():
        raise _OffPageError
    moved = page.moved(area.first, area.last)
    if moved is None:
        raise _OffPageError
    (top, left), (bottom, right) = moved
    return (top + offset, left), (bottom + offset, right)


def _reference(title: str, area: Corners, cells: Mapping[Address, tuple[Value, str]], use: str) -> Element:
    """A reference to cells of the new sheet, with what they hold."""
    (top, left), (bottom, right) = area
    held = [cells.get((row, column)) for row in range(top, bottom + 1) for column in range(left, right + 1)]
    found = [cell[0] if cell else None for cell in held]
    code = held[0][1] if held[0] else "General"
    words = use == "tx" or (use == "cat" and any(isinstance(value, str) for value in found))
    reference = Element(f"{{{CHART}}}{'strRef' if words else 'numRef'}")
    quoted = title.replace("'", "''")
    last = f":${column_letters(right)}${bottom}" if area[0] != area[1] else ""
    ET.SubElement(reference, f"{{{CHART}}}f").text = f"'{quoted}'!${column_letters(left)}${top}{last}"
    cache = ET.SubElement(reference, f"{{{CHART}}}{'strCache' if words else 'numCache'}")
    if not words:
        ET.SubElement(cache, f"{{{CHART}}}formatCode").text = visible_code(code, found)
    ET.SubElement(cache, f"{{{CHART}}}ptCount", val=str(len(found)))
    for place, value in enumerate(found):
        if isinstance(value, float | str if words else float):
            point = ET.SubElement(cache, f"{{{CHART}}}pt", idx=str(place))
            ET.SubElement(point, f"{{{CHART}}}v").text = str(value)
    return reference
