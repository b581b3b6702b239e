"""Cell values as a worksheet stores them, turned into Python values and back."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from haven.errors import HavenError, Reason
from haven.functions.answer import CellError
from haven.workbook.markup import is_on
from haven.workbook.references import format_address
from haven.workbook.worksheet import CellXml

Value: TypeAlias = float | str | bool | CellError | None
"""What a cell holds: a number (a date is its serial number), text, a truth value, an error, or nothing."""

MAX_TEXT: Final = 32_767
_ESCAPE: Final = re.compile("_x([0-9A-Fa-f]{4})_")
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_MARKUP: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def stored_value(cell: CellXml, shared_strings: Sequence[str]) -> Value:
    """The value a cell holds; for a formula the value last calculated, None when it has none yet.

    Raises
    ------
    HavenError
        INVALID when what stands there is not of the type it says.
    """
    text = cell.text
    if text is None or (not text and cell.type not in ("str", "inlineStr")):
        return None
    try:
        return _READERS.get(cell.type, unescaped)(shared_strings[int(text)] if cell.type == "s" else text)
    except (ValueError, IndexError) as failure:
        where = format_address(cell.address)
        raise HavenError(Reason.INVALID, f"{where} is damaged: {text!r} is not of type {cell.type!r}") from failure


def same_value(one: Value, other: Value) -> bool:
    """Whether two values show the same in a cell; errors are compared by code, and TRUE is not 1."""
    if isinstance(one, CellError) and isinstance(other, CellError):
        return one.code == other.code
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def value_markup(value: Value, *, formula: bool) -> tuple[str, bytes]:
    """Type attribute (empty for numbers) and value element of a cell; text beside no formula stands inline.

    Raises
    ------
    HavenError
        INVALID for text longer than a cell holds and for numbers that are not finite.
    """
    if value is None:
        return "", b""
    if isinstance(value, bool):
        return "b", b"<v>%d</v>" % value
    if isinstance(value, CellError):
        return "e", b"<v>%b</v>" % _escape(value.code)
    if isinstance(value, str):
        space = b' xml:space="preserve"' if value != value.strip() or "\n" in value else b""
        form = b"<v%b>%b</v>" if formula else b"<is><t%b>%b</t></is>"
        return "str" if formula else "inlineStr", form % (space, _escape(value))
    if not math.isfinite(value):
        raise HavenError(Reason.INVALID, f"a number in a cell must be finite, got {value}")
    whole = float(value).is_integer() and abs(value) < 1e15
    return "", b"<v>%b</v>" % (str(int(value)) if whole else repr(float(value))).encode()


def _escape(text: str) -> bytes:
    """Text for any encoding a part may have: characters beyond ASCII as references, unwritable ones as ``_x000B_``."""
    if len(text) > MAX_TEXT:
        raise HavenError(Reason.INVALID, f"text in a cell must have at most {MAX_TEXT:,} characters, got {len(text):,}")
    text = _UNWRITABLE.sub(lambda match: f"_x{ord(match[0]):04X}_", text)
    return text.translate(_MARKUP).encode("ascii", "xmlcharrefreplace")


def unescaped(text: str) -> str:
    """Text as it reads, of text as a file stores it."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)


_READERS: Final[Mapping[str, Callable[[str], Value]]] = {
    "n": float,
    "b": lambda text: is_on(text.strip()),
    "e": lambda code: CellError(code, "an error stored in the workbook"),
}
