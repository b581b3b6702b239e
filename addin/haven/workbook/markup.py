"""Markup of the parts of a workbook: names and values read, and elements copied of what is known to draw."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final, TypeVar
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
CHART: Final = "http://schemas.openxmlformats.org/drawingml/2006/chart"
DRAWING: Final = "http://schemas.openxmlformats.org/drawingml/2006/main"
SHEET_DRAWING: Final = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PREFIXES: Final[Mapping[str, str]] = {MAIN: "", CHART: "c:", DRAWING: "a:"}
_Entry = TypeVar("_Entry")
_UNSEEN: Final = frozenset({"bmk"})
"""Attributes that name something and draw nothing: the bookmark of a run of text."""
_TEXTS: Final = frozenset({"t", "v", "f", "formatCode"})


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def is_on(text: str | None) -> bool:
    """Whether the text of an attribute says yes."""
    return text in ("1", "true")


def whole(text: str | None) -> int:
    """A whole number from its text; 0 for what is none."""
    return int(text) if text and text.strip().isdigit() else 0


def numbered(entries: Sequence[_Entry], number: str) -> _Entry | None:
    """The entry of a number, counted from 0; None where there is none."""
    return entries[int(number)] if number.isdigit() and int(number) < len(entries) else None


def copied(element: Element, *, only: Collection[str] = (), without: Collection[str] = ()) -> str:
    """The markup of an element of a known namespace, with its plain attributes and what it holds of the same kind.

    ``only`` names the elements that may be in it, where given; ``without`` those that may not.
    """
    namespace, _, name = element.tag.removeprefix("{").rpartition("}")
    if namespace not in PREFIXES or name in without or (only and name not in only):
        return ""
    tag = PREFIXES[namespace] + name
    attributes = "".join(
        f" {key}={quoteattr(value)}" for key, value in element.items() if key[0] != "{" and key not in _UNSEEN
    )
    inner = escape(element.text or "") if name in _TEXTS else ""
    inner += "".join(copied(child, only=only, without=without) for child in element)
    return f"<{tag}{attributes}>{inner}</{tag}>"
