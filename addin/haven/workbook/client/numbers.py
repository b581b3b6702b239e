"""Numbers as a client may have them: rounded to what the page shows, or to the step that a rule sets."""

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final

from haven.workbook.values import Value

GENERAL_DIGITS: Final = 10
"""How many digits a cell without a number format shows at most."""
_CODES: Final = 1_000
"""How many number formats are kept taken apart."""
_PIECE: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|;|[^;"\\_*\[]+|.', re.DOTALL)
_CONDITION: Final = re.compile(r"\[(<=|>=|<>|<|>|=)\s*(-?[\d.]+)\]")
_ELAPSED: Final = re.compile(r"\[[hms]+\]", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W\d_]{4,}")
"""What is a word, and neither a unit nor a currency."""
_WORDS: Final = re.compile(
    r"(\d[\d,]*(?:\.\d+)?)\s?(bp|%)"
    r"|(?<![\w.])[-+−](\d[\d,]*\.\d)(?![\d%]|\s?(?:%|[a-z]\b|sd\b|years?\b|months?\b|days?\b))"
)
"""A figure with its unit, or one with a sign and one decimal, which is in bp as it is in a cell."""
_TESTS: Final = {
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "=": lambda a, b: a == b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "<>": lambda a, b: a != b,
}


def as_shown(value: float, code: str) -> float | None:
    """A number with no more digits than its number format shows; None where the format shows nothing."""
    section = _section_of_number(code, value)
    core = _bare(section)
    if "general" in core.lower() or "@" in core:
        return float(f"{value:.{GENERAL_DIGITS}g}")
    if exponent := re.search(r"E[+-]", core):
        return float(f"{value:.{_decimals(core[: exponent.start()])}e}")
    if re.search("[ymdhs]", core, re.IGNORECASE):
        return _moment(value, core)
    if re.search("[0#?]", core):
        return _decimal(value, core)
    if not section.strip():
        return None
    return math.copysign(1.0, value) if value else 0.0


def shows_text(code: str) -> bool:
    """Whether a number format shows the text of a cell, which one with a section of its own for text may not."""
    sections = _sections(code)
    return len(sections) < 4 or bool(re.search("@|general", _bare(sections[3]), re.IGNORECASE))


def _decimal(value: float, core: str) -> float:
    """A number as a format of digits shows it."""
    if "/" in core:
        return _fraction(value, core.partition("/")[2].strip())
    return rounded(value, Decimal(1).scaleb(-_decimals(core) - _scale(core)))


def _scale(core: str) -> int:
    """By which power of ten a format multiplies: for per cent, and for thousands left out."""
    thousands = re.search(r"(,*)[^0#?,.]*$", core)
    assert thousands is not None
    return 2 * core.count("%") - 3 * len(thousands[1])


def unit_of(value: float, code: str) -> str | None:
    """The unit in which a format shows a number; None for dates, fractions, exponents and what shows no number.

    ``%`` where the format says so; ``bp`` where it says so, or shows one decimal and says nothing else; else empty.
    """
    section = _section_of_number(code, value)
    core, words = _bare(section), "".join(re.findall('"([^"]*)"', section))
    if "general" in core.lower():
        return ""
    if not re.search("[0#?]", core) or re.search(r"[ymdhs/]|E[+-]", core, re.IGNORECASE):
        return None
    if "%" in core:
        return "%"
    is_plain = not words.strip() and not _scale(core)
    return "bp" if re.search(r"\bbp\b", words) or (is_plain and _decimals(core) == 1) else ""


def stepped(value: float, code: str, step: Decimal) -> float:
    """A number to a step in the unit its format shows it in, and to no more digits than that shows."""
    core = _bare(_section_of_number(code, value))
    if not re.search("[0#?]", core):
        return rounded(value, step)
    return rounded(value, max(step, Decimal(1).scaleb(-_decimals(core))).scaleb(-_scale(core)))


def rounded(value: float, step: Decimal) -> float:
    """A number to the nearest multiple of a step, halves away from zero as spreadsheets show them."""
    if abs(value) > 1e15 * float(step):
        return value
    return float(_to_step(Decimal(repr(value)), step))


def _to_step(number: Decimal, step: Decimal) -> Decimal:
    return (number / step).quantize(Decimal(1), ROUND_HALF_UP) * step


def rounded_words(text: str, steps: Mapping[str, Decimal]) -> tuple[str, set[str]]:
    """Text whose figures in bp and ``%`` are rounded to the steps of these units, and the units it holds."""
    units = set()

    def replaced(match: "re.Match[str]") -> str:
        digits, unit = (match[1], match[2]) if match[2] else (match[3], "bp")
        units.add(unit)
        if unit not in steps:
            return match[0]
        given = Decimal(digits.replace(",", ""))
        figure = _to_step(given, steps[unit])
        return match[0] if figure == given else match[0].replace(digits, f"{figure:,f}")

    return _WORDS.sub(replaced, text), units


def visible_code(code: str, values: Iterable[Value]) -> str:
    """A number format without the text of those of its sections in which no value of the page is shown."""
    used = {section_of(code, value) for value in values}
    return ";".join(section if place in used else _bare(section) for place, section in enumerate(_sections(code)))


def section_of(code: str, value: Value) -> int | None:
    """Which section of a number format shows a value; None for one that formats leave as it is."""
    sections = _sections(code)
    if isinstance(value, str):
        return 0 if len(sections) == 1 and "@" in _bare(code) else 3
    return _section(sections, value) if isinstance(value, float) else None


def unseen_words(code: str, shown: Collection[int | None]) -> list[str]:
    """The words of a number format that stand in none of its sections that are shown."""
    sections = [_words(section) for section in _sections(code)]
    seen = {word for place, words in enumerate(sections) if place in shown for word in words}
    return [word for words in sections for word in words if word not in seen]


def _words(section: str) -> list[str]:
    pieces = (piece for piece in _PIECE.findall(section) if piece[0] in '"\\')
    return _WORD.findall("".join(piece.strip('"') if piece[0] == '"' else piece[1:] for piece in pieces))


@lru_cache(_CODES)
def _sections(code: str) -> tuple[str, ...]:
    sections = [""]
    for piece in _PIECE.findall(code):
        if piece == ";":
            sections.append("")
        else:
            sections[-1] += piece
    return tuple(sections)


def _section_of_number(code: str, value: float) -> str:
    """The section of a number format that shows a number."""
    sections = _sections(code)
    return sections[_section(sections, value)] if code else "General"


def _section(sections: Sequence[str], value: float) -> int:
    """Which section of a number format shows a value."""
    conditions = [_CONDITION.search(section) for section in sections]
    if any(conditions):
        for place, condition in enumerate(conditions):
            if condition is None or _TESTS[condition[1]](value, float(condition[2])):
                return place
        return len(sections) - 1
    if len(sections) < 3:
        return int(value < 0 and len(sections) == 2)
    return 0 if value > 0 else 1 if value < 0 else 2


@lru_cache(_CODES)
def _bare(section: str) -> str:
    """A section without text in quotes, escapes, fill and conditions."""
    return "".join(piece for piece in _PIECE.findall(section) if piece[0] not in '"\\_*[' or _ELAPSED.fullmatch(piece))


def _decimals(core: str) -> int:
    return len(re.findall("[0#?]", core.partition(".")[2]))


def _moment(value: float, core: str) -> float:
    """A date without the time it does not show, a time to the second."""
    return round(value * 86_400) / 86_400 if re.search("[hs]", core, re.IGNORECASE) else float(math.floor(value))


def _fraction(value: float, below: str) -> float:
    if below.isdigit() and int(below):
        return rounded(value, Decimal(1) / Decimal(below))
    return float(Fraction(value).limit_denominator(10 ** max(len(re.findall("[0#?]", below)), 1) - 1))
