"""PNG and JPEG pictures without anything but the picture."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from haven.errors import HavenError, Reason

MAX_PIXELS: Final = 25_000_000
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8"
_SHOWN: Final = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_HARMLESS: Final = frozenset({b"gAMA", b"cHRM", b"sRGB", b"pHYs", b"sBIT", b"bKGD"})
_CHANNELS: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_GREY, _COLOURED, _BY_TABLE = 0, 2, 3
"""Kinds of PNG that name a transparent colour; the last takes its colours from a table."""
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SEGMENTS: Final = _FRAMES | {0xC4, 0xCC, 0xDB, 0xDD}
"""JPEG segments needed to draw: frames, tables, restart interval."""
_ADOBE: Final = (0xEE, b"Adobe", 12)
"""The one application segment that tells how colours are to be read; it has no room for text."""
_JFIF: Final = (0xE0, b"JFIF\0", 16)
"""The head of nearly every JPEG: version and density."""
_SEGMENT_NAMES: Final = {0xE1: "Exif or XMP", 0xE2: "colour profile", 0xED: "IPTC", 0xFE: "comment"}


@dataclass(frozen=True, slots=True)
class Picture:
    """A clean picture: its content, ending, and size in pixels."""

    content: bytes
    ending: str
    width: int
    height: int


def cleaned(data: bytes) -> Picture:
    """A picture re-encoded without metadata and without what follows its end.

    Raises
    ------
    HavenError
        INVALID for anything but an intact PNG or JPEG of at most 25 million pixels.
    """
    try:
        if data.startswith(_PNG):
            return _clean_png(data)
        if data.startswith(_JPEG):
            return _clean_jpeg(data)
    except (IndexError, KeyError, zlib.error, StopIteration) as failure:
        raise HavenError(Reason.INVALID, f"the picture is damaged ({failure})") from failure
    raise HavenError(Reason.INVALID, "a picture must be PNG or JPEG")


def metadata(data: bytes) -> list[str]:
    """What a picture holds beside the picture; the format itself where it can't be looked into."""
    try:
        if data.startswith(_PNG):
            chunks = list(_chunks(data))
            found = [kind.decode("ascii", "replace") for kind, _ in chunks if kind not in _SHOWN | _HARMLESS]
            end = data.rfind(b"IEND") + 8
            return [*found, *(["bytes after its end"] if len(data) > end else [])]
        if data.startswith(_JPEG):
            found = [
                _SEGMENT_NAMES.get(marker, f"segment {marker:02X}")
                for marker, content in _segments(data)
                if not _is_drawn(marker, content) and (marker, content[2:7], len(content)) != _JFIF
            ]
            kept = cleaned(data).content
            return found or (["bytes after its end"] if data[-64:] != kept[-64:] else [])
    except (HavenError, IndexError, StopIteration):
        return ["a damaged picture"]
    return [] if data.startswith(b"BM") else ["a format that may hold text"]


def _clean_png(data: bytes) -> Picture:
    kept: dict[bytes, bytes] = {}
    for kind, content in _chunks(data):
        kept[kind] = kept.get(kind, b"") + content
    head = kept[b"IHDR"]
    width, height = int.from_bytes(head[:4]), int.from_bytes(head[4:8])
    depth, colour, interlaced = head[8], head[9], head[12]
    if interlaced or not 0 < width * height <= MAX_PIXELS:
        raise HavenError(Reason.INVALID, "a PNG must be without interlace and have at most 25 million pixels")
    size = height * (1 + (width * depth * _CHANNELS[colour] + 7) // 8)
    lines = zlib.decompressobj().decompress(kept[b"IDAT"], size)
    if len(lines) < size:
        raise HavenError(Reason.INVALID, "the picture is damaged: its end is missing")
    colours = min(256, 1 << depth)
    parts = {
        b"IHDR": head[:13],
        b"PLTE": kept.get(b"PLTE", b"")[: 3 * colours] if colour == _BY_TABLE else b"",
        b"tRNS": kept.get(b"tRNS", b"")[: {_GREY: 2, _COLOURED: 6, _BY_TABLE: colours}.get(colour, 0)],
        b"IDAT": zlib.compress(lines),
    }
    chunks = [_chunk(kind, content) for kind, content in parts.items() if content]
    return Picture(b"".join([_PNG, *chunks, _chunk(b"IEND", b"")]), "png", width, height)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4) + kind + content + zlib.crc32(kind + content).to_bytes(4)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(_PNG)
    kind = b""
    while kind != b"IEND":
        size, kind = int.from_bytes(data[place : place + 4]), data[place + 4 : place + 8]
        if len(kind) < 4 or place + 12 + size > len(data):
            raise IndexError("a chunk is cut short")
        yield kind, data[place + 8 : place + 8 + size]
        place += 12 + size


def _clean_jpeg(data: bytes) -> Picture:
    pieces = [_JPEG]
    width = height = 0
    for marker, content in _segments(data):
        if marker in _FRAMES:
            height, width = int.from_bytes(content[3:5]), int.from_bytes(content[5:7])
        if _is_drawn(marker, content):
            pieces.append(bytes([0xFF, marker]) + content)
    if not 0 < width * height <= MAX_PIXELS:
        raise HavenError(Reason.INVALID, "a JPEG must have at most 25 million pixels")
    return Picture(b"".join([*pieces, b"\xff\xd9"]), "jpeg", width, height)


def _is_drawn(marker: int, content: bytes) -> bool:
    marks, name, size = _ADOBE
    return marker in _SEGMENTS | {0xDA} or (marker == marks and content[2:7] == name and len(content) == size + 2)


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and content, length included, of each segment; of a scan with the coded picture that follows it."""
    place = 2
    while True:
        while data[place + 1] == 0xFF:
            place += 1
        if data[place] != 0xFF:
            raise IndexError("a segment does not begin where it must")
        marker = data[place + 1]
        if marker == 0xD9:
            return
        end = place + 2 + int.from_bytes(data[place + 2 : place + 4])
        if end > len(data) or end < place + 4:
            raise IndexError("a segment is cut short")
        if marker == 0xDA:
            end = _scan_end(data, end)
        yield marker, data[place + 2 : end]
        place = end


def _scan_end(data: bytes, place: int) -> int:
    while True:
        place = data.find(b"\xff", place)
        if place < 0:
            raise IndexError("the picture is cut short")
        if data[place + 1] != 0 and not 0xD0 <= data[place + 1] <= 0xD7:
            return place
        place += 2
