"""One look for every page: type, colours that the colour-blind tell apart, and number formats."""

from typing import Final

FACE: Final = "Calibri"

INK: Final = "1B2A3A"
SOFT: Final = "5B6C7D"
RULE: Final = "C9D3DC"
GRID: Final = "E3E8ED"
WASH: Final = "F2F5F8"
BAND: Final = "12324F"
ON_BAND: Final = "C7D8E8"
INPUT: Final = "FFF6D6"

BLUE: Final = "0B5D9E"
ORANGE: Final = "D55E00"
GREY: Final = "8A98A6"
SKY: Final = "56B4E9"
GREEN: Final = "009E73"
GOLD: Final = "E69F00"
PURPLE: Final = "6E3A66"
PINE: Final = "00664A"
"""Neighbours in a chart differ for the colour-blind and in grey, or by their dashes: tests/workbook/test_colours.py."""

SWAP: Final = BLUE
TREASURY: Final = INK
BREAKEVEN: Final = ORANGE
PREMIUM: Final = PINE
EXPECTED: Final = GOLD
KIM_WRIGHT: Final = ORANGE
"""What a line or column stands for has one colour on every page; a swap spread has that of the swap."""

BP: Final = "0.0"
SIGNED_BP: Final = "+0.0;-0.0;0.0"
PERCENT: Final = "0.00%"
SIGNED_POINTS: Final = "+0.00;-0.00;0.00"
RETURN: Final = '[>1]"n.m.";[>=-1]0.00%;"n.m."'
"""A return beyond 100 % is not meaningful: hardly any capital is held."""
AMOUNT: Final = "[>=1]General;[>-1]0.0#%;General"
"""An input of any kind: a share or a rate is below one, bp and days are whole."""
ISO_DATE: Final = "yyyy-mm-dd"
TENOR: Final = '0.##"Y"'

ABSENT: Final = "–"
"""What stands where the store has no figure; a failure stays an error."""


def or_absent(formula: str) -> str:
    """A formula that shows a dash where there is no figure, and any other error as it is."""
    return f'IFNA({formula},"{ABSENT}")'


def between_dates(formula: str) -> str:
    """A formula of the move, a dash until both its dates are given."""
    return f'IF(OR(Move_start="",Move_end=""),"{ABSENT}",{formula})'


def of_date(cell: str) -> str:
    """The date of a cell as words may hold it, a dash where it has none."""
    return f'IF({cell}="{ABSENT}",{cell},TEXT({cell},"yyyy-mm-dd"))'


def less(left: str, right: str) -> str:
    """The difference of two cells, a dash where one of them has no figure."""
    return f'IF(OR({left}="{ABSENT}",{right}="{ABSENT}"),"{ABSENT}",{left}-{right})'


def points(left: str, right: str) -> str:
    """The difference of two returns in percentage points, a dash where one is none or not meaningful."""
    has_sense = f"AND(ABS({left})<=1,ABS({right})<=1)"
    return f'IF(COUNT({left},{right})=2,IF({has_sense},100*({left}-{right}),"{ABSENT}"),"{ABSENT}")'


def beside(cell: str, formula: str) -> str:
    """A formula that has figures only where the cell beside it has; a dash there is a dash here."""
    return f'IF({cell}="{ABSENT}",{cell},{formula})'


def entry(table: str, row: int | str, column: int | str, absent: str = f'"{ABSENT}"') -> str:
    """A cell of the table that a call answers, a dash or other words where that has no figures.

    The corner is asked first: beyond it LibreOffice gives a table that failed an error of its own.
    """
    return f"IF(ISNA(INDEX({table},1,1)),{absent},INDEX({table},{row},{column}))"
