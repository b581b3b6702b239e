"""Office files from outside: looked through as the zips they are before any library reads them."""

import zipfile
import zlib
from pathlib import Path
from typing import Final

from haven.errors import HavenError, Reason

MAX_PARTS: Final = 10_000
MAX_PART: Final = 100_000_000
MAX_ELEMENTS: Final = 2_000_000
"""The most elements of one part: a library may keep each of them."""
_CHUNK: Final = 1 << 20
_MARK: Final = b"\xef\xbb\xbf"
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<", b"\0\0")
"""How markup begins in which a document type could hide."""


def check_archive(path: Path) -> None:
    """Refuse a zip that unpacks to too much, or holds markup that expands or refers elsewhere.

    Raises
    ------
    HavenError
        INVALID, naming the part.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > MAX_PARTS or len({member.filename for member in members}) < len(members):
                raise _refusal(f"must have at most {MAX_PARTS:,} parts, each of its own name")
            for member in members:
                _check_part(archive, member)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as failure:
        raise _refusal(f"is damaged, encrypted or not what its name says ({failure})") from failure


def _check_part(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Read a part piece by piece; one that is larger than told fails its checksum."""
    if member.file_size > MAX_PART:
        raise _refusal(f"has more than {MAX_PART / 1e6:.0f} MB at {member.filename}")
    elements, before, is_markup = 0, b"", False
    with archive.open(member) as part:
        while piece := part.read(_CHUNK):
            elements += piece.count(b"<") - piece.count(b"</")
            if (not before and piece.startswith(_WIDE)) or b"<!DOCTYPE" in before[-9:] + piece:
                raise _refusal(f"must hold UTF-8 markup without a document type, not so in {member.filename}")
            is_markup = is_markup or (not before and piece.removeprefix(_MARK).lstrip().startswith(b"<"))
            if is_markup and before and b"<" not in before + piece:  # a tag of a million attributes takes a gigabyte
                raise _refusal(f"has a tag or text of more than {2 * _CHUNK / 1e6:.0f} MB at {member.filename}")
            if elements > MAX_ELEMENTS:
                raise _refusal(
                    f"has more than {MAX_ELEMENTS:,} elements at {member.filename}; save it as .csv or .parquet"
                )
            before = piece


def _refusal(what: str) -> HavenError:
    return HavenError(Reason.INVALID, what)
