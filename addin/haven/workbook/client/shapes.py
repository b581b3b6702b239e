"""A shape or text box of a page: its outline, colours and text, and nothing that it may name, link or start."""

from collections.abc import Callable
from typing import Final
from xml.etree.ElementTree import Element

from haven.workbook.markup import DRAWING, copied, local

_COLOURS: Final = frozenset(
    {
        "solidFill", "noFill", "gradFill", "gsLst", "gs", "lin", "srgbClr", "schemeClr", "prstClr", "sysClr",
        "scrgbClr", "hslClr", "lumMod", "lumOff", "satMod", "tint", "shade", "alpha",
    }
)  # fmt: skip
_OUTLINE: Final = _COLOURS | {
    "xfrm", "off", "ext", "prstGeom", "avLst", "gd", "ln", "prstDash", "round", "bevel", "miter", "headEnd", "tailEnd",
}  # fmt: skip
_STYLE: Final = _COLOURS | {"lnRef", "fillRef", "effectRef", "fontRef"}
_TEXT: Final = _COLOURS | {
    "bodyPr", "noAutofit", "normAutofit", "spAutoFit", "p", "pPr", "r", "rPr", "br", "t", "endParaRPr", "latin",
    "lnSpc", "spcBef", "spcAft", "spcPct", "spcPts", "buNone", "buChar", "buAutoNum", "buFont",
}  # fmt: skip
_DROPPED: Final = frozenset({"effectLst", "effectDag", "scene3d", "sp3d", "extLst"})
"""What may be left out of an outline without a change of what it says."""


def is_plain(shape: Element) -> bool:
    """Whether a shape is one that has a name in the format, filled with colours."""
    outline = shape.find("{*}spPr")
    parts = [part for part in outline if local(part) not in _DROPPED] if outline is not None else []
    return any(local(part) == "prstGeom" for part in parts) and all(
        local(below) in _OUTLINE for part in parts for below in part.iter()
    )


def is_whole(picture: Element) -> bool:
    """Whether a picture is shown as its file has it: all of it, upright, in its own colours."""
    blip, outline = picture.find("{*}blipFill/{*}blip"), picture.find("{*}spPr")
    crops = [
        part for name in ("srcRect", "stretch/{*}fillRect") for part in picture.iterfind(f"{{*}}blipFill/{{*}}{name}")
    ]
    form = [part for part in (outline if outline is not None else ()) if local(part) in ("prstGeom", "custGeom")]
    turned = picture.find("{*}spPr/{*}xfrm")
    return (
        not any(crop.attrib for crop in crops)
        and picture.find("{*}blipFill/{*}tile") is None
        and all(local(effect) == "extLst" for effect in (blip if blip is not None else ()))
        and all(part.get("prst") == "rect" for part in form)
        and (turned is None or not {"rot", "flipH", "flipV"} & set(turned.keys()))
    )


def redrawn(shape: Element, number: int, reworded: Callable[[str], str]) -> str:
    """A plain shape with its text as it reads now."""
    body = shape.find("{*}txBody")
    text = "" if body is None else _text(body, reworded)
    return (
        f'<xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="{number}" name="Shape {number}"/><xdr:cNvSpPr/>'
        f"</xdr:nvSpPr><xdr:spPr>{_copies(shape.find('{*}spPr'), _OUTLINE)}</xdr:spPr>"
        + (f"<xdr:style>{style}</xdr:style>" if (style := _copies(shape.find("{*}style"), _STYLE)) else "")
        + f"{text}</xdr:sp>"
    )


def _text(body: Element, reworded: Callable[[str], str]) -> str:
    for run in list(body.iter(f"{{{DRAWING}}}fld")):
        run.tag = f"{{{DRAWING}}}r"
        run.attrib.clear()
        run[:] = [child for child in run if local(child) != "pPr"]
    for text in body.iter(f"{{{DRAWING}}}t"):
        text.text = reworded(text.text or "")
    return f"<xdr:txBody>{_copies(body, _TEXT)}</xdr:txBody>"


def _copies(parent: Element | None, only: frozenset[str]) -> str:
    return "" if parent is None else "".join(copied(child, only=only) for child in parent)
