"""The leaks of an ``.ods`` workbook."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final
from xml.etree.ElementTree import Element

from haven.errors import HavenError, Reason
from haven.workbook.inspect.leak import Leak, leak, marks, names_other_sheet, of_sheet
from haven.workbook.inspect.pictures import beside
from haven.workbook.inspect.tells import DOCUMENT, remarks, told
from haven.workbook.markup import local
from haven.workbook.package import Package
from haven.workbook.page import MAX_AREAS
from haven.workbook.references import Address, Corners, column_letters, covers, format_address, parse_area

MIMETYPE: Final = b"application/vnd.oasis.opendocument.spreadsheet"
_PLAIN_META: Final = frozenset(
    {
        "generator", "document-statistic", "editing-cycles", "editing-duration", "creation-date", "date", "language",
        "AppVersion", "openpyxl",
    }
)  # fmt: skip
"""What any office writes unasked: elements, names of an imported workbook, and the name of a program as author."""
_NAMING: Final = frozenset(
    {"ActiveTable", "BasicLibraries", "DialogLibraries", "CurrentDatabaseDataSource", "ModifyPasswordInfo"}
)
"""Settings whose value is a name, or a password's hash."""
_NAMES: Final = frozenset({"named-range", "named-expression", "database-range"})
_ANONYMOUS: Final = "__Anonymous_Sheet_DB__"
"""How LibreOffice names the range of a filter."""
_LINKS: Final = frozenset({"a", "table-source", "cell-range-source"})
_INSIDE: Final = ("./", "Pictures/", "media/", "Object", "#")
"""How references within the file begin."""
_STANDARD: Final = ("content.xml", "styles.xml", "meta.xml", "settings.xml", "mimetype", "manifest.rdf")
_FOLDERS: Final = {
    "Basic": "VBA", "Scripts": "VBA", "Dialogs": "VBA", "Thumbnails": "picture of the workbook",
    "Configurations2": "add-in name", "ObjectReplacements": "picture of an object", "Versions": "earlier version",
    "VersionList.xml": "earlier version", "META-INF": "signature", "database": "embedded object",
}  # fmt: skip
_FIELDS: Final = frozenset({"sheet-name", "page-number", "page-count", "title", "date", "time", "file-name"})
_RANGE: Final = re.compile(
    r"(?:(?<!')'((?:[^']|'')+)'|(?<![^\s.'$])\$?([^\s.'$]+))\.(\$?[A-Z]+\$?\d+)(?::[^.\s]*\.(\$?[A-Z]+\$?\d+))?"
)
"""A range of cells with its sheet, which may be in quotes."""
_MANIFEST: Final = "META-INF/manifest.xml"


class OpenDocument(Package):
    """The parts of an ``.ods`` file; ``workbook`` is its content."""

    def _read_workbook(self) -> Element:
        if "mimetype" not in self.names or self.raw("mimetype").strip() != MIMETYPE:
            raise self.refusal("is not a workbook")
        if _MANIFEST in self.names and b"encryption-data" in self.part(_MANIFEST):
            raise self.refusal("is protected by a password; save it without one")
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
    areas: list[Corners]
    row: int = 1
    column: int = 1
    header: int = 1
    validated: dict[str, Address] = field(default_factory=dict)
    """The first cell of each validation."""


def leaks_of(package: OpenDocument) -> Iterator[Leak]:
    """Every leak of a workbook."""
    hidden = {
        style.get(_name(style, "name"), "")
        for style in package.workbook.iter()
        if local(style) == "style"
        for properties in style
        if local(properties) == "table-properties" and properties.get(_name(properties, "display")) == "false"
    }
    validations = {
        _of(element, "name"): _of(element, "condition")
        for element in package.workbook.iter()
        if local(element) == "content-validation"
    }
    used: set[str] = set()
    for element in package.workbook.iter():
        if local(element) == "table" and _of(element, "name") and not _of(element, "name").startswith("'file:"):
            yield from of_sheet(_table(element, hidden, validations, used), _of(element, "name"))
        yield from _anywhere(element)
    for name in validations.keys() - used:
        if names_other_sheet(validations[name], ""):
            yield leak("data validation that names another sheet", "content.xml", validations[name])
    yield from told(package.workbook, "content.xml", DOCUMENT)
    yield from _parts(package)


def _table(element: Element, hidden: set[str], validations: Mapping[str, str], used: set[str]) -> Iterator[Leak]:
    """What a sheet holds; notes the validations of its cells."""
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
    # The cell a validation says it is for is not trusted: LibreOffice writes that of another sheet.
    for name, address in table.validated.items():
        used.add(name)
        if names_other_sheet(text := validations.get(name, ""), table.name):
            yield leak("data validation that names another sheet", f"{table.name}!{format_address(address)}", text)
    for rules in element.iter():
        if local(rules) == "conditional-format":
            yield from _conditions(rules, table.name)


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
        if validation := _of(cell, "content-validation-name"):
            table.validated.setdefault(validation, address)
        is_filled = bool(text or _of(cell, "value"))
        if is_filled and table.areas and not any(covers(area, address) for area in table.areas):
            yield leak("cell beyond the print area", where, text)
        if is_filled and local(cell) == "covered-table-cell":
            yield leak("cell under a merged one", where, text)
        for note in cell.iter():
            if local(note) == "annotation":
                yield leak("comment", where, "".join(note.itertext()))
        column += _count(cell, "number-columns-repeated")


def _anywhere(element: Element) -> Iterator[Leak]:
    """What tells its own tale wherever it stands in the content."""
    name = local(element)
    if name in _NAMES and not _of(element, "name").startswith(_ANONYMOUS):
        yield leak(
            "defined name", _of(element, "name"), _of(element, "expression") or _of(element, "cell-range-address")
        )
    elif (target := _of(element, "href")) and (name in _LINKS or not target.startswith(_INSIDE)):
        yield leak("link", target)
    elif name in ("title", "desc") and "svg" in element.tag:
        yield leak("alternative text", "content.xml", element.text or "")


def _conditions(element: Element, sheet: str) -> Iterator[Leak]:
    """The rules of a conditional format that look at other sheets."""
    cells = ", ".join(
        f"{found[3]}:{found[4] or found[3]}" for found in _RANGE.finditer(_of(element, "target-range-address"))
    )
    for rule in element:
        text = _of(rule, "value") or _of(rule, "formula")
        if names_other_sheet(text, sheet):
            yield leak("conditional format that names another sheet", f"{sheet}!{cells}", text)


def _parts(package: OpenDocument) -> Iterator[Leak]:
    for name in package.names:
        folder, _, file = name.partition("/")
        if name.endswith((".xml", ".rdf")):
            yield from remarks(package.part(name), name)
        if name.endswith("/"):
            continue
        if not file:
            known = folder in _STANDARD
            yield from _standard(package, name) if known else [leak(_FOLDERS.get(name, "unknown part"), name)]
        elif folder in ("Pictures", "media"):
            yield from (leak("image metadata", name, found) for found in beside(package.raw(name), name[-3:].lower()))
        elif folder.startswith("Object "):
            yield from _object(package, name)
        elif name == _MANIFEST:
            yield from _manifest(package)
        elif folder != "Configurations2" or package.raw(name):
            yield Leak(_FOLDERS.get(folder, "unknown part"), name, "", package.homes.get(file, ""))
    yield from (leak("bytes outside the parts", "the file", what) for what in package.outside())


def _manifest(package: OpenDocument) -> Iterator[Leak]:
    """Parts that the list of parts names and the file does not hold, folders aside."""
    yield from marks(package.part(_MANIFEST).decode("utf-8", "replace"), _MANIFEST)
    for entry in package.tree(_MANIFEST).iter():
        path = _of(entry, "full-path")
        if path and not path.endswith("/") and path not in package.names:
            yield leak("name of a part that is gone", _MANIFEST, path)


def _standard(package: OpenDocument, name: str) -> Iterator[Leak]:
    if name == "meta.xml":
        yield from _properties(package, name)
    elif name == "settings.xml":
        yield from _settings(package, name)
    elif name == "styles.xml":
        yield from _headers(package.tree(name))
        yield from told(package.tree(name), name, DOCUMENT)
    if name.endswith((".xml", ".rdf")) and name != "content.xml":
        yield from marks(package.part(name).decode("utf-8", "replace"), name)


def _properties(package: OpenDocument, name: str) -> Iterator[Leak]:
    yield from told(package.tree(name), name, DOCUMENT)
    for element in package.tree(name).iter():
        text, title = (element.text or "").strip(), _of(element, "name")
        if text and not {local(element), title, text} & _PLAIN_META:
            kind = "custom document property" if local(element) == "user-defined" else "document property"
            yield leak(kind, f"{name} {title or local(element)}", text)


def _settings(package: OpenDocument, name: str) -> Iterator[Leak]:
    """The printer, sheets that are gone, and other words among the settings."""
    sheets = {_of(table, "name") for table in package.workbook.iter() if local(table) == "table"}
    for item in package.tree(name).iter():
        text, title = (item.text or "").strip(), _of(item, "name")
        if title in ("PrinterName", "PrinterSetup") and text:
            yield leak("printer settings", f"{name} {title}", text)
        elif local(item) == "config-item" and text not in sheets and title in _NAMING:
            yield leak("setting", f"{name} {title}", text)
        elif local(item) == "config-item-map-entry" and title and title not in sheets:
            yield leak("name of a sheet that is gone", name, title)


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
    home = package.homes.get(folder, "")
    tree = package.tree(name)
    if not any(local(element) == "chart" for element in tree.iter()):
        yield Leak("embedded object", folder, "", home)
        return
    for element in tree.iter():
        for attribute in ("values-cell-range-address", "label-cell-address", "cell-range-address"):
            for found in _RANGE.finditer(_of(element, attribute)):
                if _sheet_of(found) not in (home, "local-table"):
                    yield Leak("chart data off the page", folder, found[0], home)


def _sheet_of(found: re.Match[str] | None) -> str:
    """The sheet that a range names; empty where there is none."""
    return (found[1] or found[2]).replace("''", "'") if found else ""


def _of(element: Element, name: str) -> str:
    """An attribute by its name without the namespace; empty where there is none."""
    return element.get(_name(element, name), "")


def _name(element: Element, name: str) -> str:
    return next((key for key in element.keys() if key.rpartition("}")[2] == name), "")  # noqa: SIM118 - no mapping


def _count(element: Element, name: str) -> int:
    text = _of(element, name)
    return int(text) if text.isdigit() else 1
