"""The text of a formula, taken apart: what it refers to, and its form with those references left open."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from openpyxl.formula.tokenizer import Token, Tokenizer, TokenizerError

from haven.errors import HavenError, Reason

OMITTED: Final = "HV_OMITTED()"
"""What stands in a form for an argument left out between commas."""

_REFERENCE: Final = re.compile(r"(?:(.+)!)?\$?([A-Za-z]{1,3})?\$?(\d+)?(?::\$?([A-Za-z]{1,3})?\$?(\d+)?)?")
LAST_ROW: Final = 1_048_576
LAST_COLUMN: Final = 16_384
NEED_REFERENCES: Final = frozenset({"OFFSET", "INDIRECT", "ROW", "COLUMN", "CELL", "FORMULATEXT", "SHEET", "SHEETS"})
"""Functions that work on references themselves, which a form no longer has."""


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells; ``sheet`` is empty for the formula's own."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Form:
    """A formula with its k-th distinct reference written ``REF_k``, and the functions it calls."""

    text: str
    references: tuple[str, ...]
    functions: frozenset[str]


@lru_cache(maxsize=65_536)
def form_of(text: str) -> Form:
    """Take a formula apart.

    Raises
    ------
    HavenError
        INVALID when the text is no formula, or one of a kind that is not calculated here.
    """
    try:
        tokens = Tokenizer(text).items
    except TokenizerError as failure:
        raise HavenError(Reason.INVALID, f"not a formula: {failure}") from failure
    references: dict[str, str] = {}
    functions: set[str] = set()
    pieces: list[str] = []
    opened: list[str] = []
    for index, token in enumerate(tokens):
        previous = tokens[index - 1] if index else None
        if token.type == Token.OPERAND and token.subtype == Token.RANGE:
            pieces.append(references.setdefault(token.value, f"REF_{len(references)}"))
            continue
        if token.type == Token.FUNC and token.subtype == Token.OPEN:
            opened.append(_function(token.value))
            functions.add(opened[-1])
            pieces.append(f"{opened[-1]}(")
            continue
        ends_argument = token.type == Token.SEP or (token.type == Token.FUNC and token.subtype == Token.CLOSE)
        if ends_argument and opened and opened[-1].startswith("HV_") and _is_omitted(previous, token):
            pieces.append(OMITTED)
        if token.type == Token.FUNC:
            opened.pop()
        if token.type != Token.WSPACE:
            pieces.append(token.value)
        elif _is_intersection(previous, tokens[index + 1 :]):
            raise HavenError(Reason.INVALID, "the intersection of two ranges is not calculated here")
    return Form("=" + "".join(pieces), tuple(references), frozenset(functions))


def area_of(reference: str) -> Area | None:
    """The cells a reference names; None for a defined name.

    Raises
    ------
    HavenError
        INVALID for references that are not calculated here: other files, tables, spilled ranges.
    """
    if "[" in reference or reference.endswith("#"):
        raise HavenError(Reason.INVALID, f"{reference} refers to another file, a table or a spilled range")
    match = _REFERENCE.fullmatch(reference)
    if not match or not (match[2] or match[3]) or (":" not in match[0] and not (match[2] and match[3])):
        return None
    sheet = (match[1] or "").removeprefix("'").removesuffix("'").replace("''", "'")
    alone = ":" not in reference.rpartition("!")[2]
    top, bottom = int(match[3] or 1), int((match[3] if alone else match[5]) or LAST_ROW)
    left = _column(match[2]) if match[2] else 1
    right = _column(match[2] if alone else match[4]) if (match[2] if alone else match[4]) else LAST_COLUMN
    return Area(sheet, min(top, bottom), min(left, right), max(top, bottom), max(left, right))


def _function(opening: str) -> str:
    return opening[:-1].upper().removeprefix("_XLFN.").removeprefix("_XLWS.")


def _is_omitted(previous: Token | None, token: Token) -> bool:
    """Whether nothing stands before a separator; an empty pair of brackets has no argument to omit."""
    if previous is None:
        return False
    if previous.type == Token.SEP:
        return True
    return previous.type == Token.FUNC and previous.subtype == Token.OPEN and token.type == Token.SEP


def _is_intersection(previous: Token | None, rest: list[Token]) -> bool:
    following = rest[0] if rest else None
    operands = (previous, following)
    return all(token is not None and token.type == Token.OPERAND for token in operands)


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = 26 * number + ord(letter) - 64
    return number
