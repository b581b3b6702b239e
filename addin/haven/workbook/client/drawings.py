"""What is drawn on a page: native charts over its cells, pictures, shapes with text; the rest as pictures of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from xml.etree.ElementTree import Element

from haven.errors import HavenError
from haven.workbook.client.anchors import Anchor, Place, anchored
from haven.workbook.client.charts import Held, labels, native_chart
from haven.workbook.client.legible import unseen_text
from haven.workbook.client.shapes import is_plain, is_whole, redrawn
from haven.workbook.client.sketches import Sketch
from haven.workbook.markup import CHART, DECLARATION, DRAWING, OFFICE, SHEET_DRAWING, is_on, local
from haven.workbook.overlay import Overlay
from haven.workbook.page import Page
from haven.workbook.pictures import Picture, cleaned
from haven.workbook.references import Address

_ANCHORS: Final = frozenset({"oneCellAnchor", "twoCellAnchor"})
_THINGS: Final = {
    "graphicFrame": "a chart",
    "pic": "a picture",
    "sp": "a shape or text box",
    "grpSp": "a group of shapes",
    "cxnSp": "a line",
}


@dataclass
class Drawing:
    """The drawing part of a page, its charts and pictures in order, and what was left out."""

    anchors: list[str] = field(default_factory=list)
    charts: list[bytes] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    rows: list[tuple[int, int]] = field(default_factory=list)
    """From which row to which each thing reaches."""
    _waiting: list[tuple[Sketch, int, Anchor]] = field(default_factory=list)

    def add_picture(self, picture: Picture, anchor: Anchor) -> None:
        """Draw a picture."""
        self.anchors.append("")
        self._fill(len(self.anchors) - 1, picture, anchor)

    def add_chart(self, chart: bytes, anchor: Anchor) -> None:
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

    def add_shape(self, shape: Element, anchor: Anchor, reworded: Callable[[str], str]) -> None:
        """Draw a plain shape."""
        self.anchors.append(anchor(redrawn(shape, len(self.anchors) + 1, reworded)))

    def add_sketch(self, sketch: Sketch, anchor: Anchor) -> None:
        """Keep a place among what is drawn for a picture that another program makes."""
        self._waiting.append((sketch, len(self.anchors), anchor))
        self.anchors.append("")

    @property
    def sketches(self) -> list[Sketch]:
        """What another program must draw."""
        return [sketch for sketch, _, _ in self._waiting]

    def settle(self, pictures: Sequence[Picture | str]) -> None:
        """Put the pictures of the sketches in their places; what has none is left out with the reason."""
        for (sketch, slot, anchor), picture in zip(self._waiting, pictures, strict=True):
            if isinstance(picture, str):
                self.left_out.append(f"{sketch.what}: {picture}")
            else:
                self._fill(slot, picture, anchor)
        self._waiting.clear()

    def part(self) -> bytes:
        """The drawing part."""
        return (
            f'{DECLARATION}<xdr:wsDr xmlns:xdr="{SHEET_DRAWING}" '
            f'xmlns:a="{DRAWING}" xmlns:r="{OFFICE}">{"".join(self.anchors)}</xdr:wsDr>'
        ).encode()

    def _fill(self, slot: int, picture: Picture, anchor: Anchor) -> None:
        self.pictures.append(picture)
        self.anchors[slot] = anchor(
            f'<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="{slot + 1}" name="Picture {slot + 1}"/><xdr:cNvPicPr/></xdr:nvPicPr>'
            f'<xdr:blipFill><a:blip r:embed="picture{len(self.pictures)}"/><a:stretch><a:fillRect/></a:stretch>'
            '</xdr:blipFill><xdr:spPr><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic>'
        )


@dataclass(frozen=True, slots=True)
class Redrawing:
    """Adds what stands on a page to the drawing of the new sheet.

    ``offset`` rows stand above the page on the new sheet, which holds ``cells``: value and number format by address;
    ``reworded`` gives text as the client may have it.
    """

    page: Page
    overlay: Overlay
    drawing: Drawing
    offset: int
    cells: Mapping[Address, Held | None]
    reworded: Callable[[str], str]

    def run(self) -> None:
        """Add everything; what can't be added is named."""
        for part in self.page.drawings:
            targets = dict(self.page.package.related(part, ""))
            for number, anchor in enumerate(self.page.package.tree(part)):
                if local(anchor) not in _ANCHORS:
                    self._leave_out("something drawn", "that is not tied to a cell")
                elif found := anchored(self.page, anchor, self.offset):
                    self._anchor(anchor, found, targets, Sketch(part, number, "", found.shares))
                    self.drawing.rows.append(found.rows)

    def _anchor(self, anchor: Element, place: Place, targets: Mapping[str, str], sketch: Sketch) -> None:
        thing = next((child for child in anchor if local(child) in _THINGS), None)
        if thing is None:
            self._leave_out("something drawn", "of a kind that can't be sent")
            return
        what = _THINGS[local(thing)]
        if _is_hidden(thing) or (not min(place.size) and local(thing) in ("pic", "graphicFrame", "grpSp")):
            return
        if reason := self._why_not(anchor, thing, place, sketch):
            self._leave_out(what, reason)
            return
        if place.shares:
            self._leave_out(what, f"in {place.cells}, as far as it reaches beyond the page")
            why: str | None = ", partly on the page"
        else:
            why = self._kept(thing, place.anchor, targets)
        if why is not None and any(self.reworded(text) != text for text in self._words(thing, targets)):
            self._leave_out(what, "with figures that a rule rounds, which can only be sent as a picture")
        elif why is not None:
            self.drawing.add_sketch(replace(sketch, what=f"{what} of {self.page.sheet}{why}"), place.anchor)

    def _why_not(self, anchor: Element, thing: Element, place: Place, sketch: Sketch) -> str:
        """Why a thing can't be sent; empty when it can."""
        printed = anchor.find("{*}clientData")
        if printed is not None and not is_on(printed.get("fPrintsWithSheet", "1")):
            return "which is not printed"
        if any(_is_hidden(below) for below in thing.iter() if local(below) in _THINGS):
            return "of which a part is hidden"
        if any(f"{{{OFFICE}}}link" in below.attrib for below in thing.iter()):
            return "that is a link to a file"
        if self.overlay.hides_drawing(sketch.part, sketch.anchor):
            return "that is covered by something else drawn"
        return next(filter(None, (unseen_text(shape, *place.size) for shape in _shapes(thing))), "")

    def _leave_out(self, what: str, why: str) -> None:
        self.drawing.left_out.append(f"{what} of {self.page.sheet} {why}")

    def _words(self, thing: Element, targets: Mapping[str, str]) -> Iterator[str]:
        """What is written in a thing."""
        yield from ("".join(part.itertext()) for part in thing.iter(f"{{{DRAWING}}}p"))
        for chart in thing.iter(f"{{{CHART}}}chart"):
            if part := targets.get(chart.get(f"{{{OFFICE}}}id", "")):
                yield from labels(self.page, part)

    def _kept(self, thing: Element, place: Anchor, targets: Mapping[str, str]) -> str | None:
        """Add a thing as what it is; if only a picture of it can be sent, why."""
        match local(thing):
            case "graphicFrame":
                chart = thing.find(f".//{{{CHART}}}chart")
                target = "" if chart is None else targets.get(chart.get(f"{{{OFFICE}}}id", ""), "")
                redrawn_chart = native_chart(self.page, self.offset, self.cells, target) if target else None
                if redrawn_chart is None:
                    return " whose data is not on the page"
                self.drawing.add_chart(redrawn_chart, place)
            case "pic":
                blip = thing.find(f"{{*}}blipFill/{{{DRAWING}}}blip")
                if not is_whole(thing):
                    return ", cropped or changed"
                try:
                    part = "" if blip is None else targets.get(blip.get(f"{{{OFFICE}}}embed", ""), "")
                    self.drawing.add_picture(cleaned(self.page.package.raw(part)), place)
                except HavenError as failure:
                    return f" ({failure.message})"
            case "sp" if is_plain(thing):
                self.drawing.add_shape(thing, place, self.reworded)
            case _:
                return ""
        return None


def _shapes(thing: Element) -> Iterator[Element]:
    return (below for below in thing.iter() if local(below) == "sp")


def _is_hidden(thing: Element) -> bool:
    named = thing.find("*/{*}cNvPr")
    return named is not None and is_on(named.get("hidden"))
