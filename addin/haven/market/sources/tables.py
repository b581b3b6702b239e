"""What the sources' tables have in common: text, headers, missing figures, dates."""

import csv
import datetime as dt
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np

from haven.errors import HavenError, Reason
from haven.market.series import Series
from haven.market.sources.source import Quotes

MISSING: Final = frozenset({"", ".", "-", "--", "na", "n/a", "nd", "nan", "null", "none", "-999.99", "-999.9900"})
"""How the sources spell a figure they do not have, in small letters."""


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


def number(text: object, source: str) -> float:
    """A figure as the source spells it; NaN for each spelling of a missing one."""
    if isinstance(text, (int, float)) and not isinstance(text, bool):
        return float(text)
    word = str(text if text is not None else "").strip()
    if word.lower() in MISSING:
        return math.nan
    try:
        return float(word.replace(",", ""))
    except ValueError as failure:
        raise refusal(source, f"a figure must be a number or missing, got {word[:40]!r}") from failure


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
