"""Where cells and what is drawn stand on a sheet, in points."""

from bisect import bisect_left
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import Final, NamedTuple
from xml.etree.ElementTree import Element

from haven.workbook.markup import local, whole
from haven.workbook.references import Address, Corners

DEFAULT_WIDTH: Final = 8.43
DEFAULT_HEIGHT: Final = 15.0
WIDTH_POINTS: Final = 5.25
"""How wide a column of width 1 is."""
_EMU_A_POINT: Final = 12_700
_MAX_REACH: Final = 1_000


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

    def within(self, other: "Box") -> "Box":
        """What of it lies in another; of no size on the edge of the other where that is nothing."""
        return Box(
            min(max(self.left, other.left), other.right),
            min(max(self.top, other.top), other.bottom),
            max(min(self.right, other.right), other.left),
            max(min(self.bottom, other.bottom), other.top),
        )

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
