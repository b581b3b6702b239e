"""Text of a cell in runs, each with a format of its own."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

from haven.errors import HavenError, Reason
from haven.workbook.package import Package, plain_text
from haven.workbook.values import unescaped
from haven.workbook.worksheet import CellXml

_FORMAT: Final = b"rPr"
_PREFIX: Final = re.compile(rb"<([^\s:<>/]+):")


class Run(NamedTuple):
    """A piece of text and its font; None for that of the cell."""

    text: str
    font: Element | None


@dataclass
class RichTexts:
    """The texts of a workbook that are in runs."""

    package: Package

    def runs(self, cell: CellXml, content: bytes) -> list[Run]:
        """The runs of a cell of a worksheet's content; none where all of its text is of one format."""
        if cell.type == "s":
            return self._shared.get(int(cell.text or "-1"), [])
        if cell.type != "inlineStr" or cell.value is None:
            return []
        markup = content[cell.value.start : cell.value.end]
        return _runs(_parsed(markup)) if _FORMAT in markup else []

    @cached_property
    def _shared(self) -> dict[int, list[Run]]:
        """Those among the shared strings, by number."""
        parts = self.package.parts_of_kind("/sharedStrings")
        if not any(_FORMAT in self.package.part(part) for part in parts):
            return {}
        items = (item for part in parts for item in self.package.tree(part).iterfind("{*}si"))
        return {number: runs for number, item in enumerate(items) if (runs := _runs(item))}


def _runs(item: Element) -> list[Run]:
    found = [
        Run(unescaped(plain_text(part) if part.tag.endswith("}r") else part.text or ""), part.find("{*}rPr"))
        for part in item
        if part.tag.rpartition("}")[2] in ("r", "t")
    ]
    return found if any(run.font is not None for run in found) else []


def _parsed(markup: bytes) -> Element:
    """An element out of its document, whose prefix is not declared there."""
    prefix = _PREFIX.match(markup)
    name = b":" + prefix[1] if prefix else b""
    try:
        return ET.fromstring(b"<x xmlns%s='x'>%s</x>" % (name, markup))[0]  # noqa: S314 - document types were refused
    except ET.ParseError as failure:
        raise HavenError(Reason.INVALID, f"a text in runs is damaged ({failure})") from failure
