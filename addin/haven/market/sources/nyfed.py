"""NY Fed Markets API: SOFR and its averages, the other overnight rates, primary dealers' positions."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from haven.market.series import Series, catalogue
from haven.market.sources.source import Quotes, Request, Source
from haven.market.sources.tables import day, decoded, number, quotes, refusal

NAME: Final = "nyfed"
FIRST_DATE: Final = dt.date(2000, 7, 3)
"""Of the oldest rate, EFFR."""
PLACES: Final = {
    "SOFR": "secured/sofr",
    "TGCR": "secured/tgcr",
    "BGCR": "secured/bgcr",
    "SOFRAI": "secured/sofrai",
    "EFFR": "unsecured/effr",
    "OBFR": "unsecured/obfr",
}
"""Where each rate stands under ``/api/rates``. A code is a rate, or a rate and one of its statistics after a point."""
RATE: Final = "percentRate"
SUPPRESSED: Final = "*"
"""A dealer figure too few dealers stand behind."""


def fetch(request: Request) -> list[Quotes]:
    """The rates and positions asked for, one call a rate and one for all positions."""
    by_code = {series.code: series for series in request.series}
    since = request.since or FIRST_DATE
    today = dt.datetime.now(dt.UTC).date()
    found = []
    for rate, place in PLACES.items():
        asked = {code: series for code, series in by_code.items() if _split(code)[0] == rate}
        if asked:
            window = {"startDate": since.isoformat(), "endDate": today.isoformat()}
            if body := request.web.get(f"{request.base_url}/api/rates/{place}/search.json", window):
                found += parse_rates(body, asked)
    positions = {code: series for code, series in by_code.items() if _split(code)[0] not in PLACES}
    if positions and (body := request.web.get(f"{request.base_url}/api/pd/get/{'_'.join(positions)}.json")):
        found += [_from(since, one) for one in parse_positions(body, positions)]
    return found


def parse_rates(content: bytes, series: Mapping[str, Series]) -> list[Quotes]:
    """Rates and their statistics by code: ``SOFR``, ``SOFR.percentPercentile99``, ``SOFRAI.average30day``."""
    entries = _entries(content, "refRates")
    figures = {}
    for code in series:
        rate, field = _split(code)
        own = [entry for entry in entries if _text(entry, "type") == rate]
        if own and not any(field in entry for entry in own):
            raise refusal(NAME, f"{rate} must have {field}, got {', '.join(own[0])}")
        figures[code] = [(day(_text(entry, "effectiveDate"), NAME), number(entry.get(field), NAME)) for entry in own]
    return quotes(figures, series)


def parse_positions(content: bytes, series: Mapping[str, Series]) -> list[Quotes]:
    """Primary dealers' positions by key, USD millions; suppressed figures are left out.

    The report was redrawn in 2001, 2013, 2015, 2022 and 2024; where two of its forms give one week differently,
    neither is believed.
    """
    figures: dict[str, dict[np.datetime64, float]] = {code: {} for code in series}
    for entry in _entries(content, "pd", "timeseries"):
        key, date = _text(entry, "keyid"), day(_text(entry, "asofdate"), NAME)
        value = _text(entry, "value")
        if key not in figures or value.strip() == SUPPRESSED:
            continue
        position = number(value, NAME)
        if figures[key].setdefault(date, position) != position:
            raise refusal(NAME, f"{key} of {date} is there twice, {figures[key][date]:g} and {position:g}")
    return quotes({key: dated.items() for key, dated in figures.items()}, series)


def _entries(content: bytes, *path: str) -> Sequence[Mapping[str, Any]]:
    """The list of objects at a path of a JSON body."""
    try:
        found: Any = json.loads(decoded(content, NAME))
    except ValueError as failure:
        raise refusal(NAME, f"its JSON breaks off or is damaged: {failure}") from failure
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise refusal(NAME, f"its JSON must have a list {'.'.join(path)}")
    return found


def _text(entry: Mapping[str, Any], name: str) -> str:
    if not isinstance(entry.get(name), str):
        raise refusal(NAME, f"an entry must have a text {name}, got {', '.join(entry)[:120]}")
    return str(entry[name])


def _split(code: str) -> tuple[str, str]:
    """A code as rate and statistic."""
    rate, _, field = code.partition(".")
    return rate, field or RATE


def _from(since: dt.date, one: Quotes) -> Quotes:
    kept = one.dates >= np.datetime64(since, "D")
    return Quotes(one.series, one.dates[kept], one.values[kept], one.unit)


SOURCE: Final = Source(
    NAME,
    "https://markets.newyorkfed.org",
    "NY Fed Terms of Use: name the source, say what was changed, pass the terms on",
    frozenset(series.id for series in catalogue().values() if series.source == NAME),
    fetch,
)
