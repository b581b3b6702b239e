"""The cells of a worksheet part, each with the place of its bytes, found in one pass."""

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from haven.errors import HavenError
from haven.workbook.package import MAX_TREE, Package
from haven.workbook.references import MAX_HELD, Address, parse_address

_CHUNK: Final = 1 << 18
_TAG: Final = re.compile(rb"""<[^<>"']*(?:"[^"]*"[^<>"']*|'[^']*'[^<>"']*)*>""")
_HELD: Final = (b"<c ", b"<c>", b"<c/", b"<row ", b"<row>", b"<row/")
"""How rows and cells are usually written: counted before they are parsed, as they are counted again."""
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


def read_worksheet(package: Package, sheet: str, wanted: Container[int] | None = None) -> Worksheet:
    """Find the rows of a worksheet and their cells.

    Parameters
    ----------
    package, sheet
        The workbook, and the name of the worksheet in any capitals.
    wanted
        The numbers of the rows whose cells are kept; None keeps all.

    Raises
    ------
    HavenError
        INVALID when there is no such worksheet, its part is damaged, has more than :data:`MAX_HELD` rows and cells,
        or more than :data:`MAX_TREE` beside them.
    """
    scanner = _Scanner(package, sheet)
    rows = []
    for row in scanner.rows():
        if wanted is not None and row.number not in wanted:
            row.cells = []
        rows.append(row)
    assert scanner.data is not None
    return Worksheet(scanner.content, scanner.data, rows, scanner.columns, scanner.dimension)


def scan_rows(package: Package, sheet: str) -> Iterator[RowXml]:
    """The rows of a worksheet one by one, as :func:`read_worksheet` finds them, in little memory."""
    return _Scanner(package, sheet).rows()


class _Scanner:
    """Follows the parser through ``worksheet/sheetData/row/c``; elements of other namespaces are passed over."""

    def __init__(self, package: Package, sheet: str) -> None:
        self._package = package
        self._part, self.content = package.sheet_part(sheet)
        self._rows: list[RowXml] = []
        self._count = 0
        if sum(map(self.content.count, _HELD)) > MAX_HELD:
            raise self._too_many()
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

    def rows(self) -> Iterator[RowXml]:
        """Every row once it is complete."""
        try:
            for start in range(0, len(self.content) + 1, _CHUNK):
                end = start + _CHUNK
                self._parser.Parse(self.content[start:end], end > len(self.content))
                complete = self._rows[:-1]
                self._rows = self._rows[-1:]
                yield from complete
        except (expat.ExpatError, ValueError, LookupError) as failure:
            raise self._package.refusal(f"is damaged at {self._part} ({failure})") from failure
        if self.data is None:
            raise self._package.refusal(f"is damaged at {self._part}: it has no cells")
        yield from self._rows

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
                self._count_one()
                self.columns.append(element)
            elif depth > 2 and self._path[1] == "sheetData":
                self._enter(depth, local, element)
        if depth >= 5 and (self._path[-2], local) in _TEXTS:
            self._parser.CharacterDataHandler = self._text.append

    def _enter(self, depth: int, local: str, element: Element) -> None:
        if depth == 3 and local == "row":
            self._count_one()
            following = self._rows[-1].number + 1 if self._rows else 1
            self._rows.append(RowXml(int(element.attributes.get("r", following)), element))
        elif depth == 4 and local == "c":
            self._count_one()
            row = self._rows[-1]
            reference = element.attributes.get("r")
            column = row.cells[-1].address[1] + 1 if row.cells else 1
            row.cells.append(CellXml(parse_address(reference) if reference else (row.number, column), element))
        elif depth == 5 and local == "f":
            self._text.clear()
            self._rows[-1].cells[-1].formula = element
        elif depth == 5 and local in ("v", "is"):
            self._text.clear()
            self._rows[-1].cells[-1].value = element

    def _count_one(self) -> None:
        self._count += 1
        if self._count > MAX_HELD:
            raise self._too_many()

    def _too_many(self) -> HavenError:
        return self._package.refusal(f"has more than {MAX_HELD:,} rows and cells at {self._part}")

    def _end(self, _name: str) -> None:
        local = self._path.pop()
        depth = len(self._path) + 1
        self._parser.CharacterDataHandler = None
        if depth == 5 and self._path[1] == "sheetData" and self._path[3] == "c":
            self._keep(local, self._rows[-1].cells[-1])
        if depth <= 5:
            element = self._open.pop()
            if self.content[element.inside - 2 : element.inside] == b"/>":
                element.close = element.end = element.inside
            else:
                element.close = self._parser.CurrentByteIndex
                element.end = self.content.index(b">", element.close) + 1
            if element is self.data and len(self.content) - (element.end - element.start) > MAX_TREE:
                raise self._package.refusal(f"has more than {MAX_TREE / 1e6:.0f} MB beside the cells at {self._part}")

    def _keep(self, local: str, cell: CellXml) -> None:
        """Note the text of a formula or value that has come to its end."""
        if local == "f":
            cell.formula_text = "".join(self._text)
        elif local in ("v", "is"):
            cell.text = "".join(self._text)
