"""What the sources' tables have in common: text, headers, missing figures, dates."""

import csv
import io
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from haven.analytics.arrays import DateArray, FloatArray
from haven.errors import HavenError, Reason
from haven.market.series import Series
from haven.market.sources.source import Quotes

MISSING: Final = frozenset({"", ".", "-", "--", "na", "n/a", "nd", "nan", "null", "none", "-999.99", "-999.9900"})
"""How the sources spell a figure they do not have, in small letters."""
LEGEND_LINES: Final = 100
"""A header stands among so many lines, or there is none."""
_NULLS: Final = sorted(
    {space + spelt for word in MISSING for spelt in (word, word.upper(), "NaN") for space in ("", " ")}
)
MISSING_NUMBER: Final = -999.99
"""What stands for a missing figure where all cells are numbers."""
_NUMBER: Final = re.compile(r"[-+]?((\d{1,3}(,\d{3})+|\d+)(\.\d*)?|\.\d+)(e[-+]?\d+)?", re.ASCII | re.IGNORECASE)
MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
"""English whatever the language of the machine."""
_SHORT_MONTHS: Final = tuple(month[:3] for month in MONTHS)
_PIVOT: Final = "69"
"""From this year of two digits on the century is the last one."""


@dataclass(frozen=True, slots=True)
class DateForm:
    """A way to write a date: an example of it, and where its parts stand."""

    example: str
    parts: re.Pattern[str]


ISO: Final = DateForm("2025-04-08", re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)", re.ASCII))
AMERICAN: Final = DateForm("04/08/2025", re.compile(r"(?P<month>\d\d?)/(?P<day>\d\d?)/(?P<year>\d{4}|\d\d)", re.ASCII))
NAMED: Final = DateForm(
    "8-Apr-2025", re.compile(rf"(?P<day>\d\d?)-(?P<month>{'|'.join(_SHORT_MONTHS)})-(?P<year>\d{{4}})", re.ASCII)
)


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
    header, lines = _below(content, source, first)
    return header, [row for row in _cells(lines, source) if row and row[0].strip()]


def figures(
    content: bytes, source: str, first: Sequence[str], wanted: Iterable[str], *forms: DateForm
) -> tuple[DateArray, dict[str, FloatArray]]:
    """Dates and wanted columns of a CSV body with a date in its first column; NaN for each missing figure.

    For bodies too large to go through cell by cell. Columns that are not there are left out.

    Raises
    ------
    HavenError
        NO_DATA when it has no header, rows of several lengths, or a cell that is neither a figure nor missing.
    """
    import pyarrow as pa
    from pyarrow import csv as arrow

    header, lines = _below(content, source, first)
    columns = {name: pa.float64() for name in wanted if name in header[1:]}
    if doubled := [name for name in columns if header.count(name) > 1]:
        raise refusal(source, f"column {doubled[0]} must be there once")
    convert = arrow.ConvertOptions(
        column_types={header[0]: pa.string(), **columns}, include_columns=[header[0], *columns], null_values=_NULLS
    )
    reading = arrow.ReadOptions(column_names=header)
    if not lines.strip():
        return np.array([], "M8[D]"), {name: np.array([]) for name in columns}
    try:
        read = arrow.read_csv(io.BytesIO(lines.encode()), reading, convert_options=convert)
    except pa.ArrowException as failure:
        raise refusal(source, f"its table is damaged: {str(failure).splitlines()[0][:120]}") from failure
    found = {}
    for name in columns:
        values = read[name].to_numpy()
        if not np.isfinite(values[read[name].is_valid()]).all():
            raise refusal(source, f"a figure of {name} must be finite")
        found[name] = np.where(values == MISSING_NUMBER, math.nan, values)
    return days(read[header[0]].to_pylist(), source, *forms), found


def _below(content: bytes, source: str, first: Sequence[str]) -> tuple[list[str], str]:
    """Header of a CSV body, which may stand below a legend, and the text below it."""
    text = decoded(content, source)
    below = 0
    for _ in range(LEGEND_LINES):
        line, below = _line(text, below)
        if line.partition(",")[0].strip(' "\r') in first:
            return [name.strip() for name in _cells(line, source)[0]], text[below:]
    got = text[:1000].strip().partition("\n")[0].strip().replace(",", ", ")[:80] or "nothing"
    raise refusal(source, f"its header must begin with {' or '.join(first)}, got {got}")


def _line(text: str, start: int) -> tuple[str, int]:
    """A line of a text, and where the next one starts."""
    end = text.find("\n", start)
    return (text[start:end], end + 1) if end >= 0 else (text[start:], len(text))


def _cells(text: str, source: str) -> list[list[str]]:
    """The cells of each row of a CSV text."""
    try:
        return list(csv.reader(io.StringIO(text)))
    except csv.Error as failure:
        raise refusal(source, f"its table is damaged: {failure}") from failure


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


def document(content: bytes, source: str) -> Any:
    """A JSON body as what it says.

    Raises
    ------
    HavenError
        NO_DATA when it is not JSON.
    """
    try:
        return json.loads(decoded(content, source))
    except (ValueError, RecursionError) as failure:
        raise refusal(source, f"its JSON is broken: {failure}") from failure


def records(content: bytes, source: str, *path: str) -> list[dict[str, Any]]:
    """The list of objects that stands at a path of a JSON body.

    Raises
    ------
    HavenError
        NO_DATA when it is not JSON or has no such list.
    """
    return records_in(document(content, source), source, *path)


def records_in(found: Any, source: str, *path: str) -> list[dict[str, Any]]:
    """The list of objects that stands at a path of a document.

    Raises
    ------
    HavenError
        NO_DATA when there is no such list.
    """
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
    if not _NUMBER.fullmatch(word):
        raise refusal(source, f"a figure must be a number or missing, got {word[:40]!r}")
    value = float(word.replace(",", ""))
    if not math.isfinite(value):
        raise refusal(source, f"a figure must be finite, got {word[:40]!r}")
    return math.nan if value == MISSING_NUMBER else value


def day(text: str, source: str, *forms: DateForm) -> np.datetime64:
    """A date in one of some forms, ISO if none is given."""
    found: np.datetime64 = days([text], source, *forms)[0]
    return found


def days(texts: Iterable[str], source: str, *forms: DateForm) -> DateArray:
    """Dates in one of some forms, ISO if none is given."""
    written = [_iso(text.strip(), source, forms or (ISO,)) for text in texts]
    try:
        return np.array(written, "M8[D]")
    except ValueError as failure:
        raise refusal(source, f"a date must be one of the calendar: {failure}") from failure


def _iso(text: str, source: str, forms: Iterable[DateForm]) -> str:
    for form in forms:
        if match := form.parts.fullmatch(text):
            day, month, year = match["day"], match["month"], match["year"]
            month = _SHORT_MONTHS.index(month) + 1 if month in _SHORT_MONTHS else month
            century = "" if len(year) == 4 else "19" if year >= _PIVOT else "20"
            return f"{century}{year}-{month:0>2}-{day:0>2}"
    raise refusal(source, f"a date must look like {' or '.join(form.example for form in forms)}, got {text[:40]!r}")


def quotes(dated: Mapping[str, Iterable[tuple[np.datetime64, float]]], series: Mapping[str, Series]) -> list[Quotes]:
    """Dated figures by the source's code as quotes of our series, without the missing ones."""
    found = []
    for code, pairs in dated.items():
        kept = [(date, value) for date, value in pairs if not math.isnan(value)]
        if kept and code in series:
            dates, values = zip(*kept, strict=True)
            one = series[code]
            found.append(Quotes(one.id, np.array(dates, "M8[D]"), np.array(values, float), one.unit))
    return found


def from_columns(dates: DateArray, columns: Mapping[str, FloatArray], series: Mapping[str, Series]) -> list[Quotes]:
    """Columns by the source's code as quotes of our series, without the missing figures."""
    found = []
    for code, values in columns.items():
        kept = ~np.isnan(values)
        if kept.any():
            found.append(Quotes(series[code].id, dates[kept], values[kept], series[code].unit))
    return found


def table(content: bytes, source: str, first: Sequence[str], series: Mapping[str, Series]) -> list[Quotes]:
    """Quotes of a CSV body with ISO dates in its first column and a column for each of some codes.

    Raises
    ------
    HavenError
        NO_DATA when one of the columns is not there, or for what :func:`figures` refuses.
    """
    dates, columns = figures(content, source, first, series)
    if missing := sorted(series.keys() - columns.keys()):
        raise refusal(source, f"column {missing[0]} must be there")
    return from_columns(dates, columns, series)


def refusal(source: str, why: str) -> HavenError:
    """What to raise for a body that is not what the source is known to send."""
    return HavenError(Reason.NO_DATA, f"{source}: {why}")
