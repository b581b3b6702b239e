"""Writing a file whole or not at all."""

import os
import stat
import tempfile
from pathlib import Path

from haven.errors import HavenError, Reason


def check_replaceable(path: Path) -> None:
    """Refuse a file that must not be replaced now.

    Raises
    ------
    HavenError
        INVALID when the file is read-only or a spreadsheet program holds it open.
    """
    if path.exists() and not path.stat().st_mode & stat.S_IWUSR:
        raise HavenError(Reason.INVALID, f"{path} is read-only; allow writing or choose another name")
    locks = {f"~${path.name}": "Excel", f".~lock.{path.name}#": "LibreOffice"}
    for name, program in locks.items():
        if path.with_name(name).exists():
            raise HavenError(
                Reason.INVALID, f"{path} is open in {program} (its lock {name} is there); close it and try again"
            )


def write_atomically(path: Path, content: bytes) -> None:
    """Replace a file by new content; whoever reads it sees the old or the new one, never a part.

    Raises
    ------
    HavenError
        INVALID when the file may not be replaced or the system refuses, for instance on a full disk.
    """
    check_replaceable(path)
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    except OSError as failure:
        raise HavenError(Reason.INVALID, f"{path} can't be written: {failure.strerror}") from failure
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o644)
        temporary.replace(path)
    except OSError as failure:
        raise HavenError(
            Reason.INVALID, f"{path} can't be written: {failure.strerror}; nothing was changed"
        ) from failure
    finally:
        temporary.unlink(missing_ok=True)
