"""The commands ``haven init``, ``refresh``, ``status``, ``export`` and ``log``."""

import argparse
import datetime as dt
import json
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from haven import __version__
from haven.errors import HavenError, Reason
from haven.hosts.clock import utc_now
from haven.hosts.known_at import add_known_at, market_asked
from haven.market.words import counted

if TYPE_CHECKING:
    from haven.market.report import Report
    from haven.market.status import SeriesStatus
    from haven.workbook.refresh import Refreshed

EXIT_CODES: Final = {"complete": 0, "partial": 3, "failed": 4}
"""Of ``haven refresh``; 1 and 2 are every command's: a failure that was explained, a command not understood."""
SHOWN: Final = 20
TICK_SECONDS: Final = 0.5
"""How often the clock of a refresh is drawn."""


def add_commands(commands: Any) -> None:
    """Add the commands to those of ``haven``."""
    commands.add_parser("init", help="write settings.toml, which says what source feeds what, to edit").set_defaults(
        run=_init
    )
    refresh = commands.add_parser(
        "refresh",
        help="fetch what is new into the store, then refresh a workbook in place",
        epilog="exit code: 0 complete, 3 partial: of some series no source answered or had anything, 4 failed: no "
        "source answered, 1 explained failure, 2 not understood; a workbook is refreshed from the store all the same",
    )
    refresh.add_argument("file", metavar="FILE", type=Path, nargs="?", help="a workbook")
    refresh.add_argument("--offline", action="store_true", help="fetch nothing: FILE from what the store holds")
    refresh.add_argument("--dry-run", action="store_true", help="fetch and check, but write nothing")
    refresh.add_argument("--since", metavar="DATE", type=_date, help="fetch from this date on, again if need be")
    refresh.add_argument("--source", metavar="NAME", default="", help="fetch from this source only")
    refresh.add_argument("--json", action="store_true", help="print JSON")
    refresh.add_argument("--quiet", action="store_true", help="print failures only: for Task Scheduler and cron")
    refresh.set_defaults(run=_refresh)

    status = commands.add_parser("status", help="show what the store holds, from where and how old")
    status.add_argument("--json", action="store_true", help="print JSON")
    add_known_at(status)
    status.set_defaults(run=_status)
    export = commands.add_parser("export", help="write what the store holds as a file that haven import reads")
    export.add_argument("--out", metavar="FILE", type=Path, required=True, help=".csv or .parquet")
    export.add_argument("--series", metavar="A,B", type=_ids, default=(), help="ids; without it all the store holds")
    export.add_argument("--since", metavar="DATE", type=_date, help="the first date, ISO")
    add_known_at(export)
    export.set_defaults(run=_export)
    log = commands.add_parser("log", help="show the last refreshes")
    log.add_argument("--limit", metavar="N", type=_count, default=SHOWN, help="default %(default)s")
    log.add_argument("--json", action="store_true", help="print JSON")
    log.set_defaults(run=_log)


def report_cells(done: "Refreshed") -> None:
    """Say what the reader of a workbook must know: cells with an error, cells that could not be computed."""
    for title, cells in (
        ("show an error", done.errors),
        ("were not computed and keep what they had", done.problems),
    ):
        if cells:
            say(f"\n{len(cells)} cells {title}")
            say_some([f"{cell.sheet}!{cell.address}: {cell.why}" for cell in cells])


def say(line: str) -> None:
    """A line on standard output."""
    sys.stdout.write(f"{line}\n")


def say_some(lines: Sequence[str], *, failed: bool = False) -> None:
    """The first of many lines; those of a failure on standard error."""
    more = [f"and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    stream = sys.stderr if failed else sys.stdout
    stream.writelines(f"  {line}\n" for line in [*lines[:SHOWN], *more])


def _init(_: argparse.Namespace) -> int:
    from haven.market.settings import write_default

    say(f"{write_default()}: edit it; haven refresh goes by it")
    return 0


def _refresh(arguments: argparse.Namespace) -> int:
    """Fetch and store, then refresh the workbook, whether or not all was fetched."""
    if arguments.offline and (not arguments.file or arguments.dry_run or arguments.since or arguments.source):
        raise HavenError(
            Reason.INVALID, "--offline fetches nothing: give it a FILE, without --dry-run, --since, --source"
        )
    if arguments.file:
        from haven.workbook.refresh import check_workbook

        check_workbook(arguments.file)
    report = None if arguments.offline else _fetch(arguments)
    done = None
    if arguments.file and not arguments.dry_run:
        from haven.workbook.refresh import refresh_workbook

        done = refresh_workbook(arguments.file, utc_now())
    if arguments.json:
        say(json.dumps(_as_json(report, arguments.file, done), indent=2))
    elif arguments.quiet:
        for line in (*report.failures, *report.lack, *report.warnings) if report else ():
            sys.stderr.write(f"haven refresh: {line}\n")
    else:
        _say_all(report, arguments.file, done)
    return EXIT_CODES[report.outcome] if report else 0


def _fetch(arguments: argparse.Namespace) -> "Report":
    from haven.market.refresh import Order, refresh_store
    from haven.market.settings import load_settings

    order = Order(arguments.source, arguments.since, arguments.dry_run)
    settings = load_settings()
    if arguments.quiet or arguments.json:
        return refresh_store(settings, utc_now(), order)
    with _progress() as tell:
        return refresh_store(settings, utc_now(), order, tell)


@contextmanager
def _progress() -> Iterator[Callable[[int, int, str], None]]:
    """A bar of the sources that are done, whose clock goes on while they are waited for; only a terminal shows it."""
    from tqdm import tqdm

    # The delay spares an empty bar before the first word; without an interval the last one is cleared for certain.
    form = "{bar:20} {n}/{total} {elapsed} {desc}"
    with tqdm(disable=None, leave=False, delay=1e-6, mininterval=0, bar_format=form) as bar:
        ended = threading.Event()

        def tick() -> None:
            while not ended.wait(TICK_SECONDS):
                if bar.total:
                    bar.refresh()

        def tell(done: int, of: int, text: str) -> None:
            bar.total = of
            bar.set_description_str(text, refresh=False)
            bar.update(done - bar.n)
            bar.refresh()

        clock = threading.Thread(target=tick, daemon=True)
        clock.start()
        try:
            yield tell
        finally:
            ended.set()
            clock.join()


def _say_all(report: "Report | None", file: Path | None, done: "Refreshed | None") -> None:
    from haven.market.sources.web import NO_CONNECTION

    if report:
        with_figures = [one for one in report.series if one.date]
        if with_figures:
            say(f"{series_table(with_figures)}\n")
        if bare := len(report.series) - len(with_figures):
            more = "more " if with_figures else ""
            say(f"{bare} {more}series were asked for and have no figure yet; --json lists them\n")
        for line in source_lines(report):
            say(line)
        say(_in_a_line(report))
        for line in report.warnings:
            say(line)
        if report.failures and all(NO_CONNECTION in failure for failure in report.failures):
            say("Is there a network? HTTPS_PROXY names a proxy, base_url in settings.toml another place of a source.")
    if file and done:
        kept = "" if report is None or report.outcome == "complete" else ", what was not fetched as it was in the store"
        say(f"{file} refreshed, market of {done.as_of}{kept}: {done.computed} cells computed")
        report_cells(done)


def _in_a_line(report: "Report") -> str:
    if not report.sources:
        return "nothing was asked for: settings.toml names no source under [feeds]"
    stay = f"no source answered for {len(report.unanswered)} series, their last good figures stay"
    said = {
        "complete": "complete: every series was answered for",
        "partial": f"partial: {'; '.join([stay] * bool(report.unanswered) + report.lack)}",
        "failed": "failed: no source answered; the last good figures stay",
    }[report.outcome]
    written = "a dry run, nothing was written" if report.dry_run else counted(report.figures, "new figure")
    return f"{said}; {written}, {report.seconds:.1f} s"


def source_lines(report: "Report") -> list[str]:
    """What came of each source that was asked."""
    names = max((len(result.source) for result in report.sources), default=0)
    figures = max((len(f"{result.figures:,}") for result in report.sources), default=0)
    lines = []
    for result in report.sources:
        brought = f"{result.figures:>{figures},} new figures of {result.series} series"
        told = f"{brought if result.figures else 'nothing new'}, {result.asked} asked for, {result.seconds:.1f} s"
        lines.append(f"  {result.source:<{names}}  {f'failed: {result.failure}' if result.failure else told}")
    return lines


def series_table(series: "Sequence[SeriesStatus]") -> str:
    """One line a series: date, value as quoted, source, age in business days, status, remark."""
    header = ("series", "date", "value", "source", "age", "status", "remark")
    rows = [
        (
            one.series,
            str(one.date or ""),
            "" if one.value is None else f"{one.value:.10g}",
            one.source,
            "" if one.age is None else str(one.age),
            one.status,
            one.remark,
        )
        for one in series
    ]
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    right = {"value", "age"}
    return "\n".join(
        "  ".join(
            cell.rjust(width) if name in right else cell.ljust(width)
            for name, cell, width in zip(header, row, widths, strict=True)
        ).rstrip()
        for row in (header, *rows)
    )


def _as_json(report: "Report | None", file: Path | None, done: "Refreshed | None") -> dict[str, Any]:
    said: dict[str, Any] = {}
    if report:
        said = {
            "outcome": report.outcome,
            "dry_run": report.dry_run,
            "at": report.at.isoformat(),
            "seconds": round(report.seconds, 3),
            "sources": [asdict(result) for result in report.sources],
            "series": [_row(one) for one in report.series],
            "unanswered": list(report.unanswered),
            "without": list(report.without),
            "clock": report.clock,
        }
    if file and done:
        cells = {"computed": done.computed, "errors": len(done.errors), "not_computed": len(done.problems)}
        said["workbook"] = {"file": str(file), "market_date": str(done.as_of), **cells}
    return said


def _row(one: "SeriesStatus") -> dict[str, Any]:
    return {**asdict(one), "date": one.date.isoformat() if one.date else None}


def _status(arguments: argparse.Namespace) -> int:
    from haven.market.home import home, store_url
    from haven.market.settings import load_settings, settings_path
    from haven.market.status import clock_note, market_status
    from haven.workbook.summary import sources
    from haven.workbook.tables import FEED_NOTE, data_note

    market = market_asked(arguments)
    series, loads = market_status(market, load_settings(), utc_now()), market.loads()
    clock = clock_note((one.date for one in series), loads, utc_now())
    if arguments.json:
        rows = [_row(one) for one in series]
        say(json.dumps({"store": market.store_name, "clock": clock, "series": rows}, indent=2))
        return 0
    say(f"Haven {__version__}")
    say(f"Store    {market.store_name or store_url().rpartition('@')[2] + ' (not made yet: haven refresh or import)'}")
    path = settings_path()
    say(f"Settings {path}{'' if path.exists() else ' (not there: defaults; haven init writes them)'}")
    say(f"Log      {home() / 'haven.log'}")
    note = data_note(market)
    for words in (clock, note and f"{note} {FEED_NOTE}"):
        if words:
            say(f"\n{words}")
    say(f"\n{series_table(series)}")
    say(f"\n{sources(market)}")
    if loads:
        say("\nNewest loads")
        say_some(
            [f"{load.id:>4}  {load.fetched_at:%Y-%m-%d %H:%M} UTC  {load.source:<9}  {load.name}" for load in loads]
        )
    return 0


def _export(arguments: argparse.Namespace) -> int:
    import numpy as np

    from haven.market.export import export

    since = None if arguments.since is None else np.datetime64(arguments.since, "D")
    done = export(arguments.out, market_asked(arguments), arguments.series, since)
    say(f"{counted(done.figures, 'figure')} of {done.series} series written to {arguments.out}")
    if done.missing:
        late = "" if since is None else f" since {since}"
        sys.stderr.write(f"haven export: the store holds no figures{late} of {', '.join(done.missing)}\n")
    return 0


def _log(arguments: argparse.Namespace) -> int:
    from haven.market.refreshes import kept_refreshes

    kept = kept_refreshes(arguments.limit)
    if arguments.json:
        say(json.dumps(kept, indent=2))
        return 0
    for refresh in kept:
        figures = sum(source["figures"] for source in refresh["sources"])
        at = dt.datetime.fromisoformat(refresh["at"])
        told = f"{refresh['outcome']:<10} {figures:>9,} new figures  {refresh['seconds']:>6.1f} s"
        say(f"{at:%Y-%m-%d %H:%M} UTC  {told}")
        if "why" in refresh:
            say(f"    {refresh['why']}")
        for source in refresh["sources"]:
            if source["failure"]:
                say(f"    {source['source']} failed: {source['failure']}")
    if not kept:
        say("no refresh yet")
    return 0


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be a date like 2025-04-08, got {text!r}") from None


def _ids(text: str) -> list[str]:
    if not all(ids := [part.strip() for part in text.split(",")]):
        raise argparse.ArgumentTypeError(f"must be ids with commas between them, got {text!r}")
    return ids


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 on, got {text!r}")
    return int(text)
