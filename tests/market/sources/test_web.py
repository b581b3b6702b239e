"""What every source relies on: waiting, politeness, conditional requests, proxies, certificates, silence about keys."""

import datetime as dt
import logging
import ssl
import sys
import threading
import tracemalloc
from email.utils import format_datetime

import pytest
import trustme
from pytest_httpserver import HTTPServer
from werkzeug import Response

from haven.errors import HavenError, Reason
from haven.market.sources import web as http
from haven.market.sources.web import NotThereError, Web
from tests.market.sources.serving import KEY, serve

PATH = "/data.csv"


class Verbatim(Response):
    """A response whose headers are sent as they are, however wrong."""

    def get_wsgi_headers(self, environ):  # noqa: ARG002 - werkzeug's signature
        return self.headers


def patient(seconds_between_calls=0.0):
    """A Web that does not wait, and the pauses it would have made."""
    pauses = []
    return Web({}, pause=pauses.append, seconds_between_calls=seconds_between_calls), pauses


def refusal(web, url, params=None):
    with pytest.raises(HavenError) as caught:
        web.get(url, params)
    return caught.value


def served(server, *responses):
    """Answer with one response after the other, the last again and again; returns the requests."""
    asked, left = [], list(responses)

    def answer(request):
        asked.append(request)
        return left.pop(0) if len(left) > 1 else left[0]

    serve(server, answer)
    return asked


def test_second_request_satisfies_the_servers_validators(server):
    known = {}
    fresh = Response("a", headers={"ETag": '"v1"', "Last-Modified": "Fri, 20 Nov 2026 09:00:00 GMT"})
    asked = served(server, fresh, Response(status=304))
    url = server.url_for(PATH)
    assert Web(known).get(url, {"api_key": KEY}) == b"a"
    assert Web(known).get(url, {"api_key": KEY}) is None
    assert "If-None-Match" not in asked[0].headers
    assert asked[1].headers["If-None-Match"] == '"v1"'
    assert asked[1].headers["If-Modified-Since"] == "Fri, 20 Nov 2026 09:00:00 GMT"
    assert KEY not in str(known)


def test_another_query_satisfies_validators_of_its_own(server):
    known = {}
    asked = served(server, Response("a", headers={"ETag": '"v1"'}))
    for year in ("2025", "2026"):
        Web(known).get(server.url_for(PATH), {"year": year})
    assert "If-None-Match" not in asked[1].headers


def test_failed_request_satisfies_leaving_validators_alone(server):
    known = {}
    served(server, Response("", headers={"ETag": '"v1"'}))
    refusal(Web(known), server.url_for(PATH))
    assert known == {}


def test_unchanged_refuses_where_nothing_was_known(server):
    served(server, Response(status=304))
    assert "it answers 304" in refusal(Web({}), server.url_for(PATH)).message


@pytest.mark.parametrize(
    ("retry_after", "low", "high"),
    [
        ("7", 7, 7),
        ("0", 0.5, 1),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.5, 1),
        ("soon", 0.5, 1),
        ("", 0.5, 1),
    ],
)
def test_pause_satisfies_retry_after(server, retry_after, low, high):
    served(server, Response("later", 429, headers={"Retry-After": retry_after}), Response("a"))
    web, pauses = patient()
    assert web.get(server.url_for(PATH)) == b"a"
    assert len(pauses) == 1 and low <= pauses[0] <= high


def test_pause_satisfies_retry_after_a_date(server):
    soon = format_datetime(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=20), usegmt=True)
    served(server, Response("later", 503, headers={"Retry-After": soon}), Response("a"))
    web, pauses = patient()
    assert web.get(server.url_for(PATH)) == b"a"
    assert len(pauses) == 1 and 5 <= pauses[0] <= 20


def test_long_retry_after_refuses_at_once(server):
    asked = served(server, Response("later", 429, headers={"Retry-After": "3600"}))
    web, pauses = patient()
    assert "it answers 429 and asks us to wait 3600 s" in refusal(web, server.url_for(PATH)).message
    assert len(asked) == 1 and pauses == []


def test_pauses_satisfy_backing_off(server):
    asked = served(server, Response("sorry", 503))
    web, pauses = patient()
    assert "it answers 503, 4 times" in refusal(web, server.url_for(PATH)).message
    assert len(asked) == 4 and len(pauses) == 3
    for attempt, pause in enumerate(pauses):
        assert 0.5 * 2**attempt <= pause <= 2**attempt


def test_jitter_satisfies_two_pauses_that_differ(server):
    served(server, Response("sorry", 503))
    seen = set()
    for _ in range(3):
        web, pauses = patient()
        refusal(web, server.url_for(PATH))
        seen.update(pauses)
    assert len(seen) == 9


@pytest.mark.parametrize("status", [400, 401, 403, 410])
def test_lasting_failure_refuses_at_once(server, status):
    asked = served(server, Response("no", status))
    assert f"it answers {status}" in refusal(Web({}), server.url_for(PATH)).message
    assert len(asked) == 1


def test_missing_address_refuses_as_such(server):
    served(server, Response("no", 404))
    assert isinstance(refusal(Web({}), server.url_for(PATH)), NotThereError)


def test_calls_to_one_host_satisfy_the_polite_rate(server):
    served(server, Response("a"))
    web, pauses = patient(0.2)
    threads = [threading.Thread(target=web.get, args=(server.url_for(PATH),)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # With no real waiting the turns queue up: each stands further back, by the interval less what has passed.
    assert len(pauses) == 4
    assert sorted(pauses)[-1] == pytest.approx(4 * 0.2, abs=0.2)


def test_two_hosts_satisfy_no_waiting_for_one_another(server):
    served(server, Response("a"))
    web, pauses = patient(0.2)
    web.get(server.url_for(PATH))
    web.get(f"http://localhost:{server.port}{PATH}")
    assert pauses == []


def test_redirects_on_one_host_satisfy_being_followed(server):
    served(server, Response(status=301, headers={"Location": "/moved.csv"}), Response("a"))
    assert Web({}).get(server.url_for(PATH)) == b"a"


@pytest.mark.parametrize(
    ("location", "why"),
    [
        (PATH, "it redirects more than 5 times"),
        ("", "it redirects more than 5 times"),
        ("//elsewhere.example/data.csv", "another host, elsewhere.example"),
        ("https://127.0.0.1.elsewhere.example/", "another host"),
        ("http://127.0.0.1@elsewhere.example/", "another host"),
        ("file:///etc/passwd", "another host|from http to file"),
        ("http://127.0.0.1:port/", "the answer breaks off, 4 times"),
    ],
)
def test_other_redirects_refuse(server, location, why):
    served(server, Verbatim(status=302, headers={"Location": location, "Content-Length": "0"}))
    web, _ = patient()
    with pytest.raises(HavenError, match=why):
        web.get(server.url_for(PATH))


@pytest.mark.parametrize(
    "url", ["", "data.csv", "ftp://host/a", "http://", "http://127.0.0.1:port/", "file:///etc/passwd", "https:///a"]
)
def test_no_address_refuses(url):
    failure = refusal(Web({}), url)
    assert failure.reason is Reason.INVALID
    assert "base_url must be like https://host/path" in failure.message


def test_declared_size_refuses_before_reading(server):
    def huge():
        yield b"a"
        raise AssertionError("it must not be read")

    served(server, Response(huge(), headers={"Content-Length": str(http.MAX_BYTES + 1)}))
    assert "it sends more than 32 MB" in refusal(Web({}), server.url_for(PATH)).message


def test_unpacked_size_refuses_too(server):
    """Forty megabytes of nothing, packed into forty kilobytes."""
    import gzip

    served(server, Response(gzip.compress(bytes(40_000_000)), headers={"Content-Encoding": "gzip"}))
    assert "it sends more than 32 MB" in refusal(Web({}), server.url_for(PATH)).message


def test_200_mb_of_rubbish_satisfy_little_memory(server):
    served(server, Response(b"\x00rubbish" * 125_000 for _ in range(200)))
    tracemalloc.start()
    try:
        refusal(Web({}), server.url_for(PATH))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1.5 * http.MAX_BYTES


def test_a_drip_refuses(server, monkeypatch):
    over = threading.Event()

    def drip():
        while not over.wait(0.02):
            yield b"a" * 1000

    monkeypatch.setattr(http, "TRANSFER_SECONDS", 0.1)
    served(server, Response(drip()))
    try:
        assert "it takes more than 0 s to send" in refusal(Web({}), server.url_for(PATH)).message
    finally:
        over.set()


def test_closed_port_refuses(server):
    with HTTPServer(host="127.0.0.1") as other:
        gone = other.url_for(PATH)
    web, _ = patient()
    assert "no connection, 4 times" in refusal(web, gone).message


def test_messages_and_logs_satisfy_silence(server, caplog):
    served(server, Response("no", 403))
    address = f"http://desk:{KEY}@127.0.0.1:{server.port}{PATH}?api_key={KEY}"
    with caplog.at_level(logging.DEBUG):
        message = refusal(Web({}), address).message
    assert message == f"127.0.0.1:{server.port}{PATH}: it answers 403 FORBIDDEN"
    assert KEY not in "".join(record.getMessage() for record in caplog.records if record.name != "werkzeug")
    assert KEY not in refusal(Web({}), f"ftp://desk:{KEY}@host/a?key={KEY}").message


def test_proxy_satisfies_the_environment(server, monkeypatch):
    asked = served(server, Response("through the proxy"))
    monkeypatch.setenv("HTTP_PROXY", server.url_for("").rstrip("/"))
    assert Web({}).get("http://fred.example/data.csv") == b"through the proxy"
    assert asked[0].host == "fred.example"


def test_no_proxy_satisfies_the_environment(server, monkeypatch):
    served(server, Response("without a proxy"))
    with HTTPServer(host="127.0.0.1") as other:
        closed = other.url_for("")
    monkeypatch.setenv("HTTP_PROXY", closed)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert Web({}).get(server.url_for(PATH)) == b"without a proxy"


def test_wrong_proxy_refuses(server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", f"gopher://desk:{KEY}@proxy.example")
    failure = refusal(Web({}), server.url_for(PATH))
    assert failure.reason is Reason.INVALID
    assert "the environment's proxy must be like" in failure.message
    assert KEY not in failure.message


@pytest.fixture
def company(tmp_path):
    """A server with a certificate of a company's own authority, and the file that holds the authority."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    trusted = tmp_path / "company.pem"
    authority.cert_pem.write_to_path(str(trusted))
    with HTTPServer(host="localhost", ssl_context=context) as server:
        yield server, trusted


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a certificate must be put into the system's own store")
def test_company_certificate_satisfies_the_systems_store(server, company, monkeypatch):
    secure, trusted = company
    served(secure, Response("a"), Response(status=302, headers={"Location": f"http://localhost:{server.port}/"}))
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    web, _ = patient()
    assert web.get(secure.url_for(PATH)) == b"a"
    assert "it sends us from https to http" in refusal(web, secure.url_for(PATH)).message


def test_unknown_certificate_refuses_at_once(server, company):
    secure, _ = company
    asked = served(secure, Response("a"))
    web, pauses = patient()
    assert "this machine does not trust its certificate" in refusal(web, secure.url_for(PATH)).message
    assert asked == [] and pauses == []


def test_closing_satisfies_letting_connections_go(server):
    served(server, Response("a"))
    web = Web({})
    web.close()
    web.get(server.url_for(PATH))
    web.close()
    with pytest.raises(RuntimeError):
        web.get(server.url_for(PATH))
