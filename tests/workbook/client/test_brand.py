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
    found = brand('name = "Bänk"\ncolor = "#0b3d63"\nlogo = "logo.png"\n[round]\n"0.0" = 0.5\n"B2:C3" = 1\nbp = 0.25')
    assert (found.name, found.color, found.disclaimer) == ("Bänk", "0B3D63", DISCLAIMER)
    assert b"secret" not in found.logo.content
    assert found.rounding.step((2, 2), "0.0") == 1
    assert found.rounding.step((9, 9), "0.0") == Decimal("0.5")
    assert found.rounding.step((9, 9), "0%") is None
    assert found.rounding.words == {"bp": Decimal("0.25")}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('nmae = "x"', "a key must be .*name.*, got 'nmae'"),
        ("name = 5", "name must be text"),
        ('color = "blue"', "color must be six hexadecimal digits, got 'blue'"),
        ("name", "must be TOML"),
        ("round = 1", "round must be a table"),
        ('[round]\n"0.0" = 0', r"round\.0\.0 must be a step above 0, got 0"),
        ('[round]\n"0.0" = "a"', "must be a step above 0, got 'a'"),
        ('[round]\n"0.0" = nan', "must be a step above 0, got nan"),
        ('[round]\n"0.0" = true', "must be a step above 0, got True"),
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
