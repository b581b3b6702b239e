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
PURPLE: Final = "B0609A"
"""Colours differ in lightness too, so a page in grey still reads; no meaning is told by colour alone."""

BP: Final = "0.0"
SIGNED_BP: Final = "+0.0;-0.0;0.0"
PERCENT: Final = "0.00%"
SIGNED_PERCENT: Final = "+0.00%;-0.00%;0.00%"
ISO_DATE: Final = "yyyy-mm-dd"
TENOR: Final = '0.##"Y"'
