"""A desk's own rows, read a column at a time: the same quotes and refusals as row by row."""

import random

import pytest

from haven.errors import HavenError
from haven.market.files import Row, Rows
from haven.market.series import find_series
from haven.market.sources.rows import from_rows
from tests.market.sources.serving import figures

WANTED = [find_series(series) for series in ("SWAP.10Y", "SWAP.2Y", "SPX", "XCCY.EURUSD.3M")]


def table(*rows):
    """Rows of series, date, value and unit or none, as a file has them under its header."""
    found = Rows()
    for line, (series, date, value, *unit) in enumerate(rows, start=2):
        found.append(Row(line, series, date, value, *(unit or [""])))
    return found


def read(*tables):
    return from_rows([(f"{name}.csv", rows) for name, rows in zip("abc", tables, strict=False)], WANTED, "file")


def test_many_rows_match_a_walk_through_them():
    """Some of it wanted, in any order, a few rows told twice, in up to three files."""
    dice = random.Random(8)
    days = [f"2025-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 29)]
    names = ["SWAP.10Y", "swap.2y", "SPX", "VIX", "xccy.eurusd.3m"]
    tables, expected = [], {}
    for _ in range(3):
        written = {(name, day): f"{dice.uniform(1, 5):.4f}" for name in names for day in dice.sample(days, 200)}
        rows = [(name, day, value) for (name, day), value in written.items()]
        rows += dice.sample(rows, 50)
        dice.shuffle(rows)
        tables.append(table(*rows))
        for (name, day), value in written.items():
            if name != "VIX":
                expected.setdefault(name.upper(), {})[day] = float(value)
    assert figures(read(*tables)) == expected


def test_spellings_of_a_date_and_units_satisfy_what_they_mean():
    found = read(
        table(
            ("SWAP.10Y", "20250408", "3.70"),
            ("SWAP.10Y", "2025-04-08T00:00:00", "3.7"),
            ("SWAP.10Y", "2025-04-09", "381", "BP"),
            ("SPX", "1899-12-31", "1e3"),
        )
    )
    assert {(one.series, one.unit): figures([one])[one.series] for one in found} == {
        ("SWAP.10Y", "percent"): {"2025-04-08": 3.7},
        ("SWAP.10Y", "bp"): {"2025-04-09": 381.0},
        ("SPX", "index"): {"1899-12-31": 1000.0},
    }


@pytest.mark.parametrize("rows", [(), (("VIX", "x", "y"),)])
def test_no_wanted_rows_satisfy_no_quotes(rows):
    assert read(table(*rows)) == []


GOOD = ("SWAP.10Y", "2025-04-08", "3.70")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            [("VIX", "x", "y"), ("swap.2y", "08/04/2025", "3.5")],
            "b.csv row 4, SWAP.2Y: date must be ISO like 2025-04-08",
        ),
        (
            [("SPX", "2025-04-08", "n.a."), ("SPX", "x", "y")],
            "b.csv row 3, SPX: value must be a finite number, got 'n.a.'",
        ),
        ([("SPX", "2025-04-08", "inf")], "b.csv row 3, SPX: value must be a finite number, got 'inf'"),
        ([("SPX", "", "")], "b.csv row 3, SPX: date must be ISO like 2025-04-08, got ''"),
        ([("SPX", "2025-04-08", "9" * 400)], f"b.csv row 3, SPX: value must be a finite number, got '{'9' * 40}'"),
        (
            [("SPX", "2025-04-08", "1"), ("UTS.2Y", "2025-04-08", "1")],
            "b.csv row 4: series must be an id of the catalogue",
        ),
        (
            [("SPX", "2025-04-08", "5"), ("SPX", "2025-04-08", "6"), ("SWAP.10Y", "20250408", "3.71")],
            "b.csv row 4: SPX on 2025-04-08 disagrees with row 3",
        ),
        ([("SWAP.10Y", "20250408", "370", "bp")], "b.csv row 3: SWAP.10Y on 2025-04-08 disagrees with row 2"),
    ],
)
def test_the_first_row_at_fault_is_refused_by_file_and_number(rows, said):
    with pytest.raises(HavenError) as failure:
        read(table(GOOD), table(GOOD, *rows))
    assert failure.value.message.startswith(f"file: {said}")
