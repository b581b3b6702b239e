"""What the sources' tables have in common: text, headers, missing figures, dates."""

import csv
import datetime as dt
import io
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from haven.errors import HavenError, Reason
from haven.market.series import Series
from haven.market.sources.source import Quotes

MISSING: Final = frozenset({"", ".", "-", "--", "na", "n/a", "nd", "nan", "null", "none", "-999.99", "-999.9900"})
"""How the sources spell a figure they do not have, in small letters."""
_MISSING_NUMBER: Final = -999.99
_NUMBER: Final = re.compile(r"[-+]?(\d+|\d{1,3}(,\d{3})+)?(\.\d*)?(e[-+]?\d+)?", re.ASCII | re.IGNORECASE)


def decoded(content: bytes, source: str) -> str:
    """A body as text."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        raise refusal(source, f"its text must be UTF-8, byte {failure.start} is not") from failure


def rows(content: bytes, source: str, first: Sequence[str]) -> tuple[list[str], list[list[str]]]:
    """Header and rows of a CSV body; the header is the first line that begins with one of the given words.

    Raises
    ------
    HavenError
        NO_DATA when there is no such line.
    """
    lines = list(csv.reader(io.StringIO(decoded(content, source))))
    for place, line in enumerate(lines):
        if line and line[0].strip() in first:
            return [name.strip() for name in line], [row for row in lines[place + 1 :] if row and row[0].strip()]
    head = next((line for line in lines if line), [])
    raise refusal(source, f"its header must begin with {' or '.join(first)}, got {', '.join(head)[:80] or 'nothing'}")


def column(header: Sequence[str], name: str, source: str) -> int:
    """The place of a column.

    Raises
    ------
    HavenError
        NO_DATA when it is not there.
    """
    if name not in header:
        raise refusal(source, f"column {name} must be there, got {', '.join(header)[:120]}")
    return header.index(name)


def records(content: bytes, source: str, *path: str) -> list[dict[str, Any]]:
    """The list of objects that stands at a path of a JSON body.

    Raises
    ------
    HavenError
        NO_DATA when it is not JSON or has no such list.
    """
    try:
        found: Any = json.loads(decoded(content, source))
    except (ValueError, RecursionError) as failure:
        raise refusal(source, f"its JSON is broken: {failure}") from failure
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise refusal(source, f"its JSON must have a list of objects at {'.'.join(path)}")
    return found


def number(text: object, source: str) -> float:
    """A figure as the source spells it; NaN for each spelling of a missing one."""
    word = str("" if text is None else text).strip()
    if word.lower() in MISSING:
        return math.nan
    if not _NUMBER.fullmatch(word) or not any(map(str.isdigit, word)):
        raise refusal(source, f"a figure must be a number or missing, got {word[:40]!r}")
    value = float(word.replace(",", ""))
    if not math.isfinite(value):
        raise refusal(source, f"a figure must be finite, got {word[:40]!r}")
    return math.nan if value == _MISSING_NUMBER else value


def day(text: str, source: str, *formats: str) -> np.datetime64:
    """A date in one of the source's formats, ISO if none is given."""
    for form in formats or ("%Y-%m-%d",):
        try:
            return np.datetime64(dt.datetime.strptime(text.strip()[:20], form).date(), "D")  # noqa: DTZ007 - a date
        except ValueError:
            continue
    raise refusal(source, f"a date must look like {' or '.join(formats or ('%Y-%m-%d',))}, got {text[:40]!r}")


def quotes(figures: Mapping[str, Iterable[tuple[np.datetime64, float]]], series: Mapping[str, Series]) -> list[Quotes]:
    """Dated figures by the source's code as quotes of our series, without the missing ones."""
    found = []
    for code, dated in figures.items():
        kept = [(date, value) for date, value in dated if not math.isnan(value)]
        if kept and code in series:
            dates, values = zip(*kept, strict=True)
            one = series[code]
            found.append(Quotes(one.id, np.array(dates, "M8[D]"), np.array(values, float), one.unit))
    return found


def refusal(source: str, why: str) -> HavenError:
    """What to raise for a body that is not what the source is known to send."""
    return HavenError(Reason.NO_DATA, f"{source}: {why}")
