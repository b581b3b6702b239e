"""The Haven process behind LibreOffice: one JSON message a line, in and out, until its parent goes.

Asked ``{"call": NAME, "args": [...], "overrides": TEXT}`` it answers ``{"value": ...}``; overrides are those of the
document, see :mod:`haven.workbook.overrides`; rows are lists of lists, a blank or omitted
argument is null, a date is its serial number, an error ``{"error": "#N/A", "why": ...}``. The other messages are
``{"command": WORD, ...}`` with a word of ``COMMANDS``; a command that fails answers ``{"failure": ...}``.
"""

import datetime as dt
import json
import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Final

from haven import __version__
from haven.errors import HavenError, Reason
from haven.functions import CATALOGUE, Answer, Answers, CellError, call
from haven.functions.kinds import EXCEL_EPOCH, Kind, NumberKind
from haven.hosts.about import store_told, versions
from haven.hosts.clock import utc_now
from haven.hosts.leaving import leave
from haven.market.log import log_path, log_to_file
from haven.workbook.overrides import in_force

log = logging.getLogger("haven")


def answer(message: Mapping[str, Any]) -> dict[str, Any]:
    """Answer one message."""
    if name := message.get("call"):
        return {"value": _called(name, message["args"], message.get("overrides"))}
    try:
        return {"value": COMMANDS[message["command"]](message)}
    except (HavenError, OSError) as failure:
        return {"failure": str(failure)}
    except Exception:
        log.exception("the menu's %s failed", message["command"])
        return {"failure": f"internal error, see the log {log_path()}"}


def _called(name: str, arguments: list[Any], overrides: object) -> Any:
    try:
        with in_force(overrides):
            return _plain(call(name, _given(name, arguments)))
    except HavenError as failure:
        return _cell(CellError(failure.reason, failure.message))


def serve(asked: IO[str], answered: IO[str]) -> None:
    """Answer messages until the pipe closes, which it does when the parent ends."""
    for line in asked:
        answered.write(json.dumps(answer(json.loads(line))) + "\n")
        answered.flush()


def _refresh(_: Mapping[str, Any]) -> bool:
    """Start to fetch and store what is new."""
    from haven.hosts.libreoffice.fetching import start

    start()
    return True


def _refreshing(_: Mapping[str, Any]) -> dict[str, Any]:
    """How far that is."""
    from haven.hosts.libreoffice.fetching import progress

    return progress()


def _stop(_: Mapping[str, Any]) -> None:
    """Stop it."""
    from haven.hosts.libreoffice.fetching import stop

    stop()


def _tables(message: Mapping[str, Any]) -> dict[str, Any]:
    """What a refresh writes into the named areas of a document."""
    from haven.hosts.libreoffice.areas import tables

    written = tables(message["sizes"], message["series"], message["date"], utc_now())
    return {name: _rows(rows) for name, rows in written.items()}


def _desk(_: Mapping[str, Any]) -> str:
    """Write today's desk workbook and answer where it stands."""
    from haven.market.home import home
    from haven.workbook.refresh import build_desk

    home().mkdir(parents=True, exist_ok=True)
    path = home() / "haven-desk.xlsx"
    build_desk(path, None, None, utc_now())
    return str(path)


def _scenario(message: Mapping[str, Any]) -> dict[str, Any]:
    """What a table of scenarios at a cell consists of: texts and numbers by place, and the formula that reads them."""
    from haven.workbook.blocks import scenario_block

    block = scenario_block((message["row"], message["column"]))
    return {
        "cells": [[*place, value] for place, value in block.cells.items()],
        "formats": [[*place, number_format] for place, number_format in block.formats.items()],
        "result": [*block.result, *block.size],
        "formula": block.formula.replace(",", ";"),  # of areas only, which LibreOffice parts so
    }


def _freeze(message: Mapping[str, Any]) -> str:
    """Write a copy of a workbook whose Haven formulas are values, and answer where it stands."""
    from haven.hosts.share import new_file
    from haven.workbook.freeze import freeze

    copy = Path(message["file"])
    out = new_file(Path(message["title"]).stem, "values", copy.suffix, utc_now())
    freeze(copy, out)
    return str(out)


def _client(message: Mapping[str, Any]) -> dict[str, Any]:
    """Write a page of a workbook for a client; where it stands, and what was left out."""
    from haven.hosts.share import new_file, write_client

    out = new_file(message["sheet"], "client", message["ending"], utc_now())
    left_out = write_client(Path(message["file"]), [message["sheet"]], message["client"], out)
    return {"file": str(out), "left_out": left_out}


def _inspect(message: Mapping[str, Any]) -> dict[str, Any]:
    """What to tell of a document as it is saved, and the lines of a report where it leaks."""
    from haven.hosts.share import inspect_saved

    told, report = inspect_saved(message["place"], message["title"], changed=message["changed"])
    return {"told": told, "report": report}


def _status(_: Mapping[str, Any]) -> str:
    """What the store holds and from when."""
    return store_told()


def _log(_: Mapping[str, Any]) -> str:
    """Where the log is."""
    if not log_path().exists():
        raise HavenError(Reason.INVALID, f"nothing has been logged in {log_path()}")
    return str(log_path())


def _about(_: Mapping[str, Any]) -> str:
    """Which Haven answers."""
    return versions()


def _version(_: Mapping[str, Any]) -> dict[str, Any]:
    return {"version": __version__, "functions": len(CATALOGUE)}


COMMANDS: Final[Mapping[str, Callable[[Mapping[str, Any]], Any]]] = {
    "refresh": _refresh,
    "refreshing": _refreshing,
    "stop": _stop,
    "tables": _tables,
    "desk": _desk,
    "scenario": _scenario,
    "freeze": _freeze,
    "client": _client,
    "inspect": _inspect,
    "status": _status,
    "log": _log,
    "about": _about,
    "version": _version,
}


def _given(name: str, arguments: list[Any]) -> list[Any]:
    """Arguments as functions take them: JSON tells 1 from 1.0, a cell does not.

    LibreOffice passes a single empty cell as 0. Where 0 means nothing it is read as blank; where it would silently
    replace a default it is refused.
    """
    declaration = CATALOGUE.get(name)
    given = [_cells(argument) for argument in arguments]
    for place, argument in enumerate(declaration.arguments[: len(given)] if declaration else ()):
        if given[place] != 0.0 or type(given[place]) is not float:
            continue
        if not _may_be_zero(argument.kind):
            given[place] = None
        elif argument.optional:
            raise HavenError(
                Reason.INVALID,
                f"{argument.name} must not be 0 or an empty cell, which LibreOffice passes alike: "
                "leave it out, or write {0} for a zero",
            )
    return given


def _may_be_zero(kind: Kind) -> bool:
    return isinstance(kind, NumberKind) and kind.low <= 0.0 <= kind.high


def _cells(argument: Any) -> Any:
    if isinstance(argument, list):
        return [[float(cell) if type(cell) is int else cell for cell in row] for row in argument]
    return float(argument) if type(argument) is int else argument


def _plain(answers: Answers) -> Any:
    return _rows(answers) if isinstance(answers, list) else _cell(answers)


def _rows(rows: Sequence[Sequence[Answer | None]]) -> list[list[Any]]:
    return [[value if type(value) is float else _cell(value) for value in row] for row in rows]


def _cell(value: Answer | None) -> Any:
    if isinstance(value, CellError):
        return {"error": str(value.code), "why": value.why}
    if isinstance(value, dt.date):
        return float((value - EXCEL_EPOCH).days)
    return value


if __name__ == "__main__":
    log_to_file()
    replies = sys.stdout
    sys.stdout = sys.stderr  # nothing but answers may reach the pipe
    serve(sys.stdin, replies)
    leave(0)
