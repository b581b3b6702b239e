"""The commands ``haven libreoffice …`` and ``haven compute``."""

import argparse
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from haven import __version__
from haven.errors import HavenError, Reason
from haven.hosts.terminal import say, say_some


def add_commands(commands: Any) -> None:
    """Add the commands to those of ``haven``."""
    libreoffice = commands.add_parser("libreoffice", help="the functions in LibreOffice")
    actions = libreoffice.add_subparsers(dest="action", required=True, metavar="ACTION")
    build = actions.add_parser("build", help="write the extension, for this computer's Python")
    build.add_argument("--out", metavar="FILE", type=Path, default=Path("haven.oxt"), help="default %(default)s")
    build.set_defaults(run=_build)
    for name, run, text in (
        ("install", _install, "install the extension; LibreOffice must be closed"),
        ("uninstall", _uninstall, "remove the extension"),
        ("doctor", _doctor, "check LibreOffice, the extension and the Haven process"),
    ):
        actions.add_parser(name, help=text).set_defaults(run=run)

    compute = commands.add_parser("compute", help="compute the Haven formulas of a workbook")
    compute.add_argument("file", metavar="FILE", type=Path)
    compute.add_argument("--out", metavar="FILE", type=Path, required=True)
    compute.add_argument(
        "--engine", choices=("embedded", "libreoffice"), default="embedded", help="default %(default)s"
    )
    compute.set_defaults(run=_compute)


def _build(arguments: argparse.Namespace) -> int:
    from haven.hosts.libreoffice.extension import write_extension

    write_extension(arguments.out)
    say(f"{arguments.out.resolve()}: its functions are answered by {sys.executable}")
    return 0


def _install(_: argparse.Namespace) -> int:
    from haven.hosts.libreoffice.office import install

    install()
    say("installed; restart LibreOffice")
    return 0


def _uninstall(_: argparse.Namespace) -> int:
    from haven.hosts.libreoffice.office import uninstall

    uninstall()
    say("removed; restart LibreOffice")
    return 0


def _doctor(_: argparse.Namespace) -> int:
    from haven.hosts.libreoffice.office import installed_settings, office_python, program

    checks: dict[str, Callable[[], str]] = {
        "LibreOffice": lambda: program("soffice"),
        "its Python": office_python,
        "the extension": lambda: _complete(installed_settings()),
        "the Haven process": lambda: _answering(installed_settings()),
    }
    failed = 0
    for title, check in checks.items():
        try:
            say(f"ok      {title}: {check()}")
        except HavenError as failure:
            failed += 1
            say(f"failed  {title}: {failure.message}")
    return int(failed > 0)


def _complete(settings: dict[str, Any]) -> str:
    from haven.functions import CATALOGUE

    names = {function["name"] for function in settings["functions"]}
    version = _version(settings)
    if version != __version__ or names != set(CATALOGUE):
        raise HavenError(
            Reason.INVALID,
            f"it must be of this Haven, {__version__} with {len(CATALOGUE)} functions, and is of {version} "
            f"with {len(names)}; run haven libreoffice install again",
        )
    return f"{version}, {len(names)} functions"


def _version(settings: dict[str, Any]) -> str:
    return str(settings.get("version", "an earlier one"))


def _answering(settings: dict[str, Any]) -> str:
    """Start the process as the extension does, and ask it one thing."""
    from haven.hosts.libreoffice.component.pythonpath.haven_client import Client, ProcessGoneError

    try:
        with closing(Client(settings["python"], settings["path"])) as client:
            answered: Any = client.ask({"command": "version"})["value"]
            if answered["version"] != _version(settings):
                raise HavenError(
                    Reason.INVALID,
                    f"{settings['python']} must have the Haven of the extension, {_version(settings)}, "
                    f"and has {answered['version']}",
                )
            return f"{settings['python']} answers {answered['functions']} functions of {answered['version']}"
    except ProcessGoneError as failure:
        raise HavenError(Reason.INVALID, str(failure)) from failure


def _compute(arguments: argparse.Namespace) -> int:
    if arguments.engine == "libreoffice":
        from haven.hosts.libreoffice.office import recalculated

        cells = recalculated(arguments.file, arguments.out).cells
        lines = [f"{cell['sheet']}!{cell['address']}: error {cell['error']}" for cell in cells if cell["error"]]
        say(f"{arguments.out}: {len(cells)} formulas computed by LibreOffice, {len(lines)} show an error")
    else:
        from haven.workbook.compute import compute

        done = compute(arguments.file, arguments.out)
        lines = [f"{problem.sheet}!{problem.address}: {problem.why}" for problem in done.problems]
        say(f"{arguments.out}: {done.cells} cells computed, {len(lines)} keep what they had")
    say_some(lines)
    return 0
