"""The commands ``haven excel …``."""

import argparse
from pathlib import Path
from typing import Any

from haven.hosts.terminal import say


def add_commands(commands: Any) -> None:
    """Add the commands to those of ``haven``."""
    excel = commands.add_parser("excel", help="the functions in Excel")
    actions = excel.add_subparsers(dest="action", required=True, metavar="ACTION")
    build = actions.add_parser("build", help="write the add-in, on any system")
    build.add_argument("--out", metavar="FILE", type=Path, default=Path("Haven.xlam"), help="default %(default)s")
    build.add_argument("--python", metavar="PATH", help="the interpreter on the PC that will use it; default this one")
    _add_attach(build)
    build.set_defaults(run=_build)
    install = actions.add_parser("install", help="build the add-in into Excel's start folder; Excel must be closed")
    _add_attach(install)
    install.set_defaults(run=_install)
    for name, run, text in (
        ("uninstall", _uninstall, "remove the add-in; Excel must be closed"),
        ("doctor", _doctor, "check Excel, the add-in, Python and the server"),
        ("serve", _serve, "run the server that an add-in installed with --attach finds"),
    ):
        actions.add_parser(name, help=text).set_defaults(run=run)


def _add_attach(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--attach", action="store_true", help="Excel starts no process but finds a server started at logon"
    )


def _build(arguments: argparse.Namespace) -> int:
    from haven.hosts.excel.addin import build

    build(arguments.out, arguments.python, attach=arguments.attach)
    say(f"{arguments.out.resolve()}: open it in Excel, or copy it to %APPDATA%\\Microsoft\\Excel\\XLSTART")
    return 0


def _install(arguments: argparse.Namespace) -> int:
    from haven.hosts.excel.install import install

    for path in install(attach=arguments.attach):
        say(f"wrote {path}")
    say("start Excel; haven excel doctor says what may be missing")
    return 0


def _uninstall(_: argparse.Namespace) -> int:
    from haven.hosts.excel.install import uninstall

    for path in uninstall():
        say(f"removed {path}")
    return 0


def _doctor(_: argparse.Namespace) -> int:
    from haven.hosts.excel.doctor import examine

    failed = 0
    for finding in examine():
        say(str(finding))
        failed += not finding.ok
    return int(failed > 0)


def _serve(_: argparse.Namespace) -> int:
    from haven.hosts.excel.addin import ATTACH_CLSID
    from haven.hosts.excel.install import check_windows
    from haven.hosts.excel.server import main

    check_windows()
    main(ATTACH_CLSID)
    return 0
