"""What of a page can only be sent as a picture: drawn by another program, pixels and nothing else."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from xml.etree import ElementTree as ET

from haven.errors import HavenError, Reason
from haven.workbook.client.anchors import Shares
from haven.workbook.package import Package
from haven.workbook.pictures import Picture, cleaned, cut_png

Draw: TypeAlias = Callable[[bytes, Collection[str]], Mapping[str, bytes]]
"""Draws shapes of a workbook as PNG by their names; those it can't draw are missing."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """A shape to be drawn: where its anchor stands in the workbook, what it is in words, and which part is wanted."""

    part: str
    anchor: int
    what: str
    shares: Shares | None = None


def drawn(package: Package, sketches: Sequence[Sketch], draw: Draw | None) -> list[Picture | str]:
    """The picture of each shape, or why there is none."""
    if not sketches:
        return []
    names = [f"sketch {number}" for number in range(1, len(sketches) + 1)]
    try:
        if draw is None:
            raise HavenError(Reason.INVALID, "LibreOffice must be installed to draw it as a picture")
        made = draw(_named(package, dict(zip(sketches, names, strict=True))), names)
    except HavenError as failure:
        return [failure.message] * len(sketches)
    return [_picture(made.get(name), sketch.shares) for name, sketch in zip(names, sketches, strict=True)]


def _picture(data: bytes | None, shares: Shares | None) -> Picture | str:
    try:
        if data is None:
            return "it could not be drawn as a picture"
        return cut_png(cleaned(data), *shares) if shares else cleaned(data)
    except HavenError as failure:
        return failure.message


def _named(package: Package, names: Mapping[Sketch, str]) -> bytes:
    """The workbook with nothing drawn but the shapes that are wanted, each under its name."""
    parts = {}
    for part in {sketch.part for sketch in names}:
        tree = package.tree(part)
        wanted = {sketch.anchor: name for sketch, name in names.items() if sketch.part == part}
        for number, anchor in enumerate(list(tree)):
            named = anchor.find("*/*/{*}cNvPr")
            if number in wanted and named is not None:
                named.set("name", wanted[number])
            else:
                tree.remove(anchor)
        parts[part] = ET.tostring(tree, encoding="utf-8", xml_declaration=True)
    return package.replace_parts(parts)
