"""A desk's database as a source: read, never written, its password never shown."""

import datetime as dt
import sqlite3
import traceback
from secrets import token_hex

import pytest
import sqlalchemy as sa

from haven.errors import HavenError
from haven.market.series import find_series
from haven.market.sources.source import Request
from haven.market.sources.sql import SOURCE
from tests import postgresql
from tests.market.sources.serving import KEY, TODAY, figures

LONG = "SELECT code AS series, day AS date, level AS value FROM quotes ORDER BY day"
CODES = {"SWAP.10Y": "usd10", "XCCY.EURUSD.3M": "eurusd3m"}


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "desk.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE quotes (code TEXT, day TEXT, level REAL)")
        rows = [("usd10", "2025-04-08", 3.70), ("usd10", "2025-04-09", None), ("usd10", "2025-04-10", 3.94)]
        connection.executemany("INSERT INTO quotes VALUES (?, ?, ?)", [*rows, ("eurusd3m", "2025-04-08", -3.5)])
    connection.close()
    return path


def request(database=None, since=None, secret=None, **settings):
    codes = settings.setdefault("series", CODES)
    if database:
        settings["url"] = f"sqlite:///{database}"
    series = tuple(map(find_series, codes))
    return Request(web=None, base_url="", series=series, today=TODAY, since=since, settings=settings, secret=secret)


def test_a_query_matches_its_rows(database):
    assert figures(SOURCE.collect(request(database, query=LONG))) == {
        "SWAP.10Y": {"2025-04-08": 3.70, "2025-04-10": 3.94},
        "XCCY.EURUSD.3M": {"2025-04-08": -3.5},
    }


def test_a_query_of_other_columns_matches_its_rows(database):
    settings = {
        "query": "SELECT day, level AS px FROM quotes WHERE code = 'usd10' AND day >= :since",
        "columns": {"date": "day"},
        "series": {"SWAP.10Y": "px"},
        "format": {"unit": "percent"},
    }
    found = figures(SOURCE.collect(request(database, since=dt.date(2025, 4, 9), **settings)))
    assert found == {"SWAP.10Y": {"2025-04-10": 3.94}}
    assert len(figures(SOURCE.collect(request(database, **settings)))["SWAP.10Y"]) == 2


def test_since_satisfies_leaving_the_past_out(database):
    found = figures(SOURCE.collect(request(database, since=dt.date(2025, 4, 9), query=LONG)))
    assert found["SWAP.10Y"] == {"2025-04-10": 3.94}


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM quotes",
        "SELECT 1; DELETE FROM quotes",
        "PRAGMA user_version = 7",
        "WITH gone AS (SELECT 1) DELETE FROM quotes",
        "WITH one(code) AS (SELECT 'x') INSERT INTO quotes SELECT code, 1, 1 FROM one",
    ],
)
def test_a_query_that_writes_refuses(database, query):
    before = database.read_bytes()
    with pytest.raises(HavenError, match=r"must be one SELECT|the database refuses: attempt to write a readonly"):
        SOURCE.collect(request(database, query=query))
    assert database.read_bytes() == before
    assert sqlite3.connect(database).execute("SELECT COUNT(*) FROM quotes").fetchone() == (4,)


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({}, "sources.sql must have query"),
        ({"query": "SELECT absent FROM quotes"}, "sql: the database refuses: no such column: absent"),
        (
            {"query": "SELECT code, day FROM quotes"},
            "sources.sql.columns.date: column 'date' is not in the query's answer",
        ),
        ({"query": LONG.replace("level", "'high'")}, "the query's answer row 1, usd10: value must be a number"),
        ({"query": LONG.replace("day AS", "'soon' AS")}, "the query's answer row 1, usd10: date must be ISO"),
        ({"query": LONG, "columns": {"day": "day"}}, "sources.sql.columns.day: columns must have keys among"),
        ({"query": LONG, "format": {"unit": "pct"}}, "sources.sql.format.unit: unit must be one of"),
        ({"query": LONG + ", :other"}, "sql: the database refuses"),
    ],
)
def test_wrong_settings_refuse(database, settings, why):
    with pytest.raises(HavenError) as failure:
        SOURCE.collect(request(database, **settings))
    assert why in failure.value.message


def test_a_database_that_is_not_there_refuses_and_is_not_made(tmp_path):
    with pytest.raises(HavenError, match=r"nothing\.sqlite is not a file"):
        SOURCE.collect(request(tmp_path / "nothing.sqlite", query=LONG))
    assert not (tmp_path / "nothing.sqlite").exists()


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        (None, f"postgresql+pg8000://desk:{KEY}@127.0.0.1:1/quotes"),
        ("postgresql+pg8000://desk@127.0.0.1:1/quotes", KEY),
        ("nonsense://desk@server/quotes", KEY),
        (None, f"nonsense://desk:{KEY}@server/quotes"),
        (None, KEY),
        (None, f"postgresql+pg8000://desk@server:{KEY}/quotes"),
    ],
)
def test_a_database_that_can_not_be_had_refuses_without_its_password(url, secret):
    asked = request(secret=secret, query=LONG, **({"url": url} if url else {}))
    with pytest.raises(HavenError) as failure:
        SOURCE.collect(asked)
    assert KEY not in failure.value.message
    assert KEY not in "".join(traceback.format_exception(failure.value))
    assert secret is None or KEY not in repr(asked)


def test_a_whole_url_as_secret_satisfies_reading(database):
    assert figures(SOURCE.collect(request(secret=f"sqlite:///{database}", query=LONG)))["SWAP.10Y"]


def test_no_url_refuses():
    with pytest.raises(HavenError, match=r"sources\.sql\.url must be there, or the whole URL in HAVEN_SQL_KEY"):
        SOURCE.collect(request(query=LONG))


@pytest.fixture
def quotes_url(postgresql_server):
    """The URL of a PostgreSQL database with a desk's quotes, in the types a desk would choose."""
    with postgresql.database(postgresql_server, f"quotes_{token_hex(6)}") as written:
        url = sa.make_url(written).set(drivername="postgresql+pg8000")
        engine = sa.create_engine(url)
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE quotes (code VARCHAR(20), day DATE, level NUMERIC(9, 4))")
            connection.exec_driver_sql(
                "INSERT INTO quotes VALUES ('usd10', '2025-04-08', 3.70), ('usd10', '2025-04-09', NULL),"
                " ('usd10', '2025-04-10', 3.94), ('eurusd3m', '2025-04-08', -3.5)"
            )
        yield url
        engine.dispose()


def of_postgresql(url, **settings):
    """A request as a desk writes it: the URL in its settings, the password elsewhere."""
    without = sa.URL.create(url.drivername, url.username, None, url.host, url.port, url.database).render_as_string()
    return request(secret=settings.pop("secret", url.password), url=without, **settings)


def test_a_query_of_postgresql_matches_its_rows(quotes_url):
    assert figures(SOURCE.collect(of_postgresql(quotes_url, query=LONG))) == {
        "SWAP.10Y": {"2025-04-08": 3.70, "2025-04-10": 3.94},
        "XCCY.EURUSD.3M": {"2025-04-08": -3.5},
    }


def test_a_query_of_postgresql_satisfies_since(quotes_url):
    query = LONG.replace("ORDER", "WHERE day >= :since ORDER")
    found = figures(SOURCE.collect(of_postgresql(quotes_url, since=dt.date(2025, 4, 9), query=query)))
    assert found == {"SWAP.10Y": {"2025-04-10": 3.94}}


def test_a_query_that_writes_to_postgresql_refuses(quotes_url):
    query = "WITH gone AS (DELETE FROM quotes RETURNING code) SELECT code AS series FROM gone"
    with pytest.raises(HavenError, match=r"sql: the database refuses: cannot execute .* in a read-only transaction"):
        SOURCE.collect(of_postgresql(quotes_url, query=query))
    engine = sa.create_engine(quotes_url)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM quotes").scalar() == 4
    engine.dispose()


def test_a_password_postgresql_does_not_know_refuses_and_is_not_shown(quotes_url):
    with pytest.raises(
        HavenError, match='sql: the database refuses: password authentication failed for user "desk"'
    ) as failure:
        SOURCE.collect(of_postgresql(quotes_url, query=LONG, secret=KEY))
    assert KEY not in "".join(traceback.format_exception(failure.value))
