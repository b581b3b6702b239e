"""The waterfall of the move, as its stacked columns are drawn: right above zero, below it and across it."""

import io
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from haven.workbook.calculate import calculate
from haven.workbook.package import Package
from haven.workbook.template.page import Page
from haven.workbook.template.waterfall import BARS, PLACES, draw_waterfall

MOVE = st.floats(-500, 500).map(lambda bp: round(bp, 6))


def stacks(moves):
    """For each bar what is seen of it: the intervals that its stacked columns cover, by the label of the column."""
    book = Workbook()
    book.remove(book.worksheets[0])
    page = Page(book, "Data", [])
    for row, move in enumerate((*moves, sum(moves)), start=1):
        page.sheet[f"A{row}"] = move
    page.name("Move_parts", "A1:A4")
    draw_waterfall(page)
    content = io.BytesIO()
    book.save(content)
    values = calculate(Package(content.getvalue()), {}).values["Data"]
    bars = []
    for row in range(6, 10):
        seen, ends = [], {True: 0.0, False: 0.0}
        for place, ((label, color), column) in enumerate(zip(BARS, PLACES[3:], strict=True)):
            size, above = values[f"{column}{row}"], place < 4
            assert size >= 0 if above else size <= 0
            low, high = sorted((ends[above], ends[above] + size))
            ends[above] += size
            if color and size:
                seen.append((label.split()[0], low, high))
        bars.append(seen)
    return bars


@settings(max_examples=60, deadline=None)
@given(st.tuples(MOVE, MOVE, MOVE))
def test_bars_satisfy_reaching_from_where_the_last_ended(moves):
    ends = [0.0, moves[0], moves[0] + moves[1], sum(moves)]
    spans = [*itertools.pairwise(ends), (0.0, sum(moves))]
    for (start, end), seen in zip(spans, stacks(moves), strict=True):
        low, high = sorted((start, end))
        assert sum(top - bottom for _, bottom, top in seen) == pytest.approx(high - low, abs=1e-6)
        for _, bottom, top in seen:
            assert low - 1e-6 <= bottom <= top <= high + 1e-6


def test_april_2025_satisfies_one_bar_across_zero():
    expected, premium, spread, total = stacks((-2.5, 19.5, 11.0))
    assert expected == [("Down", -2.5, 0.0)]
    assert premium == [("Up", 0.0, 17.0), ("Up", -2.5, 0.0)]
    assert spread == [("Up", 17.0, 28.0)]
    assert total == [("Total", 0.0, 28.0)]


def test_a_fall_through_zero_satisfies_its_colour_on_both_sides():
    _, falling, below, total = stacks((10.0, -25.0, -5.0))
    assert falling == [("Down", 0.0, 10.0), ("Down", -15.0, 0.0)]
    assert below == [("Down", -20.0, -15.0)]
    assert total == [("Total", -20.0, 0.0)]
