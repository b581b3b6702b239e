"""The publishers' servers on loopback: real wire formats around figures a test or benchmark names.

One HTTP server, of pytest-httpserver, stands in for all of them, each under a path of its own, and ``settings.toml``
sends every source there.
"""

import csv
import datetime as dt
import io
import json
import re

from werkzeug import Response

from haven.market.series import catalogue, find_series
from haven.market.sources.fred import CODES
from haven.market.sources.nyfed import PLACES
from tests.market.sources.biff import write_acm

SERVED = ("fred", "treasury", "nyfed", "acm", "eris", "fedboard", "kimwright", "auctions")
EPOCH = dt.date(1899, 12, 30)
NOMINAL, REAL = "daily_treasury_yield_curve", "daily_treasury_real_yield_curve"
DAYS_PER_PAGE = 300
FEED = """<?xml version="1.0" encoding="utf-8" standalone="yes"?>
<feed xmlns:d="http://schemas.microsoft.com/ado/2007/08/dataservices"
 xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata" xmlns="http://www.w3.org/2005/Atom">
<title type="text">{kind}</title>
{entries}
</feed>"""
ENTRY = """<entry><id>{day}</id><content type="application/xml"><m:properties>
<d:NEW_DATE m:type="Edm.DateTime">{day}T00:00:00</d:NEW_DATE>
{yields}
</m:properties></content></entry>"""


class Publishers:
    """What each publisher has, and how it behaves today.

    Attributes
    ----------
    figures
        By source and series, quoted figures by ISO date.
    down
        The sources whose files are gone.
    spoilt
        By source, what it sends in place of every file.
    asked
        The sources asked, in order, and their query.
    """

    def __init__(self, server):
        self.figures = {source: {} for source in SERVED}
        self.down = set()
        self.spoilt = {}
        self.asked = []
        self.server = server
        server.clear()
        server.expect_request(re.compile(".*")).respond_with_handler(self._answer)

    def settings(self, feeds):
        """``settings.toml`` with some feeds, none other, or with None the default ones, and every source here."""
        named = {"*": [], **feeds} if feeds is not None else {}
        lines = ["[feeds]", *(f'"{pattern}" = {json.dumps(one)}' for pattern, one in named.items())]
        for source in SERVED:
            lines += [f"[sources.{source}]", f'base_url = "{self.url(source)}"']
        return "\n".join(lines)

    def url(self, source):
        return f"http://127.0.0.1:{self.server.port}/{source}"

    def publish(self, source, series, dated):
        """Add figures to what a source has."""
        self.figures[source].setdefault(series, {}).update(dated)

    def _answer(self, request):
        source, _, path = request.path.lstrip("/").partition("/")
        self.asked.append((source, request.args.to_dict()))
        if source in self.down:
            return Response("gone", 404)
        if source in self.spoilt:
            return Response(self.spoilt[source])
        body = self.body(source, path, frozenset(request.args.items()))
        if body is None:
            return Response("no such file", 404)
        tag = f'"{hash(body)}"'
        if request.headers.get("If-None-Match") == tag:
            return Response(status=304)
        return Response(body, headers={"ETag": tag})

    def body(self, source, path, query):
        """What a source sends; None for what it does not have."""
        return getattr(self, f"_{source}")(path, dict(query))

    def _fred(self, path, query):
        if path != "graph/fredgraph.csv":
            return None
        ids = {code: series for series, code in CODES.items()}
        columns = {code: self.figures["fred"].get(ids[code], {}) for code in query["id"].split(",")}
        since = query.get("cosd", "")
        dates = sorted({date for column in columns.values() for date in column if date >= since})
        rows = [[date, *(column.get(date, "") for column in columns.values())] for date in dates]
        return _csv([["observation_date", *columns], *rows])

    def _nyfed(self, path, query):
        if path.startswith("api/pd/get/"):
            return self._positions(path.removeprefix("api/pd/get/").removesuffix(".json").split("_"))
        match = re.fullmatch(r"api/rates/(.+)/search\.json", path)
        if match is None:
            return None
        (rate,) = (rate for rate, place in PLACES.items() if place == match[1])
        codes = [one.code.partition(".") for one in _family("nyfed", "")]
        blank = {field or "percentRate": "NA" for code, _, field in codes if code == rate}
        entries = {}
        for series, dated in self.figures["nyfed"].items():
            name, _, field = find_series(series).code.partition(".")
            for date, value in dated.items() if name == rate else ():
                entry = entries.setdefault(date, {"effectiveDate": date, "type": rate, **blank})
                entry[field or "percentRate"] = value
        first, last = query["startDate"], query["endDate"]
        return json.dumps(
            {"refRates": [entries[d] for d in sorted(entries, reverse=True) if first <= d <= last]}
        ).encode()

    def _positions(self, keys):
        found = [
            {"asofdate": date, "keyid": key, "value": f"{value:.0f}"}
            for series, dated in self.figures["nyfed"].items()
            for date, value in dated.items()
            if (key := find_series(series).code) in keys
        ]
        return json.dumps({"pd": {"timeseries": found}}).encode()

    def _fedboard(self, path, _):
        return self._fed_table(
            "fedboard", {"feds200628.csv": "GSW.", "feds200805.csv": "TIPS."}[path.rpartition("/")[2]]
        )

    def _kimwright(self, *_):
        return self._fed_table("kimwright", "KW.")

    def _fed_table(self, source, curve):
        codes, rows = self._columns(source, curve)
        days = [[day, *("NA" if value is None else value for value in values)] for day, values in rows]
        return _csv([["Note: no official release"], [], ["Date", *codes], *days])

    def _acm(self, *_):
        codes, rows = self._columns("acm", "ACM.")
        return write_acm(
            ["DATE", *codes], [[f"{dt.date.fromisoformat(day):%d-%b-%Y}", *values] for day, values in rows]
        )

    def _columns(self, source, family):
        """The columns a source has of a family, and its rows: a day and a figure or None for each."""
        has = {one.code: self.figures[source].get(one.id, {}) for one in _family(source, family)}
        days = sorted({day for dated in has.values() for day in dated})
        return list(has), [(day, [dated.get(day) for dated in has.values()]) for day in days]

    def _treasury(self, path, query):
        kind = query["type"] if "type" in query else query["data"]
        codes, rows = self._columns("treasury", {NOMINAL: "UST.", REAL: "TIPS."}[kind])
        if path.endswith("/pages/xml"):
            first = int(query["page"]) * DAYS_PER_PAGE
            return _feed(kind, codes, rows[first : first + DAYS_PER_PAGE])
        year = query["field_tdr_date_value"]
        days = [[f"{day[5:7]}/{day[8:]}/{year}", *values] for day, values in reversed(rows) if day.startswith(year)]
        return _csv([["Date", *map(_heading, codes)], *days])

    def _auctions(self, _, query):
        has = self.figures["auctions"]
        found = [
            {
                "auction_date": day,
                "security_type": "Bond" if years > 10 else "Note",
                "security_term": f"{years}-Year",
                "original_security_term": f"{years}-Year",
                "inflation_index_security": "No",
                "floating_rate": "No",
                "high_yield": f"{level:.6f}",
                "bid_to_cover_ratio": f"{has.get(f'OTR.COVER.{years}Y', {}).get(day, 'null')}",
                "int_rate": f"{has[f'OTR.COUPON.{years}Y'][day]:.6f}",
                "maturity_date": f"{EPOCH + dt.timedelta(days=has[f'OTR.MATURITY.{years}Y'][day])}",
            }
            for years in (2, 3, 5, 7, 10, 20, 30)
            for day, level in has.get(f"OTR.YIELD.{years}Y", {}).items()
            if day >= query["filter"].partition("auction_date:gte:")[2]
        ]
        return json.dumps({"data": sorted(found, key=lambda one: one["auction_date"])}).encode()

    def _eris(self, path, _):
        curves = self.figures["eris"]
        dates = sorted({date for dated in curves.values() for date in dated})
        codes = {series: find_series(series).code for series in curves}
        if path.endswith("Historical_ParCouponCurve_SOFR.csv"):
            rows = [[date, *(curves[series].get(date, "") for series in curves)] for date in reversed(dates)]
            return _csv([["Evaluation Date", *codes.values()], *rows])
        dated = re.search(r"Eris_(\d{8})_EOD", path)
        date = dt.date.fromisoformat(dated[1]).isoformat() if dated else dates[-1]
        if date not in dates:
            return None
        shown = dt.date.fromisoformat(date).strftime("%m/%d/%Y")
        rows = [[code, shown, curves[series][date]] for series, code in codes.items() if date in curves[series]]
        return _csv([["Symbol", "EvaluationDate", "FairCoupon (%)"], *rows])


def _family(source, prefix):
    """The series of a family that a source publishes."""
    return [one for one in catalogue().values() if one.source == source and one.id.startswith(prefix)]


def _heading(code):
    """How the Treasury's table heads a yield: ``BC_1_5MONTH`` is the 1.5 Month."""
    number, unit = re.fullmatch(r"(?:BC|TC)_([\d_]+)(MONTH|YEAR)", code).groups()
    words = {"YEAR": "YR" if code.startswith("TC") else "Yr", "MONTH": "Month" if "_" in number else "Mo"}
    return f"{number.replace('_', '.')} {words[unit]}"


def _feed(kind, codes, rows):
    entries = (
        ENTRY.format(
            day=day,
            yields="\n".join(
                f'<d:{code} m:type="Edm.Double">{value}</d:{code}>'
                for code, value in zip(codes, values, strict=True)
                if value is not None
            ),
        )
        for day, values in rows
    )
    return FEED.format(kind=kind, entries="\n".join(entries)).encode()


def _csv(rows):
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue().encode()


assert set(SERVED) <= {series.source for series in catalogue().values()}
