"""Every test has a home of its own and an empty store, so it sees the sample and nothing of the machine."""

import datetime as dt
from secrets import token_hex

import pytest
from pytest_httpserver import HTTPServer

from haven.market import snapshot
from haven.market.load import load_files
from tests import postgresql
from tests.deskfiles import write_desk_files
from tests.shared import SHARED

NOW = dt.datetime(2026, 11, 20, 12, 0)
SAMPLE = snapshot.Snapshot()
"""What a test sees while it has no store: it can't change, so what one test derives from it serves the next."""


@pytest.fixture(autouse=True)
def haven_home(tmp_path, monkeypatch):
    """A fresh HAVEN_HOME; returns its path."""
    home = tmp_path / "home"
    monkeypatch.setenv("HAVEN_HOME", str(home))
    monkeypatch.delenv("HAVEN_STORE", raising=False)
    market = snapshot._Current()
    market.snapshot = SAMPLE
    monkeypatch.setattr(snapshot, "_current", market)
    return home


@pytest.fixture(scope="session")
def real_store(tmp_path_factory):
    """The URL of a store that holds the published files of the reference data."""
    if not SHARED.is_dir():
        pytest.skip(f"reference data folder {SHARED} is absent; set HAVEN_SHARED to where it stands")
    folder = tmp_path_factory.mktemp("real")
    url = f"sqlite:///{folder / 'store.sqlite'}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HAVEN_STORE", url)
        load_files(write_desk_files(SHARED, folder), NOW)
    return url


@pytest.fixture(scope="session")
def _real_current():
    return snapshot._Current()


@pytest.fixture
def real_market(real_store, _real_current, monkeypatch):
    """Functions see the real figures of the reference data, which no test may change."""
    monkeypatch.setenv("HAVEN_STORE", real_store)
    monkeypatch.setattr(snapshot, "_current", _real_current)
    snapshot.refresh()  # a test before may have looked elsewhere
    return real_store


@pytest.fixture(scope="session")
def built_desk(tmp_path_factory):
    """A desk workbook on the sample, as bytes: built once."""
    from haven.workbook.refresh import build_desk

    path = tmp_path_factory.mktemp("built") / "desk.xlsx"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HAVEN_HOME", str(path.parent / "home"))
        patch.delenv("HAVEN_STORE", raising=False)
        patch.setattr(snapshot, "_current", snapshot._Current())
        build_desk(path, None, None, NOW)
    return path.read_bytes()


@pytest.fixture
def desk(built_desk, tmp_path):
    """The path of a desk workbook of the test's own, on the sample."""
    path = tmp_path / "desk.xlsx"
    path.write_bytes(built_desk)
    return path


@pytest.fixture(scope="session")
def postgresql_server():
    """The URL of a PostgreSQL server on which databases may be made."""
    with postgresql.server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def any_store(request, monkeypatch, tmp_path):
    """The store of a desk, of each kind in turn; returns the URL, at which nothing is yet."""
    if request.param == "sqlite":
        monkeypatch.setenv("HAVEN_STORE", url := f"sqlite:///{(tmp_path / 'store.sqlite').as_posix()}")
        yield url
    else:
        server = request.getfixturevalue("postgresql_server")
        with postgresql.database(server, f"haven_{token_hex(6)}") as url:
            monkeypatch.setenv("HAVEN_STORE", url)
            yield url


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
