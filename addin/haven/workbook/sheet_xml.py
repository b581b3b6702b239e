"""The XML of one worksheet: what its cells hold, and the same bytes with some cells changed.

Cells are found by their byte offsets, so a change rewrites the touched cells and leaves every other byte alone.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias
from xml.sax.saxutils import escape

from openpyxl.utils.cell import get_column_letter

from haven.errors import HavenError, Reason
from haven.functions.answer import CellError
from haven.workbook.package import feed, new_parser

Place: TypeAlias = tuple[int, int]
"""Row and column, both from 1."""
Value: TypeAlias = float | bool | str | CellError | None

_CELL_REF: Final = re.compile(r"([A-Z]{1,3})([1-9]\d*)")
_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_TYPE: Final = re.compile(rb"""\s(?:t|vm)\s*=\s*("[^"]*"|'[^']*')""")
MAX_TEXT: Final = 32_767


@dataclass(slots=True)
class Cell:
    """One cell as it stands in the XML; ``start`` to ``end`` are its bytes.

    ``formula`` is empty for a plain value; ``array`` is the range of an array formula; a cell that shares a
    formula has ``shared`` set and, unless it is the one that spells it out, an empty ``formula``.
    """

    start: int
    end: int = 0
    kind: str = "n"
    raw_value: str = ""
    formula: str = ""
    formula_bytes: tuple[int, int] = (0, 0)
    array: str = ""
    shared: str = ""


@dataclass(slots=True)
class Row:
    """One row of the XML, with the columns it holds in order."""

    start: int
    end: int = 0
    columns: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Scan:
    """What a pass over a worksheet found."""

    cells: dict[Place, Cell] = field(default_factory=dict)
    rows: dict[int, Row] = field(default_factory=dict)
    data: tuple[int, int] = (0, 0)
    dimension: tuple[int, int] = (0, 0)


def place_of(reference: str) -> Place:
    """``B3`` as (3, 2)."""
    match = _CELL_REF.fullmatch(reference.replace("$", "").upper())
    if not match:
        raise HavenError(Reason.INVALID, f"cell must be like B3, got {reference!r}")
    column = 0
    for letter in match[1]:
        column = 26 * column + ord(letter) - 64
    return int(match[2]), column


def reference_of(place: Place) -> str:
    """(3, 2) as ``B3``."""
    return f"{get_column_letter(place[1])}{place[0]}"


def scan(content: bytes) -> Scan:
    """Find the cells and rows of a worksheet."""
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        raise HavenError(Reason.INVALID, "a sheet is not encoded in UTF-8")
    return _Scanner(content).found


class _Scanner:
    """The expat handlers of :func:`scan`."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.found = Scan()
        self.row = self.column = 0
        self.cell: Cell | None = None
        self.text: list[str] | None = None
        self.phonetic = False
        self.parser = new_parser()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters
        feed(self.parser, content)

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        at = self.parser.CurrentByteIndex
        if name == "c" and self.row:
            self.column = place_of(attributes["r"])[1] if "r" in attributes else self.column + 1
            self.cell = self.found.cells[self.row, self.column] = Cell(at, kind=attributes.get("t", "n"))
            self.found.rows[self.row].columns.append(self.column)
        elif self.cell is not None:
            self.start_inside(self.cell, name, attributes, at)
        elif name == "row":
            self.row = int(attributes["r"]) if "r" in attributes else self.row + 1
            self.column = 0
            self.found.rows[self.row] = Row(at)
        elif name == "sheetData":
            self.found.data = (at, 0)
        elif name == "dimension":
            self.found.dimension = (at, self.content.index(b">", at) + 1)

    def start_inside(self, cell: Cell, name: str, attributes: Mapping[str, str], at: int) -> None:
        if name == "f":
            cell.formula_bytes = (at, 0)
            cell.array = attributes.get("ref", "") if attributes.get("t") == "array" else ""
            cell.shared = attributes.get("si", "") if attributes.get("t") == "shared" else ""
        if name in {"f", "v", "t"}:
            self.text = []
        elif name == "rPh":
            self.phonetic = True

    def end(self, tag: str) -> None:
        name = tag.rpartition(" ")[2]
        at = self.parser.CurrentByteIndex
        if self.cell is not None:
            self.end_inside(self.cell, name, at)
        elif name == "row":
            row = self.found.rows[self.row]
            row.end = self.close(row.start, at)
        elif name == "sheetData":
            start = self.found.data[0]
            self.found.data = (start, self.close(start, at))
            self.row = 0

    def end_inside(self, cell: Cell, name: str, at: int) -> None:
        text = "".join(self.text or ())
        if name == "f":
            cell.formula = text
            start = cell.formula_bytes[0]
            cell.formula_bytes = (start, self.close(start, at))
        elif name == "v" or (name == "t" and not self.phonetic):
            cell.raw_value += text
        elif name == "rPh":
            self.phonetic = False
        elif name == "c":
            cell.end = self.close(cell.start, at)
            self.cell = None
        self.text = None

    def characters(self, data: str) -> None:
        if self.text is not None:
            self.text.append(data)

    def close(self, start: int, at: int) -> int:
        """The byte after an element that begins at ``start`` and whose end is reported at ``at``."""
        opened = self.content.index(b">", start)
        if self.content[opened - 1 : opened] == b"/":
            return opened + 1
        return self.content.index(b">", at) + 1


def value_of(cell: Cell, strings: Sequence[str]) -> Value:
    """What a cell shows; None where it shows nothing."""
    raw = cell.raw_value
    if cell.kind == "s":
        return strings[int(raw)] if raw.strip().isdigit() and int(raw) < len(strings) else None
    if cell.kind in {"str", "inlineStr", "d"}:
        return raw
    if not raw.strip():
        return None
    if cell.kind == "b":
        return raw.strip() == "1"
    if cell.kind == "e":
        return CellError(raw, f"the cell holds {raw}")
    return float(raw)


def patched(content: bytes, found: Scan, values: Mapping[Place, Value], strings: Sequence[str]) -> bytes:
    """The worksheet with new cell values; cells that hold the value already are not touched.

    A formula cell keeps its formula and gets the value as its last result; text is never read as a formula.
    """
    edits: list[tuple[int, int, bytes]] = []
    new_rows: dict[int, dict[int, Value]] = {}
    for place, value in sorted(values.items()):
        cell = found.cells.get(place)
        if cell is None:
            if value is not None:
                new_rows.setdefault(place[0], {})[place[1]] = value
        elif not _same(value_of(cell, strings), value):
            edits.append((cell.start, cell.end, _rewritten(content, cell, value)))
    prefix = _prefix(content, found.data[0]) if found.data[1] else b""
    edits += _inserted_cells(content, found, new_rows, prefix)
    if new_rows and found.dimension[1]:
        edits += _wider_dimension(content, found, new_rows)
    for start, end, replacement in sorted(edits, key=lambda edit: edit[:2], reverse=True):
        content = content[:start] + replacement + content[end:]
    return content


def _same(old: Value, new: Value) -> bool:
    if isinstance(old, CellError) and isinstance(new, CellError):
        return old.code == new.code
    if isinstance(old, bool) or isinstance(new, bool):
        return old is new
    return old == new


def _prefix(content: bytes, at: int) -> bytes:
    """The namespace prefix, colon included, of the tag at a place."""
    match = re.match(rb"<(\w+:)?", content[at : at + 80])
    return (match[1] or b"") if match else b""


def _rewritten(content: bytes, cell: Cell, value: Value) -> bytes:
    raw = content[cell.start : cell.end]
    head = raw[: raw.index(b">")].rstrip(b"/").rstrip()
    formula = content[slice(*cell.formula_bytes)]
    return _cell(_TYPE.sub(b"", head), formula, value, _prefix(content, cell.start))


def _cell(head: bytes, formula: bytes, value: Value, prefix: bytes) -> bytes:
    """A cell from its start tag without closing bracket and type, its formula and its value."""
    kind, shown = _typed(value, bool(formula))
    if not formula and value is None:
        return head + b"/>"
    if kind == "inlineStr":
        body = b'<%bis><%bt xml:space="preserve">%b</%bt></%bis>' % (prefix, prefix, shown, prefix, prefix)
    else:
        body = b"<%bv>%b</%bv>" % (prefix, shown, prefix) if value is not None else b""
    type_ = b' t="%b"' % kind.encode() if kind != "n" else b""
    return head + type_ + b">" + formula + body + b"</%bc>" % prefix


def _typed(value: Value, of_formula: bool) -> tuple[str, bytes]:
    """The cell type and the text of a value."""
    if isinstance(value, bool):
        return "b", b"1" if value else b"0"
    if isinstance(value, CellError):
        return "e", escape(value.code).encode()
    if isinstance(value, str):
        legal = _ILLEGAL.sub("\ufffd", value)[:MAX_TEXT]
        return "str" if of_formula else "inlineStr", escape(legal).encode("utf-8", "replace")
    if value is None:
        return "n", b""
    if not math.isfinite(value):
        return "e", b"#NUM!"
    return "n", repr(int(value) if float(value).is_integer() and abs(value) < 1e15 else float(value)).encode()


def _inserted_cells(
    content: bytes, found: Scan, new_rows: Mapping[int, Mapping[int, Value]], prefix: bytes
) -> list[tuple[int, int, bytes]]:
    """Edits that add cells, and rows, which were not there, in the order a worksheet must keep."""
    edits: dict[tuple[int, int], bytes] = {}
    numbers = sorted(found.rows)
    for number, cells in sorted(new_rows.items()):
        row = found.rows.get(number)
        if row is None:
            body = b"".join(_new_cell(number, column, value, prefix) for column, value in sorted(cells.items()))
            body = b'<%brow r="%d">%b</%brow>' % (prefix, number, body, prefix)
            after = [found.rows[other].start for other in numbers if other > number]
            _insert(edits, content, found.data, after[0] if after else None, body, b"sheetData", prefix)
            continue
        for column, value in sorted(cells.items()):
            after = [found.cells[number, other].start for other in row.columns if other > column]
            new = _new_cell(number, column, value, prefix)
            _insert(edits, content, (row.start, row.end), after[0] if after else None, new, b"row", prefix)
    return [(start, end, body) for (start, end), body in edits.items()]


def _new_cell(row: int, column: int, value: Value, prefix: bytes) -> bytes:
    return _cell(b'<%bc r="%b"' % (prefix, reference_of((row, column)).encode()), b"", value, prefix)


def _insert(
    edits: dict[tuple[int, int], bytes],
    content: bytes,
    element: tuple[int, int],
    before: int | None,
    body: bytes,
    tag: bytes,
    prefix: bytes,
) -> None:
    """Add ``body`` inside an element, before a byte or at its end; bodies for one place are kept in order."""
    start, end = element
    closing = b"</%b%b>" % (prefix, tag)
    if before is not None:
        edits[before, before] = edits.get((before, before), b"") + body
    elif content[end - 2 : end] == b"/>" and content.find(b">", start) == end - 1:
        opened = edits.get((start, end), content[start : end - 2].rstrip() + b">" + closing)
        edits[start, end] = opened.removesuffix(closing) + body + closing
    else:
        at = content.rindex(b"<", start, end)
        edits[at, at] = edits.get((at, at), b"") + body


def _wider_dimension(
    content: bytes, found: Scan, new_rows: Mapping[int, Mapping[int, Value]]
) -> list[tuple[int, int, bytes]]:
    start, end = found.dimension
    tag = content[start:end]
    match = re.search(rb'ref="([A-Z]+\d+)(?::([A-Z]+\d+))?"', tag)
    if not match:
        return []
    first, last = place_of(match[1].decode()), place_of((match[2] or match[1]).decode())
    rows, columns = list(new_rows), [column for cells in new_rows.values() for column in cells]
    low = (min(first[0], *rows), min(first[1], *columns))
    high = (max(last[0], *rows), max(last[1], *columns))
    wider = f'ref="{reference_of(low)}:{reference_of(high)}"'.encode()
    return [(start, end, tag.replace(match[0], wider))]
