"""A workbook in another format, by LibreOffice."""

from haven.errors import HavenError, Reason
from haven.hosts.libreoffice.office import handed_over, last_line, program, run


def converted(workbook: bytes, ending: str, to: str) -> bytes:
    """A workbook of one format in another, such as ``.xlsx`` as ``.pdf``.

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
