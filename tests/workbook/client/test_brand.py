"""A brand file, and what is wrong with one."""

from decimal import Decimal

import pytest

from haven.errors import HavenError
from haven.workbook.client.brand import DISCLAIMER, read_brand
from tests.workbook.poisoned import png


@pytest.fixture
def brand(tmp_path):
    def written(text):
        path = tmp_path / "brand.toml"
        path.write_text(text, encoding="utf-8")
        return read_brand(path)

    return written


def test_a_brand_matches_its_file(brand, tmp_path):
    (tmp_path / "logo.png").write_bytes(png("secret"))
    found = brand('name = "Bänk"\ncolor = "#0b3d63"\nlogo = "logo.png"\n[round]\n"%" = 0.5\n"B2:C3" = 1\nbp = 0.25')
    assert (found.name, found.color, found.disclaimer) == ("Bänk", "0B3D63", DISCLAIMER)
    assert b"secret" not in found.logo.content
    assert found.rounding.areas == ((((2, 2), (3, 3)), Decimal(1)),)
    assert found.rounding.units == {"%": Decimal("0.5"), "bp": Decimal("0.25")}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('nmae = "x"', "a key must be .*name.*, got 'nmae'"),
        ("name = 5", "name must be text"),
        ('color = "blue"', "color must be six hexadecimal digits, got 'blue'"),
        ("name", "must be TOML"),
        ("round = 1", "round must be a table"),
        ("[round]\nbp = 0", r"round\.bp must be a step above 0, got 0"),
        ('[round]\nbp = "a"', "must be a step above 0, got 'a'"),
        ("[round]\nbp = nan", "must be a step above 0, got nan"),
        ("[round]\nbp = true", "must be a step above 0, got True"),
        ('[round]\n"0.0" = 0.5', "a key of round must be bp, % or a range like B8:H15, got '0.0'"),
    ],
)
def test_a_brand_that_is_wrong_is_refused(brand, text, why):
    with pytest.raises(HavenError, match=why):
        brand(text)


def test_a_logo_that_is_no_picture_is_refused(brand, tmp_path):
    (tmp_path / "logo.png").write_bytes(b"MZ")
    with pytest.raises(HavenError, match=r"logo 'logo.png' can't be used: .*must be PNG or JPEG"):
        brand('logo = "logo.png"')


def test_a_logo_that_is_missing_is_refused(brand):
    with pytest.raises(HavenError, match=r"\.toml: logo 'gone.png' can't be used: No such file"):
        brand('logo = "gone.png"')
