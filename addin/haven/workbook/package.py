"""An .xlsx file as a package of parts: what is in it, and the same package with some parts replaced."""

import io
import posixpath
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.parsers import expat

from haven.errors import HavenError, Reason

MAX_FILE_BYTES: Final = 200_000_000
MAX_PART_BYTES: Final = 400_000_000
MAX_RATIO: Final = 500
"""How many times larger a part may be than its compressed form."""
RATIO_FREE_BYTES: Final = 5_000_000
"""Parts up to this size may be as well compressed as they like."""

WORKBOOK_TYPES: Final = ("xlsx", "xlsm", "xltx", "xltm", "xlam")
_RELATION: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships id"


@dataclass(frozen=True, slots=True)
class DefinedName:
    """A name of the workbook; ``sheet`` is empty unless the name belongs to one sheet."""

    name: str
    sheet: str
    refers_to: str


def read_package(path: Path) -> "Package":
    """Open a workbook file.

    Raises
    ------
    HavenError
        INVALID when it is not there, not a readable workbook, encrypted, or unreasonably large.
    """
    if not path.is_file():
        raise HavenError(Reason.INVALID, f"{path} is not a file")
    if path.suffix.lower().lstrip(".") not in WORKBOOK_TYPES:
        raise HavenError(Reason.INVALID, f"{path} must be one of {', '.join(WORKBOOK_TYPES)}")
    if path.stat().st_size > MAX_FILE_BYTES:
        raise HavenError(Reason.INVALID, f"{path} is larger than {MAX_FILE_BYTES / 1e6:.0f} MB")
    try:
        return Package(path.read_bytes())
    except OSError as failure:
        raise HavenError(Reason.INVALID, f"{path} can't be read: {failure.strerror}") from failure
    except HavenError as failure:
        raise HavenError(failure.reason, f"{path}: {failure.message}") from failure


class Package:
    """The parts of a workbook. ``sheets`` maps sheet names to part names, in the order of the tabs."""

    def __init__(self, content: bytes) -> None:
        if content.startswith(b"\xd0\xcf\x11\xe0"):
            raise HavenError(Reason.INVALID, "it is password-protected or of the old .xls kind; save it as .xlsx")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except zipfile.BadZipFile as failure:
            raise HavenError(Reason.INVALID, "it is damaged or no workbook (not a zip file)") from failure
        for member in self._zip.infolist():
            _check_size(member)
        self._main = self._find_main()
        self.sheets: dict[str, str] = {}
        self.names: list[DefinedName] = []
        self._read_workbook()
        self.strings = self._read_strings()

    def part(self, name: str) -> bytes:
        """The content of a part."""
        try:
            return self._zip.read(name)
        except KeyError as failure:
            raise HavenError(Reason.INVALID, f"it lacks its part {name}") from failure
        except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as failure:
            raise HavenError(Reason.INVALID, f"its part {name} is damaged: {failure}") from failure

    def replaced(self, parts: Mapping[str, bytes]) -> bytes:
        """The package with the named parts replaced and every other one as it was, in the same order."""
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as out:
            out.comment = self._zip.comment
            for member in self._zip.infolist():
                content = parts[member.filename] if member.filename in parts else self.part(member.filename)
                out.writestr(member, content, compress_type=member.compress_type)
        return target.getvalue()

    def _find_main(self) -> str:
        relations = self._relations("")
        for kind, target in relations.values():
            if kind.endswith("/officeDocument"):
                return target
        raise HavenError(Reason.INVALID, "it is a zip file but no workbook")

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Relationship id -> (type, part it points to) of a part."""
        folder, base = posixpath.split(part)
        name = posixpath.join(folder, "_rels", f"{base}.rels")
        found: dict[str, tuple[str, str]] = {}
        if name not in self._zip.namelist():
            return found

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag.endswith(" Relationship") and attributes.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, attributes["Target"])).lstrip("/")
                found[attributes["Id"]] = (attributes["Type"], target)

        parse_xml(self.part(name), start)
        return found

    def _read_workbook(self) -> None:
        relations = self._relations(self._main)
        order: list[str] = []
        scope: list[str] = []
        text: list[str] = []

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag.endswith(" sheet"):
                order.append(attributes["name"])
                kind, target = relations.get(attributes.get(_RELATION, ""), ("", ""))
                if kind.endswith("/worksheet"):
                    self.sheets[attributes["name"]] = target
            elif tag.endswith(" definedName"):
                local = attributes.get("localSheetId")
                scope[:] = [attributes["name"], order[int(local)] if local else ""]
                text.clear()

        def end(tag: str) -> None:
            if tag.endswith(" definedName"):
                self.names.append(DefinedName(scope[0], scope[1], "".join(text)))

        parse_xml(self.part(self._main), start, end, text.append)

    def _read_strings(self) -> list[str]:
        targets = [target for kind, target in self._relations(self._main).values() if kind.endswith("/sharedStrings")]
        if not targets:
            return []
        strings: list[str] = []
        text: list[str] = []
        inside = [False, False]  # in text, in a phonetic run, whose text is not the cell's

        def start(tag: str, _: dict[str, str]) -> None:
            name = tag.rpartition(" ")[2]
            if name == "si":
                text.clear()
            elif name in {"t", "rPh"}:
                inside[name == "rPh"] = True

        def end(tag: str) -> None:
            name = tag.rpartition(" ")[2]
            if name == "si":
                strings.append("".join(text))
            elif name in {"t", "rPh"}:
                inside[name == "rPh"] = False

        parse_xml(
            self.part(targets[0]), start, end, lambda data: text.append(data) if inside == [True, False] else None
        )
        return strings


def parse_xml(
    content: bytes,
    start: Callable[[str, dict[str, str]], object],
    end: Callable[[str], object] | None = None,
    text: Callable[[str], object] | None = None,
) -> None:
    """Run expat over a part with the given handlers; names are ``namespace local``. No DTD is accepted."""
    parser = new_parser()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    feed(parser, content)


def new_parser() -> expat.XMLParserType:
    """A parser that refuses document type declarations, and with them every entity of a file's own."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def refuse_doctype(*_: object) -> None:
        raise HavenError(Reason.INVALID, "its XML declares a document type, which no spreadsheet program writes")

    parser.StartDoctypeDeclHandler = refuse_doctype
    return parser


def feed(parser: expat.XMLParserType, content: bytes) -> None:
    """Parse a whole part."""
    try:
        parser.Parse(content, True)
    except expat.ExpatError as failure:
        raise HavenError(Reason.INVALID, f"its XML is damaged: {failure}") from failure


def _check_size(member: zipfile.ZipInfo) -> None:
    bomb = member.file_size > RATIO_FREE_BYTES and member.file_size > MAX_RATIO * max(member.compress_size, 1)
    if member.file_size > MAX_PART_BYTES or bomb:
        raise HavenError(
            Reason.INVALID,
            f"its part {member.filename} would unpack to {member.file_size / 1e6:,.0f} MB, which is not believable",
        )
    if member.flag_bits & 1:
        raise HavenError(Reason.INVALID, "it is encrypted")
