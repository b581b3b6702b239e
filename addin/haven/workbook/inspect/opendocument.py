"""The leaks of an ``.ods`` workbook."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final
from xml.etree.ElementTree import Element

from haven.errors import HavenError, Reason
from haven.workbook.client.markup import local
from haven.workbook.client.page import MAX_AREAS
from haven.workbook.client.pictures import metadata
from haven.workbook.inspect.leak import Leak, leak, marks, names_other_sheet
from haven.workbook.package import Package
from haven.workbook.references import Address, column_letters, format_address, parse_area

MIMETYPE: Final = b"application/vnd.oasis.opendocument.spreadsheet"
_PLAIN_META: Final = frozenset({"generator", "document-statistic", "editing-cycles", "editing-duration"})
_NAMES: Final = frozenset({"named-range", "named-expression", "database-range"})
_LINKS: Final = frozenset({"a", "table-source", "cell-range-source"})
_KINDS: Final = {
    "annotation": "comment", "data-pilot-table": "pivot cache", "tracked-changes": "tracked changes",
    "dde-link": "external connection", "dde-source": "external connection", "database-source-sql": "pivot cache",
    "database-source-table": "external connection", "database-source-query": "external connection",
    "event-listener": "VBA", "script": "VBA", "scenario": "scenario", "object-ole": "embedded object",
    "plugin": "embedded object", "applet": "embedded object",
}  # fmt: skip
_STANDARD: Final = ("content.xml", "styles.xml", "meta.xml", "settings.xml", "mimetype", "manifest.rdf")
_FOLDERS: Final = {
    "Basic": "VBA", "Scripts": "VBA", "Dialogs": "VBA", "Thumbnails": "picture of the workbook",
    "Configurations2": "add-in name",
}  # fmt: skip
_FIELDS: Final = frozenset({"sheet-name", "page-number", "page-count", "title", "date", "time", "file-name"})
_RANGE: Final = re.compile(
    r"(?:(?<!')'((?:[^']|'')+)'|(?<![^\s.'$])\$?([^\s.'$]+))\.(\$?[A-Z]+\$?\d+)(?::[^.\s]*\.(\$?[A-Z]+\$?\d+))?"
)


class OpenDocument(Package):
    """The parts of an ``.ods`` file; ``workbook`` is its content."""

    def _read_workbook(self) -> Element:
        if "mimetype" not in self.names or self.raw("mimetype").strip() != MIMETYPE:
            raise self.refusal("is not a workbook")
        return self.tree("content.xml")

    @cached_property
    def homes(self) -> dict[str, str]:
        """The sheet on which each object stands."""
        return {
            _of(element, "href").removeprefix("./"): _of(table, "name")
            for table in self.workbook.iter()
            if local(table) == "table"
            for element in table.iter()
            if local(element) == "object"
        }


@dataclass
class _Table:
    """A sheet while it is walked: where its next row and cell stand, and its print areas."""

    name: str
    areas: list[tuple[Address, Address]]
    row: int = 1
    column: int = 1
    header: int = 1
    styles: set[str] = field(default_factory=set)


def leaks_of(package: OpenDocument) -> Iterator[Leak]:
    """Every leak of a workbook."""
    hidden = {
        style.get(_name(style, "name"), "")
        for style in package.workbook.iter()
        if local(style) == "style"
        for properties in style
        if local(properties) == "table-properties" and properties.get(_name(properties, "display")) == "false"
    }
    for element in package.workbook.iter():
        if local(element) == "table" and _of(element, "name") and not _of(element, "name").startswith("'file:"):
            yield from _table(element, hidden)
        yield from _anywhere(element)
    yield from _parts(package)


def _table(element: Element, hidden: set[str]) -> Iterator[Leak]:
    ranges = _of(element, "print-ranges").split()
    if len(ranges) > MAX_AREAS:
        raise HavenError(Reason.INVALID, f"a print area must have at most {MAX_AREAS} ranges, got {len(ranges):,}")
    areas = [
        (parse_area(found[3])[0], parse_area(found[4] or found[3])[0])
        for found in (_RANGE.match(text) for text in ranges)
        if found
    ]
    table = _Table(_of(element, "name"), areas)
    if _of(element, "style-name") in hidden:
        yield leak("hidden sheet", table.name)
    yield from _children(element, table)


def _children(element: Element, table: _Table) -> Iterator[Leak]:
    """The columns and rows of a sheet, also those in groups and headers."""
    for child in element:
        name = local(child)
        repeated = _count(child, "number-columns-repeated" if name == "table-column" else "number-rows-repeated")
        shown = _of(child, "visibility") not in ("collapse", "filter")
        if name == "table-column":
            if not shown:
                last = column_letters(table.header + repeated - 1)
                yield leak("hidden column", f"{table.name}!{column_letters(table.header)}:{last}")
            table.header += repeated
        elif name == "table-row":
            if not shown:
                yield leak("hidden row", f"{table.name}!{table.row}:{table.row + repeated - 1}")
            yield from _row(child, table)
            table.row += repeated
        elif name not in ("table", "shapes", "table-source"):
            yield from _children(child, table)


def _row(row: Element, table: _Table) -> Iterator[Leak]:
    column = 1
    for cell in row:
        if local(cell) not in ("table-cell", "covered-table-cell"):
            continue
        address = (table.row, column)
        where = f"{table.name}!{format_address(address)}"
        if formula := _of(cell, "formula"):
            yield leak("formula", where, formula)
            yield from marks(formula, where)
        text = "".join("".join(part.itertext()) for part in cell if local(part) == "p")
        yield from marks(text, where)
        outside = not any(
            first[0] <= address[0] <= last[0] and first[1] <= address[1] <= last[1] for first, last in table.areas
        )
        if (text or _of(cell, "value")) and table.areas and outside:
            yield leak("cell beyond the print area", where, text)
        if (text or _of(cell, "value")) and local(cell) == "covered-table-cell":
            yield leak("cell under a merged one", where, text)
        for note in cell.iter():
            if local(note) == "annotation":
                yield leak("comment", where, "".join(note.itertext()))
        column += _count(cell, "number-columns-repeated")


def _anywhere(element: Element) -> Iterator[Leak]:
    """What tells its own tale wherever it stands in the content."""
    name = local(element)
    if name in _NAMES:
        yield leak(
            "defined name", _of(element, "name"), _of(element, "expression") or _of(element, "cell-range-address")
        )
    elif name in _LINKS and _of(element, "href"):
        yield leak("link", _of(element, "href"))
    elif name in _KINDS and name != "annotation":
        yield leak(_KINDS[name], _of(element, "name") or name)
    elif name == "content-validation":
        home = _of(element, "base-cell-address")
        found = _RANGE.match(home)
        if names_other_sheet(_of(element, "condition"), (found[1] or found[2]) if found else ""):
            yield leak("data validation that names another sheet", home, _of(element, "condition"))
    elif name == "conditional-format":
        found = _RANGE.match(_of(element, "target-range-address"))
        for rule in element:
            text = _of(rule, "value") or _of(rule, "formula")
            if names_other_sheet(text, (found[1] or found[2]) if found else ""):
                yield leak("conditional format that names another sheet", _of(element, "target-range-address"), text)


def _parts(package: OpenDocument) -> Iterator[Leak]:
    for name in package.names:
        folder, _, file = name.partition("/")
        if name.endswith("/"):
            continue
        if not file:
            yield from _standard(package, name) if folder in _STANDARD else [leak("unknown part", name)]
        elif folder in ("Pictures", "media"):
            yield from (leak("image metadata", name, found) for found in metadata(package.raw(name)))
        elif folder.startswith("Object"):
            yield from _object(package, name)
        elif name == "META-INF/manifest.xml":
            yield from marks(package.part(name).decode("utf-8", "replace"), name)
        elif folder != "Configurations2" or package.raw(name):
            yield leak(_FOLDERS.get(folder, "unknown part"), name)
    yield from (leak("bytes outside the parts", "the file", what) for what in package.outside())


def _standard(package: OpenDocument, name: str) -> Iterator[Leak]:
    if name == "meta.xml":
        for element in package.tree(name).iter():
            text = (element.text or "").strip()
            if text and local(element) not in _PLAIN_META:
                kind = "custom document property" if local(element) == "user-defined" else "document property"
                yield leak(kind, f"{name} {local(element)}", f"{_of(element, 'name')} {text}")
    elif name == "settings.xml":
        for item in package.tree(name).iter():
            if _of(item, "name") in ("PrinterName", "PrinterSetup") and (item.text or "").strip():
                yield leak("printer settings", f"{name} {_of(item, 'name')}", item.text or "")
    elif name == "styles.xml":
        yield from _headers(package.tree(name))
    if name.endswith(".xml") and name != "content.xml":
        yield from marks(package.part(name).decode("utf-8", "replace"), name)


def _headers(styles: Element) -> Iterator[Leak]:
    """Text in headers and footers other than the office's own fields."""
    for element in styles.iter():
        if local(element).startswith(("header", "footer")) and local(element)[6:] in ("", "-left", "-first"):
            texts = [
                text
                for part in element.iter()
                for text in ([] if local(part) in _FIELDS else [part.text or ""]) + [part.tail or ""]
            ]
            text = " ".join("".join(texts).split())
            if text.strip(" /()") not in ("", "Page"):
                yield leak("header or footer", "styles.xml", text)


def _object(package: OpenDocument, name: str) -> Iterator[Leak]:
    """A chart's own copy of data that stands on another sheet, and any other object."""
    if not name.endswith("/content.xml"):
        return
    folder = name.partition("/")[0]
    tree = package.tree(name)
    if not any(local(element) == "chart" for element in tree.iter()):
        yield leak("embedded object", folder)
        return
    home = package.homes.get(folder, "")
    for element in tree.iter():
        for attribute in ("values-cell-range-address", "label-cell-address", "cell-range-address"):
            for found in _RANGE.finditer(_of(element, attribute)):
                if ((found[1] or found[2]) or "").replace("''", "'") not in (home, "local-table"):
                    yield leak("chart data off the page", f"{home} {folder}", found[0])


def _of(element: Element, name: str) -> str:
    """An attribute by its name without the namespace; empty where there is none."""
    return element.get(_name(element, name), "")


def _name(element: Element, name: str) -> str:
    return next((key for key in element.keys() if key.rpartition("}")[2] == name), "")  # noqa: SIM118 - no mapping


def _count(element: Element, name: str) -> int:
    text = _of(element, name)
    return int(text) if text.isdigit() else 1
