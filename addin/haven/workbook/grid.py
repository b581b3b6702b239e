"""Where cells and what is drawn stand on a sheet, in points."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import Final, NamedTuple
from xml.etree.ElementTree import Element

from haven.workbook.markup import local, whole
from haven.workbook.references import MAX_ROW, Address, Corners

DEFAULT_WIDTH: Final = 8.43
DEFAULT_HEIGHT: Final = 15.0
WIDTH_POINTS: Final = 5.25
"""How wide a column of width 1 is."""
EDGE: Final = 2.0
"""Of how many points along the edges of a cell or page it does not matter whether something covers or leaves them."""
_EMU_A_POINT: Final = 12_700
_MAX_REACH: Final = 1_000
_NUMBERS: Final = range(1, MAX_ROW + 1)


class Box(NamedTuple):
    """A rectangle on a sheet."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """How wide it is."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """How high it is."""
        return self.bottom - self.top

    def within(self, other: "Box") -> "Box | None":
        """What of it lies in another; None where that is nothing."""
        left, top = max(self.left, other.left), max(self.top, other.top)
        right, bottom = min(self.right, other.right), min(self.bottom, other.bottom)
        return Box(left, top, right, bottom) if left <= right and top <= bottom else None

    def is_in(self, other: "Box") -> bool:
        """Whether all of it lies in another."""
        return self.within(other) == self

    def smaller(self, margin: float) -> "Box":
        """The box without a margin, of no size where that is all of it."""
        across, down = min(margin, self.width / 2), min(margin, self.height / 2)
        return Box(self.left + across, self.top + down, self.right - across, self.bottom - down)


@dataclass
class Sizes:
    """Heights of rows or widths of columns: those that are given, and that of the others."""

    otherwise: float
    given: dict[int, float] = field(default_factory=dict)

    def of(self, number: int) -> float:
        """The size of a row or column."""
        return self.given.get(number, self.otherwise)

    def reach(self, first: int, length: float) -> int:
        """The last of the rows or columns, a thousand at most, that a thing of a length covers."""
        last = first
        while (length := length - self.of(last)) > 0 and last < first + _MAX_REACH:
            last += 1
        return last

    def start(self, number: int) -> float:
        """Where a row or column begins; what is given must not change any more."""
        numbers, more = self._sums
        return (number - 1) * self.otherwise + more[bisect_left(numbers, number)]

    def at(self, place: float) -> int:
        """The row or column in which a place lies, the later one between two."""
        return max(1, bisect_right(_NUMBERS, place, key=self.start))

    def ending(self, place: float) -> int:
        """The row or column in which something ends, the earlier one between two."""
        return max(1, bisect_left(_NUMBERS, place, key=self.start))

    @cached_property
    def _sums(self) -> tuple[list[int], list[float]]:
        numbers = sorted(self.given)
        more = (self.given[number] - self.otherwise for number in numbers)
        return numbers, list(accumulate(more, initial=0.0))


@dataclass(frozen=True)
class Grid:
    """The rows and columns of a sheet, the hidden ones of no size."""

    heights: Sizes
    widths: Sizes
    """In points."""

    def area(self, area: Corners) -> Box:
        """Where an area of cells stands."""
        (top, left), (bottom, right) = area
        return Box(
            self.widths.start(left), self.heights.start(top),
            self.widths.start(right + 1), self.heights.start(bottom + 1),
        )  # fmt: skip

    def cells(self, box: Box) -> Corners:
        """The first and the last cell that a box touches."""
        first = (self.heights.at(box.top), self.widths.at(box.left))
        last = (self.heights.ending(box.bottom), self.widths.ending(box.right))
        return first, (max(first[0], last[0]), max(first[1], last[1]))

    def anchor(self, anchor: Element) -> Box:
        """Where an anchor ties something to."""
        start, end, size, place = (anchor.find(f"{{*}}{name}") for name in ("from", "to", "ext", "pos"))
        left, top = (0.0, 0.0) if start is None else self._corner(start)
        if place is not None:
            left, top = points(place.get("x")), points(place.get("y"))
        if local(anchor) == "twoCellAnchor":
            right, bottom = (left, top) if end is None else self._corner(end)
        else:
            across, down = ("0", "0") if size is None else (size.get("cx"), size.get("cy"))
            right, bottom = left + points(across), top + points(down)
        return Box(left, top, max(left, right), max(top, bottom))

    def _corner(self, corner: Element) -> tuple[float, float]:
        row, column = cell_of(corner)
        across, down = points(corner.findtext("{*}colOff")), points(corner.findtext("{*}rowOff"))
        return (
            self.widths.start(column) + min(across, self.widths.of(column)),
            self.heights.start(row) + min(down, self.heights.of(row)),
        )


def cell_of(corner: Element) -> Address:
    """The cell in which a corner of something drawn lies."""
    return whole(corner.findtext("{*}row")) + 1, whole(corner.findtext("{*}col")) + 1


def points(text: str | None) -> float:
    """A length of a drawing in points."""
    return whole(text) / _EMU_A_POINT


def emu(length: float) -> int:
    """Points as a length of a drawing."""
    return round(length * _EMU_A_POINT)
