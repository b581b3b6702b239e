"""Whether all text of a shape is seen: within the shape, in a colour of its own."""

import math
from typing import Final
from xml.etree.ElementTree import Element

from haven.workbook.grid import points
from haven.workbook.markup import DRAWING, local, whole

_WHITE: Final = "FFFFFF"
_NAMED: Final = {"bg1": _WHITE, "lt1": _WHITE, "white": _WHITE, "tx1": "000000", "dk1": "000000", "black": "000000"}
_SIZE: Final = 11.0
_ASIDE: Final = 14.4
_ABOVE: Final = 7.2
"""The room that a shape leaves beside its text, and above and below it, in points, unless it says another."""
_LETTER, _LINE = 0.42, 1.05
"""How wide a letter and how high a line is at least, for each point of its type."""


def unseen_text(shape: Element, width: float, height: float) -> str:
    """Why not all text of a shape of a size in points is seen; empty when it is."""
    texts = [text for text in shape.iter(f"{{{DRAWING}}}t") if (text.text or "").strip()]
    if not texts:
        return ""
    if min(width, height) <= 0:
        return "that has no size"
    if _background(shape) in _inks(shape):
        return "with text in the colour of its background; give it another fill or colour"
    return "whose text does not fit in it; make it larger" if _is_cut(shape, width, height) else ""


def _is_cut(shape: Element, width: float, height: float) -> bool:
    """Whether text surely ends outside a shape that shows none there."""
    form = shape.find("{*}txBody/{*}bodyPr")
    given = {} if form is None else form.attrib
    if form is None or form.find("{*}spAutoFit") is not None or form.find("{*}normAutofit") is not None:
        return False
    if given.get("vert", "horz") != "horz":
        width, height = height, width
    across = width - _inset(given, "lIns", "rIns", _ASIDE)
    down = height - _inset(given, "tIns", "bIns", _ABOVE)
    wide = high = 0.0
    for paragraph in shape.iterfind("{*}txBody/{*}p"):
        size = min((_size(run) for run in paragraph.iter(f"{{{DRAWING}}}rPr")), default=_SIZE)
        length = _LETTER * size * len("".join(paragraph.itertext()))
        wide = max(wide, length)
        lines = math.ceil(length / max(across, size)) if given.get("wrap", "square") == "square" else 1
        high += _LINE * size * max(1, lines)
    return (given.get("vertOverflow") in ("clip", "ellipsis") and high > down + _LINE * _SIZE / 2) or (
        given.get("horzOverflow") == "clip" and given.get("wrap") == "none" and wide > across
    )


def _inset(given: dict[str, str], one: str, other: str, both: float) -> float:
    return sum(points(given[name]) if name in given else both / 2 for name in (one, other))


def _size(run: Element) -> float:
    return whole(run.get("sz")) / 100 or _SIZE


def _background(shape: Element) -> str:
    """The one colour behind the text; that of the sheet where the shape has none, empty where it has several."""
    outline, style = shape.find("{*}spPr"), shape.find("{*}style/{*}fillRef")
    for part in outline if outline is not None else ():
        if local(part) == "solidFill":
            return _colour(part)
        if local(part) in ("gradFill", "pattFill", "blipFill"):
            return ""
        if local(part) == "noFill":
            return _WHITE
    return _colour(style) if style is not None and style.get("idx", "0") != "0" else _WHITE


def _inks(shape: Element) -> set[str]:
    """The colours of its runs of text."""
    style = shape.find("{*}style/{*}fontRef")
    usual = "000000" if style is None else _colour(style)
    found = set()
    for run in shape.iterfind("{*}txBody/{*}p/{*}r"):
        fill = run.find("{*}rPr/{*}solidFill")
        if (run.findtext("{*}t") or "").strip():
            found.add(usual if fill is None else _colour(fill))
    return found - {""}


def _colour(parent: Element) -> str:
    """A colour as six digits, or by its name; empty where it is made lighter, darker or of none."""
    for colour in parent:
        if len(colour) == 0:
            given = colour.get("lastClr", colour.get("val", ""))
            return _NAMED.get(given, given.upper())
    return ""
