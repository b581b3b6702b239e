"""A waterfall by stacked columns that is right on both sides of zero.

A stack piles what is positive up from zero and what is negative down from zero. A bar from one level to another that
crosses zero is therefore drawn as two pieces, and one that does not touch zero stands on a piece that is not seen.
"""

from typing import Final

from openpyxl.chart import BarChart

from haven.workbook.template.charts import Line, columns, without_legend
from haven.workbook.template.look import ABSENT, BLUE, BP, GREY, ORANGE
from haven.workbook.template.page import Page

MOVES: Final = ("Expected short rate", "Swap term premium", "Less swap spread", "Treasury yield")
BARS: Final = (
    ("", ""),
    ("Up", BLUE),
    ("Down", ORANGE),
    ("Total", GREY),
    ("", ""),
    ("Up below zero", BLUE),
    ("Down below zero", ORANGE),
    ("Total below zero", GREY),
)
"""Label and colour of each series, those not seen first on either side of zero."""
PLACES: Final = ("Z", "AA", "AB", "AC", "AD", "AE", "AF", "AG", "AH", "AI", "AJ")
"""Columns of the Data page: the bar's name, from, to, then a column a series."""
TOP: Final = 6


def draw_waterfall(page: Page) -> None:
    """The pieces of each bar under a header on the Data page; the last move is the sum of the others.

    A move without figures is no bar.
    """
    words = ("Bar", "From", "To", *("Unseen", "Up", "Down", "Total") * 2)
    page.header(f"{PLACES[0]}{TOP - 1}", list(words))
    _, begin, end, *_ = PLACES
    for place, label in enumerate(MOVES):
        row, move = TOP + place, f"INDEX(Move_parts,{place + 1})"
        is_total = label == MOVES[-1]
        start = "=0" if is_total or place == 0 else f"={end}{row - 1}"
        is_absent = f'{move}="{ABSENT}"'
        cells = [
            (f'="{label}"&CHAR(10)&IF({is_absent},{move},TEXT({move},"+0.0;-0.0;0.0"))', "@"),
            (start, BP),
            (f"={begin}{row}+IF({is_absent},0,{move})", BP),
            *((piece, BP) for piece in _pieces(f"{begin}{row}", f"{end}{row}", is_total=is_total)),
        ]
        page.row(f"{PLACES[0]}{row}", cells)


def waterfall(title: str) -> BarChart:
    """The chart of the pieces."""

    def area(column: str) -> str:
        return f"Data!${column}${TOP}:${column}${TOP + len(MOVES) - 1}"

    series = [Line(label, area(column), color) for (label, color), column in zip(BARS, PLACES[3:], strict=True)]
    chart = columns(title, area(PLACES[0]), series, stacked=True)
    without_legend(chart)
    return chart


def _pieces(start: str, end: str, *, is_total: bool) -> list[str]:
    """Unseen, up, down and total, above zero and then below it."""
    low, high = f"IF({start}<{end},{start},{end})", f"IF({start}<{end},{end},{start})"
    above = (f"IF({low}>0,{low},0)", f"IF({high}>0,{high},0)")
    below = (f"IF({high}<0,{high},0)", f"IF({low}<0,{low},0)")
    pieces = []
    for near, far in (above, below):
        seen = f"({far}-{near})"
        up, down = f"=IF({end}>={start},{seen},0)", f"=IF({end}>={start},0,{seen})"
        pieces += [f"={near}", *(("=0", "=0", f"={seen}") if is_total else (up, down, "=0"))]
    return pieces
