"""What a workbook may hold beside what it shows, by kind and place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

PATH: Final = "path"
ADD_IN: Final = "add-in name"
_MARKS: Final = (
    (PATH, re.compile(r"""(?:\b[A-Za-z]:\\|\\\\[\w.$-]+\\|file:/{2,3}|/(?:Users|home|Volumes|mnt)/)[^\s"'<>|&]*""")),
    (ADD_IN, re.compile(r"\bHV_[A-Z]+|\b_xll\.\w+|[\w.-]+\.(?:xlam|xla|xll|oxt)\b", re.IGNORECASE)),
)
_QUOTED: Final = re.compile('"[^"]*"')
_SHEET: Final = re.compile(
    r"\$?'((?:[^']|'')+)'[!.]|\$?([^\s\[\](){}=,;:<>&+*/^'\"$!.-]+)[!.](?=\$?[A-Za-z]{1,3}\$?\d|\$?[A-Za-z]+:)"
)
SHOWN: Final = 80


@dataclass(frozen=True, slots=True)
class Leak:
    """One thing that would leave with the file: its kind, its place (``Sheet!B2`` or a part), what it is."""

    kind: str
    place: str
    what: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.place}: {self.what}" if self.what else f"{self.kind}: {self.place}"


def leak(kind: str, place: str, what: str = "") -> Leak:
    """A leak, its text cut to a line."""
    line = " ".join(what.split())
    return Leak(kind, place, line if len(line) <= SHOWN else f"{line[: SHOWN - 1]}…")


def marks(text: str, place: str) -> Iterator[Leak]:
    """Paths and names of add-ins in a text."""
    for kind, pattern in _MARKS:
        for found in dict.fromkeys(match[0] for match in pattern.finditer(text)):
            yield leak(kind, place, found)


def names_other_sheet(formula: str, sheet: str) -> bool:
    """Whether a formula refers to a sheet other than its own, or to another file."""
    found = _SHEET.findall(_QUOTED.sub("", formula))
    return any((quoted.replace("''", "'") or plain).casefold() != sheet.casefold() for quoted, plain in found)
