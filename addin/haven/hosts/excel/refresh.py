"""The market written into a workbook that is open in Excel."""

import datetime as dt

from haven.hosts.excel.book import OpenBook
from haven.market.snapshot import refresh, using
from haven.workbook import tables
from haven.workbook.overrides import AREA, overridden


def refresh_book(book: OpenBook, now: dt.datetime) -> str:
    """Write the market into the named areas of a workbook and calculate its Haven formulas.

    Returns
    -------
    str
        The market date, and whether the data is a demonstration.

    Raises
    ------
    HavenError
        INVALID when a sheet is protected.
    """
    with using(overridden(refresh(), book.values(AREA))) as market:
        as_of = tables.desk_date(market, book.first_value("Desk_date"))
        book.write(tables.market_tables(market, as_of))
        book.calculate()
        book.write(tables.status_tables(market, as_of, now, []))
        return f"{as_of}{' DEMO DATA' if market.is_demo else ''}"
