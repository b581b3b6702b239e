import pytest
from pytest_httpserver import HTTPServer

pytest.register_assert_rewrite("tests.market.sources.serving")


@pytest.fixture(scope="session")
def _loopback():
    with HTTPServer(host="127.0.0.1", threaded=True) as server:
        yield server


@pytest.fixture
def server(_loopback, monkeypatch):
    """A server on loopback that has nothing to answer yet, and no proxy before it."""
    _loopback.clear()
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    return _loopback
