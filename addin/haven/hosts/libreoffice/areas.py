"""What a refresh writes into the named areas of a document that is open in LibreOffice."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from haven.market.snapshot import refresh, using
from haven.workbook.areas import fitted
from haven.workbook.overrides import overridden
from haven.workbook.references import check_size
from haven.workbook.tables import desk_date, market_tables, status_tables
from haven.workbook.values import Value


def tables(
    sizes: Mapping[str, tuple[int, int]], series: Sequence[Sequence[Any]], date: object, now: dt.datetime
) -> dict[str, list[list[Value]]]:
    """The market by the name of the area, each table as large as its area.

    Parameters
    ----------
    sizes
        Rows and columns of each area the document has.
    series, date
        What the rows of the Data sheet and the cell of the market date hold.
    now
        In UTC.

    Raises
    ------
    HavenError
        INVALID for an override or a date that can't be understood, and an area too large.
    """
    with using(overridden(refresh(), series)) as market:
        as_of = desk_date(market, date)
        written = (market_tables(market, as_of), status_tables(market, as_of, now, []))
        wanted = {name: part[name] for part in written for name in part if name in sizes}
    for name in wanted:
        check_size((1, 1), sizes[name])
    return {name: fitted(rows, *sizes[name]) for name, rows in wanted.items()}
