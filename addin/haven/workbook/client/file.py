"""A client sheet: chosen pages of a workbook as values in a new file that holds nothing else of it.

The file is put together from nothing, so that what is not asked for can't be in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from haven.errors import HavenError, Reason
from haven.workbook.client.brand import Brand
from haven.workbook.client.facts import as_of, data_note, sources
from haven.workbook.client.rounding import Rounder
from haven.workbook.client.sheet import Facts, draw_sheet
from haven.workbook.client.sketches import Draw, drawn
from haven.workbook.client.styles import Book, Source
from haven.workbook.client.writer import workbook
from haven.workbook.inspect import inspect_package
from haven.workbook.package import Package
from haven.workbook.page import Page, read_page

MAX_CLIENT: Final = 200
_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class ClientFile:
    """The new file, and what of the pages was left out."""

    content: bytes
    left_out: list[str]


def client_file(
    package: Package,
    sheets: Sequence[str],
    client: str,
    brand: Brand,
    *,
    ranges: Sequence[str] = (),
    date: str = "",
    is_demo: bool = False,
    draw: Draw | None = None,
) -> ClientFile:
    """The pages a client receives.

    Parameters
    ----------
    package
        The workbook, which stays as it is. Its values are those last calculated.
    sheets
        The pages, each to its print area where it has one.
    client
        For whom the pages are.
    brand
        Header, disclaimer, rounding.
    ranges
        What to send of a single page in place of its print area.
    date
        The market date in words, for a workbook that states none; empty takes the workbook's.
    is_demo
        Whether the market that Haven formulas see is a demonstration.
    draw
        What draws as a picture what can be sent as nothing else; None leaves that out.

    Raises
    ------
    HavenError
        INVALID for an unknown sheet, several sheets with ranges, a page too large, a formula without value, a
        workbook without a date or of another than the given one, one that counts dates from 1904, a rounding step
        above a rate, and text on the page that is a leak of itself, such as a path.
    """
    names = list(dict.fromkeys(package.sheet_name(sheet) for sheet in sheets))
    if ranges and len(names) > 1:
        raise HavenError(Reason.INVALID, f"range must be of one sheet, got {len(names)} sheets")
    if not 0 < len(client.strip()) <= MAX_CLIENT:
        raise HavenError(Reason.INVALID, f"client must be 1 to {MAX_CLIENT} characters, got {len(client)}")
    try:
        package.check_dates()
        facts = _facts(package, client.strip(), date, is_demo=is_demo)
        return _drawn(package, [read_page(package, name, ranges) for name in names], brand, facts, draw)
    except (KeyError, ValueError, RecursionError) as failure:
        raise package.refusal(f"is damaged: {failure}") from failure


def _facts(package: Package, client: str, date: str, *, is_demo: bool) -> Facts:
    return Facts(client, as_of(package, date), data_note(package, is_demo=is_demo), sources(package))


def _drawn(package: Package, pages: Sequence[Page], brand: Brand, facts: Facts, draw: Draw | None) -> ClientFile:
    source, book, rounder = Source(package), Book(), Rounder(brand.rounding)
    sheets = [draw_sheet(page, source, book, brand, facts, rounder) for page in pages]
    pictures = iter(drawn(package, [sketch for sheet in sheets for sketch in sheet.drawing.sketches], draw))
    for sheet in sheets:
        sheet.drawing.settle(list(islice(pictures, len(sheet.drawing.sketches))))
    content = workbook(sheets, book.part(), source.theme())
    if leaks := inspect_package(Package(content)):
        listed = "; ".join(str(leak) for leak in leaks[:_SHOWN])
        raise HavenError(Reason.INVALID, f"nothing was written, for the page itself would leak: {listed}")
    return ClientFile(content, [remark for sheet in sheets for remark in sheet.drawing.left_out] + rounder.remarks())
