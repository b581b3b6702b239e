"""Where printed pages end: rows of 10 points on Letter, which has 734 x 544 of them lying and 544 x 720 standing."""

import pytest

from haven.workbook.client.layout import Content, Layout, layout

FREE = {20, 40, 60, 80, 100}


def pages(rows, wanted=(), *, blocks=(), free=FREE, width=100.0, landscape=True):
    return layout(Content([10.0] * rows, width, blocks, free), wanted, "1", landscape=landscape)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (pages(50), Layout()),
        (pages(50, [30]), Layout((30,))),
        (pages(50, [50, 99]), Layout()),
        (pages(100), Layout((40, 80))),
        (pages(100, free=()), Layout((54,))),
        (pages(100, free=(), blocks=[(50, 60)]), Layout((49,))),
        (pages(100, free=(), blocks=[(1, 100)]), Layout((54,))),
        (pages(100, blocks=[(35, 50)]), Layout((54,))),
        (pages(70, landscape=False), Layout()),
    ],
)
def test_pages_match_the_paper(found, expected):
    assert found == expected


def test_a_page_a_little_too_long_matches_a_smaller_size():
    assert pages(100, [60]) == Layout((60,), 90)


def test_a_page_much_too_long_satisfies_the_size_of_its_width():
    assert pages(140, [100]) == Layout((40, 80, 100))


def test_a_wide_sheet_matches_more_rows_a_page():
    assert pages(100, width=280.0) == Layout()
    assert pages(200, width=280.0, free=()) == Layout((108,))


def test_rows_on_every_page_match_less_room_after_the_first():
    content = Content([10.0] * 150, 100.0, (), (), titles=10)
    assert layout(content, (), "1", landscape=True) == Layout((54, 98, 142))


def test_a_row_higher_than_a_page_satisfies_an_end():
    assert layout(Content([10.0, 2000.0, 10.0], 10.0, (), ()), (), "1", landscape=True) == Layout((1, 2))
