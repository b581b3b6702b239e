"""Replacing a file: whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from shutil import copymode
from typing import BinaryIO


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
