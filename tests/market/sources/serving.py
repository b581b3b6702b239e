"""What the ``server`` fixture serves in place of the sources' hosts, and the failures every source is put through.

A source's test file holds its bodies and inherits the rest::

    class TestFred(HttpSource):
        source = fred.SOURCE
        bodies = {"/graph/fredgraph.csv": b"observation_date,DGS10\\n2024-01-02,3.95\\n2024-01-03,3.91\\n"}
        expected = {"UST.10Y": {"2024-01-02": 3.95, "2024-01-03": 3.91}}
        no_rows = {"/graph/fredgraph.csv": b"observation_date,DGS10\\n"}
        header = (b"observation_date", b"when")
        figure = b"3.91"
"""

import datetime as dt
import gzip
import logging
import re
import threading
from urllib.parse import parse_qsl, urlsplit

import pytest
from werkzeug import Response

from haven.errors import HavenError, Reason
from haven.market.series import find_series
from haven.market.sources import web as http
from haven.market.sources.source import Request
from haven.market.sources.tables import MISSING
from haven.market.sources.web import Web

TODAY = dt.date(2026, 11, 20)
KEY = "never-to-be-shown"
SPELLINGS = ["", " ", ".", "-", "NA", "N/A", "ND", "nan", "null", "-999.99"]
RUBBISH_MB = 200


def serve(server, answer):
    """Let ``answer(request)`` answer every request."""
    server.clear()
    server.expect_request(re.compile(".*")).respond_with_handler(answer)


def serve_bodies(server, bodies, wrap=Response):
    """Serve bodies by path and, if need be, query; 404 for the rest. ``wrap`` makes the response of a body."""

    def answer(request):
        for place, body in bodies.items():
            parts = urlsplit(place)
            if request.path == parts.path and set(parse_qsl(parts.query)) <= set(request.args.items(multi=True)):
                return wrap(body)
        return Response("no such file", 404)

    serve(server, answer)


def request_for(server, series, **changed):
    """A request of some series against the server; ``changed`` holds what differs from the default.

    ``{server}`` in a text of the settings stands for the server's address.
    """
    url = server.url_for("").rstrip("/")
    settings = {
        name: value.replace("{server}", url) if isinstance(value, str) else value
        for name, value in changed.pop("settings", {}).items()
    }
    changed = {"web": Web({}, pause=lambda seconds: None), "today": TODAY, **changed}
    return Request(base_url=url, series=tuple(map(find_series, series)), settings=settings, **changed)


def figures(collected):
    """Quotes as series -> ISO date -> figure."""
    found = {}
    for quotes in collected:
        dated = found.setdefault(quotes.series, {})
        for date, value in zip(quotes.dates, quotes.values, strict=True):
            assert str(date) not in dated, f"{quotes.series} has {date} twice"
            dated[str(date)] = float(value)
    return found


def collected(server, source, bodies, series, **asked):
    """The figures a source collects of some series from a server that has some bodies."""
    serve_bodies(server, bodies)
    return figures(source.collect(request_for(server, series, **asked)))


class HttpSource:
    """What every source that is asked over HTTP must do; a source's own class says with which bodies.

    Attributes
    ----------
    source
        Its ``SOURCE``.
    bodies
        What is served, by path or by path and query. All of them are spoilt at once.
    expected
        The figures in them: series -> ISO date -> figure, in the catalogue's unit. These series are asked for.
    no_rows
        The same bodies with nothing in them but what is always there.
    header
        A word of the bodies without which they can't be read, and another to put in its place.
    figure
        One of the figures as it is written, once in all bodies.
    spell
        How a spelling of a missing figure is written there: as it is, or in JSON with quotation marks.
    asked
        What else the request holds: ``since``, ``settings``, and KEY as ``secret`` if it takes one.
    """

    source = None
    bodies = {}
    expected = {}
    no_rows = {}
    header = (b"", b"")
    figure = b""
    asked = {}

    @staticmethod
    def spell(word):
        return word.encode()

    def collect(self, server, **changed):
        return figures(self.source.collect(request_for(server, self.expected, **{**self.asked, **changed})))

    def refusal(self, server, **changed):
        """The message of the failure, which must be there, name its place and hide the key."""
        with pytest.raises(HavenError) as caught:
            self.collect(server, **changed)
        assert caught.value.reason is Reason.NO_DATA
        assert KEY not in str(caught.value)
        return caught.value.message

    def spoilt(self, old, new):
        """The bodies with one thing in them changed."""
        changed = {place: body.replace(old, new) for place, body in self.bodies.items()}
        assert changed != self.bodies, f"{old!r} must be in a body"
        return changed

    def with_figure(self, word):
        """The bodies with another word in place of the figure."""
        assert sum(body.count(self.figure) for body in self.bodies.values()) == 1, f"{self.figure!r} must be there once"
        return self.spoilt(self.figure, word)

    def test_collect_satisfies_every_figure_served(self, server):
        serve_bodies(server, self.bodies)
        request = request_for(server, self.expected, **self.asked)
        collected = self.source.collect(request)
        assert figures(collected) == self.expected
        assert all(quotes.unit == find_series(quotes.series).unit for quotes in collected)
        assert set(self.expected) <= self.source.feeds

    def test_collect_satisfies_only_the_series_asked_for(self, server):
        serve_bodies(server, self.bodies)
        one = next(iter(self.expected))
        assert figures(self.source.collect(request_for(server, [one], **self.asked))) == {one: self.expected[one]}

    def test_collect_satisfies_a_packed_body(self, server):
        serve_bodies(
            server, self.bodies, lambda body: Response(gzip.compress(body), headers={"Content-Encoding": "gzip"})
        )
        assert self.collect(server) == self.expected

    def test_no_rows_satisfy_no_quotes(self, server):
        serve_bodies(server, self.no_rows)
        assert self.collect(server) == {}

    def test_unchanged_bodies_satisfy_no_quotes(self, server):
        known = {}

        def answer(body):
            return Response(body, headers={"ETag": '"a"', "Last-Modified": "Fri, 20 Nov 2026 09:00:00 GMT"})

        serve_bodies(server, self.bodies, answer)
        assert self.collect(server, web=Web(known)) == self.expected
        assert known
        serve(server, lambda request: Response(status=304 if request.headers.get("If-None-Match") == '"a"' else 500))
        assert self.collect(server, web=Web(known)) == {}

    def test_refuses_nothing_at_all(self, server):
        serve_bodies(server, dict.fromkeys(self.bodies, b""))
        assert "it sends nothing" in self.refusal(server)

    def test_refuses_404(self, server):
        serve(server, lambda _: Response("gone", 404))
        assert "127.0.0.1" in (message := self.refusal(server)) and "404" in message

    def test_refuses_500_for_ever(self, server):
        serve(server, lambda _: Response("sorry", 500))
        assert f"it answers 500, {http.ATTEMPTS} times" in self.refusal(server)

    @pytest.mark.parametrize(("status", "headers", "least"), [(429, {"Retry-After": "7"}, 7), (500, {}, 0.5)])
    def test_collect_satisfies_waiting_out_a_passing_failure(self, server, status, headers, least):
        failed, pauses = set(), []

        def once(body):
            if body in failed:
                return Response(body)
            failed.add(body)
            return Response("later", status, headers=headers)

        serve_bodies(server, self.bodies, once)
        assert self.collect(server, web=Web({}, pause=pauses.append)) == self.expected
        assert sum(pause >= least for pause in pauses) >= 1

    def test_refuses_silence(self, server):
        over = threading.Event()

        def late(_):
            over.wait(30)
            return Response("late")

        serve(server, late)
        try:
            impatient = Web({}, pause=lambda seconds: None, read_seconds=0.1)
            assert f"no answer in time, {http.ATTEMPTS} times" in self.refusal(server, web=impatient)
        finally:
            over.set()

    def test_refuses_an_answer_that_breaks_off(self, server):
        def cut(body):
            response = Response(body, headers={"Connection": "close"})
            response.headers["Content-Length"] = str(len(body) + 100)
            response.automatically_set_content_length = False
            return response

        serve_bodies(server, self.bodies, cut)
        assert f"the answer breaks off, {http.ATTEMPTS} times" in self.refusal(server)

    def test_refuses_a_truncated_body(self, server):
        cut = {place: body[: max(body.rstrip().rfind(b","), len(body) // 2)] for place, body in self.bodies.items()}
        serve_bodies(server, cut)
        assert self.refusal(server)

    def test_refuses_a_web_page(self, server):
        page = b"\n<!DOCTYPE html>\n<html><head><title>We are down for maintenance</title></head></html>"
        serve_bodies(server, dict.fromkeys(self.bodies, page))
        assert "it sends a web page instead of data" in self.refusal(server)

    def test_refuses_a_piece_of_a_web_page(self, server):
        serve_bodies(server, dict.fromkeys(self.bodies, b'<div class="error">Access denied, reference #18.2</div>\n'))
        assert self.refusal(server).startswith(self.source.name)

    def test_refuses_a_changed_header(self, server):
        serve_bodies(server, self.spoilt(*self.header))
        assert self.refusal(server).startswith(self.source.name)

    @pytest.mark.parametrize("spelling", SPELLINGS)
    def test_collect_satisfies_leaving_out_a_missing_figure(self, server, spelling):
        serve_bodies(server, self.with_figure(self.spell(spelling)))
        value = float(self.figure)
        kept = {
            series: {date: quoted for date, quoted in dated.items() if quoted != value}
            for series, dated in self.expected.items()
        }
        assert sum(map(len, self.expected.values())) - sum(map(len, kept.values())) == 1
        assert self.collect(server) == {series: dated for series, dated in kept.items() if dated}

    @pytest.mark.parametrize("word", ["abc", "1_0", "1,5", "inf", "1e999", "=1+1", "#N/A"])
    def test_refuses_a_figure_that_is_none(self, server, word):
        serve_bodies(server, self.with_figure(self.spell(word)))
        assert self.refusal(server).startswith(self.source.name)

    def test_refuses_text_that_is_not_utf8(self, server):
        serve_bodies(server, self.spoilt(self.header[0], b"\xff\xfe" + self.header[0]))
        assert self.refusal(server).startswith(self.source.name)

    def test_refuses_a_wrong_encoding(self, server):
        serve_bodies(server, self.bodies, lambda body: Response(body, headers={"Content-Encoding": "gzip"}))
        assert "its body is not in the encoding it says" in self.refusal(server)

    def test_refuses_another_host(self, server):
        elsewhere = f"http://localhost:{server.port}/stolen"
        serve(server, lambda request: Response(status=302, headers={"Location": elsewhere}))
        assert "it sends us to another host, localhost" in self.refusal(server)
        assert {request.host.partition(":")[0] for request, _ in server.log} == {"127.0.0.1"}

    def test_refuses_200_mb_of_rubbish(self, server):
        sent = []

        def rubbish():
            for _ in range(RUBBISH_MB):
                sent.append(1_000_000)
                yield b"\x00rubbish" * 125_000

        serve(server, lambda _: Response(rubbish()))
        assert f"it sends more than {http.MAX_BYTES / 1e6:.0f} MB" in self.refusal(server)
        assert sum(sent) < 2 * http.MAX_BYTES < RUBBISH_MB * 1e6

    def test_collect_satisfies_never_showing_its_key(self, server, caplog):
        if "secret" not in self.asked:
            pytest.skip("it takes no key")
        kept = {}
        with caplog.at_level(logging.DEBUG):
            serve(server, lambda _: Response("no", 403))
            self.refusal(server)
            serve_bodies(server, self.bodies, lambda body: Response(body, headers={"ETag": '"a"'}))
            assert self.collect(server, web=Web(kept)) == self.expected
        assert kept and KEY not in str(kept)
        assert KEY not in "".join(
            f"{record.name} {record.getMessage()}" for record in caplog.records if record.name != "werkzeug"
        )
        assert KEY not in repr(request_for(server, self.expected, **self.asked))


assert {spelling.strip().lower() for spelling in SPELLINGS} <= MISSING
