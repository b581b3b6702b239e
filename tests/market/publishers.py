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

SERVED = ("fred", "nyfed", "eris")


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
        """``settings.toml`` with some feeds, none other, and every source here."""
        lines = ["[feeds]", '"*" = []', *(f'"{pattern}" = {json.dumps(named)}' for pattern, named in feeds.items())]
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
        body = getattr(self, f"_{source}")(path, request.args)
        if body is None:
            return Response("no such file", 404)
        tag = f'"{hash(body)}"'
        if request.headers.get("If-None-Match") == tag:
            return Response(status=304)
        return Response(body, headers={"ETag": tag})

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
        match = re.fullmatch(r"api/rates/(.+)/search\.json", path)
        if match is None:
            return None
        (rate,) = (rate for rate, place in PLACES.items() if place == match[1])
        entries = {}
        for series, dated in self.figures["nyfed"].items():
            name, _, field = find_series(series).code.partition(".")
            for date, value in dated.items() if name == rate else ():
                entry = entries.setdefault(date, {"effectiveDate": date, "type": rate})
                entry[field or "percentRate"] = value
        first, last = query["startDate"], query["endDate"]
        return json.dumps(
            {"refRates": [entries[d] for d in sorted(entries, reverse=True) if first <= d <= last]}
        ).encode()

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


def _csv(rows):
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue().encode()


assert set(SERVED) <= {series.source for series in catalogue().values()}
