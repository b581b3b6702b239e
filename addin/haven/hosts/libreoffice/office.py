"""LibreOffice on this computer: where it is, its extensions, and a workbook recalculated in it without a screen."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from haven.errors import HavenError, Reason
from haven.hosts.libreoffice.extension import write_extension
from haven.market.atomic import atomic_write
from haven.workbook.files import check_replaceable
from haven.workbook.package import Package

_FOLDERS: Final = (
    "/Applications/LibreOffice.app/Contents/MacOS",
    r"C:\Program Files\LibreOffice\program",
    "/usr/lib/libreoffice/program",
    "/opt/libreoffice/program",
)
_DRIVE: Final = Path(__file__).with_name("drive.py")
_EXPAND: Final = """
import sys, uno
expander = uno.getComponentContext().getByName("/singletons/com.sun.star.util.theMacroExpander")
print(uno.fileUrlToSystemPath(expander.expandMacros("$" + sys.argv[1])))
"""
_LONG_NAMES: Final = re.compile(rb"ORG\.HAVEN\.FUNCTIONS\.(?=HV_)", re.IGNORECASE)
_STORED: Final = (".xlsx", ".ods")
DRIVE_SECONDS: Final = 600


@dataclass(frozen=True, slots=True)
class Recalculated:
    """What LibreOffice made of a workbook: one dict a formula cell (see ``drive``), and how long it took."""

    cells: list[dict[str, Any]]
    seconds: float


def program(name: str) -> str:
    """The path of one of LibreOffice's programs.

    Raises
    ------
    HavenError
        INVALID when LibreOffice is not installed.
    """
    found = shutil.which(name) or shutil.which(name, path=os.pathsep.join(_FOLDERS))
    if found is None:
        raise HavenError(Reason.INVALID, f"LibreOffice's {name} must be installed, it is not on the path")
    return found


@cache
def office_python() -> str:
    """The Python that can talk to LibreOffice: its own, or the system's.

    Raises
    ------
    HavenError
        INVALID when there is none.
    """
    own = Path(program("soffice")).resolve().parent
    for candidate in (
        own / "python",
        own / "python.exe",
        own.parent / "Resources" / "python",
        Path("/usr/bin/python3"),
    ):
        if candidate.is_file() and run([str(candidate), "-c", "import uno"]).returncode == 0:
            return str(candidate)
    raise HavenError(Reason.INVALID, "LibreOffice's Python must be installed (Debian: python3-uno)")


def install() -> None:
    """Install the extension for this user, or for everybody when run by root."""
    with tempfile.TemporaryDirectory() as folder:
        extension = Path(folder) / "haven.oxt"
        write_extension(extension)
        _unopkg("add", "--force", str(extension))


def uninstall() -> None:
    """Remove the extension."""
    _unopkg("remove", "org.haven")


def installed_settings() -> dict[str, Any]:
    """What was written into the installed extension: which Python it starts, and the functions.

    Raises
    ------
    HavenError
        INVALID when it is not installed.
    """
    listed = _unopkg("list")
    found = re.search(r"\$(UNO_\w+_PACKAGES_CACHE)(/uno_packages/[^\s/]+/haven\.oxt)", listed)
    if found is None:
        raise HavenError(Reason.INVALID, "the extension must be installed: haven libreoffice install")
    done = run([office_python(), "-c", _EXPAND, found[1]])
    try:
        return dict(json.loads(Path(done.stdout.strip() + found[2], "haven.json").read_text(encoding="utf-8")))
    except OSError as failure:
        raise HavenError(Reason.INVALID, f"the extension is damaged, install it again: {failure}") from failure


def recalculated(file: Path, out: Path) -> Recalculated:
    """Recalculate a workbook in LibreOffice, with our functions, and store it as ``out``.

    The user's own LibreOffice, open or not, is neither used nor changed.

    Raises
    ------
    HavenError
        INVALID for an ``out`` that is neither .xlsx nor .ods or can't be replaced, and when LibreOffice is absent or
        fails.
    """
    ending = out.suffix.lower()
    if ending not in _STORED:
        raise HavenError(Reason.INVALID, f"out must be named {' or '.join(_STORED)}, got {out.name}")
    check_replaceable(out)
    with private_office() as settings, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / file.name  # the file itself may be open, and a killed office leaves its lock
        made = copy.with_name(f"{file.name}{ending}")
        shutil.copyfile(file, copy)
        done = run([office_python(), str(_DRIVE), program("soffice"), str(copy), str(made), *settings])
        if done.returncode:
            raise HavenError(Reason.INVALID, f"LibreOffice could not recalculate {file}: {last_line(done)}")
        content = _with_short_names(made) if ending == ".xlsx" else made.read_bytes()
    with atomic_write(out) as written:
        written.write(content)
    return Recalculated(**json.loads(done.stdout))


def _with_short_names(path: Path) -> bytes:
    """The workbook with the names that Excel knows; LibreOffice 7 stores the component's name before our functions."""
    package = Package.open(path)
    parts = ["xl/workbook.xml", *package.sheets.values()]
    return package.replace_parts({part: _LONG_NAMES.sub(b"", package.part(part)) for part in parts})


@contextmanager
def private_office() -> Iterator[list[str]]:
    """The settings of a LibreOffice that has the extension and lives in a folder of its own."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        extension = Path(folder) / "haven.oxt"
        write_extension(extension)
        variables = {"UserInstallation": "profile", "UNO_SHARED_PACKAGES_CACHE": "extensions"}
        settings = [f"-env:{name}={(Path(folder) / part).as_uri()}" for name, part in variables.items()]
        done = run([program("unopkg"), "add", "--shared", "--force", str(extension), *settings])
        if done.returncode:
            raise HavenError(Reason.INVALID, f"LibreOffice refuses the extension: {last_line(done)}")
        yield settings


@contextmanager
def handed_over(workbook: bytes, ending: str) -> Iterator[tuple[Path, str]]:
    """A workbook as a file in a folder that goes again, and the setting of a LibreOffice that lives there."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        file = Path(folder) / f"client{ending}"
        file.write_bytes(workbook)
        yield file, f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}"


def _unopkg(action: str, *arguments: str) -> str:
    shared = ["--shared"] if sys.platform != "win32" and os.geteuid() == 0 else []
    done = run([program("unopkg"), action, *shared, *arguments])
    if done.returncode:
        raise HavenError(Reason.INVALID, f"unopkg {action} failed: {last_line(done)}")
    return done.stdout


def run(command: list[str]) -> "subprocess.CompletedProcess[str]":
    """One of LibreOffice's programs, run to its end."""
    return subprocess.run(  # noqa: S603
        command, capture_output=True, text=True, timeout=DRIVE_SECONDS, check=False, env=own_environment()
    )


def own_environment() -> dict[str, str]:
    """Our environment without virtual ones: LibreOffice's Python takes the first on the path for its own."""
    folders = os.environ.get("PATH", "").split(os.pathsep)
    kept = [folder for folder in folders if not (Path(folder).parent / "pyvenv.cfg").exists()]
    return {**os.environ, "PATH": os.pathsep.join(kept)}


def last_line(done: "subprocess.CompletedProcess[str]") -> str:
    """What a program said at its end."""
    return (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()[-1]
