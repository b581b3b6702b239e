"""What a workbook may hold beside what it shows, by kind and place."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

PATH: Final = "path"
ADD_IN: Final = "add-in name"
PASSWORD: Final = "password"  # noqa: S105 - the kind of a leak
_REST: Final = r"""[^\s"'<>|&]*"""
# Each begins with letters that can be looked for fast; what must stand before them is looked at where they are found.
_MARKS: Final = tuple(
    (kind, re.compile(pattern), re.compile(rf"(?:{before})\Z"))
    for kind, pattern, before in (
        (PATH, r":\\" + _REST, r"\b[A-Za-z]"),
        (PATH, r"\\\\[\w.$-]+\\" + _REST, ""),
        (PATH, r"file:/{2,3}" + _REST, ""),
        (PATH, r"/(?:Users|home|Volumes|mnt)/" + _REST, r"(?<!file:/)(?<!file://)"),
        (ADD_IN, r"[Hh][Vv]_[A-Za-z]+", r"(?<!\w)"),
        (ADD_IN, r"_[Xx][Ll][Ll]\.\w+", r"(?<!\w)"),
        (ADD_IN, r"\.(?i:xlam|xla|xll|oxt)\b", r"[\w.-]+"),
        (ADD_IN, r"[Hh]aven (?:import|refresh|compute|freeze|init|inspect|status)\b", r"(?<![\w-])"),
        (PASSWORD, r"(?i:password|pwd)\s{0,9}=(?=\s{0,9}[^\s;,=)])", r"(?<![\w&?])"),
    )
)
_QUOTED: Final = re.compile('"[^"]*"')
_PLAIN: Final = r"""[^\s\[\](){}=,;:<>&+*/^'"$!.-]"""
_SHEET: Final = re.compile(
    rf"(?<!')'((?:[^']|'')+)'[!.]|(?<!{_PLAIN})({_PLAIN}+)[!.](?=\$?[A-Za-z]{{1,3}}\$?\d|\$?[A-Za-z]+:)"
)
"""The name of a sheet before a reference; each run of letters is tried from its start alone."""
SHOWN: Final = 80
_READ: Final = 1_000
_SECRET: Final = re.compile(r"(?i)(\b(?:password|pwd)\s{0,9}=)\s{0,9}[^;]+")


@dataclass(frozen=True, slots=True)
class Leak:
    """One thing that would leave with the file: its kind, its place (``Sheet!B2`` or a part), what it is, its sheet."""

    kind: str
    place: str
    what: str
    sheet: str = ""

    def __str__(self) -> str:
        return f"{self.kind}: {self.place}: {self.what}" if self.what else f"{self.kind}: {self.place}"


def leak(kind: str, place: str, what: str = "") -> Leak:
    """A leak, its text cut to a line; a password in it is not repeated."""
    line = _SECRET.sub(r"\1…", " ".join(what[:_READ].split()))
    return Leak(kind, place, line if len(line) <= SHOWN else f"{line[: SHOWN - 1]}…")


def of_sheet(leaks: Iterable[Leak], sheet: str) -> Iterator[Leak]:
    """The same leaks, told to be of a sheet."""
    return (Leak(found.kind, found.place, found.what, sheet) for found in leaks)


def marks(text: str, place: str) -> Iterator[Leak]:
    """Paths, names of add-ins and passwords in a text."""
    for kind, pattern, before in _MARKS:
        found: dict[str, None] = {}
        for match in pattern.finditer(text):
            if start := before.search(text[max(0, match.start() - SHOWN) : match.start()]):
                found[start[0] + match[0][: SHOWN + 1]] = None
        yield from (leak(kind, place, mark) for mark in found)


def names_other_sheet(formula: str, sheet: str) -> bool:
    """Whether a formula refers to a sheet other than its own, or to another file."""
    found = _SHEET.findall(_QUOTED.sub("", formula))
    return any((quoted.replace("''", "'") or plain).casefold() != sheet.casefold() for quoted, plain in found)
