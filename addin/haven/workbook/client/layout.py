"""How a sheet is printed: where its pages end, so that no chart is cut, and how small it must be for that."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from haven.workbook.grid import WIDTH_POINTS

PAPERS: Final[Mapping[str, tuple[float, float]]] = {"1": (612.0, 792.0), "8": (841.9, 1190.6), "9": (595.3, 841.9)}
"""Width and height in points of the papers that pages are sent on: Letter, A3, A4."""
A4: Final = "9"
MARGIN: Final = 28.8
_LEAST: Final = 0.75
"""How much smaller than its width asks a sheet is printed at most, to end its pages where its author ends them."""
_SPARE: Final = 0.98
"""Of the height of a page, for programs that measure type otherwise."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The rows after which a page ends, and the size in percent; None for as large as the width allows."""

    breaks: tuple[int, ...] = ()
    percent: int | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """What stands on a sheet: heights of all rows, total width, the rows of things that must not be cut, free rows.

    The first ``titles`` rows stand on every page.
    """

    heights: Sequence[float]
    width: float
    blocks: Sequence[tuple[int, int]]
    free: Collection[int]
    titles: int = 0

    def height(self, top: int, bottom: int) -> float:
        """How high a page of the rows after ``top`` up to ``bottom`` is."""
        repeated = sum(self.heights[: self.titles]) if top else 0.0
        return repeated + sum(self.heights[top:bottom])


def layout(content: Content, wanted: Collection[int], paper: str, *, landscape: bool) -> Layout:
    """The pages of a sheet.

    Parameters
    ----------
    content
        The sheet.
    wanted
        The rows after which its author ends a page.
    paper, landscape
        The paper, and how it lies.
    """
    across, down = (side - 2 * MARGIN for side in (PAPERS[paper][::-1] if landscape else PAPERS[paper]))
    down *= _SPARE
    last = len(content.heights)
    ends = sorted({row for row in wanted if 0 < row < last} | {last})
    sections = list(zip([0, *ends], ends, strict=False))
    largest = min(1.0, across / (content.width * WIDTH_POINTS))
    fitting = [min(largest, down / content.height(top, bottom)) for top, bottom in sections]
    scale = min((size for size in fitting if size >= _LEAST * largest), default=largest)
    breaks = [row for top, bottom in sections for row in _split(content, top, bottom, down / scale)]
    return Layout(tuple(breaks[:-1]), int(100 * scale) if scale < largest else None)


def _split(content: Content, top: int, bottom: int, room: float) -> Iterator[int]:
    """The rows after which the pages of some rows end, the last one too."""
    whole = [row for row in range(top + 1, bottom) if not any(first <= row < last for first, last in content.blocks)]
    while content.height(top, bottom) > room:
        reached, used = top, content.height(top, top)
        while used + content.heights[reached] <= room or reached == top:
            used += content.heights[reached]
            reached += 1
        half = top + (reached - top) // 2
        between = [row for row in whole if half < row <= reached and row in content.free]
        uncut = [row for row in whole if top < row <= reached]
        top = max(between or uncut or [reached])
        yield top
    yield bottom
