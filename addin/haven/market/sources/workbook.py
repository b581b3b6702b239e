"""A range of a workbook that holds a vendor's live formulas: the values they had when it was last saved.

The range has a row a series: what the settings call it (or our id), its figure, and in a third column, if there is
one, its date. Without that the figures are of the day on which the workbook was saved.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from haven.errors import HavenError, Reason
from haven.market.exports import unit_for
from haven.market.files import Row, Rows, text
from haven.market.series import RATE_UNITS, find_series
from haven.market.sources.rows import from_rows, setting
from haven.market.sources.source import Quotes, Request, Source
from haven.market.sources.tables import refusal

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

NAME: Final = "workbook"
KINDS: Final = (".xlsx", ".xlsm")
SHOWN_CELLS: Final = 5


@dataclass(frozen=True, slots=True)
class Cells:
    """A range as saved: the addresses of its figures, its rows, and the day of the workbook."""

    addresses: Sequence[str]
    rows: Sequence[Sequence[Any]]
    saved: dt.date | None


def fetch(request: Request) -> Cells:
    """The cells of the range, as the workbook's last calculation left them."""
    import openpyxl

    path = Path(setting(request.settings, "path", NAME)).expanduser()
    wanted = setting(request.settings, "range", NAME)
    if path.suffix.lower() not in KINDS:
        raise HavenError(
            Reason.INVALID, f"settings.toml: sources.{NAME}.path must end in {' or '.join(KINDS)}, got {path}"
        )
    try:
        book = openpyxl.load_workbook(path, data_only=True)
    except OSError as failure:
        raise refusal(NAME, f"{path} can't be read: {failure.strerror or failure}") from failure
    except Exception as failure:
        raise refusal(NAME, f"{path} is damaged or no workbook: {failure}") from failure
    sheet, address = _place(book, wanted)
    rows: Any = sheet[address]
    if not isinstance(rows, tuple) or not isinstance(rows[0], tuple) or len(rows[0]) not in {2, 3}:
        raise HavenError(
            Reason.INVALID,
            f"settings.toml: sources.{NAME}.range must have columns series, value and date or not, got {wanted}",
        )
    stamp = book.properties.modified
    saved = stamp.replace(tzinfo=dt.UTC).astimezone().date() if stamp else None
    return Cells(
        [f"{sheet.title}!{row[1].coordinate}" for row in rows], [[cell.value for cell in row] for row in rows], saved
    )


def parse(cells: Cells, request: Request) -> list[Quotes]:
    """The series asked for.

    Raises
    ------
    HavenError
        NO_DATA, naming the cells that hold no figure: an error, a vendor's "Requesting Data", nothing.
    """
    ours = {str(code).upper(): find_series(name).id for name, code in request.settings.get("series", {}).items()}
    wanted = {series.id: series for series in request.series}
    unit = request.settings.get("unit", "")
    if unit and unit not in RATE_UNITS:
        rule = f"must be one of {', '.join(RATE_UNITS)}"
        raise HavenError(Reason.INVALID, f"settings.toml: sources.{NAME}.unit {rule}, got {unit!r}")
    rows, refused, absent = Rows(), [], set(wanted)
    for line, (address, (code, value, *date)) in enumerate(zip(cells.addresses, cells.rows, strict=True), start=1):
        series = ours.get(text(code).upper(), text(code).upper())
        if series not in wanted:
            continue
        absent.discard(series)
        when = date[0] if date else cells.saved
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            refused.append(f"{address} ({series}) has {text(value)[:40]!r}")
        elif not isinstance(when, dt.date):
            refused.append(f"{address} ({series}) has no date beside it, but {text(when)[:40]!r}")
        else:
            rows.append(Row(line, series, when.isoformat(), repr(float(value)), unit_for(wanted[series], unit)))
    if refused:
        more = f" and {len(refused) - SHOWN_CELLS} more" if len(refused) > SHOWN_CELLS else ""
        remedy = "let the vendor's formulas finish, then save the workbook"
        raise refusal(NAME, f"{'; '.join(refused[:SHOWN_CELLS])}{more}; {remedy}")
    if absent:
        raise refusal(NAME, f"the range has no row for {', '.join(sorted(absent))}")
    return from_rows([("range", rows)], request.series, NAME)


def collect(request: Request) -> list[Quotes]:
    """The series asked for."""
    return parse(fetch(request), request)


def _place(book: "Workbook", wanted: str) -> tuple["Worksheet", str]:
    """Sheet and address of a named range, or of an address such as ``Quotes!A2:C40``."""
    from openpyxl.utils.cell import range_boundaries

    named = book.defined_names.get(wanted)
    sheet, _, address = (named.attr_text or "" if named else wanted).rpartition("!")
    sheet, address = sheet.strip("'").replace("''", "'"), address.replace("$", "")
    try:
        if None not in range_boundaries(address):
            return book[sheet], address
    except (KeyError, ValueError):
        pass
    names = ", ".join([*book.defined_names, *book.sheetnames])[:120]
    rule = "must be a named range or an address such as Quotes!A2:C40"
    raise HavenError(Reason.INVALID, f"settings.toml: sources.{NAME}.range {rule}, got {wanted!r}; there are {names}")


SOURCE: Final = Source(
    name=NAME,
    base_url="",
    licence="As the vendor of its formulas says.",
    publishes="When somebody saves the workbook.",
    fresh_for=1,
    options={"path": str, "range": str, "unit": str, "series": dict},
    collect=collect,
)
