"""Functions of a spreadsheet that the ``formulas`` library does not answer as Excel does."""

import datetime as dt
import decimal
import math
import re
from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np

from haven.errors import HavenError, Reason
from haven.functions.answer import CellError
from haven.functions.kinds import EXCEL_EPOCH
from haven.workbook.operators import (
    DIVISION_BY_ZERO,
    NOT_A_VALUE,
    Rows,
    elementwise,
    flat,
    number_of,
    single,
    text_of,
)
from haven.workbook.values import MAX_TEXT, Value


def _index(table: Value | Rows, row: Value | Rows, column: Value | Rows = None) -> Value | Rows:
    """INDEX, in which 0 stands for the whole row or column; one number along a single row counts columns."""
    if isinstance(table, CellError):
        return table
    rows: Rows = table if isinstance(table, list) else [[table]]
    if column is None and len(rows) == 1:
        row, column = 1.0, row
    slices = []
    for pick, size in ((row, len(rows)), (column, len(rows[0]))):
        place = _number(pick)
        if isinstance(place, CellError):
            return place
        if not 0 <= place < size + 1:
            return CellError("#REF!", f"INDEX asks for place {place:.0f} of {size}")
        slices.append(slice(int(place) - 1, int(place)) if place >= 1 else slice(None))
    return [cells[slices[1]] for cells in rows[slices[0]]]


def _number(argument: Value | Rows) -> float | CellError:
    """The one number of an argument."""
    value = single(argument)
    if isinstance(value, list):
        raise HavenError(Reason.INVALID, "one value is needed, not a range")
    return number_of(value)


def _of_numbers(function: Callable[..., Value]) -> Callable[..., Value | Rows]:
    """A function of single numbers, element by element, that answers the first error among them."""

    def answer(*cells: Value) -> Value:
        numbers = [number_of(cell) for cell in cells]
        return next((number for number in numbers if isinstance(number, CellError)), None) or function(*numbers)

    return partial(elementwise, answer)


def _round(number: float, places: float, rounding: str = decimal.ROUND_HALF_UP) -> float:
    """A number rounded as the decimal figure that a cell shows, not as its binary neighbour."""
    scaled = decimal.Decimal(f"{number:.15g}").scaleb(int(places))
    return float(scaled.to_integral_value(rounding).scaleb(-int(places))) if scaled % 1 else number


def _modulus(number: float, divisor: float) -> Value:
    return number - divisor * math.floor(float(f"{number / divisor:.15g}")) if divisor else DIVISION_BY_ZERO


def _workday(start: Value | Rows, days: Value | Rows, holidays: Value | Rows = None) -> Value:
    """WORKDAY: the business day so many after a date, which itself need not be one."""
    first, count = _number(start), _number(days)
    if isinstance(first, CellError) or isinstance(count, CellError):
        return first if isinstance(first, CellError) else count
    if not int(count):
        return float(int(first))
    roll = "backward" if count > 0 else "forward"
    day = np.busday_offset(_day(first), int(count), roll=roll, holidays=_days(holidays))  # type: ignore[call-overload]
    return float((day.item() - EXCEL_EPOCH).days)


def _networkdays(start: Value | Rows, end: Value | Rows, holidays: Value | Rows = None) -> Value:
    """NETWORKDAYS: business days from one date to another, both counted; negative when they run backwards."""
    first, last = _number(start), _number(end)
    if isinstance(first, CellError) or isinstance(last, CellError):
        return first if isinstance(first, CellError) else last
    low, high = sorted((first, last))
    days = np.busday_count(_day(low), _day(high + 1), holidays=_days(holidays))
    return float(days if first <= last else -days)


def _day(serial: float) -> np.datetime64:
    return np.datetime64(EXCEL_EPOCH + dt.timedelta(days=int(serial)), "D")


def _days(holidays: Value | Rows) -> list[np.datetime64]:
    return [_day(cell) for cell in flat(holidays) if isinstance(cell, float) and cell >= 1]


def _text(value: Value, layout: Value) -> Value:
    """TEXT, with the sections of a layout for positive numbers, negative ones and zero."""
    if isinstance(value, CellError) or isinstance(layout, CellError):
        return value if isinstance(value, CellError) else layout
    sections = [section[0] for section in _SECTION.finditer(text_of(layout))]
    number = number_of(value)
    if isinstance(number, CellError):
        return value
    place = 0 if number > 0 else 1 if number < 0 else 2
    section = sections[place] if place < len(sections) else sections[0]
    if _LAYOUT_BEYOND_US.search(section) or len(sections) > 3:
        raise HavenError(Reason.INVALID, f"the layout {layout!r} can't be computed")
    shown = text_of(abs(number)) if section.casefold() == "general" else _to_text(abs(number), section)
    return f"-{shown}" if place == 1 and len(sections) == 1 and isinstance(shown, str) else shown


def _to_text(number: float, section: str) -> Value:
    """A number in one section of a layout, rounded beforehand: the library would round its binary neighbour."""
    bare = _QUOTED.sub("", section)
    if not _DATE_OR_EXPONENT.search(bare):
        digits = sum(place in "0#" for place in bare.partition(".")[2])
        number = _round(number, digits + 2 * bare.count("%"))
    from haven.workbook.bridge import call_formulas

    text = call_formulas("TEXT", number, section) if section else ""
    assert not isinstance(text, list)
    return text


def _substitute(text: Value, old: Value, new: Value, place: Value = None) -> Value:
    """SUBSTITUTE, whose answer is weighed before it is made."""
    error = next((cell for cell in (text, old, new, place) if isinstance(cell, CellError)), None)
    if error:
        return error
    whole, sought, put = text_of(text), text_of(old), text_of(new)
    parts = whole.split(sought) if sought else [whole]
    if place is not None:
        if not isinstance(place, float) or place < 1:
            return NOT_A_VALUE
        first = int(place)
        parts = [sought.join(parts[:first]), sought.join(parts[first:])] if first < len(parts) else [whole]
    if len(whole) + len(put) * (len(parts) - 1) > MAX_TEXT:
        return NOT_A_VALUE
    return put.join(parts)


def _trim(value: Value) -> Value:
    return value if isinstance(value, CellError) else " ".join(filter(None, text_of(value).split(" ")))


_SECTION: Final = re.compile(r'(?:"[^"]*"|\\.|[^;"\\])+|(?<=;)(?=;|$)')
_QUOTED: Final = re.compile(r'"[^"]*"|\\.')
_DATE_OR_EXPONENT: Final = re.compile("[ymdhse]", re.IGNORECASE)
_LAYOUT_BEYOND_US: Final = re.compile(r"[\[*_?@]|,(?![0#])")


MEANT: Final = CellError("#N/A", "asked for by NA()")
"""An error on purpose, such as for a gap in a chart's line."""
CORRECTED: Final[dict[str, Callable[..., Value | Rows]]] = {
    "INDEX": _index,
    "ISBLANK": partial(elementwise, lambda cell: cell is None),
    "ISERR": partial(elementwise, lambda cell: isinstance(cell, CellError) and cell.code != "#N/A"),
    "ISERROR": partial(elementwise, lambda cell: isinstance(cell, CellError)),
    "ISLOGICAL": partial(elementwise, lambda cell: isinstance(cell, bool)),
    "ISNA": partial(elementwise, lambda cell: isinstance(cell, CellError) and cell.code == "#N/A"),
    "ISNONTEXT": partial(elementwise, lambda cell: not isinstance(cell, str)),
    "ISNUMBER": partial(elementwise, lambda cell: isinstance(cell, float) and not isinstance(cell, bool)),
    "ISTEXT": partial(elementwise, lambda cell: isinstance(cell, str)),
    "MOD": _of_numbers(_modulus),
    "NA": lambda: MEANT,
    "NETWORKDAYS": _networkdays,
    "ROUND": _of_numbers(_round),
    "ROUNDDOWN": _of_numbers(partial(_round, rounding=decimal.ROUND_DOWN)),
    "ROUNDUP": _of_numbers(partial(_round, rounding=decimal.ROUND_UP)),
    "SUBSTITUTE": partial(elementwise, _substitute),
    "TEXT": partial(elementwise, _text),
    "TRIM": partial(elementwise, _trim),
    "VALUE": partial(elementwise, number_of),
    "WORKDAY": _workday,
}
