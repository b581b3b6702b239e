"""Putting the add-in where Excel loads it, for one user and without an administrator; and taking it away."""

import os
import shutil
import sys
from pathlib import Path
from typing import Final

from haven.errors import HavenError, Reason
from haven.hosts.excel.addin import ATTACH_CLSID, build, windowless

ADDIN: Final = "Haven.xlam"
BACKUP: Final = "Haven.xlam.before"
LOGON: Final = "Haven server.cmd"
LOGON_SCRIPT: Final = '@start "" "{python}" -I -m haven.hosts.excel.server {clsid}\n'


def addin_path() -> Path:
    """Where the add-in stands: the folder from which Excel opens files as it starts, which it trusts."""
    return _profile("Microsoft", "Excel", "XLSTART") / ADDIN


def logon_path() -> Path:
    """The script that starts the server at logon, for the attach mode."""
    return _profile("Microsoft", "Windows", "Start Menu", "Programs", "Startup") / LOGON


def install(*, attach: bool = False) -> list[Path]:
    """Build the add-in into its place; an add-in already there is kept beside it.

    Parameters
    ----------
    attach
        For desks on which Office may start no program: the server starts at logon, and Excel finds it.

    Returns
    -------
    list[Path]
        The files written.

    Raises
    ------
    HavenError
        INVALID on another system than Windows, while Excel holds the add-in open, or when Python's path can't be
        given to Excel.
    """
    check_windows()
    python = plain_path(windowless(sys.executable))
    path = addin_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        shutil.copy2(path, path.with_name(BACKUP))
    try:
        build(path, python, attach=attach)
    except PermissionError as failure:
        raise HavenError(Reason.INVALID, f"{path} is in use; close Excel, then install again") from failure
    if not attach:
        logon_path().unlink(missing_ok=True)
        return [path]
    logon_path().parent.mkdir(parents=True, exist_ok=True)
    logon_path().write_text(LOGON_SCRIPT.format(python=python, clsid=ATTACH_CLSID), encoding="ascii")
    return [path, logon_path()]


def uninstall() -> list[Path]:
    """Remove what install wrote; the copy of an earlier add-in stays.

    Raises
    ------
    HavenError
        INVALID on another system than Windows, and while Excel holds the add-in open.
    """
    check_windows()
    removed = [path for path in (addin_path(), logon_path()) if path.exists()]
    for path in removed:
        try:
            path.unlink()
        except PermissionError as failure:
            raise HavenError(Reason.INVALID, f"{path} is in use; close Excel, then uninstall again") from failure
    return removed


def check_windows() -> None:
    """Refuse where Excel has no COM."""
    if sys.platform != "win32":
        raise HavenError(
            Reason.INVALID,
            "Excel calls Haven on Windows only; here haven excel build writes the add-in for a Windows PC, "
            "haven desk and haven compute work without Excel, and haven libreoffice install has the functions",
        )


def plain_path(path: str) -> str:
    """A path in ASCII, as the library that starts Python needs it: the short form where the long one is not.

    Raises
    ------
    HavenError
        INVALID when the drive keeps no short names.
    """
    short = path if path.isascii() else _short_path(path)
    if not short.isascii():
        raise HavenError(
            Reason.INVALID, f"the path of Python must be ASCII, got {path}; make the environment in C:\\Haven instead"
        )
    return short


def _short_path(path: str) -> str:
    if sys.platform != "win32":
        return path
    import ctypes

    buffer = ctypes.create_unicode_buffer(32_768)
    return buffer.value if ctypes.windll.kernel32.GetShortPathNameW(path, buffer, len(buffer)) else path


def _profile(*parts: str) -> Path:
    return Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming", *parts)
