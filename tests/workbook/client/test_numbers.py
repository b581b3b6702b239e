"""What a cell shows of a number, against what Excel shows."""

from decimal import Decimal

import pytest

from haven.workbook.client.numbers import (
    as_shown,
    rounded,
    rounded_words,
    section_of,
    stepped,
    unit_of,
    unseen_words,
    visible_code,
)


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (-53.7123, "0.0", -53.7),
        (-53.75, "0.0", -53.8),
        (0.044849, "0.00%", 0.0448),
        (0.0449, "0%", 0.04),
        (1234567.8, "#,##0,", 1235000.0),
        (1234567.8, '#,##0.0,,"mn"', 1200000.0),
        (99.515625, "# ?/32", 99.53125),
        (0.3333, "# ?/?", 1 / 3),
        (45758.63, "yyyy-mm-dd", 45758.0),
        (45758.5000001, "yyyy-mm-dd hh:mm", 45758.5),
        (1.26, "[h]:mm", 1.26),
        (123456.789, "0.00E+00", 123000.0),
        (0.12345678912345, "General", 0.1234567891),
        (7.5, '0.##"Y"', 7.5),
        (5.49, "0;(0)", 5.0),
        (-5.49, "0.0;(0)", -5.0),
        (150.26, "[>100]0;0.0", 150.0),
        (50.26, "[>100]0;0.0", 50.3),
        (5.0, ";;;", None),
        (5.2, '"n/a"', 1.0),
        (1e300, "0.0", 1e300),
    ],
)
def test_a_number_matches_what_its_format_shows(value, code, shown):
    assert (
        as_shown(value, code) == pytest.approx(shown, rel=1e-12) if shown is not None else as_shown(value, code) is None
    )


@pytest.mark.parametrize(
    ("value", "step", "expected"), [(-53.7, "0.5", -53.5), (0.0448, "0.0005", 0.045), (2.5, "1", 3)]
)
def test_a_number_matches_its_step(value, step, expected):
    assert rounded(value, Decimal(step)) == expected


@pytest.mark.parametrize(
    ("code", "unit"),
    [
        ("0.0", "bp"), ("+0.0;-0.0;0.0", "bp"), ("#,##0.0", "bp"),
        ('"1d "+0.0" bp";"1d "-0.0" bp"', "bp"), ('0" bp"', "bp"),
        ("0.00%", "%"), ("0%", "%"), ('0.##"Y"', ""), ('0.0"Y"', ""), ("0.0000", ""),
        ("General", ""), ("#,##0.0,", ""),
        ("yyyy-mm-dd", None), ("mm:ss.0", None), ("0.0E+00", None), ("# ?/8", None), (";;;", None),
    ],
)  # fmt: skip
def test_a_unit_matches_its_format(code, unit):
    assert unit_of(-53.7, code) == unit


@pytest.mark.parametrize(
    ("value", "code", "step", "expected"),
    [
        (-53.7, "0.0", "0.5", -53.5),
        (0.0448, "0.00%", "0.05", 0.045),
        (0.6957, "0%", "0.05", 0.70),
        (-50.8198, "0.0", "0.01", -50.8),
        (1_234_567.0, "#,##0,", "5", 1_235_000.0),
        (12.4, "General", "5", 10.0),
    ],
)
def test_a_step_matches_the_unit_and_the_digits_that_a_format_shows(value, code, step, expected):
    assert stepped(value, code, Decimal(step)) == pytest.approx(expected, rel=1e-12)


def test_figures_in_words_match_their_steps():
    steps = {"bp": Decimal("0.5"), "%": Decimal("0.05")}
    text = (
        "rose 47.3 bp to 4.48 %: -53.7bp, 1,250.2 bp, 10 % of 3.7 years and 4.48%, premium +19.3, -1.3 sd on 2025-04-11"
    )
    expected = (
        "rose 47.5 bp to 4.50 %: -53.5bp, 1,250.0 bp, 10 % of 3.7 years and 4.50%, premium +19.5, -1.3 sd on 2025-04-11"
    )
    assert rounded_words(text, steps) == (expected, {"bp", "%"})
    assert rounded_words(text, {})[0] == text


@pytest.mark.parametrize(
    ("code", "values", "visible"),
    [
        ('0.0;-0.0;"secret"', [1.0, -1.0], "0.0;-0.0;"),
        ('0.0;-0.0;"flat"', [0.0], '0.0;-0.0;"flat"'),
        ('0.0" bp"', [1.0], '0.0" bp"'),
        ('0.0" secret"', [], "0.0"),
        ('0.0" secret"', ["text"], "0.0"),
        ('"told: "@', ["text"], '"told: "@'),
        ('0;0;0;"told: "@', [1.0], "0;0;0;@"),
        ('[>100]"a"0;"b"0', [50.0], '0;"b"0'),
    ],
)
def test_text_of_a_section_that_shows_nothing_satisfies_absence(code, values, visible):
    assert visible_code(code, values) == visible


@pytest.mark.parametrize(
    ("code", "values", "words"),
    [
        ('0.0;-0.0;"nothing"', [1.0, -1.0], ["nothing"]),
        ('0.0;-0.0;"nothing"', [0.0], []),
        ('"rise "0.0;"fall "-0.0;"flat"', [1.0], ["fall", "flat"]),
        ('"level "0.0;"level "-0.0', [1.0], []),
        ('0.0;-0.0;0.0;"said: "@', [1.0], ["said"]),
        ('0.0;-0.0;0.0;"said: "@', ["x"], []),
        ('[>100]"large";0.0', [1.0], ["large"]),
        (r"0.0 \s\e\c\r\e\t", [], ["secret"]),
        ('0.0" bp";-0.0" USD"', [], []),
    ],
)
def test_words_of_a_number_format_that_no_value_shows_match(code, values, words):
    assert unseen_words(code, {section_of(code, value) for value in values}) == words
