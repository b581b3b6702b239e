"""An Excel workbook as the zip package it is: read within limits, written back with untouched parts byte for byte."""

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Collection, Iterator, KeysView, Mapping
from copy import copy
from functools import cached_property
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from typing import Final, Self
from xml.etree import ElementTree as ET

from haven.errors import HavenError, Reason
from haven.workbook.markup import is_on

MAX_BYTES: Final = 64_000_000
MAX_UNPACKED: Final = 512_000_000
MAX_PARTS: Final = 10_000
_TYPES: Final = "[Content_Types].xml"
MAX_PART: Final = 100_000_000
"""The largest part that is read."""
MAX_ELEMENTS: Final = 4_000_000
"""The most elements of the sheets together, and of the shared strings."""
MAX_TREE: Final = 16_000_000
"""The largest part that is read as a tree, which takes some twenty times its size of memory."""
MAX_DEPTH: Final = 250
MAX_PIECE: Final = 2_000_000
"""Markup of so many bytes without a tag may be one tag of a million attributes: they take a gigabyte."""
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_PROTECTED: Final = "is protected by a password; save it without one"
_LOCAL: Final = struct.Struct("<4s22x2H")
"""What stands before a part: a mark, and the lengths of its name and of further fields."""
_PLAIN_FIELDS: Final = frozenset({0x0001, 0x000A, 0x5455, 0x5855, 0x7855, 0x7875, 0xCAFE})
"""Further fields of sizes, times and owners' numbers, which any archiver writes."""
_PADDING: Final = 0xA220
_FIELD: Final = 40
_LARGE: Final = 76
"""The records of a large archive, between the list of parts and its end."""
_DESCRIPTORS: Final = frozenset({0, 12, 16, 20, 24})
"""Bytes after a part that may tell its sizes once more."""


class Package:
    """The parts of an ``.xlsx`` or ``.xlsm`` file.

    Parameters
    ----------
    data
        The whole file.
    name
        What messages call it.

    Raises
    ------
    HavenError
        INVALID for anything that is not an intact, unencrypted Excel workbook within the limits.
    """

    def __init__(self, data: bytes, name: str = "the workbook") -> None:
        self.data = data
        self.name = name
        if not data:
            raise self.refusal("is empty")
        if len(data) > MAX_BYTES:
            raise self.refusal(f"is larger than the limit of {MAX_BYTES / 1e6:.0f} MB")
        if data.startswith(_OLE):
            raise self.refusal(_PROTECTED if _ENCRYPTED in data else "is in the old .xls format; save it as .xlsx")
        if data.count(b"PK\1\2") > MAX_PARTS:  # before the archive is read, which takes longer than a refusal may
            raise self.refusal(f"must have at most {MAX_PARTS:,} parts")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as failure:
            raise self.refusal(f"is damaged or not an Excel workbook ({failure})") from failure
        self._members = {member.filename: member for member in self._zip.infolist()}
        self._check_limits()
        self._counted: dict[str, int] = {}
        self.workbook = self._read_workbook()

    @classmethod
    def open(cls, path: Path) -> Self:
        """Read the workbook at a path.

        Raises
        ------
        HavenError
            INVALID when it is not a file, or not an Excel workbook within the limits.
        """
        if not path.is_file():
            raise HavenError(Reason.INVALID, f"{path} is not a file")
        with path.open("rb") as file:
            return cls(file.read(MAX_BYTES + 1), path.name)

    def check_dates(self) -> None:
        """See that dates are counted as everywhere else.

        Raises
        ------
        HavenError
            INVALID for a workbook that counts them from 1904.
        """
        properties = self.workbook.find("{*}workbookPr")
        if properties is not None and is_on(properties.get("date1904")):
            raise self.refusal("counts dates from 1904; switch that off in Excel's options")

    def refusal(self, what: str) -> HavenError:
        """The failure of this file, to be raised."""
        return HavenError(Reason.INVALID, f"{self.name} {what}")

    @cached_property
    def sheets(self) -> dict[str, str]:
        """The part of each worksheet by sheet name, in the order of the tabs; chart sheets are left out."""
        parts = dict(self.related(self._workbook_part, "/worksheet"))
        listed = [(sheet.get("name", ""), _relation(sheet)) for sheet in self.tabs]
        found = {name: parts[relation] for name, relation in listed if relation in parts}
        if len(set(found.values())) < len(found):
            raise self.refusal("is damaged: two sheets are one part")
        return found

    @property
    def tabs(self) -> list[ET.Element]:
        """Every tab as the workbook lists it, chart sheets too; defined names count in this order."""
        return self.workbook.findall("{*}sheets/{*}sheet")

    @cached_property
    def homes(self) -> dict[str, str]:
        """The tab to which each part belongs; parts of the whole workbook are left out."""
        parts = dict(self.related(self._workbook_part, ""))
        homes: dict[str, str] = {}
        for tab in self.tabs:
            waiting = [parts.get(_relation(tab), "")]
            while waiting:
                part = waiting.pop()
                if part in self._members and part not in homes:
                    homes[part] = homes[_listing(part)] = tab.get("name", "")
                    waiting += dict.fromkeys(target for _, target in self.related(part, ""))
        return homes

    @cached_property
    def shared_strings(self) -> list[str]:
        """The shared strings in order, as the sheets store them and without their formatting."""
        return [text for part in self.parts_of_kind("/sharedStrings") for text in self._strings(part)]

    def sheet_name(self, name: str) -> str:
        """The name of a worksheet as the workbook writes it; capitals do not matter.

        Raises
        ------
        HavenError
            INVALID when there is no such worksheet.
        """
        for sheet in self.sheets:
            if sheet.casefold() == name.casefold():
                return sheet
        raise HavenError(Reason.INVALID, f"sheet must be one of {', '.join(self.sheets)}, got {name!r}")

    @property
    def names(self) -> KeysView[str]:
        """The name of every part."""
        return self._members.keys()

    def parts_of_kind(self, kind: str) -> list[str]:
        """The parts of one kind of relation that the workbook has, such as ``/styles``."""
        return [part for _, part in self.related(self._workbook_part, kind)]

    def related(self, source: str, kind: str) -> Iterator[tuple[str, str]]:
        """Identifier and part of the relations of one kind that a part has (the package itself: no name)."""
        listed = _listing(source)
        if source and listed not in self._members:
            return
        for relation, target in self.relations(listed):
            if relation.get("Type", "").endswith(kind) and relation.get("TargetMode") != "External":
                yield relation.get("Id", ""), target

    def relations(self, listed: str) -> Iterator[tuple[ET.Element, str]]:
        """Each relation that a ``.rels`` part lists, and the part it leads to."""
        folder = posixpath.dirname(posixpath.dirname(listed))
        for relation in self.tree(listed):
            target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", "")))
            yield relation, target.lstrip("/")

    def outside(self) -> Iterator[str]:
        """What the file holds beside its parts."""
        members = list(self._members.values())
        if self._zip.comment or any(member.comment for member in members):
            yield "a comment of the archive"
        place = 0
        for start, end, member in self._spans:
            if start - place not in (_DESCRIPTORS if place else {0}):
                yield f"bytes before {member.filename}"
            place = end
            head = self.data[start + _LOCAL.size : end - member.compress_size]
            fields = head[len(head) - _LOCAL.unpack_from(self.data, start)[2] :]
            if _tells(fields) or _tells(member.extra):
                yield f"fields beside {member.filename}"
        if self._zip.start_dir - place not in _DESCRIPTORS:
            yield "bytes after the last part"
        end = self.data.rindex(b"PK\5\6")
        size = int.from_bytes(self.data[end + 12 : end + 16], "little")
        if end - self._zip.start_dir - size not in (0, _LARGE):
            yield "bytes after the list of parts"
        if end + 22 + len(self._zip.comment) < len(self.data):
            yield "bytes after the archive"

    @cached_property
    def _spans(self) -> list[tuple[int, int, zipfile.ZipInfo]]:
        """Where each part stands in the file, what stands before its content included, in order."""
        spans = []
        for member in self._members.values():
            start = member.header_offset
            mark, name, fields = _LOCAL.unpack(self.data[start : start + _LOCAL.size].ljust(_LOCAL.size, b"\0"))
            end = start + _LOCAL.size + name + fields + member.compress_size
            if mark != b"PK\3\4" or end > self._zip.start_dir:
                raise self.refusal(f"is damaged at {member.filename}: it is not where the archive says")
            spans.append((start, end, member))
        return sorted(spans, key=itemgetter(0, 1))

    def part(self, name: str) -> bytes:
        """The content of an XML part.

        Raises
        ------
        HavenError
            INVALID when it is absent or damaged, or may expand (a document type, a tag or text without end) or escape
            (not UTF-8) a reader.
        """
        content = self.raw(name)
        if b"\0" in content[:4] or b"<!DOCTYPE" in content:
            raise self.refusal(f"must hold plain UTF-8 markup without a document type, not so in {name}")
        for start in range(0, len(content) - MAX_PIECE, MAX_PIECE):
            if content.find(b"<", start, start + MAX_PIECE) < 0:
                raise self.refusal(f"has a tag or text of more than {MAX_PIECE / 1e6:.0f} MB at {name}")
        return content

    def sheet_part(self, sheet: str) -> tuple[str, bytes]:
        """The name and content of a worksheet's part, its elements counted, as they are not all read into a tree.

        Raises
        ------
        HavenError
            INVALID as for :meth:`part`, or when the sheets read so far have more than :data:`MAX_ELEMENTS` together.
        """
        name = self.sheets[self.sheet_name(sheet)]
        content = self.part(name)
        self._counted[name] = _elements(content)
        self._check_elements(sum(self._counted.values()), name)
        return name, content

    def raw(self, name: str) -> bytes:
        """The content of a part of any kind.

        Raises
        ------
        HavenError
            INVALID when it is absent, damaged or too large.
        """
        if name not in self._members:
            raise self.refusal(f"is damaged or not an Excel workbook: it lacks the part {name}")
        member = self._members[name]
        if member.file_size > MAX_PART:
            raise self.refusal(f"has more than {MAX_PART / 1e6:.0f} MB at {name}")
        try:
            with self._zip.open(member) as file:
                return file.read(member.file_size)  # read() without a size unpacks all before it looks at the size
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as failure:
            raise self.refusal(f"is damaged at {name} ({failure})") from failure

    def tree(self, name: str) -> ET.Element:
        """The content of a part as a tree of elements.

        Raises
        ------
        HavenError
            INVALID as for :meth:`part`, or when it is not well-formed or too large.
        """
        if name in self._members and self._members[name].file_size > MAX_TREE:
            raise self.refusal(f"has more than {MAX_TREE / 1e6:.0f} MB at {name}")
        return self.grown(self.part(name), name)

    def grown(self, content: bytes, name: str) -> ET.Element:
        """The tree of what :meth:`part` gave, or of some of it, at most :data:`MAX_TREE`.

        Raises
        ------
        HavenError
            INVALID when it is not well-formed or too deep.
        """
        try:
            root = ET.fromstring(content)  # noqa: S314 - document types were refused
        except (ET.ParseError, ValueError, LookupError) as failure:
            raise self.refusal(f"is damaged at {name} ({failure})") from failure
        level = [root]
        for _ in range(MAX_DEPTH):
            level = [child for element in level for child in element]
        if level:
            raise self.refusal(f"has elements more than {MAX_DEPTH} deep at {name}")
        return root

    def replace_parts(self, parts: Mapping[str, bytes], without: str = "") -> bytes:
        """The file with the content of some parts replaced; all other members are copied as they are compressed.

        Names, order, dates and comments are kept. The workbook's parts of one kind of relation may be left
        out. Without parts to replace, the file as it was read.
        """
        if not parts:
            return self.data
        dropped = set(self.parts_of_kind(without)) if without else set()
        parts = {**parts, **self._unlisted(dropped, without)} if dropped else parts
        members = sorted(self._members.values(), key=lambda member: member.header_offset)
        ends = [*(member.header_offset for member in members[1:]), self._zip.start_dir]
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as target:
            target.comment = self._zip.comment
            for member, end in zip(members, ends, strict=True):
                if member.filename in dropped:
                    continue
                if member.filename in parts:
                    target.writestr(_renewed(member), parts[member.filename])
                    continue
                moved = copy(member)
                moved.header_offset = target.start_dir
                file.seek(target.start_dir)
                file.write(self.data[member.header_offset : end])
                target.start_dir = file.tell()
                target.filelist.append(moved)
        return file.getvalue()

    def _unlisted(self, dropped: Collection[str], kind: str) -> dict[str, bytes]:
        """The lists of parts and of the workbook's relations without some."""
        relations = _listing(self._workbook_part)
        names = b"|".join(re.escape(part.encode()) for part in dropped)
        ends = re.escape(kind.encode())
        return {
            _TYPES: re.sub(rb"""<(\w+:)?Override\b[^>]*["']/(?:%b)["'][^>]*/>""" % names, b"", self.part(_TYPES)),
            relations: re.sub(rb"""<(\w+:)?Relationship\b[^>]*%b["'][^>]*/>""" % ends, b"", self.part(relations)),
        }

    def _strings(self, name: str) -> Iterator[str]:
        """The texts of a part of shared strings, each let go once it is read."""
        content = self.part(name)
        self._check_elements(_elements(content), name)
        try:
            elements = ET.iterparse(io.BytesIO(content))  # noqa: S314 - document types were refused
            for _, element in elements:
                if element.tag.endswith("}si"):
                    yield plain_text(element)
                    element.clear()
        except (ET.ParseError, ValueError, LookupError) as failure:
            raise self.refusal(f"is damaged at {name} ({failure})") from failure

    def _check_elements(self, count: int, name: str) -> None:
        if count > MAX_ELEMENTS:
            raise self.refusal(f"has more than {MAX_ELEMENTS:,} elements at {name}")

    def _check_limits(self) -> None:
        listed = self._zip.infolist()
        if len(listed) > MAX_PARTS or len({member.filename.casefold() for member in listed}) < len(listed):
            raise self.refusal(f"must have at most {MAX_PARTS:,} parts, each of its own name")
        if any(set("\0\\") & set(member.orig_filename) for member in listed):
            raise self.refusal("must have names of parts without a backslash or a zero byte")
        if any(member.flag_bits & 1 for member in listed):
            raise self.refusal(_PROTECTED)
        if any(member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for member in listed):
            raise self.refusal("must be packed as office programs do, stored or deflated")
        unpacked = sum(member.file_size for member in listed)
        if unpacked > MAX_UNPACKED:
            raise self.refusal(f"unpacks to {unpacked / 1e6:,.0f} MB, the limit is {MAX_UNPACKED / 1e6:.0f} MB")
        if any(end > start for (_, end, _), (start, _, _) in pairwise(self._spans)):
            raise self.refusal("is damaged: its parts overlap")

    def _read_workbook(self) -> ET.Element:
        self._workbook_part = next((part for _, part in self.related("", "/officeDocument")), "")
        if self._workbook_part.endswith(".bin"):
            raise self.refusal("is a binary workbook; save it as .xlsx or .xlsm")
        workbook = self.tree(self._workbook_part)
        if not workbook.tag.endswith("}workbook"):
            raise self.refusal("is not an Excel workbook")
        return workbook


def plain_text(item: ET.Element) -> str:
    """The text of a string item: its own, or that of its runs; phonetic hints are left out."""
    return "".join(text.text or "" for path in ("{*}t", "{*}r/{*}t") for text in item.iterfind(path))


def _elements(content: bytes) -> int:
    """How many elements markup has, or more where it has remarks: text holds no bracket that opens a tag."""
    return content.count(b"<") - content.count(b"</")


def _tells(fields: bytes) -> bool:
    """Whether the further fields of a part hold more than sizes, times and padding."""
    while len(fields) >= 4:
        kind, size = struct.unpack_from("<2H", fields)
        content, fields = fields[4 : 4 + size], fields[4 + size :]
        if (kind not in _PLAIN_FIELDS or size > _FIELD) and not (kind == _PADDING and not any(content[4:])):
            return True
    return any(fields)


def _listing(source: str) -> str:
    """The part that lists the relations of a part."""
    folder, file = posixpath.split(source)
    return posixpath.join(folder, "_rels", f"{file}.rels")


def _relation(sheet: ET.Element) -> str:
    return next((value for name, value in sheet.items() if name.endswith("}id")), "")


def _renewed(member: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """A member of the same name and date for new content."""
    renewed = zipfile.ZipInfo(member.filename, member.date_time)
    renewed.compress_type = member.compress_type
    renewed.external_attr = member.external_attr
    renewed.create_system = member.create_system
    return renewed
