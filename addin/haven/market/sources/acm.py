"""The NY Fed's ACM workbook: fitted yields, term premia and risk-neutral yields, each day since 1961."""

import datetime as dt
import io
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from haven.errors import HavenError
from haven.market.series import Series, catalogue
from haven.market.sheets import read_sheet
from haven.market.sources.source import Quotes, Request, Source
from haven.market.sources.tables import ISO, MISSING_NUMBER, NAMED, column, days, from_columns, number, refusal

NAME: Final = "acm"
FILE: Final = "ACMTermPremium.xls"
SHEET: Final = "ACM Daily"


def fetch(request: Request) -> bytes | None:
    """The workbook, None when it has not changed. Each edition estimates the whole history anew."""
    return request.web.get(f"{request.base_url}/{FILE}")


def collect(request: Request) -> list[Quotes]:
    """The columns asked for."""
    body = fetch(request)
    return parse(body, {series.code: series for series in request.series}, request.since) if body else []


def parse(content: bytes, series: Mapping[str, Series], since: dt.date | None = None) -> list[Quotes]:
    """The daily sheet of the workbook: ``DATE`` is text such as 14-Jun-1961, figures are in percent."""
    header, *rows = _sheet(content)
    names = [str(cell).strip() for cell in header]
    date_at = column(names, "DATE", NAME)
    rows = [row for row in rows if row[date_at] != ""]
    dates = days((_text(row[date_at]) for row in rows), NAME, NAMED, ISO)
    kept = dates >= np.datetime64(since or dt.date.min, "D")
    columns = {}
    for code in series:
        place = column(names, code, NAME)
        columns[code] = np.array([_figure(row[place]) for row in rows], float)[kept]
    return from_columns(dates[kept], columns, series)


def _sheet(content: bytes) -> list[list[Any]]:
    try:
        rows = read_sheet(io.BytesIO(content), SHEET)
    except HavenError as failure:
        raise refusal(NAME, f"{FILE} {failure.message}") from failure
    if not rows:
        raise refusal(NAME, f"sheet {SHEET} is empty")
    return rows


def _text(cell: object) -> str:
    return cell.isoformat()[:10] if isinstance(cell, dt.date) else str(cell)


def _figure(cell: object) -> float:
    if type(cell) is float and cell != MISSING_NUMBER:  # as most of half a million are
        return cell
    return number(cell, NAME)


SOURCE: Final = Source(
    name=NAME,
    base_url="https://www.newyorkfed.org/medialibrary/media/research/data_indicators",
    licence="NY Fed Terms of Use: name the source, say what was changed, pass the terms on.",
    publishes="Days to weeks after the fact; each edition estimates the whole history anew.",
    fresh_for=25,
    feeds=frozenset(series.id for series in catalogue().values() if series.source == NAME),
    collect=collect,
)
