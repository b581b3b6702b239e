"""A workbook as PDF, by LibreOffice."""

import tempfile
from pathlib import Path

from haven.errors import HavenError, Reason
from haven.hosts.libreoffice.office import program, run


def as_pdf(workbook: bytes) -> bytes:
    """The pages of a workbook as PDF; the user's own LibreOffice, open or not, is neither used nor changed.

    Raises
    ------
    HavenError
        INVALID when LibreOffice is not installed or fails.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        file = folder / "client.xlsx"
        file.write_bytes(workbook)
        settings = [f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore"]
        done = run([program("soffice"), *settings, "--convert-to", "pdf", "--outdir", name, str(file)])
        made = file.with_suffix(".pdf")
        if not made.is_file():
            raise HavenError(Reason.INVALID, f"LibreOffice could not make a PDF: {done.stderr.strip() or 'no message'}")
        return made.read_bytes()
