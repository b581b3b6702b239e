"""Swap spreads, balance-sheet cost and term premia of US Treasuries: the desk workbook, its data, its functions."""

import argparse
import datetime as dt
import json
import logging
import re
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from haven import __version__
from haven.errors import HavenError, Reason
from haven.hosts.clock import utc_now
from haven.hosts.excel.commands import add_commands as add_excel_commands
from haven.hosts.known_at import add_known_at, answer_known, market_asked
from haven.hosts.leaving import leave
from haven.hosts.libreoffice.commands import add_commands as add_libreoffice_commands
from haven.hosts.share import add_commands as add_share_commands
from haven.hosts.terminal import add_commands as add_terminal_commands
from haven.hosts.terminal import report_cells, say_some
from haven.market.log import log_to_file
from haven.market.words import counted

if TYPE_CHECKING:
    import numpy as np

    from haven.market.snapshot import Snapshot

_NEGATIVE: Final = re.compile(r"^-\.?\d")
"""What argparse takes for an option, as in -1e8 or -5Y, unless a space stands before it."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 is success, 1 a failure that was explained (2 where 1 is an answer), 2 one not understood."""
    words = sys.argv[1:] if argv is None else argv
    parser = _parser()
    if not words:
        parser.print_help(sys.stderr)
        parser.exit(2)
    arguments = parser.parse_args([_NEGATIVE.sub(r" \g<0>", word) for word in words])
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="replace")
    try:
        log_to_file()
        return int(arguments.run(arguments))
    except BrokenPipeError:
        sys.stderr.close()
    except KeyboardInterrupt:
        print("stopped; nothing was half-written", file=sys.stderr)
    except Exception as failure:
        if arguments.debug:
            raise
        print(f"haven: {_explained(failure, arguments.command)}", file=sys.stderr)
    return int(arguments.failed)


def run() -> NoReturn:
    """The program ``haven``."""
    leave(main())


def _explained(failure: Exception, command: str) -> str:
    """A failure in a sentence; what nobody foresaw goes to the log with its traceback."""
    if isinstance(failure, HavenError):
        return failure.message
    if isinstance(failure, MemoryError):
        return "there is not enough memory for this; close other programs, or take a smaller file"
    if isinstance(failure, OSError):
        return f"{failure.filename or 'the system'}: {failure.strerror or failure}"
    logging.getLogger("haven").error("haven %s failed", command, exc_info=failure)
    return "internal error, see the log that haven status names, or use --debug"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="haven", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--version", action="version", version=__version__)
    parser.set_defaults(failed=1)
    parser.add_argument("--debug", action="store_true", help="show the traceback of a failure")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    desk = commands.add_parser("desk", help="build the desk workbook and print a summary")
    desk.add_argument("--date", metavar="DATE", help="market date, ISO; the default is the latest")
    desk.add_argument(
        "--since", metavar="DATE", help="where the move starts; the default is seven business days before"
    )
    desk.add_argument("--out", metavar="FILE", type=Path, default=Path("haven-desk.xlsx"), help="default %(default)s")
    desk.set_defaults(run=_desk)

    load = commands.add_parser(
        "import", help="load a desk's or a vendor's files: series,date,value[,unit], or as a map says"
    )
    load.add_argument("--map", metavar="MAP", type=Path, help="TOML file that says how to read a vendor's export")
    load.add_argument("files", metavar="FILE", type=Path, nargs="+", help=".csv, .xlsx, .xlsm, .xls or .parquet")
    load.set_defaults(run=_import)

    call = commands.add_parser("call", help="evaluate a spreadsheet function")
    call.add_argument("name", nargs="?", metavar="NAME")
    call.add_argument("args", nargs="*", metavar="ARG", help='text, JSON, @FILE holding JSON, or "" to leave one out')
    call.add_argument("--json", action="store_true", help="print JSON")
    call.add_argument("--batch", metavar="FILE", type=Path, help='one {"name": ..., "args": [...]} a line')
    add_known_at(call)
    call.set_defaults(run=_call)

    functions = commands.add_parser("functions", help="list the spreadsheet functions, or explain one")
    functions.add_argument("name", nargs="?", metavar="NAME", help="the one whose arguments and options to explain")
    functions.add_argument("--json", action="store_true", help="print JSON, of all")
    functions.set_defaults(run=_functions)

    add_terminal_commands(commands)
    add_excel_commands(commands)
    add_libreoffice_commands(commands)
    add_share_commands(commands)
    return parser


def _desk(arguments: argparse.Namespace) -> int:
    from haven.market.snapshot import current
    from haven.workbook.refresh import build_desk
    from haven.workbook.summary import summary

    built = build_desk(arguments.out, _date("date", arguments.date), _date("since", arguments.since), utc_now())
    print(summary(current(), str(built.as_of), str(built.move[0]), str(built.move[1])))
    print(f"\nWorkbook  {arguments.out.resolve()}")
    report_cells(built)
    return 0


def _import(arguments: argparse.Namespace) -> int:
    from haven.market.load import RefusedRowsError, load_files

    try:
        loaded = load_files(arguments.files, utc_now(), arguments.map)
    except RefusedRowsError as refused:
        say_some(refused.lines, failed=True)
        raise
    brought = f"{counted(loaded.figures, 'figure')} of {loaded.series} series"
    print(f"{brought}, {loaded.first} to {loaded.last}, into {loaded.store}")
    if loaded.new < loaded.figures:
        print(f"{loaded.new:,} of them new; the store held the others")
    if loaded.remarks:
        print("\nWorth a look")
        say_some(loaded.remarks)
    return 0


def _call(arguments: argparse.Namespace) -> int:
    from haven.functions import CATALOGUE, CellError, call
    from haven.functions.text import as_text

    if not arguments.name and not arguments.batch:
        print("haven call: NAME or --batch FILE is needed", file=sys.stderr)
        return 2
    market = market_asked(arguments)
    if arguments.batch:
        return _batch(arguments.batch, market)
    words = [_argument(text) for text in arguments.args]
    answer = answer_known(market, partial(call, arguments.name, words))
    if arguments.json:
        print(json.dumps(_as_json(answer) if isinstance(answer, CellError) else {"value": _as_json(answer)}))
    elif isinstance(answer, CellError):
        print(f"{answer.code}  {answer.why}", file=sys.stderr)
    else:
        print(as_text(CATALOGUE[arguments.name.upper()], answer))
    return int(isinstance(answer, CellError))


def _batch(path: Path, market: "Snapshot") -> int:
    from haven.functions import CellError, call

    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                asked = json.loads(line, parse_int=float, parse_constant=_refuse_constant)
                name, args = asked["name"], asked.get("args", [])
                answer = answer_known(market, partial(call, name, args))
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                answer = CellError(Reason.INVALID, f'line {number} must be {{"name": ..., "args": [...]}}')
            print(json.dumps(_as_json(answer) if isinstance(answer, CellError) else {"value": _as_json(answer)}))
    return 0


def _functions(arguments: argparse.Namespace) -> int:
    from haven.functions.answer import find_function
    from haven.functions.text import described, explained, listed

    if arguments.json:
        print(json.dumps(described(), indent=2))
    else:
        print(explained(find_function(arguments.name)) if arguments.name else listed())
    return 0


def _argument(text: str) -> Any:
    """An argument of ``haven call``: JSON from a file, JSON, or the text itself."""
    text = text.strip()
    if text.startswith("@"):
        try:
            content = Path(text[1:]).read_text(encoding="utf-8")
            return json.loads(content, parse_int=float, parse_constant=_refuse_constant)
        except (OSError, ValueError, RecursionError) as failure:
            raise HavenError(Reason.INVALID, f"{text} must name a file that holds JSON: {failure}") from failure
    try:
        return json.loads(text, parse_int=float, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as failure:
        if text.lstrip("'").startswith(("{", "[")):
            rule = """must be JSON such as '{"hurdle": 0.12}', in a Windows prompt "{\\"hurdle\\": 0.12}\""""
            raise HavenError(Reason.INVALID, f"{text} {rule}") from failure
        return text


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def _as_json(answer: Any) -> Any:
    """An answer as JSON: dates as ISO text, errors as objects with their reason."""
    from haven.functions import CellError

    if isinstance(answer, list):
        return [_as_json(cell) for cell in answer]
    if isinstance(answer, CellError):
        return {"error": answer.code, "why": answer.why}
    return answer.isoformat() if isinstance(answer, dt.date) else answer


def _date(name: str, text: str | None) -> "np.datetime64 | None":
    if text is None:
        return None
    from haven.functions.kinds import DATE

    day: np.datetime64 = DATE.read(name, text)
    return day


if __name__ == "__main__":
    run()
