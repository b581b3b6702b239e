"""Files that may be replaced: never one that somebody holds open."""

import io
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

from haven.errors import HavenError, Reason


def check_replaceable(path: Path, like: Path | None = None) -> None:
    """Refuse a path that can't or shouldn't be replaced now; one where no file stands yet passes.

    Parameters
    ----------
    path
        The file to write.
    like
        The file it is made from, whose ending it must have.

    Raises
    ------
    HavenError
        INVALID for another ending, a folder, a read-only file, or a workbook that Excel or LibreOffice holds open; the
        message names the lock.
    """
    if like is not None and path.suffix.lower() != like.suffix.lower():
        raise HavenError(Reason.INVALID, f"out must be named {like.suffix} like {like.name}, got {path.name}")
    path = path.resolve()
    if not path.parent.is_dir():
        raise HavenError(Reason.INVALID, f"{path.parent} must be a folder that exists, to hold {path.name}")
    for program, lock in (("Excel", f"~${path.name}"), ("LibreOffice", f".~lock.{path.name}#")):
        if path.with_name(lock).exists():
            raise HavenError(
                Reason.INVALID,
                f"{path.name} is open in {program} (lock file {path.with_name(lock)}); close it there, "
                "or delete the lock file if a crash left it behind",
            )
    if not path.exists():
        return
    if not path.is_file():
        raise HavenError(Reason.INVALID, f"{path} must be a file")
    if not path.stat().st_mode & 0o222 or not os.access(path, os.W_OK):
        raise HavenError(Reason.INVALID, f"{path} is read-only; make it writable or choose another file")


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """A package of parts, the same bytes for the same parts."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0)), part, zipfile.ZIP_DEFLATED)
    return content.getvalue()
