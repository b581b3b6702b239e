"""Vendors' exports as a desk's own rows: what a map says of columns, codes, dates, numbers and units.

A map is a few tables of TOML::

    [file]
    sheet = "Rates"                     # Excel; the first sheet unless named
    header = 3                          # row with the names of the columns; 1 unless given
    separator = ";"                     # CSV; a comma unless given
    encoding = "cp1252"                 # CSV; UTF-8 unless given

    [columns]
    date = "Trade Date"
    series = "Ticker"                   # both of these where each row is one figure;
    value = "Px Last"                   # neither where each series has a column of its own

    [format]
    date = "%d.%m.%Y"                   # or "excel" for day numbers; ISO unless given
    decimal = ","                       # a point unless given
    thousands = "."                     # none unless given
    unit = "percent"                    # of all rates: percent, decimal or bp; the catalogue's unless given
    missing = ["n.a.", "#N/A N/A"]      # what stands for no figure, besides nothing, ".", "-", "NA", "ND", "N/A"

    [series]                            # the vendor's codes = our ids, and the rest of them is left out; not needed
                                        # where the codes are our ids already
    "USOSFR10 Curncy" = "SWAP.10Y"
    "EUXOQQ3 Curncy" = { series = "XCCY.EURUSD.3M", unit = "bp" }
"""

import codecs
import datetime as dt
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from haven.errors import HavenError, Reason
from haven.market.files import Layout, Row, Rows, Table, read_file, read_table, text
from haven.market.series import RATE_UNITS, Series, find_series, units_of

MISSING: Final = frozenset({"", ".", "-", "NA", "ND", "N/A"})
EXCEL: Final = "excel"
EXCEL_EPOCH: Final = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a date
LAST_SERIAL: Final = 2_958_465
"""9999-12-31."""
TABLES: Final[dict[str, dict[str, type]]] = {
    "file": {"sheet": str, "header": int, "separator": str, "encoding": str},
    "columns": {"date": str, "series": str, "value": str},
    "format": {"date": str, "decimal": str, "thousands": str, "unit": str, "missing": list},
    "series": {},
}

Blame = Callable[[str, str, str], HavenError]
"""What to raise for a table and key of a map, and why."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where the figures of a vendor's code go; an empty unit is the catalogue's."""

    series: str
    unit: str


@dataclass(frozen=True, slots=True)
class ExportMap:
    """A map as read; ``blame`` words a refusal with the place in the map that causes it."""

    layout: Layout
    columns: Mapping[str, str]
    dates: str
    decimal: str
    thousands: str
    missing: frozenset[str]
    unit: str
    targets: Mapping[str, Target]
    blame: Blame

    def rows(self, table: Table, name: str) -> Rows:
        """The figures of a table that the map names, each with its row; ``name`` is that of the file.

        Raises
        ------
        HavenError
            INVALID, naming the row of the file or the line of the map at fault.
        """
        dates = table.columns[self._place(table, name, "date")]
        cells: Iterable[tuple[int, Any, str, Any]]
        if "value" in self.columns:
            codes, values = (table.columns[self._place(table, name, key)] for key in ("series", "value"))
            cells = zip(table.lines, dates, map(text, codes), values, strict=True)
        else:
            wide = {code: table.columns[place] for place, code in enumerate(table.header) if code in self.targets}
            cells = (
                (line, date, code, values[row])
                for row, (line, date) in enumerate(zip(table.lines, dates, strict=True))
                for code, values in wide.items()
            )
        found = Rows()
        for line, date, code, value in cells:
            if text(value) in self.missing or (self.targets and code not in self.targets):
                continue
            try:
                target = self.targets[code] if self.targets else self._own(code)
                found.append(Row(line, target.series, self._date(date), self._number(value), target.unit))
            except (HavenError, ValueError) as failure:
                raise HavenError(Reason.INVALID, f"{name} row {line}, {code}: {failure}") from failure
        return found

    def codes(self, table: Table, name: str) -> set[str]:
        """The vendor's codes in a table."""
        if "series" not in self.columns:
            return set(table.header)
        place = self._place(table, name, "series")
        return set(map(text, table.columns[place]))

    def _own(self, code: str) -> Target:
        """Where the figures of one of our own ids go."""
        series = find_series(code)
        return Target(series.id, unit_for(series, self.unit))

    def _place(self, table: Table, name: str, key: str) -> int:
        wanted = self.columns[key]
        if table.header.count(wanted) != 1:
            often = "twice" if wanted in table.header else "not"
            found = ", ".join(table.header)[:120]
            raise self.blame("columns", key, f"column {wanted!r} is {often} in {name}, which has {found}")
        return table.header.index(wanted)

    def _date(self, cell: object) -> str:
        """A date as ISO text."""
        said = text(cell)
        if isinstance(cell, dt.date) and said:
            return said
        try:
            if self.dates == EXCEL:
                serial = float(said)
                if not 1 <= serial <= LAST_SERIAL:
                    raise ValueError(said)
                return (EXCEL_EPOCH + dt.timedelta(days=int(serial))).date().isoformat()
            if self.dates:
                return dt.datetime.strptime(said, self.dates).date().isoformat()  # noqa: DTZ007 - a date
            return dt.datetime.fromisoformat(said).date().isoformat()
        except ValueError:
            form = self.dates or "ISO like 2025-04-08"
            raise ValueError(f"date must be {form}, got {said[:40]!r}; see [format] date of the map") from None

    def _number(self, cell: object) -> str:
        """A figure as text that Python reads as that number."""
        if isinstance(cell, (int, float, Decimal)) and not isinstance(cell, bool):
            return repr(float(cell))
        said = text(cell)
        group, point = re.escape(self.thousands), re.escape(self.decimal)
        whole = rf"(\d{{1,3}}({group}\d{{3}})+|\d+)" if group else r"\d+"
        if not re.fullmatch(rf"[+-]?({whole}({point}\d*)?|{point}\d+)(e[+-]?\d+)?", said, re.ASCII | re.IGNORECASE):
            marks = f"decimal {self.decimal!r}" + (f", thousands {self.thousands!r}" if group else "")
            raise ValueError(f"value must be a number ({marks}), got {said[:40]!r}; see [format] of the map")
        return said.replace(self.thousands, "").replace(self.decimal, ".") if group else said.replace(self.decimal, ".")


def read_files(paths: Sequence[Path], map_file: Path | None = None) -> list[tuple[Path, Rows]]:
    """The rows of a desk's files, or of a vendor's exports as a map says, not yet believed.

    Raises
    ------
    HavenError
        INVALID, naming the file and row, or the map and line, at fault.
    """
    if map_file is None:
        return [(path, read_file(path)) for path in paths]
    export = read_map(map_file)
    tables = [(path, read_table(path, export.layout)) for path in paths]
    found = set().union(*(export.codes(table, path.name) for path, table in tables))
    for code in export.targets:
        if code not in found:
            raise export.blame("series", code, f"{code!r} is in none of {', '.join(path.name for path in paths)}")
    read = [(path, export.rows(table, path.name)) for path, table in tables]
    if not any(rows for _, rows in read):
        raise HavenError(
            Reason.INVALID, f"{', '.join(path.name for path in paths)}: no figure that {map_file.name} names"
        )
    return read


def read_map(path: Path) -> ExportMap:
    """A map from its file.

    Raises
    ------
    HavenError
        INVALID, naming the line at fault.
    """
    try:
        written = path.read_text(encoding="utf-8-sig")
        tables = tomllib.loads(written)
    except OSError as failure:
        raise HavenError(Reason.INVALID, f"map {path} can't be read: {failure.strerror or failure}") from failure
    except UnicodeDecodeError as failure:
        raise HavenError(Reason.INVALID, f"map {path} must be UTF-8 text") from failure
    except tomllib.TOMLDecodeError as failure:
        raise HavenError(Reason.INVALID, f"map {path.name} is not TOML: {failure}") from failure

    def blame(table: str, key: str, why: str) -> HavenError:
        line = _line(written, table, key)
        return HavenError(Reason.INVALID, f"{path.name}{f' line {line}' if line else ''}: {why}")

    return build_map(tables, blame)


def build_map(tables: Mapping[str, Any], blame: Blame) -> ExportMap:
    """A map from the tables of TOML it is written in."""
    for name, keys in TABLES.items():
        _check_keys(name, tables.get(name, {}), keys, blame)
    if unknown := [name for name in tables if name not in TABLES]:
        raise blame(unknown[0], "", f"table must be one of {', '.join(TABLES)}, got {unknown[0]!r}")
    columns, form, file = (tables.get(name, {}) for name in ("columns", "format", "file"))
    if "date" not in columns:
        raise blame("columns", "", "columns must name the date column")
    if ("series" in columns) != ("value" in columns):
        raise blame("columns", "", "columns must name series and value (a row a figure) or neither (a column a series)")
    _check_file(file, blame)
    _check_format(form, blame)
    if "series" not in columns and not tables.get("series"):
        raise blame("series", "", "series must say which column is which series")
    unit = form.get("unit", "")
    targets = {code: _target(code, meant, unit, blame) for code, meant in tables.get("series", {}).items()}
    return ExportMap(
        Layout(**file),
        columns,
        form.get("date", ""),
        form.get("decimal", "."),
        form.get("thousands", ""),
        MISSING | set(form.get("missing", [])),
        unit,
        targets,
        blame,
    )


def _check_keys(name: str, table: Any, keys: Mapping[str, type], blame: Blame) -> None:
    if not isinstance(table, dict):
        raise blame("", name, f"{name} must be a table")
    for key, value in table.items() if keys else ():
        if key not in keys:
            raise blame(name, key, f"{name} must have keys among {', '.join(keys)}, got {key!r}")
        if type(value) is not keys[key]:
            kind = {str: "text", int: "a whole number", list: "a list of text"}[keys[key]]
            raise blame(name, key, f"{key} must be {kind}, got {value!r}")


def _check_file(file: Mapping[str, Any], blame: Blame) -> None:
    if file.get("header", 1) < 1:
        raise blame("file", "header", f"header must be a row number from 1, got {file['header']}")
    if len(file.get("separator", ",")) != 1:
        raise blame("file", "separator", f"separator must be one character, got {file['separator']!r}")
    try:
        codecs.lookup(file.get("encoding", "utf-8"))
    except LookupError:
        raise blame("file", "encoding", f"encoding must be one such as cp1252, got {file['encoding']!r}") from None


def _check_format(form: Mapping[str, Any], blame: Blame) -> None:
    decimal, thousands = form.get("decimal", "."), form.get("thousands", "")
    if decimal not in {".", ","}:
        raise blame("format", "decimal", f"decimal must be a point or a comma, got {decimal!r}")
    if thousands not in {"", ".", ",", "'", " ", "\N{NO-BREAK SPACE}"} or thousands == decimal:
        raise blame("format", "thousands", f"thousands must be a mark other than the decimal one, got {thousands!r}")
    if form.get("unit", "percent") not in RATE_UNITS:
        raise blame("format", "unit", f"unit must be one of {', '.join(RATE_UNITS)}, got {form['unit']!r}")
    if not all(isinstance(word, str) for word in form.get("missing", [])):
        raise blame("format", "missing", f"missing must be a list of text, got {form['missing']!r}")
    dates = form.get("date", EXCEL)
    if dates != EXCEL and not _reads_dates(dates):
        raise blame("format", "date", f'date must be a format such as %d.%m.%Y, or "excel", got {dates!r}')


def _reads_dates(form: str) -> bool:
    """Whether a format keeps day, month and year."""
    date = dt.datetime(2025, 4, 8)  # noqa: DTZ001 - a date
    try:
        return dt.datetime.strptime(date.strftime(form), form).date() == date.date()  # noqa: DTZ007 - a date
    except ValueError:
        return False


def _target(code: str, meant: object, unit: str, blame: Blame) -> Target:
    """Where the figures of a code go, from an id or a table of id and unit."""
    table: dict[str, Any] = meant if isinstance(meant, dict) else {"series": meant}
    if not isinstance(table.get("series"), str) or table.keys() - {"series", "unit"}:
        raise blame("series", code, f"{code!r} must be an id of ours, or {{series = ..., unit = ...}}, got {meant!r}")
    try:
        series = find_series(table["series"])
    except HavenError as failure:
        raise blame("series", code, failure.message) from failure
    own = table.get("unit", "")
    if own and own != series.unit and not (own in RATE_UNITS and series.unit in RATE_UNITS):
        raise blame("series", code, f"unit of {series.id} must be {units_of(series)}, got {own!r}")
    return Target(series.id, own or unit_for(series, unit))


def unit_for(series: Series, unit: str) -> str:
    """The unit of all rates, for a series that is one."""
    return unit if series.unit in RATE_UNITS else ""


def _line(written: str, table: str, key: str) -> int | None:
    """The line of a map with a key of a table, or with the table if the key is empty or not found."""
    current, where = "", None
    for number, line in enumerate(written.splitlines(), start=1):
        if header := re.match(r"\s*\[([^\[\]]+)\]", line):
            current = header[1].strip().strip("\"'")
            where = number if current == table else where
        elif key and current == table and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
            return number
    return where
