"""Pictures keep their pixels and lose everything else."""

import zlib

import pytest

from haven.errors import HavenError
from haven.workbook.pictures import cleaned, metadata
from tests.workbook.poisoned import png

TABLE = bytes.fromhex("ffdb0043") + b"\0" + bytes(64)
FRAME = bytes.fromhex("ffc0000b08000200030101110 0".replace(" ", ""))
SCAN = bytes.fromhex("ffda0008010100003f00") + b"\x12\xff\x00\x34\xff\xd0\x56"


def segment(marker, content):
    return bytes([0xFF, marker]) + (len(content) + 2).to_bytes(2, "big") + content


def jpeg(*extra, after=b""):
    return b"\xff\xd8" + b"".join(extra) + TABLE + FRAME + SCAN + b"\xff\xd9" + after


def test_a_png_satisfies_the_same_pixels_without_text():
    picture = cleaned(png("secret", "author") + b"secret after the end")
    assert b"secret" not in picture.content and b"tEXt" not in picture.content
    assert picture.content == cleaned(png()).content
    start = picture.content.index(b"IDAT") + 4
    assert zlib.decompressobj().decompress(picture.content[start:]) == b"\0abc\0def"
    assert (picture.width, picture.height, picture.ending) == (3, 2, "png")


def test_bytes_hidden_behind_the_pixels_satisfy_absence():
    data = png()
    lines = zlib.compress(b"\0abc\0def" + b"secret" * 9)
    place = data.index(b"IDAT")
    size = int.from_bytes(data[place - 4 : place], "big")
    chunk = b"IDAT" + lines
    changed = data[: place - 4] + len(lines).to_bytes(4, "big") + chunk + zlib.crc32(chunk).to_bytes(4, "big")
    assert cleaned(changed + data[place + 8 + size :]).content == cleaned(png()).content


def with_chunk(kind, content):
    data, place = png(), png().index(b"IDAT") - 4
    chunk = kind + content
    return b"".join(
        [data[:place], len(content).to_bytes(4, "big"), chunk, zlib.crc32(chunk).to_bytes(4, "big"), data[place:]]
    )


def test_tables_that_a_png_does_not_use_satisfy_absence():
    assert cleaned(with_chunk(b"PLTE", b"secret" * 9)).content == cleaned(png()).content
    seen = cleaned(with_chunk(b"tRNS", b"\0\7secret")).content
    assert b"tRNS\0\7" in seen and b"secret" not in seen


def test_a_jpeg_satisfies_the_same_picture_without_segments():
    told = jpeg(segment(0xE1, b"Exif\0\0secret"), segment(0xFE, b"secret"), segment(0xED, b"secret"), after=b"secret")
    assert cleaned(told).content == jpeg()
    assert (cleaned(told).width, cleaned(told).height) == (3, 2)


def test_the_colour_segment_of_a_jpeg_satisfies_staying():
    adobe = segment(0xEE, b"Adobe" + bytes(7))
    assert adobe in cleaned(jpeg(adobe)).content
    assert b"secret" not in cleaned(jpeg(segment(0xEE, b"Adobe" + b"secret!!"))).content


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (png(), []),
        (png("x"), ["tEXt"]),
        (png() + b"x", ["bytes after its end"]),
        (jpeg(), []),
        (jpeg(segment(0xE1, b"Exif")), ["Exif or XMP"]),
        (jpeg(after=b"more"), ["bytes after its end"]),
        (png()[:30], ["a damaged picture"]),
        (b"GIF89a", ["a format that may hold text"]),
    ],
)
def test_metadata_matches_what_was_planted(data, found):
    assert metadata(data) == found


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg/>",
        png()[:-20],
        jpeg()[:-9],
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        png().replace((3).to_bytes(4, "big") + (2).to_bytes(4, "big"), b"\xff" * 8),
    ],
)
def test_what_is_no_sound_picture_is_refused(data):
    with pytest.raises(HavenError, match=r"picture|PNG"):
        cleaned(data)
