"""The cells of a worksheet part, each with the place of its bytes, found in one pass."""

import re
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from haven.workbook.package import Package
from haven.workbook.references import Address, parse_address

_TAG: Final = re.compile(rb"""<[^<>"']*(?:"[^"]*"[^<>"']*|'[^']*'[^<>"']*)*>""")
_TEXTS: Final = {("c", "f"), ("c", "v"), ("is", "t"), ("r", "t")}


@dataclass(slots=True)
class Element:
    """An element and where its bytes stand: start tag ``[start, inside)``, end tag ``[close, end)``, if any."""

    attributes: dict[str, str]
    start: int
    inside: int
    close: int = 0
    end: int = 0


@dataclass(slots=True)
class CellXml:
    """A cell as stored: its formula element and text, its value element (``v`` or ``is``) and text."""

    address: Address
    element: Element
    formula: Element | None = None
    formula_text: str = ""
    value: Element | None = None
    text: str | None = None

    @property
    def type(self) -> str:
        """Type of the stored value: ``n`` number, ``s`` shared string, ``str`` and ``inlineStr`` text, ``b``, ``e``."""
        return self.element.attributes.get("t", "n")


@dataclass(slots=True)
class RowXml:
    """A row and its cells from left to right."""

    number: int
    element: Element
    cells: list[CellXml] = field(default_factory=list)


@dataclass(slots=True)
class Worksheet:
    """What one pass over a worksheet part finds: ``data`` is its ``sheetData``, ``columns`` its column formats."""

    content: bytes
    data: Element
    rows: list[RowXml]
    columns: list[Element]
    dimension: Element | None


def read_worksheet(package: Package, sheet: str) -> Worksheet:
    """Find the cells of a worksheet.

    Raises
    ------
    HavenError
        INVALID when there is no such worksheet or its part is damaged.
    """
    part = package.sheets[package.sheet_name(sheet)]
    scanner = _Scanner(package.part(part))
    try:
        scanner.run()
    except (expat.ExpatError, ValueError, LookupError) as failure:
        raise package.refusal(f"is damaged at {part} ({failure})") from failure
    if scanner.data is None:
        raise package.refusal(f"is damaged at {part}: it has no cells")
    return Worksheet(scanner.content, scanner.data, scanner.rows, scanner.columns, scanner.dimension)


class _Scanner:
    """Follows the parser through ``worksheet/sheetData/row/c``; elements of other namespaces are passed over."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.rows: list[RowXml] = []
        self.columns: list[Element] = []
        self.data: Element | None = None
        self.dimension: Element | None = None
        self._path: list[str] = []
        self._open: list[Element] = []
        self._namespace = ""
        self._text: list[str] = []
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def run(self) -> None:
        self._parser.Parse(self.content, True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._path:
            self._namespace = name.removesuffix("worksheet")
        local = name.removeprefix(self._namespace)
        self._path.append(local)
        depth = len(self._path)
        if depth <= 5:
            start = self._parser.CurrentByteIndex
            tag = _TAG.match(self.content, start)
            assert tag is not None
            element = Element(attributes, start, tag.end())
            self._open.append(element)
            if depth == 2 and local == "sheetData":
                self.data = element
            elif depth == 2 and local == "dimension":
                self.dimension = element
            elif depth == 3 and local == "col":
                self.columns.append(element)
            elif depth > 2 and self._path[1] == "sheetData":
                self._enter(depth, local, element)
        if depth >= 5 and (self._path[-2], local) in _TEXTS:
            self._text = []
            self._parser.CharacterDataHandler = self._text.append

    def _enter(self, depth: int, local: str, element: Element) -> None:
        if depth == 3 and local == "row":
            following = self.rows[-1].number + 1 if self.rows else 1
            self.rows.append(RowXml(int(element.attributes.get("r", following)), element))
        elif depth == 4 and local == "c":
            row = self.rows[-1]
            reference = element.attributes.get("r")
            column = row.cells[-1].address[1] + 1 if row.cells else 1
            row.cells.append(CellXml(parse_address(reference) if reference else (row.number, column), element))
        elif depth == 5 and local == "f":
            self.rows[-1].cells[-1].formula = element
        elif depth == 5 and local in ("v", "is"):
            self.rows[-1].cells[-1].value = element
            self.rows[-1].cells[-1].text = ""

    def _end(self, _name: str) -> None:
        local = self._path.pop()
        depth = len(self._path) + 1
        if self._parser.CharacterDataHandler is not None:
            self._parser.CharacterDataHandler = None
            self._keep(local, "".join(self._text))
        if depth <= 5:
            element = self._open.pop()
            if self.content[element.inside - 2 : element.inside] == b"/>":
                element.close = element.end = element.inside
            else:
                element.close = self._parser.CurrentByteIndex
                element.end = self.content.index(b">", element.close) + 1

    def _keep(self, local: str, text: str) -> None:
        if self._path[1:2] != ["sheetData"] or self._path[3:4] != ["c"]:
            return
        cell = self.rows[-1].cells[-1]
        if local == "f":
            cell.formula_text = text
        else:
            cell.text = (cell.text or "") + text
