"""Shapes of a workbook as pictures, drawn by LibreOffice without a screen."""

import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

from haven.errors import HavenError, Reason
from haven.hosts.libreoffice.office import office_python, program, run

_SCRIPT: Final = Path(__file__).with_name("drawing.py")


def drawn(workbook: bytes, names: Collection[str]) -> Mapping[str, bytes]:
    """The shapes of these names as PNG; those that LibreOffice does not have, or can't draw, are missing.

    Raises
    ------
    HavenError
        INVALID when LibreOffice is not installed or fails.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        file = folder / "client.xlsx"
        file.write_bytes(workbook)
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        done = run([office_python(), str(_SCRIPT), program("soffice"), str(file), name, profile])
        if done.returncode:
            why = (done.stderr.strip() or "no message").splitlines()[-1]
            raise HavenError(Reason.INVALID, f"LibreOffice could not draw it as a picture: {why}")
        files = {shape: folder / f"{shape}.png" for shape in names}
        return {shape: picture.read_bytes() for shape, picture in files.items() if picture.is_file()}
