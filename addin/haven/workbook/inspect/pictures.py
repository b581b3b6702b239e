"""What a picture of any kind holds beside the picture."""

import re
import struct
from collections.abc import Iterator
from itertools import chain, islice
from typing import Final

from haven.workbook.inspect.tells import remarks
from haven.workbook.pictures import metadata

_GIF_LABELS: Final = {0xFE: "comment", 0x01: "text", 0xFF: "application data"}
_GIF_PLAIN: Final = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
"""The application data that says how often an animation repeats."""
_EMF_COMMENT: Final = 70
_EMF_PLUS: Final = b"EMF+"
_WMF_ESCAPE: Final = 0x0626
_TOLD: Final = 1_000
_SVG: Final = re.compile(
    rb"<(?:\w+:)?(metadata|title|desc|script|foreignObject)\b(?!\s*/>)|\b((?:sodipodi|inkscape|adobe|xmp)[\w:-]{0,80}+)\s{0,9}="
    rb"""|\bhref\s{0,9}=\s{0,9}["'](?!#|data:image)([^"']{1,200})"""
)


def beside(data: bytes, ending: str) -> list[str]:
    """What a picture holds beside the picture; the format itself where it can't be looked into."""
    try:
        if data.startswith(b"GIF8"):
            return list(dict.fromkeys(_gif(data)))
        if data[40:44] == b" EMF":
            return list(dict.fromkeys(_emf(data)))
        if data.startswith((b"\xd7\xcd\xc6\x9a", b"\1\0\x09\0", b"\2\0\x09\0")):
            return list(dict.fromkeys(_wmf(data)))
    except (IndexError, struct.error):
        return ["a damaged picture"]
    if ending == "svg":
        groups = chain.from_iterable(match.groups() for match in islice(_SVG.finditer(data), _TOLD))
        found = [group.decode("utf-8", "replace") for group in groups if group]
        return list(dict.fromkeys([*found, *(f"comment {remark.what}" for remark in remarks(data, ""))]))
    return metadata(data)


def _steps(data: bytes) -> Iterator[int]:
    """As many steps as a picture of such a size may take, and then a failure."""
    yield from range(len(data) // 16 + 1000)
    raise IndexError("a picture of too many records")


def _gif(data: bytes) -> Iterator[str]:
    """Blocks beside the frames, and what follows the end."""
    place = 13 + (3 << (data[10] & 7) + 1 if data[10] & 0x80 else 0)
    steps = _steps(data)
    while (kind := data[place]) != 0x3B:
        next(steps)
        if kind == 0x2C:
            place += 10 + (3 << (data[place + 9] & 7) + 1 if data[place + 9] & 0x80 else 0) + 1
        elif kind == 0x21:
            label = data[place + 1]
            if label in _GIF_LABELS and data[place + 3 : place + 14] not in _GIF_PLAIN:
                yield _GIF_LABELS[label]
            place += 2
        else:
            raise IndexError("a block of an unknown kind")
        while size := data[place]:
            next(steps)
            place += size + 1
        place += 1
    if place + 1 < len(data):
        yield "bytes after its end"


def _emf(data: bytes) -> Iterator[str]:
    """Comments that are no drawing, the description in the head, and what follows the end."""
    place = 0
    for _ in _steps(data):
        kind, size = struct.unpack_from("<2L", data, place)
        if size < 8 or place + size > len(data):
            raise IndexError("a record is cut short")
        if place == 0 and struct.unpack_from("<L", data, 60)[0]:
            yield "description"
        if kind == _EMF_COMMENT and data[place + 12 : place + 16] != _EMF_PLUS:
            yield "comment"
        place += size
        if kind == 14:
            break
    if place < len(data):
        yield "bytes after its end"


def _wmf(data: bytes) -> Iterator[str]:
    """Escapes, which hold comments, and what follows the end."""
    place = 22 if data.startswith(b"\xd7") else 0
    place += 2 * struct.unpack_from("<H", data, place + 2)[0]
    for _ in _steps(data):
        words, kind = struct.unpack_from("<LH", data, place)
        if words < 3 or place + 2 * words > len(data):
            raise IndexError("a record is cut short")
        if kind == _WMF_ESCAPE:
            yield "comment"
        place += 2 * words
        if kind == 0:
            break
    if place < len(data):
        yield "bytes after its end"
