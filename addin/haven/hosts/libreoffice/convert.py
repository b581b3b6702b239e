"""A workbook in another format, by LibreOffice."""

import tempfile
from pathlib import Path

from haven.errors import HavenError, Reason
from haven.hosts.libreoffice.office import program, run


def converted(workbook: bytes, ending: str, to: str) -> bytes:
    """A workbook of one format in another, such as ``.xlsx`` as ``.pdf``.

    The user's own LibreOffice, open or not, is neither used nor changed.

    Raises
    ------
    HavenError
        INVALID when LibreOffice is not installed or fails.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        file = folder / f"client{ending}"
        file.write_bytes(workbook)
        settings = [f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore"]
        done = run([program("soffice"), *settings, "--convert-to", to.removeprefix("."), "--outdir", name, str(file)])
        made = file.with_suffix(to)
        if not made.is_file():
            why = done.stderr.strip() or "no message"
            raise HavenError(Reason.INVALID, f"LibreOffice could not make a {to} file: {why}")
        return made.read_bytes()
