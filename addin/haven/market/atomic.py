"""Replacing a file: whole or not at all."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from shutil import copymode
from typing import BinaryIO, Final

LEFT_SECONDS: Final = 86_400
"""No writer takes a day: an unfinished file as old is of one that was killed."""


@contextmanager
def atomic_write(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing that takes the place of ``path`` only once it is complete and on disk.

    On any failure, a full disk included, ``path`` is as it was and nothing else is left in its folder; what a
    killed writer left there is cleared by a later one. A symbolic link is followed; the permissions of the
    replaced file are kept.

    Raises
    ------
    OSError
        When the folder can't be written, the disk is full, or another program forbids the replacement.
    """
    path = path.resolve()
    _clear_leftovers(path.parent)
    temporary = path.with_name(f".haven-{token_hex(8)}.tmp")
    try:
        with temporary.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            copymode(path, temporary)
        temporary.replace(path)
    except OSError as failure:
        if str(failure.filename) == str(temporary):
            failure.filename = str(path)  # what a user asked for
        raise
    finally:
        temporary.unlink(missing_ok=True)


def _clear_leftovers(folder: Path) -> None:
    """Delete the unfinished files of writers that were killed."""
    for left in folder.glob(f".haven-{'[0-9a-f]' * 16}.tmp"):
        with suppress(OSError):  # another writer may be as quick, and what can't be deleted does no harm
            if time.time() - left.stat().st_mtime > LEFT_SECONDS:
                left.unlink()
