"""The leaks of a workbook for a reader: by sheet, a line for each kind, with its places and why it matters."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter, itemgetter
from textwrap import wrap
from typing import Final

from haven.workbook.inspect.leak import Leak
from haven.workbook.references import Address, format_address, parse_address

_CELL: Final = re.compile(r"[A-Z]{1,3}\d{1,7}")

MEANINGS: Final = {
    "formula": "how figures are made",
    "cell beyond the print area": "values that the printed page does not show",
    "cell under a merged one": "values that a merged cell covers",
    "cell under a drawing": "values that a chart, picture or shape covers",
    "cell that shows nothing": "values or words in white on white, or of a format that shows nothing",
    "data validation that names another sheet": "what cells of which other sheet allow",
    "conditional format that names another sheet": "where on other sheets it looks",
    "sparkline that names another sheet": "where on other sheets its figures are",
    "more leaks": "the file has more than can be listed",
    "hidden sheet": "anybody can unhide it",
    "very hidden sheet": "the menu does not offer it, a line of code shows it",
    "hidden row": "anybody can unhide them",
    "hidden column": "anybody can unhide them",
    "hidden window": "the workbook opens unseen",
    "hidden drawing": "anybody can show it",
    "cropped picture": "what was cut off is still in the file",
    "drawing beyond the print area": "drawn, wholly or in part, where the printed page does not reach",
    "drawing under another": "covered by a chart, picture or shape",
    "drawing inside a chart": "shapes and texts laid over a chart",
    "text of a drawing that is not seen": "cut off, of no size, or in the colour of its background",
    "defined name": "names and what they refer to",
    "number format": "words that it would show of other values than those there are",
    "name of a table": "the name a table was given",
    "name of a style": "the name a format was given",
    "name of a theme": "whose colours and fonts these are",
    "name of a shape": "the name a drawing was given",
    "code name": "what macros call a sheet",
    "alternative text": "read aloud by screen readers; often the name of a picture's file",
    "image metadata": "camera, author, program or place, within a picture",
    "picture of the workbook": "a small picture of the first page as it was when saved",
    "picture of an object": "a picture of a chart or object as it was when saved",
    "link": "where it leads, and from which file figures come",
    "external connection": "servers, databases, queries",
    "password": "a password in clear",
    "hash of a password": "can be tried out until the password is found",
    "path": "folders and names of users or servers",
    "add-in name": "which tools the desk uses",
    "document property": "author, company, title",
    "custom document property": "properties a system or a person added",
    "custom XML": "data an add-in or a system stored",
    "comment": "remarks of colleagues",
    "comment or control": "remarks, buttons and pictures of the header",
    "threaded comment": "remarks of colleagues and their names",
    "comment in the markup": "a remark within the file that no program shows",
    "phonetic text": "reading aids that may tell another text",
    "header or footer": "printed on each page",
    "printer settings": "the name of a printer, and often of its server",
    "pivot cache": "a copy of all data behind a pivot table",
    "chart data off the page": "a chart's copy of figures that the page does not show",
    "linked data": "data fetched from a service",
    "scenario": "figures tried out",
    "value of a filter": "by what rows were chosen, also where no cell holds it now",
    "custom view": "views of other users",
    "protected range": "who may edit what",
    "unused shared string": "texts of cells that were deleted",
    "list of formulas that are gone": "where formulas stood",
    "VBA": "macros",
    "embedded object": "another file within this one",
    "signature": "who signed it, and when",
    "tracked changes": "what was changed, by whom, and what stood there before",
    "earlier version": "the workbook as it once was",
    "text for older programs": "a text that only older programs show",
    "setting": "a name among the settings",
    "name of a sheet that is gone": "a sheet that was deleted",
    "name of a part that is gone": "something that was deleted",
    "part that nothing refers to": "kept in the file and shown by no program",
    "unknown part": "nothing is known of it, so it may hold anything",
    "unknown element": "nothing is known of it, so it may hold anything",
    "bytes outside the parts": "beside what programs read",
    "publication on the web": "where it was published",
}
"""What a reader of the file can learn from a leak, by its kind, where that is not plain."""
WORKBOOK: Final = "The workbook"
SHOWN: Final = 20
"""The most lines, or ranges of cells, that are shown of a kind."""
WIDTH: Final = 100
EACH: Final = 3
"""The most cells that are shown one by one."""
_INDENT: Final = " " * 6


def report(leaks: Sequence[Leak]) -> Iterator[str]:
    """Lines that tell the leaks: first those of the workbook as a whole, then sheet by sheet."""
    by_sheet: dict[str, list[Leak]] = {}
    for leak in leaks:
        by_sheet.setdefault(leak.sheet, []).append(leak)
    for sheet in sorted(by_sheet, key=lambda name: name != ""):
        yield sheet or WORKBOOK
        here = sorted(by_sheet[sheet], key=attrgetter("kind"))
        for kind, group in groupby(here, key=attrgetter("kind")):
            yield from _told(kind, list(group))
        yield ""


def _told(kind: str, leaks: Sequence[Leak]) -> Iterator[str]:
    """A kind of leak with its number and meaning, and where they are."""
    count = f" ({len(leaks):,})" if len(leaks) > 1 else ""
    meaning = f": {MEANINGS[kind]}" if kind in MEANINGS else ""
    yield f"  {kind[0].upper()}{kind[1:]}{count}{meaning}"
    cells = [found for leak in leaks if (found := _CELL.fullmatch(_place(leak)))]
    if EACH < len(cells) == len(leaks):
        ranges = as_ranges([parse_address(cell[0]) for cell in cells])
        more = f" and {len(ranges) - SHOWN:,} more ranges" if len(ranges) > SHOWN else ""
        yield from wrap(
            f"{', '.join(ranges[:SHOWN])}{more}", initial_indent=_INDENT, subsequent_indent=_INDENT, width=WIDTH
        )
        leaks = leaks[:1]
    for leak in leaks[:SHOWN]:
        if line := "  ".join(filter(None, (_place(leak), leak.what))):
            yield f"{_INDENT}{line}"
    if len(leaks) > SHOWN:
        yield f"{_INDENT}and {len(leaks) - SHOWN:,} more"


def _place(leak: Leak) -> str:
    return "" if leak.place == leak.sheet else leak.place.removeprefix(f"{leak.sheet}!")


def as_ranges(addresses: Sequence[Address]) -> list[str]:
    """Cells as ranges, such as ``B2:C9``: runs down a column, and columns side by side with the same run."""
    columns: dict[tuple[int, int], list[int]] = {}
    for column, cells in groupby(sorted(addresses, key=itemgetter(1, 0)), key=itemgetter(1)):
        for first, last in _runs([row for row, _ in cells]):
            columns.setdefault((first, last), []).append(column)
    found = sorted(
        ((first, left), (last, right)) for (first, last), across in columns.items() for left, right in _runs(across)
    )
    texts = ((format_address(start), format_address(end)) for start, end in found)
    return [start if start == end else f"{start}:{end}" for start, end in texts]


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of each run of consecutive numbers, of numbers in order."""
    for _, run in groupby(enumerate(dict.fromkeys(numbers)), key=lambda pair: pair[1] - pair[0]):
        members = [number for _, number in run]
        yield members[0], members[-1]
