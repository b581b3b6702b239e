"""Replacing a file: whole or not at all, and never one that somebody holds open."""

import io
import os
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from shutil import copymode
from typing import BinaryIO

from haven.errors import HavenError, Reason


@contextmanager
def atomic_write(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing that takes the place of ``path`` only once it is complete and on disk.

    On any failure, a full disk included, ``path`` is as it was and nothing else is left in its folder. A symbolic
    link is followed; the permissions of the replaced file are kept.

    Raises
    ------
    OSError
        When the folder can't be written, the disk is full, or another program forbids the replacement.
    """
    path = path.resolve()
    temporary = path.with_name(f".haven-{token_hex(8)}.tmp")
    try:
        with temporary.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            copymode(path, temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def check_replaceable(path: Path) -> None:
    """Refuse a path that can't or shouldn't be replaced now; one where no file stands yet passes.

    Raises
    ------
    HavenError
        INVALID for a folder, a read-only file, or a workbook that Excel or LibreOffice holds open; the message
        names the lock.
    """
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
