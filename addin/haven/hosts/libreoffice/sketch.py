"""Shapes of a workbook as pictures, drawn by LibreOffice without a screen."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

from haven.errors import HavenError, Reason
from haven.hosts.libreoffice.office import handed_over, last_line, office_python, program, run

_SCRIPT: Final = Path(__file__).with_name("drawing.py")


def drawn(workbook: bytes, names: Collection[str]) -> Mapping[str, bytes]:
    """The shapes of these names as PNG; those that LibreOffice does not have, or can't draw, are missing.

    Raises
    ------
    HavenError
        INVALID when LibreOffice is not installed or fails.
    """
    with handed_over(workbook, ".xlsx") as (file, profile):
        done = run([office_python(), str(_SCRIPT), program("soffice"), str(file), str(file.parent), profile])
        if done.returncode:
            raise HavenError(Reason.INVALID, f"LibreOffice could not draw it as a picture: {last_line(done)}")
        files = {shape: file.with_name(f"{shape}.png") for shape in names}
        return {shape: picture.read_bytes() for shape, picture in files.items() if picture.is_file()}
