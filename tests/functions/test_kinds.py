"""What spreadsheets pass, read."""

import datetime as dt

import numpy as np
import pytest

from haven.errors import HavenError, Reason
from haven.functions.kinds import DATE, NUMBER, RATE, TENOR, ChoiceKind, Option, OptionsKind


@pytest.mark.parametrize(
    ("cell", "years"),
    [
        ("10Y", 10),
        ("18M", 1.5),
        ("1W", 7 / 365),
        ("1d", 1 / 365),
        (" 2y ", 2),
        (10, 10),
        (2.5, 2.5),
        ("7", 7),
        ("1.5Y", 1.5),
    ],
)
def test_tenor_read_matches_its_meaning(cell, years):
    assert TENOR.read("tenor", cell) == pytest.approx(years, rel=1e-15)


@pytest.mark.parametrize(
    "cell", ["10X", "0Y", "-5Y", "999Y", "10 years", "Y", "5%", 0, -1, 101, True, "", [1], float("nan")]
)
def test_tenor_refuses(cell):
    with pytest.raises(HavenError, match="tenor must be like 10Y, 18M or 1W") as failure:
        TENOR.read("tenor", cell)
    assert failure.value.reason == Reason.INVALID


@pytest.mark.parametrize(
    "cell",
    [
        *(45755, 45755.0, 45755.7, "2025-04-08", "2025-04-08T16:00"),
        *(dt.date(2025, 4, 8), dt.datetime(2025, 4, 8, 9), np.datetime64("2025-04-08")),
    ],
)
def test_date_read_matches_8_april_2025(cell):
    assert DATE.read("date", cell) == np.datetime64("2025-04-08")


@pytest.mark.parametrize(
    "cell",
    ["04/08/2025", "45755", "8 Apr 2025", "2025-13-01", "2025-02-30", 0, -3, 20250408, True, float("nan"), 1e308],
)
def test_date_refuses(cell):
    with pytest.raises(HavenError, match="date must be a spreadsheet date or ISO text"):
        DATE.read("date", cell)


@pytest.mark.parametrize("serial", [61, 20000, 45755, 60000])
def test_date_from_numbers_matches_excel_serials(serial):
    expected = np.datetime64(dt.date(1899, 12, 30) + dt.timedelta(days=serial))
    assert DATE.from_numbers("date", np.array([serial + 0.25]))[0] == expected


def test_rate_read_matches_percent_text():
    assert RATE.read("rate", "4.25%") == pytest.approx(0.0425, rel=1e-15)
    assert RATE.read("rate", 0.0425) == 0.0425


def test_rate_refuses_percent_where_decimals_are_meant():
    with pytest.raises(HavenError, match=r"decimal such as 0\.0425.*got 4\.25") as failure:
        RATE.read("rate", 4.25)
    assert failure.value.reason == Reason.NO_SOLUTION


@pytest.mark.parametrize("cell", ["four", True, None, "1e999", "nan", "12abc"])
def test_number_refuses(cell):
    with pytest.raises(HavenError, match="n must be a number"):
        NUMBER.read("n", cell)


def test_choice_read_matches_any_case():
    assert ChoiceKind("c", words=("ACM", "KW")).read("model", " kw ") == "KW"


OPTIONS = OptionsKind("options", options=(Option("hurdle", RATE, "h"), Option("haircut", RATE, "h")))


def test_options_read_matches_rows():
    block = [["Hurdle", 0.12], [None, None], ["haircut", None], ["", 3.0]]
    assert OPTIONS.read_block("options", block) == {"hurdle": 0.12}


@pytest.mark.parametrize(
    ("block", "why"),
    [
        ([["hurdel", 0.1]], "did you mean 'hurdle'"),
        ([["zzz", 0.1]], "one of hurdle, haircut"),
        ([["hurdle", 0.1], ["HURDLE", 0.2]], "names 'hurdle' twice"),
        ([["hurdle", 0.1, 3]], "two columns, key and value"),
        ([["hurdle", "much"]], "hurdle must be a decimal"),
    ],
)
def test_options_refuses(block, why):
    with pytest.raises(HavenError, match=why):
        OPTIONS.read_block("options", block)
