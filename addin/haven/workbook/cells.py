"""New values in the cells of an existing workbook; every byte of it that need not change stays as it is."""

import re
from bisect import bisect
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final, TypeAlias

from haven.workbook.package import Package
from haven.workbook.references import Address, format_address, parse_address, parse_area
from haven.workbook.values import Value, same_value, stored_value, value_markup
from haven.workbook.worksheet import CellXml, Element, RowXml, Worksheet, read_worksheet

Edit: TypeAlias = tuple[int, int, bytes]
"""The bytes that take the place of those from a start to an end."""

_ATTRIBUTE: Final = re.compile(rb"""\s+([^\s=]+)\s*=\s*("[^"]*"|'[^']*')""")
_TAG_NAME: Final = re.compile(rb"<(/?)(?=\w)")
_PREFIX: Final = re.compile(rb"<([^\s:/>]+:)?")


def change_cells(package: Package, changes: Mapping[str, Mapping[str, Value]]) -> bytes:
    """The workbook with new values in some cells.

    A cell keeps its style and its formula, beside which the value stands as last calculated. Text is always text,
    never read as a formula. Rows and cells that do not exist yet are put in, in the style of their row or column.
    Only the markup of cells whose value differs is touched; all else, and every other part, is copied byte for byte.

    Parameters
    ----------
    package
        The workbook, which stays as it is.
    changes
        Values by address (``"B12"``) by sheet name; None clears.

    Returns
    -------
    bytes
        The new file; ``package.data`` itself when no value differs.

    Raises
    ------
    HavenError
        INVALID for an unknown sheet, an illegal address, a value no cell can hold, or a damaged workbook.
    """
    parts = {}
    for sheet, values in changes.items():
        part = package.sheets[package.sheet_name(sheet)]
        targets = {parse_address(reference): value for reference, value in values.items()}
        worksheet = read_worksheet(package, sheet, {row for row, _ in targets})
        try:
            edits = list(_edits(worksheet, targets, package.shared_strings))
        except (KeyError, ValueError) as failure:
            raise package.refusal(f"is damaged at {part}: an attribute is not as it must be ({failure})") from failure
        if edits:
            parts[part] = apply_edits(worksheet.content, edits)
    return package.replace_parts(parts)


def _edits(worksheet: Worksheet, values: Mapping[Address, Value], shared_strings: Sequence[str]) -> Iterator[Edit]:
    present = {cell.address: cell for row in worksheet.rows for cell in row.cells}
    for address, value in values.items():
        cell = present.get(address)
        if cell and not same_value(stored_value(cell, shared_strings), value):
            yield _with_value(worksheet.content, cell, value)
    added = {address: values[address] for address in sorted(values.keys() - present.keys())}
    yield from _with_cells(worksheet, {address: value for address, value in added.items() if value is not None})


def without_formula(content: bytes, cell: CellXml, value: Value) -> Edit:
    """A whole cell that holds a value in place of its formula."""
    element = cell.element
    kind, markup = value_markup(value, formula=False)
    tag = _retag(content[element.start : element.inside], ("t", "cm", "vm"), t=kind)
    return element.start, element.end, _wrap(tag, _prefixed(markup, _prefix(tag)))


def apply_edits(content: bytes, edits: list[Edit]) -> bytes:
    """A part with its edits made."""
    pieces = []
    position = 0
    for start, end, replacement in sorted(edits, key=lambda edit: edit[:2]):
        pieces += [content[position:start], replacement]
        position = end
    return b"".join([*pieces, content[position:]])


def _with_value(content: bytes, cell: CellXml, value: Value) -> Edit:
    """A whole cell with another value; metadata about the old value (``vm``) goes with it."""
    element = cell.element
    tag = content[element.start : element.inside]
    kind, markup = value_markup(value, formula=cell.formula is not None)
    if kind != element.attributes.get("t", "") or "vm" in element.attributes:
        tag = _retag(tag, ("t", "vm"), t=kind)
    place = cell.formula.end if cell.formula else element.inside
    start, end = (cell.value.start, cell.value.end) if cell.value else (place, place)
    inner = content[element.inside : start] + _prefixed(markup, _prefix(tag)) + content[end : element.close]
    return element.start, element.end, _wrap(tag, inner)


def _with_cells(worksheet: Worksheet, added: Mapping[Address, Value]) -> Iterator[Edit]:
    """New cells, given from top left to bottom right, in their rows, new where need be; and the sheet's extent."""
    if not added:
        return
    rows = {row.number: row for row in worksheet.rows}
    new_rows = {}
    for number, addresses in groupby(added, key=lambda address: address[0]):
        row = rows.get(number)
        cells = {a[1]: _new_cell(a, added[a], _style(worksheet, row, a[1])) for a in addresses}
        if row is None:
            new_rows[number] = b'<row r="%d">%b</row>' % (number, b"".join(cells.values()))
        else:
            starts = {cell.address[1]: cell.element.start for cell in row.cells}
            yield from _with_children(worksheet.content, row.element, starts, cells)
    if new_rows:
        starts = {number: row.element.start for number, row in rows.items()}
        yield from _with_children(worksheet.content, worksheet.data, starts, new_rows)
    yield from _with_dimension(worksheet, added)


def _with_children(
    content: bytes, parent: Element, starts: Mapping[int, int], children: Mapping[int, bytes]
) -> Iterator[Edit]:
    """New children of a row or sheet by their column or row number; ``starts`` tells where the present ones stand."""
    tag = content[parent.start : parent.inside]
    prefix = _prefix(tag)
    spanless = _retag(tag, ("spans",))  # which columns a row spans is a mere hint, and may now be wrong
    if parent.inside == parent.end:
        yield parent.start, parent.end, _wrap(spanless, _prefixed(b"".join(children.values()), prefix))
        return
    if spanless != tag:
        yield parent.start, parent.inside, spanless
    numbers, places = list(starts), [*starts.values(), parent.close]
    for number, markup in children.items():
        place = places[bisect(numbers, number)]
        yield place, place, _prefixed(markup, prefix)


def _new_cell(address: Address, value: Value, style: str) -> bytes:
    kind, markup = value_markup(value, formula=False)
    return _wrap(_retag(b"<c>", (), r=format_address(address), s=style, t=kind), markup)


def _style(worksheet: Worksheet, row: RowXml | None, column: int) -> str:
    """The style a new cell takes, as in Excel: that of its row, else of its column; empty for none."""
    if row and "customFormat" in row.element.attributes:
        return row.element.attributes.get("s", "")
    for columns in worksheet.columns:
        if int(columns.attributes["min"]) <= column <= int(columns.attributes["max"]):
            return columns.attributes.get("style", "")
    return ""


def _with_dimension(worksheet: Worksheet, added: Collection[Address]) -> Iterator[Edit]:
    if worksheet.dimension is None:
        return
    element = worksheet.dimension
    corners = [*parse_area(element.attributes["ref"]), *added]
    rows, columns = zip(*corners, strict=True)
    first, last = (min(rows), min(columns)), (max(rows), max(columns))
    if [first, last] != corners[:2]:
        area = f"{format_address(first)}:{format_address(last)}"
        tag = worksheet.content[element.start : element.inside]
        yield element.start, element.inside, _retag(tag, ("ref",), ref=area)


def _retag(tag: bytes, without: Collection[str], **attributes: str) -> bytes:
    """A start tag without some attributes and with others, those not empty, at its end."""
    tag = _ATTRIBUTE.sub(lambda match: b"" if match[1].decode() in without else match[0], tag)
    end = len(tag) - (2 if tag.endswith(b"/>") else 1)
    added = "".join(f' {name}="{value}"' for name, value in attributes.items() if value)
    return tag[:end].rstrip() + added.encode() + tag[end:]


def _wrap(tag: bytes, inner: bytes) -> bytes:
    """An element with this start tag, which may have closed itself, and this content."""
    name = tag[1:].rstrip(b"/>").split(maxsplit=1)[0]
    return tag.removesuffix(b"/>").removesuffix(b">") + b">" + inner + b"</" + name + b">"


def _prefix(tag: bytes) -> bytes:
    match = _PREFIX.match(tag)
    return match[1] or b"" if match else b""


def _prefixed(markup: bytes, prefix: bytes) -> bytes:
    """Markup written without a namespace prefix, with the one its sheet uses."""
    return _TAG_NAME.sub(rb"<\1" + prefix, markup) if prefix else markup
