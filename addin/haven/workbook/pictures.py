"""PNG and JPEG pictures without anything but the picture."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from haven.errors import HavenError, Reason
from haven.workbook.pixels import MAX_PIXELS, SIGNATURE, chunks, read_png

_JPEG: Final = b"\xff\xd8"
_SHOWN: Final = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_HARMLESS: Final = frozenset({b"gAMA", b"cHRM", b"sRGB", b"pHYs", b"sBIT", b"bKGD"})
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SEGMENTS: Final = _FRAMES | {0xC4, 0xCC, 0xDB, 0xDD}
"""JPEG segments needed to draw: frames, tables, restart interval."""
_ADOBE: Final = (0xEE, b"Adobe", 12)
"""The one application segment that tells how colours are to be read; it has no room for text."""
_JFIF: Final = (0xE0, b"JFIF\0", 16)
"""The head of nearly every JPEG: version and density."""
_DAMAGED: Final = (IndexError, KeyError, ValueError, zlib.error, StopIteration)
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
        if data.startswith(SIGNATURE):
            return _clean_png(data)
        if data.startswith(_JPEG):
            return _clean_jpeg(data)
    except _DAMAGED as failure:
        raise HavenError(Reason.INVALID, f"the picture is damaged ({failure})") from failure
    raise HavenError(Reason.INVALID, "a picture must be PNG or JPEG")


def metadata(data: bytes) -> list[str]:
    """What a picture holds beside the picture; the format itself where it can't be looked into."""
    try:
        if data.startswith(SIGNATURE):
            kinds = [kind for kind, _ in chunks(data)]
            found = [kind.decode("ascii", "replace") for kind in kinds if kind not in _SHOWN | _HARMLESS]
            if _hides_colours(data):
                found.append("colours under transparent pixels")
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
    except (*_DAMAGED, HavenError):
        return ["a damaged picture"]
    return [] if data.startswith(b"BM") else ["a format that may hold text"]


def is_opaque(data: bytes) -> bool:
    """Whether nothing is seen through a picture; one that can't be looked into counts as such."""
    try:
        return not data.startswith(SIGNATURE) or read_png(data).is_opaque
    except (*_DAMAGED, HavenError):
        return True


def cut_png(picture: Picture, left: float, top: float, right: float, bottom: float) -> Picture:
    """The part of a clean PNG between shares of its width and height."""
    raster = read_png(picture.content).cut(left, top, right, bottom)
    return Picture(raster.content, "png", raster.width, raster.height)


def _hides_colours(data: bytes) -> bool:
    try:
        return read_png(data).hides_colours
    except HavenError:
        return False


def _clean_png(data: bytes) -> Picture:
    raster = read_png(data).plain()
    return Picture(raster.content, "png", raster.width, raster.height)


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
