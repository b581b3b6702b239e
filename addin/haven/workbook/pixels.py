"""The pixels of a PNG: read, cut, and written with nothing beneath what can't be seen."""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from haven.errors import HavenError, Reason

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
MAX_PIXELS: Final = 25_000_000
GREY, COLOURED, BY_TABLE, GREY_ALPHA, COLOURED_ALPHA = 0, 2, 3, 4, 6
"""Kinds of PNG; the first three may name transparent colours, the last two have them pixel by pixel."""
CHANNELS: Final = {GREY: 1, COLOURED: 3, BY_TABLE: 1, GREY_ALPHA: 2, COLOURED_ALPHA: 4}
Numbers: TypeAlias = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Raster:
    """A PNG taken apart: its head, its tables, and its lines as they are filtered."""

    width: int
    height: int
    depth: int
    kind: int
    colours: bytes
    clear: bytes
    lines: bytes

    @property
    def head(self) -> bytes:
        """The content of the first chunk."""
        size = self.width.to_bytes(4) + self.height.to_bytes(4)
        return size + bytes([self.depth, self.kind, 0, 0, 0])

    @property
    def content(self) -> bytes:
        """The picture as a file."""
        parts = {b"IHDR": self.head, b"PLTE": self.colours, b"tRNS": self.clear, b"IDAT": zlib.compress(self.lines)}
        chunks = [_chunk(kind, content) for kind, content in parts.items() if content]
        return b"".join([SIGNATURE, *chunks, _chunk(b"IEND", b"")])

    @property
    def is_opaque(self) -> bool:
        """Whether nothing is seen through it."""
        return not self._may_be_clear or bool((_opacity(self, _samples(self)) == self._full).all())

    @property
    def hides_colours(self) -> bool:
        """Whether pixels that are not seen differ in what they hold."""
        if not self._may_be_clear:
            return False
        samples = _samples(self)
        unseen = samples[_opacity(self, samples) == 0]
        return bool((unseen != unseen[:1]).any())

    @property
    def _may_be_clear(self) -> bool:
        return self.kind in (GREY_ALPHA, COLOURED_ALPHA) or bool(self.clear)

    @property
    def _full(self) -> int:
        """The opacity of what can't be seen through."""
        return 255 if self.kind == BY_TABLE else (1 << self.depth) - 1

    def plain(self) -> "Raster":
        """The same picture with black beneath what is not seen."""
        return _raster(_colours(self)) if self.hides_colours else self

    def cut(self, left: float, top: float, right: float, bottom: float) -> "Raster":
        """The part between shares of its width and height, at least a pixel."""
        columns, rows = _between(left, right, self.width), _between(top, bottom, self.height)
        return _raster(_colours(self)[rows, columns])


def read_png(data: bytes) -> Raster:
    """A PNG taken apart, what is no part of the picture left out.

    Raises
    ------
    HavenError
        INVALID for one that is damaged, interlaced or larger than 25 million pixels.
    """
    kept: dict[bytes, bytes] = {}
    for kind, content in chunks(data):
        kept[kind] = kept.get(kind, b"") + content
    head = kept[b"IHDR"]
    width, height = int.from_bytes(head[:4]), int.from_bytes(head[4:8])
    depth, colour, interlaced = head[8], head[9], head[12]
    if interlaced or not 0 < width * height <= MAX_PIXELS or depth not in (1, 2, 4, 8, 16):
        raise HavenError(Reason.INVALID, "a PNG must be without interlace and have at most 25 million pixels")
    size = height * (1 + (width * depth * CHANNELS[colour] + 7) // 8)
    lines = zlib.decompressobj().decompress(kept[b"IDAT"], size)
    if len(lines) < size:
        raise HavenError(Reason.INVALID, "the picture is damaged: its end is missing")
    most = min(256, 1 << depth)
    colours = kept.get(b"PLTE", b"")[: 3 * most] if colour == BY_TABLE else b""
    clear = kept.get(b"tRNS", b"")[: {GREY: 2, COLOURED: 6, BY_TABLE: most}.get(colour, 0)]
    return Raster(width, height, depth, colour, colours, clear, lines)


def chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of each chunk of a PNG."""
    place = len(SIGNATURE)
    kind = b""
    while kind != b"IEND":
        size, kind = int.from_bytes(data[place : place + 4]), data[place + 4 : place + 8]
        if len(kind) < 4 or place + 12 + size > len(data):
            raise IndexError("a chunk is cut short")
        yield kind, data[place + 8 : place + 8 + size]
        place += 12 + size


def _chunk(kind: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4) + kind + content + zlib.crc32(kind + content).to_bytes(4)


def _between(start: float, end: float, size: int) -> slice:
    first = min(int(start * size), size - 1)
    return slice(first, max(first + 1, min(round(end * size), size)))


def _raster(colours: Numbers) -> Raster:
    """A picture of given red, green, blue and opacity; of three channels where all is opaque."""
    height, width, _ = colours.shape
    clear = colours[..., 3] == 0
    is_opaque = bool((colours[..., 3] == 255).all())
    shown = colours[..., :3] if is_opaque else np.where(clear[..., None], np.uint8(0), colours)
    lines = np.zeros((height, 1 + width * shown.shape[-1]), np.uint8)
    lines[:, 1:] = shown.reshape(height, -1)
    return Raster(width, height, 8, COLOURED if is_opaque else COLOURED_ALPHA, b"", b"", lines.tobytes())


def _colours(raster: Raster) -> Numbers:
    """Red, green, blue and opacity of each pixel, of eight bits."""
    samples = _samples(raster)
    found = np.empty((raster.height, raster.width, 4), np.uint8)
    if raster.kind == BY_TABLE:
        table = np.zeros((256, 3), np.uint8)
        given = np.frombuffer(raster.colours[: len(raster.colours) // 3 * 3], np.uint8).reshape(-1, 3)
        table[: len(given)] = given
        found[..., :3] = table[samples[..., 0]]
    else:
        found[..., :3] = _eighth(samples[..., : 3 if raster.kind in (COLOURED, COLOURED_ALPHA) else 1], raster.depth)
    opacity = _opacity(raster, samples)
    found[..., 3] = opacity if raster.kind == BY_TABLE else _eighth(opacity, raster.depth)
    return found


def _eighth(numbers: Numbers, depth: int) -> Numbers:
    """Numbers of some bits as numbers of eight."""
    return numbers >> 8 if depth > 8 else numbers * (255 // ((1 << depth) - 1))


def _opacity(raster: Raster, samples: Numbers) -> Numbers:
    if raster.kind in (GREY_ALPHA, COLOURED_ALPHA):
        return samples[..., -1]
    if raster.kind == BY_TABLE:
        table = np.full(256, 255, np.uint8)
        table[: len(raster.clear)] = np.frombuffer(raster.clear, np.uint8)
        return table[samples[..., 0]]
    full = np.full(samples.shape[:2], (1 << raster.depth) - 1, samples.dtype)
    if len(raster.clear) == 2 * samples.shape[2]:
        full[(samples == np.frombuffer(raster.clear, ">u2")).all(axis=-1)] = 0
    return full


def _samples(raster: Raster) -> Numbers:
    """The numbers of each pixel: of its channels, or of its colour in the table."""
    lines, channels = _unfiltered(raster), CHANNELS[raster.kind]
    if raster.depth < 8:
        bits = np.unpackbits(lines, axis=1)[:, : raster.width * raster.depth]
        weights = (1 << np.arange(raster.depth - 1, -1, -1)).astype(np.uint8)
        return (bits.reshape(raster.height, raster.width, raster.depth) @ weights)[..., None]
    if raster.depth > 8:
        lines = lines.view(">u2").astype(np.uint16)
    return lines.reshape(raster.height, raster.width, channels)


def _unfiltered(raster: Raster) -> Numbers:
    """The bytes of each line.

    A byte is filtered by its neighbours on the left, above and between. Those on a diagonal don't need one another, so
    the picture is laid askew, each diagonal a line.
    """
    rows = np.frombuffer(raster.lines, np.uint8).reshape(raster.height, -1)
    filters, filtered = rows[:, 0], rows[:, 1:]
    if not filters.any():
        return np.ascontiguousarray(filtered)
    unit = max(1, raster.depth * CHANNELS[raster.kind] // 8)
    height, width = raster.height, filtered.shape[1] // unit
    askew = np.zeros((height + width + 1, height + 1, unit), np.uint8)
    strides = ((height + 2) * unit, (height + 1) * unit, 1)
    upright = as_strided(askew[2:, 1:], (height, width, unit), strides)
    upright[...] = filtered.reshape(height, width, unit)
    used = {kind: (filters == kind).astype(np.int16)[:, None] for kind in _GUESSES if (filters == kind).any()}
    for diagonal in range(height + width - 1):
        rows_of = slice(max(0, diagonal - width + 1), min(height, diagonal + 1))
        here = slice(rows_of.start + 1, rows_of.stop + 1)
        places = ((diagonal + 1, here), (diagonal + 1, rows_of), (diagonal, rows_of))
        neighbours = [askew[place].astype(np.int16) for place in places]
        guess = sum(_GUESSES[kind](*neighbours) * is_used[rows_of] for kind, is_used in used.items())
        askew[diagonal + 2, here] += np.asarray(guess).astype(np.uint8)
    return np.ascontiguousarray(upright).reshape(height, -1)


def _paeth(left: Numbers, above: Numbers, corner: Numbers) -> Numbers:
    """Of three neighbours the one nearest to the sum of two less the third."""
    to_left, to_above = abs(above - corner), abs(left - corner)
    to_corner = abs(left + above - 2 * corner)
    nearer = np.where(to_above <= to_corner, above, corner)
    return np.where((to_left <= to_above) & (to_left <= to_corner), left, nearer)


_GUESSES: Final[dict[int, Callable[..., Numbers]]] = {
    1: lambda *near: near[0],
    2: lambda *near: near[1],
    3: lambda *near: (near[0] + near[1]) >> 1,
    4: _paeth,
}
"""What a byte is taken to be by those on its left, above and between, for each filter of a line."""
