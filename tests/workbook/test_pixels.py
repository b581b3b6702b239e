"""Pixels of a PNG: as they were before they were filtered, cut as asked, and nothing beneath what is not seen."""

import zlib

import numpy as np
import pytest

from haven.workbook.pictures import Picture, cleaned, cut_png, is_opaque, metadata
from haven.workbook.pixels import read_png

SIZES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def chunk(kind, content):
    return len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")


def png(width, height, depth, kind, lines, table=b"", clear=b""):
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([depth, kind, 0, 0, 0])
    parts = [chunk(b"IHDR", head), *([chunk(b"PLTE", table)] if table else [])]
    parts += [*([chunk(b"tRNS", clear)] if clear else []), chunk(b"IDAT", zlib.compress(lines)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def filtered(rows, unit, kinds):
    """Lines as the standard filters them, byte by byte: each less what its neighbours let expect."""
    above, lines = bytes(len(rows[0])), b""
    for row, kind in zip(rows, kinds, strict=True):
        lines += bytes([kind])
        for place, byte in enumerate(row):
            left = row[place - unit] if place >= unit else 0
            up, corner = above[place], above[place - unit] if place >= unit else 0
            nearest = min((left, up, corner), key=lambda value, at=left + up - corner: abs(at - value))
            lines += bytes([(byte - (0, left, up, (left + up) // 2, nearest)[kind]) & 0xFF])
        above = row
    return lines


def colours(data):
    """Red, green, blue and opacity of a picture that we wrote: eight bits, not filtered."""
    raster = read_png(data)
    size = SIZES[raster.kind]
    lines = np.frombuffer(raster.lines, np.uint8).reshape(raster.height, -1)
    assert not lines[:, 0].any()
    return lines[:, 1:].reshape(raster.height, raster.width, size)


@pytest.mark.parametrize("kinds", [[0, 1, 2, 3, 4, 4, 3, 2], [4] * 8, [3] * 8])
@pytest.mark.parametrize(("kind", "depth"), [(6, 8), (2, 8), (6, 16)])
def test_lines_of_every_filter_match_the_pixels_they_were_made_of(kind, depth, kinds):
    unit = SIZES[kind] * depth // 8
    pixels = np.random.default_rng(9).integers(0, 256, (8, 5, unit), dtype=np.uint8)
    lines = filtered([bytes(row.reshape(-1)) for row in pixels], unit, kinds)
    read = colours(read_png(png(5, 8, depth, kind, lines)).cut(0, 0, 1, 1).content)
    expected = pixels[..., :: depth // 8]
    if kind == 2:
        assert (read == expected).all()
    else:
        seen = expected[..., 3] > 0
        assert (read[seen] == expected[seen]).all() and not read[~seen].any()


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
def test_pixels_of_few_bits_match(depth):
    numbers = [[0, 1, 1], [1, 0, 1]]
    bits = ["".join(f"{number:0{depth}b}" for number in row) for row in numbers]
    rows = [int(row.ljust(-len(row) % 8 + len(row), "0"), 2).to_bytes((len(row) + 7) // 8, "big") for row in bits]
    lines = b"".join(b"\0" + row for row in rows)
    grey = colours(read_png(png(3, 2, depth, 0, lines)).cut(0, 0, 1, 1).content)
    assert (grey[..., 0] == np.array(numbers) * 255 // (2**depth - 1)).all()
    table = colours(read_png(png(3, 2, depth, 3, lines, b"\1\2\3\4\5\6")).cut(0, 0, 1, 1).content)
    assert table[0].tolist() == [[1, 2, 3], [4, 5, 6], [4, 5, 6]]


def under_transparency():
    """Two pixels that are seen and two of which nothing is."""
    lines = b"\0" + b"\1\2\3\xff" + b"\4\5\6\x80" + b"\0" + b"sec\0" + b"ret\0"
    return png(2, 2, 8, 6, lines)


def test_colours_under_full_transparency_satisfy_absence():
    data = under_transparency()
    assert metadata(data) == ["colours under transparent pixels"]
    assert colours(cleaned(data).content).tolist() == [[[1, 2, 3, 255], [4, 5, 6, 128]], [[0] * 4] * 2]
    assert metadata(cleaned(data).content) == []


def test_a_picture_in_transparent_colours_of_a_table_satisfies_absence():
    table = b"\1\2\3" + b"\4\5\6" * 2
    data = png(3, 2, 8, 3, b"\0\0\1\2\0\0\2\1", table, b"\xff\0\0")
    assert metadata(data) == ["colours under transparent pixels"]
    assert colours(cleaned(data).content).tolist() == [[[1, 2, 3, 255], [0] * 4, [0] * 4]] * 2


@pytest.mark.parametrize(
    ("data", "opaque"),
    [
        (under_transparency(), False),
        (png(1, 1, 8, 6, b"\0\1\2\3\xff"), True),
        (png(1, 1, 8, 2, b"\0\1\2\3"), True),
        (png(1, 1, 8, 2, b"\0\1\2\3", clear=b"\0\1\0\2\0\3"), False),
        (png(1, 1, 8, 0, b"\0\7", clear=b"\0\7"), False),
        (png(1, 1, 8, 3, b"\0\0", b"\1\2\3", b"\x80"), False),
        (b"a picture of another kind", True),
    ],
)
def test_what_is_seen_through_matches(data, opaque):
    assert is_opaque(data) is opaque


def test_a_cut_picture_matches_the_part_asked_for():
    lines = b"".join(b"\0" + bytes([10 * row + column for column in range(4)]) for row in range(4))
    whole = Picture(png(4, 4, 8, 0, lines), "png", 4, 4)
    part = cut_png(whole, 0.25, 0.5, 0.75, 1.0)
    assert (part.width, part.height) == (2, 2)
    assert colours(part.content)[..., 0].tolist() == [[21, 22], [31, 32]]
    assert colours(cut_png(whole, 1.0, 1.0, 1.0, 1.0).content)[..., 0].tolist() == [[33]]
