"""A query of the desk's own database: any that SQLAlchemy has a driver for, and nothing but reading."""

import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from haven.errors import HavenError, Reason
from haven.market.files import Table
from haven.market.sources.rows import from_rows, setting, settings_map
from haven.market.sources.source import Quotes, Request, Source
from haven.market.sources.tables import refusal

if TYPE_CHECKING:
    import sqlalchemy as sa

NAME: Final = "sql"
MAX_ROWS: Final = 2_000_000
ALL_SINCE: Final = dt.date(1900, 1, 1)
READ_ONLY: Final = {
    "sqlite": "PRAGMA query_only = ON",
    "postgresql": "SET TRANSACTION READ ONLY",
}
"""What makes a connection refuse to write, where there is such a thing; what a query did is rolled back anyway."""
URL_RULE: Final = "must be a database URL whose driver is installed, such as postgresql+pg8000://desk@server/quotes"
_SECRET: Final = re.compile(r"password|passwd|pwd|secret|token|private_key", re.IGNORECASE)
_READING: Final = re.compile(r"\s*(select|with)\b", re.IGNORECASE)


def fetch(request: Request) -> Table:
    """The answer to the query; ``:since`` in it stands for the first date wanted."""
    import sqlalchemy as sa

    query = setting(request.settings, "query", NAME).strip().rstrip(";")
    if not _READING.match(query) or ";" in query:
        raise HavenError(Reason.INVALID, f"settings.toml: sources.{NAME}.query must be one SELECT, got {query[:60]!r}")
    statement = sa.text(query)
    if re.search(r"(?<![:\w]):since\b", query):
        statement = statement.bindparams(since=request.since or ALL_SINCE)
    engine = _engine(request)
    try:
        with engine.connect() as connection:
            if forbid := READ_ONLY.get(engine.dialect.name):
                connection.exec_driver_sql(forbid)
            answer = connection.execute(statement)
            rows = answer.fetchmany(MAX_ROWS + 1)
            connection.rollback()
            header = list(answer.keys())
    except sa.exc.SQLAlchemyError as failure:
        # The library's message may hold the URL's parts: only what the database itself said is passed on.
        cause = getattr(failure, "orig", None) or type(failure).__name__
        told = cause.args[0] if isinstance(cause, Exception) and cause.args else ""
        said = str(told["M"] if isinstance(told, dict) else cause).splitlines()[0][:200]
        raise refusal(NAME, f"the database refuses: {_hidden(request, said)}") from None
    finally:
        engine.dispose()
    if len(rows) > MAX_ROWS:
        raise refusal(NAME, f"the query must answer {MAX_ROWS:,} rows at most; let it use :since")
    columns = [[row[place] for row in rows] for place in range(len(header))]
    return Table(header, list(range(1, len(rows) + 1)), columns)


def parse(table: Table, request: Request) -> list[Quotes]:
    """The series asked for in the answer to the query."""
    name = "the query's answer"
    return from_rows([(name, settings_map(request.settings, NAME).rows(table, name))], request.series, NAME)


def collect(request: Request) -> list[Quotes]:
    """The series asked for."""
    found = parse(fetch(request), request)
    return [quotes.since(request.since) for quotes in found] if request.since else found


def url_fault(written: str) -> str:
    """Why a text can't be the URL in the settings; nothing when it can."""
    import sqlalchemy as sa
    from sqlalchemy.engine import make_url

    try:
        url = make_url(written)
    except (sa.exc.ArgumentError, ValueError):
        return URL_RULE
    options = [str(part) for option in url.query.items() for part in option]
    if url.password is None and not any(map(_SECRET.search, options)):
        return ""
    return "must not hold a password; set HAVEN_SQL_KEY to it, or use the keyring: keyring set haven sql"


def _engine(request: Request) -> "sa.Engine":
    import sqlalchemy as sa
    from sqlalchemy.engine import make_url

    where = f"settings.toml: sources.{NAME}.url"
    written = request.settings.get("url")
    if not (written or request.secret):
        raise HavenError(Reason.INVALID, f"{where} must be there, or the whole URL in HAVEN_SQL_KEY or the keyring")
    try:
        url = make_url(written or request.secret or "")
        engine = sa.create_engine(url.set(password=request.secret) if written and request.secret else url)
    except (ImportError, sa.exc.ArgumentError, ValueError):
        raise HavenError(
            Reason.INVALID, f"{where if written else 'the URL in HAVEN_SQL_KEY or the keyring'} {URL_RULE}"
        ) from None
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).is_file():
        raise refusal(NAME, f"{url.database} is not a file")  # connecting would make one
    return engine


def _hidden(request: Request, said: str) -> str:
    """What a database said, without the password should it have repeated that."""
    from sqlalchemy.engine import make_url

    secret = request.secret or ""
    password = secret if request.settings.get("url") or not secret else make_url(secret).password
    return said.replace(str(password), "***") if password else said


SOURCE: Final = Source(
    name=NAME,
    base_url="",
    licence="The desk's own, or as its vendor says.",
    publishes="As the desk's database is filled.",
    fresh_for=1,
    options={"url": str, "query": str, "columns": dict, "format": dict, "series": dict},
    faults={"url": url_fault},
    takes_key=True,
    collect=collect,
)
