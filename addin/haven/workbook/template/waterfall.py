"""A waterfall by stacked columns that is right on both sides of zero.

A stack piles what is positive up from zero and what is negative down from zero. A bar from one level to another that
crosses zero is therefore drawn as two pieces, and one that does not touch zero stands on a piece that is not seen.
"""

from haven.workbook.template.look import ABSENT, BLUE, BP, GREY, ORANGE
from haven.workbook.template.page import Page

MOVES = ("Expected short rate", "Swap term premium", "Less swap spread", "Treasury yield")
BARS = (
    ("", "AC", ""),
    ("Up", "AD", BLUE),
    ("Down", "AE", ORANGE),
    ("Total", "AF", GREY),
    ("", "AG", ""),
    ("Up below zero", "AH", BLUE),
    ("Down below zero", "AI", ORANGE),
    ("Total below zero", "AJ", GREY),
)
"""Label, column on the Data page and colour of each series, those not seen first on either side of zero."""


def draw_waterfall(page: Page) -> None:
    """The pieces of each bar on the Data page; the last move is the sum of the others, one without figures no bar."""
    page.section("Z4", "Behind the waterfall", 11)
    header = ["Bar", "From", "To", "Unseen", "Up", "Down", "Total", "Unseen", "Up", "Down", "Total"]
    page.header("Z5", header)
    for place, label in enumerate(MOVES):
        row, move = 6 + place, f"INDEX(Move_parts,{place + 1})"
        is_total = label == MOVES[-1]
        start = "=0" if is_total or place == 0 else f"=AB{row - 1}"
        is_absent = f'{move}="{ABSENT}"'
        cells = [
            (f'="{label}"&CHAR(10)&IF({is_absent},{move},TEXT({move},"+0.0;-0.0;0.0"))', "@"),
            (start, BP),
            (f"=AA{row}+IF({is_absent},0,{move})", BP),
            *((piece, BP) for piece in _pieces(row, is_total=is_total)),
        ]
        page.row(f"Z{row}", cells)


def _pieces(row: int, *, is_total: bool) -> list[str]:
    """Unseen, up, down and total, above zero and then below it."""
    low, high = f"IF(AA{row}<AB{row},AA{row},AB{row})", f"IF(AA{row}<AB{row},AB{row},AA{row})"
    above = (f"IF({low}>0,{low},0)", f"IF({high}>0,{high},0)")
    below = (f"IF({high}<0,{high},0)", f"IF({low}<0,{low},0)")
    pieces = []
    for near, far in (above, below):
        seen = f"({far}-{near})"
        up, down = f"=IF(AB{row}>=AA{row},{seen},0)", f"=IF(AB{row}>=AA{row},0,{seen})"
        pieces += [f"={near}", *(("=0", "=0", f"={seen}") if is_total else (up, down, "=0"))]
    return pieces
