"""A workbook in another format, by LibreOffice."""

from pathlib import Path
from typing import Final

from haven.errors import HavenError, Reason
from haven.hosts.libreoffice.office import handed_over, last_line, office_python, program, run

_PRINTING: Final = Path(__file__).with_name("printing.py")


def converted(workbook: bytes, ending: str, to: str) -> bytes:
    """A workbook of one format in another, such as ``.ods`` as ``.xlsx``.

    The user's own LibreOffice, open or not, is neither used nor changed.

    Raises
    ------
    HavenError
        INVALID when LibreOffice is not installed or fails.
    """
    with handed_over(workbook, ending) as (file, profile):
        options = ["--headless", "--norestore", "--convert-to", to.removeprefix("."), "--outdir", str(file.parent)]
        done = run([program("soffice"), profile, *options, str(file)])
        made = file.with_suffix(to)
        if not made.is_file():
            raise HavenError(Reason.INVALID, f"LibreOffice could not make a {to} file: {last_line(done)}")
        return made.read_bytes()


def printed(workbook: bytes) -> bytes:
    """An ``.xlsx`` workbook as PDF, its rows as high as their text needs where they have no height of their own.

    Raises
    ------
    HavenError
        INVALID when LibreOffice is not installed or fails.
    """
    with handed_over(workbook, ".xlsx") as (file, profile):
        made = file.with_suffix(".pdf")
        done = run([office_python(), str(_PRINTING), program("soffice"), str(file), str(made), profile])
        if done.returncode or not made.is_file():
            raise HavenError(Reason.INVALID, f"LibreOffice could not make a .pdf file: {last_line(done)}")
        return made.read_bytes()
