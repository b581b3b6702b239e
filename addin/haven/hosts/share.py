"""Sharing a workbook: the commands ``haven freeze``, ``haven client`` and ``haven inspect``."""

import argparse
import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from haven.errors import HavenError, Reason
from haven.hosts.terminal import say
from haven.market.words import counted

if TYPE_CHECKING:
    from haven.workbook.inspect.leak import Leak
    from haven.workbook.package import Package

UNREADABLE: Final = 2
"""The exit code where nothing can be said of a workbook: 1 says that it leaks."""
BRAND: Final = "brand.toml"
"""The brand file in Haven's data folder that is taken where none is named."""


def add_commands(commands: Any) -> None:
    """Add the commands to those of ``haven``."""
    freeze = commands.add_parser("freeze", help="turn the Haven formulas of a workbook into the values they show")
    freeze.add_argument("file", metavar="FILE", type=Path)
    freeze.add_argument("--out", metavar="FILE", type=Path, required=True)
    freeze.set_defaults(run=_freeze)

    client = commands.add_parser("client", help="write pages of a workbook as values, with nothing else of it")
    client.add_argument("file", metavar="FILE", type=Path)
    client.add_argument(
        "--sheet",
        metavar="NAME",
        action="append",
        help="a page; may be repeated; default Client; charts of data elsewhere take LibreOffice some seconds",
    )
    client.add_argument("--client", metavar="NAME", required=True, help="for whom it is")
    client.add_argument("--out", metavar="FILE", type=Path, required=True, help=".xlsx, or .pdf through LibreOffice")
    client.add_argument(
        "--brand", metavar="FILE", type=Path, help="TOML: name, color, logo, sources, disclaimer, round"
    )
    client.add_argument("--range", metavar="AREA", action="append", help="such as B2:H20, in place of the print area")
    client.add_argument("--as-of", metavar="DATE", help="market date, ISO, of a workbook that states none")
    client.set_defaults(run=_client)

    inspect = commands.add_parser(
        "inspect", help="list what a workbook would give away; exit 1 if anything, 2 if it can't be read"
    )
    inspect.add_argument("file", metavar="FILE", type=Path)
    inspect.add_argument("--json", action="store_true", help="print JSON")
    inspect.set_defaults(run=_inspect, failed=UNREADABLE)


def write_client(
    file: Path,
    sheets: Sequence[str],
    client: str,
    out: Path,
    *,
    brand: Path | None = None,
    ranges: Sequence[str] = (),
    date: str | None = None,
) -> list[str]:
    """Write pages of a workbook as a client may have them.

    Parameters
    ----------
    file, sheets, ranges
        The workbook, its pages, and what of a single page is sent in place of its print area.
    client
        For whom they are.
    out
        An ``.xlsx`` file, or ``.pdf`` through LibreOffice; an existing one is replaced.
    brand
        A brand file; None takes ``brand.toml`` from Haven's data folder, or sends pages without a firm's name.
    date
        The market date, ISO, for a workbook that states none; None takes the workbook's.

    Returns
    -------
    list of str
        What of the pages was left out.

    Raises
    ------
    HavenError
        INVALID; nothing is then written.
    """
    from haven.functions.kinds import DATE
    from haven.hosts.libreoffice.convert import printed
    from haven.hosts.libreoffice.sketch import drawn
    from haven.market.atomic import atomic_write
    from haven.market.home import home
    from haven.market.snapshot import current
    from haven.workbook.client.brand import Brand, read_brand
    from haven.workbook.client.facts import written
    from haven.workbook.client.file import client_file
    from haven.workbook.files import check_replaceable

    ending = out.suffix.lower()
    if ending not in (".xlsx", ".pdf"):
        raise HavenError(Reason.INVALID, f"out must be named .xlsx or .pdf, got {out.name}")
    if out.exists() and out.samefile(file):
        raise HavenError(Reason.INVALID, f"out must not be {file.name} itself")
    check_replaceable(out)
    usual = home() / BRAND
    brand = brand or (usual if usual.is_file() else None)
    day = DATE.read("as-of", date).astype(dt.date) if date else None
    package, left_out = _opened(file)
    made = client_file(
        package,
        sheets,
        client,
        read_brand(brand) if brand else Brand(),
        ranges=ranges,
        date=written(day) if day else "",
        is_demo=current().is_demo,
        draw=drawn,
    )
    content = made.content
    if ending == ".pdf":
        content = printed(content)
    with atomic_write(out) as target:
        target.write(content)
    return left_out + made.left_out


def _opened(file: Path) -> "tuple[Package, list[str]]":
    """A workbook, and what it does not show for being left behind; one of LibreOffice's own through LibreOffice."""
    from haven.hosts.libreoffice.convert import converted
    from haven.workbook.package import Package

    if file.suffix.lower() != ".ods":
        return Package.open(file), []
    from haven.workbook.inspect.opendocument import OpenDocument
    from haven.workbook.unlinked import unlinked

    data, links = unlinked(OpenDocument.open(file))
    told = [f"what {links} links of {file.name} to pictures or files show"] if links else []
    return Package(converted(data, ".ods", ".xlsx"), file.name), told


def inspect_saved(place: str, title: str, *, changed: bool) -> tuple[str, list[str]]:
    """What a button tells of an open workbook as it is saved, and the lines of a report where it leaks.

    Parameters
    ----------
    place
        Its file; an address where it is not on this computer, empty where it was never saved.
    title
        What its window calls it.
    changed
        Whether it has changes that are not saved.

    Raises
    ------
    HavenError
        INVALID where there is no file on this computer, or it can't be read as a workbook.
    """
    from haven.workbook.inspect import inspect
    from haven.workbook.inspect.report import report

    if not place:
        raise HavenError(Reason.INVALID, f"{title} must be saved first: what is inspected is the file")
    if "://" in place:
        raise HavenError(Reason.INVALID, f"{title} must be a file of this computer to be inspected, got {place}")
    leaks = inspect(Path(place))
    told = _summary(place, leaks)
    if changed:
        told += f"\n{title} has changes that are not saved; this is the file as it was last saved, without them."
    return told, [*told.split("\n"), "", *report(leaks)] if leaks else []


def new_file(stem: str, kind: str, ending: str, now: dt.datetime) -> Path:
    """Where a file made by a button goes: the user's folder, under a name of its own."""
    plain = "".join(letter if letter.isalnum() or letter in " -_" else "_" for letter in stem)
    return Path.home() / f"{plain}-{kind}-{now:%Y%m%d-%H%M%S}{ending}"


def _freeze(arguments: argparse.Namespace) -> int:
    from haven.workbook.freeze import freeze

    count = freeze(arguments.file, arguments.out)
    say(f"{arguments.out}: {count} Haven formulas are values now")
    return 0


def _client(arguments: argparse.Namespace) -> int:
    sheets = arguments.sheet or ["Client"]
    left_out = write_client(
        arguments.file,
        sheets,
        arguments.client,
        arguments.out,
        brand=arguments.brand,
        ranges=arguments.range or (),
        date=arguments.as_of,
    )
    say(f"{arguments.out}: {', '.join(sheets)} for {arguments.client}")
    for what in left_out:
        say(f"  left out: {what}")
    return 0


def _inspect(arguments: argparse.Namespace) -> int:
    from haven.workbook.inspect import inspect
    from haven.workbook.inspect.report import MEANINGS, report

    leaks = inspect(arguments.file)
    if arguments.json:
        say(json.dumps([{**asdict(leak), "means": MEANINGS.get(leak.kind, "")} for leak in leaks], indent=2))
    else:
        for line in report(leaks):
            say(line)
        if leaks and arguments.file.suffix.lower() != ".ods":
            say("haven client sends pages without any of it; haven inspect --json lists each leak.")
        say(_summary(arguments.file, leaks))
    return int(bool(leaks))


def _summary(file: Path | str, leaks: "Sequence[Leak]") -> str:
    return f"{file}: {counted(len(leaks), 'leak') if leaks else 'no leaks'}"
