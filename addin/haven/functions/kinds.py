"""What spreadsheets pass, turned into what functions declare.

A *kind* belongs to an argument and knows how to read one cell. Vector kinds (tenors, dates, numbers) reach a
function as flat arrays of equal length, in which NaN (NaT for a date) stands for a blank; word kinds reach it
as one ``str``; whole kinds (lists, ranges, options) are read from a block of cells at once.
"""

import datetime as dt
import math
import re
import reprlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Final, TypeAlias

import numpy as np

from haven.analytics.arrays import DateArray, FloatArray
from haven.errors import HavenError, Reason

Cell: TypeAlias = object
"""One value as a host passes it: float, str, bool, None for a blank, a date, or a CellError."""


class Missing:
    """The type of :data:`MISSING`."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = Missing()
"""An argument left out altogether, as against a blank cell, which is None."""

EXCEL_EPOCH = dt.date(1899, 12, 30)
_UNIX_EPOCH_SERIAL = (dt.date(1970, 1, 1) - EXCEL_EPOCH).days
_LAST_SERIAL = (dt.date(9999, 12, 31) - EXCEL_EPOCH).days
_TENOR = re.compile(r"(\d+(?:\.\d+)?)([DWMY])", re.IGNORECASE)
_NO_DATE = np.datetime64("NaT", "D")
_YEARS_PER = {"D": 1 / 365, "W": 7 / 365, "M": 1 / 12, "Y": 1.0}
MAX_YEARS = 100.0
A_DAY = 1 / 366
"""The shortest tenor, in years."""
_SHORTEST_DATE = np.datetime64(EXCEL_EPOCH, "D") + int(MAX_YEARS)
"""A spreadsheet date up to this has a number that reads as a tenor."""


def is_blank(value: Cell) -> bool:
    """Whether a cell says nothing: omitted, blank, or empty text."""
    return value is None or value is MISSING or (isinstance(value, str) and not value.strip())


def invalid(argument: str, rule: str, value: object) -> HavenError:
    """The failure of an argument that can't be understood, in the one wording used everywhere."""
    return HavenError(Reason.INVALID, f"{argument} must be {rule}, got {reprlib.repr(value)}")


@dataclass(frozen=True, slots=True)
class Kind:
    """How one cell of an argument is read. ``vector`` kinds reach the function as arrays."""

    name: str
    vector: bool = False
    blank: Any = None

    def read(self, argument: str, value: Cell) -> Any:
        """Read one cell that is not blank.

        Raises
        ------
        HavenError
            INVALID, naming argument, rule and value.
        """
        raise NotImplementedError

    def from_numbers(self, argument: str, numbers: FloatArray) -> Any:
        """Read many plain numbers at once; None when the cells must be read one by one."""
        raise NotImplementedError

    def array(self, values: Sequence[Any]) -> Any:
        """The vector a function receives for these read values."""
        return np.array(values, dtype=float)


@dataclass(frozen=True, slots=True)
class NumberKind(Kind):
    """A number; text such as 4.25% is understood. One outside ``low`` to ``high`` is outside the domain."""

    vector: bool = True
    blank: Any = math.nan
    low: float = -math.inf
    high: float = math.inf
    rule: str = "a number"

    def read(self, argument: str, value: Cell) -> float:  # noqa: D102
        number = _number(value)
        if number is None or not math.isfinite(number):
            raise invalid(argument, self.rule, value)
        if not self.low <= number <= self.high:
            raise HavenError(Reason.NO_SOLUTION, f"{argument} must be {self.rule}, got {value!r}")
        return number

    def from_numbers(self, argument: str, numbers: FloatArray) -> FloatArray | None:  # noqa: ARG002, D102
        legal = np.isfinite(numbers) & (numbers >= self.low) & (numbers <= self.high)
        return numbers if legal.all() else None


class _SwitchKind(NumberKind):
    """0 or 1, also TRUE or FALSE."""

    def read(self, argument: str, value: Cell) -> float:
        return NumberKind.read(self, argument, float(value) if isinstance(value, bool) else value)


@dataclass(frozen=True, slots=True)
class TenorKind(Kind):
    """A tenor such as 10Y, 18M or 1W, or a number of years; read as years."""

    vector: bool = True
    blank: Any = math.nan

    def read(self, argument: str, value: Cell) -> float:  # noqa: D102
        years = _tenor(value) if isinstance(value, str) else _number(value)
        if years is None or not A_DAY <= years <= MAX_YEARS:
            raise invalid(argument, f"like 10Y, 18M or 1W, up to {MAX_YEARS:.0f} years", value)
        return years

    def from_numbers(self, argument: str, numbers: FloatArray) -> FloatArray | None:  # noqa: ARG002, D102
        return numbers if ((numbers >= A_DAY) & (numbers <= MAX_YEARS)).all() else None


@dataclass(frozen=True, slots=True)
class DateKind(Kind):
    """A spreadsheet date, or ISO text such as 2025-04-08."""

    vector: bool = True
    blank: Any = _NO_DATE

    def read(self, argument: str, value: Cell) -> np.datetime64:  # noqa: D102
        day = _date(value)
        if day is None:
            raise invalid(argument, "a spreadsheet date or ISO text like 2025-04-08", value)
        return day

    def from_numbers(self, argument: str, numbers: FloatArray) -> DateArray | None:  # noqa: ARG002, D102
        if not ((numbers >= 1) & (numbers <= _LAST_SERIAL)).all():
            return None
        return (np.floor(numbers).astype(np.int64) - _UNIX_EPOCH_SERIAL).view("M8[D]")

    def array(self, values: Sequence[Any]) -> DateArray:  # noqa: D102
        return np.array(values, dtype="M8[D]")


@dataclass(frozen=True, slots=True)
class MomentKind(Kind):
    """A date, or a tenor counted from one. Read as years up to 100, or else as a spreadsheet date's number."""

    vector: bool = True
    blank: Any = math.nan

    def read(self, argument: str, value: Cell) -> float:  # noqa: D102
        years = _tenor(value) if isinstance(value, str) else _number(value)
        if years is not None and 0 < years <= MAX_YEARS:
            return years
        day = _date(value)
        if day is None or day <= _SHORTEST_DATE:
            raise invalid(argument, "a date, or a tenor like 10Y, 18M or 1W", value)
        return float(day.astype(np.int64)) + _UNIX_EPOCH_SERIAL

    def from_numbers(self, argument: str, numbers: FloatArray) -> FloatArray | None:  # noqa: ARG002, D102
        if not ((numbers > 0) & (numbers <= _LAST_SERIAL)).all():
            return None
        return np.where(numbers <= MAX_YEARS, numbers, np.floor(numbers))


def moment_dates(moments: FloatArray, of_tenors: DateArray) -> DateArray:
    """The dates of moments, given the date each would be if it were a tenor."""
    is_date = moments > MAX_YEARS
    days = np.where(is_date, moments, 0.0).astype(np.int64) - _UNIX_EPOCH_SERIAL
    return np.where(is_date, days.astype("M8[D]"), of_tenors)


@dataclass(frozen=True, slots=True)
class TextKind(Kind):
    """Plain text."""

    def read(self, argument: str, value: Cell) -> str:  # noqa: D102
        if not isinstance(value, str):
            raise invalid(argument, "text", value)
        return value.strip()


@dataclass(frozen=True, slots=True)
class ChoiceKind(Kind):
    """One word of a closed list, read without regard to case."""

    words: tuple[str, ...] = ()

    def read(self, argument: str, value: Cell) -> str:  # noqa: D102
        if isinstance(value, str):
            for word in self.words:
                if word.casefold() == value.strip().casefold():
                    return word
        raise invalid(argument, "one of " + ", ".join(self.words), value)


TENOR = TenorKind("tenor")
DATE = DateKind("date")
NUMBER = NumberKind("number")
TEXT = TextKind("text")


@dataclass(frozen=True, slots=True)
class BlockKind(Kind):
    """A kind read from a whole block of cells at once, and never answered elementwise."""

    def read_block(self, argument: str, block: list[list[Cell]]) -> Any:
        """Read a block of cells, given as rows."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class ListKind(BlockKind):
    """A row, column or block of cells, read as one flat vector; blank cells are left out."""

    of: Kind = NUMBER

    def read_block(self, argument: str, block: list[list[Cell]]) -> Any:  # noqa: D102
        return self.of.array([self.of.read(argument, cell) for row in block for cell in row if not is_blank(cell)])


@dataclass(frozen=True, slots=True)
class RangeKind(BlockKind):
    """A block of numbers, read as a two-dimensional array; blank cells are NaN."""

    of: Kind = NUMBER

    def read_block(self, argument: str, block: list[list[Cell]]) -> Any:  # noqa: D102
        read = [[self.of.blank if is_blank(cell) else self.of.read(argument, cell) for cell in row] for row in block]
        return self.of.array(read)


@dataclass(frozen=True, slots=True)
class Option:
    """One key of an options range."""

    name: str
    kind: Kind
    help: str
    default: str = ""


@dataclass(frozen=True, slots=True)
class OptionsKind(BlockKind):
    """Two columns, key and value, read as a dict of the keys given; rows that lack either are left out."""

    options: tuple[Option, ...] = ()

    def read_block(self, argument: str, block: list[list[Cell]]) -> dict[str, Any]:  # noqa: D102
        if any(len(row) != 2 for row in block):
            raise HavenError(Reason.INVALID, f"{argument} must be two columns, key and value, got {len(block[0])}")
        given: dict[str, Any] = {}
        known = {option.name: option for option in self.options}
        for key, value in block:
            if is_blank(key) or is_blank(value):
                continue
            name = str(key).strip().lower()
            if name not in known:
                raise invalid(argument, nearest(name, list(known)), key)
            if name in given:
                raise HavenError(Reason.INVALID, f"{argument} names {name!r} twice")
            given[name] = known[name].kind.read(name, value)
        return given


def nearest(word: str, words: Sequence[str]) -> str:
    """The rule that names the known words, the nearest first if one is near."""
    import difflib

    close = difflib.get_close_matches(word, words, n=1, cutoff=0.5)
    return f"a known name (did you mean {close[0]!r}?)" if close else "one of " + ", ".join(words)


def _number(value: Cell) -> float | None:
    if isinstance(value, (bool, np.bool_)):
        return None
    if isinstance(value, (int, float, np.integer, np.floating)):
        return float(value)
    if isinstance(value, str):
        text = value.strip()
        scale = 100.0 if text.endswith("%") else 1.0
        try:
            return float(text.removesuffix("%")) / scale
        except ValueError:
            return None
    return None


@lru_cache(maxsize=4096)
def _tenor(text: str) -> float | None:
    match = _TENOR.fullmatch(text.strip())
    if match:
        return float(match[1]) * _YEARS_PER[match[2].upper()]
    return _number(text) if not text.strip().endswith("%") else None


def _date(value: Cell) -> np.datetime64 | None:
    if isinstance(value, str):
        return _iso_date(value.strip())
    if isinstance(value, dt.datetime):
        return np.datetime64(value.date(), "D")
    if isinstance(value, dt.date):
        return np.datetime64(value, "D")
    if isinstance(value, np.datetime64):
        return None if np.isnat(value) else value.astype("M8[D]")
    serial = _number(value)
    if serial is None or not 1 <= serial <= _LAST_SERIAL:
        return None
    return np.datetime64(int(serial) - _UNIX_EPOCH_SERIAL, "D")


@lru_cache(maxsize=16384)
def _iso_date(text: str) -> np.datetime64 | None:
    try:
        return np.datetime64(dt.datetime.fromisoformat(text).date(), "D")
    except ValueError:
        return None


RATE = NumberKind("rate", low=-0.5, high=1.0, rule="a decimal such as 0.0425, or text such as 4.25%")
SPREAD = NumberKind("basis points", low=-10_000, high=10_000, rule="basis points between -10000 and 10000")
SWITCH = _SwitchKind("switch", low=0.0, high=1.0, rule="0 or 1")

Tenor = Annotated[FloatArray, TENOR]
Date = Annotated[DateArray, DATE]
Moment = Annotated[FloatArray, MomentKind("date or tenor")]
Number = Annotated[FloatArray, NUMBER]
Rate = Annotated[FloatArray, RATE]
Spread = Annotated[FloatArray, SPREAD]
Text = Annotated[str, TEXT]
Tenors = Annotated[FloatArray, ListKind("tenors", of=TENOR)]
Dates = Annotated[DateArray, ListKind("dates", of=DATE)]
Numbers = Annotated[FloatArray, ListKind("numbers", of=NUMBER)]
NumberRange = Annotated[FloatArray, RangeKind("number range", of=NUMBER)]
Options: TypeAlias = Mapping[str, Any]


def optional(default: object = None) -> Any:
    """Mark an argument as one that may be left out; ``default`` is what a blank is read as."""
    return default
