"""What a workbook would give away: every leak of an .xlsx, .xlsm or .ods with its place."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from haven.errors import HavenError, Reason
from haven.workbook.inspect import opendocument, spreadsheet
from haven.workbook.inspect.leak import Leak
from haven.workbook.inspect.opendocument import OpenDocument
from haven.workbook.package import Package

ENDINGS = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xlam", ".ods")
_OTHERS: Final = {
    ".xlsb": "a binary workbook",
    ".xls": "in the old .xls format",
}
MAX_LEAKS: Final = 200_000


def inspect(path: Path) -> list[Leak]:
    """Every leak of a file.

    Raises
    ------
    HavenError
        INVALID when the file can't be read as a workbook.
    """
    if path.suffix.lower() in _OTHERS:
        raise HavenError(Reason.INVALID, f"{path.name} is {_OTHERS[path.suffix.lower()]}; save it as .xlsx first")
    if path.suffix.lower() not in ENDINGS:
        raise HavenError(Reason.INVALID, f"a file must be named {', '.join(ENDINGS)}, got {path.name}")
    if path.suffix.lower() == ".ods":
        document = OpenDocument.open(path)
        return _found(document, opendocument.leaks_of(document))
    return inspect_package(Package.open(path))


def inspect_package(package: Package) -> list[Leak]:
    """Every leak of an Excel workbook."""
    return _found(package, spreadsheet.leaks_of(package))


def _found(package: Package, leaks: Iterator[Leak]) -> list[Leak]:
    try:
        found = list(dict.fromkeys(islice(leaks, MAX_LEAKS)))
        if next(leaks, None) is not None:
            found.append(Leak("more leaks", "the file", f"only the first {MAX_LEAKS:,} are listed"))
        return found
    except (KeyError, ValueError, RecursionError) as failure:
        raise package.refusal(f"is damaged: {failure}") from failure
