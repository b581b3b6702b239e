"""``settings.toml`` at home: which sources feed which series, and how each source is asked."""

import difflib
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from haven.errors import HavenError, Reason
from haven.market.atomic import atomic_write
from haven.market.home import home
from haven.market.series import catalogue, find_series
from haven.market.sources.registry import sources

TABLES: Final = ("feeds", "sources")
WEB: Final = ("base_url", "timeout")
"""What may be set for every source that is asked over the web."""
ADDRESSES: Final = ("base_url", "api_url")
LONGEST_TIMEOUT: Final = 600.0
WORDS: Final[Mapping[type, str]] = {str: "text", int: "a whole number", list: "a list", dict: "a table"}
"""What options may be, in TOML's words."""
_SECRET: Final = re.compile(r"key|password|passwd|secret|token", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Settings:
    """The sources of each series, first the one preferred, and what is set for each source.

    ``feeds`` holds the desk's patterns before Haven's own: the first table with a match speaks, in it the longest.
    """

    feeds: tuple[Mapping[str, tuple[str, ...]], ...]
    sources: Mapping[str, Mapping[str, Any]]

    def sources_of(self, series: str) -> tuple[str, ...]:
        """The names of the sources of a series, in order of preference."""
        for patterns in self.feeds:
            matching = [pattern for pattern in patterns if fnmatchcase(series, pattern)]
            if matching:
                return patterns[max(matching, key=len)]
        return ()

    def of(self, source: str) -> Mapping[str, Any]:
        """What is set for a source."""
        return self.sources.get(source, {})

    def named_by(self, source: str) -> frozenset[str]:
        """The series that are set for a source under ``series``, by id or pattern."""
        named = self.of(source).get("series", ())
        return frozenset(name for pattern in named for name in meant_by(pattern))

    def fed_by(self, source: str) -> frozenset[str]:
        """The series a source has: its own, or those that are set for it."""
        return sources()[source].feeds or self.named_by(source)


def settings_path() -> Path:
    """Where the settings of this user stand, if there are any."""
    return home() / "settings.toml"


def default_text() -> str:
    """The settings in force without a file, with comments."""
    return (files("haven.market") / "settings.toml").read_text(encoding="utf-8")


def write_default() -> Path:
    """Write the default settings for the desk to change, and answer where.

    Raises
    ------
    HavenError
        INVALID when there are settings already.
    """
    path = settings_path()
    if path.exists():
        raise HavenError(Reason.INVALID, f"{path} exists; edit it, or move it away for a new one")
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path) as file:
        file.write(default_text().encode())
    return path


def load_settings() -> Settings:
    """The settings of this user over the default ones.

    Raises
    ------
    HavenError
        INVALID, naming file, line, key, rule and value.
    """
    path = settings_path()
    if not path.exists():
        return _default()
    try:
        own = _Reader(path.name, path.read_text(encoding="utf-8-sig")).read()
    except UnicodeDecodeError as failure:
        raise HavenError(Reason.INVALID, f"{path} must be UTF-8 text, byte {failure.start} is not") from failure
    return Settings((*own.feeds, *_default().feeds), own.sources)


def meant_by(pattern: str) -> list[str]:
    """The series of a pattern; an id stands for itself, a contract month too.

    Raises
    ------
    HavenError
        INVALID for what is neither.
    """
    matching = [name for name in catalogue() if fnmatchcase(name, pattern) and not name.endswith("*")]
    return matching or [find_series(pattern).id]


@cache
def _default() -> Settings:
    return _Reader("settings.toml of the package", default_text()).read()


class _Reader:
    """A settings file, read and refused with the line at fault."""

    def __init__(self, name: str, text: str) -> None:
        self._name = name
        self._lines = text.splitlines()
        try:
            self._tables = tomllib.loads(text)
        except tomllib.TOMLDecodeError as failure:
            hint = "; write a path with / or between single quotes" if "\\" in str(failure) else ""
            raise HavenError(Reason.INVALID, f"{name} must be TOML: {failure}{hint}") from failure

    def read(self) -> Settings:
        for name, table in self._tables.items():
            self._known(name, TABLES, "", name)
            self._is(isinstance(table, dict), "", name, "must be a table", table)
        feeds = {pattern: self._sources_for(pattern, named) for pattern, named in self._tables.get("feeds", {}).items()}
        settings = Settings((feeds,), {name: self._source(name) for name in self._tables.get("sources", {})})
        self._check_feeds(settings)
        self._check_own(settings)
        return settings

    def _check_feeds(self, settings: Settings) -> None:
        """A source that has none of the series it is to feed would never be asked."""
        for pattern, named in settings.feeds[0].items():
            for source in named:
                if not any(fnmatchcase(series, pattern) for series in settings.fed_by(source)):
                    remedy = "" if sources()[source].feeds else f"; name them under [sources.{source}] in series"
                    raise self._refusal("feeds", pattern, f"{source} has no such series{remedy}")

    def _check_own(self, settings: Settings) -> None:
        """A series set for a source of the desk's own would never come if no feed named that."""
        for source, table in settings.sources.items():
            for pattern in table.get("series", ()):
                if not any(source in settings.sources_of(series) for series in meant_by(pattern)):
                    rule = f'[feeds] must name {source} for it, such as "{pattern}" = ["{source}"]'
                    raise self._refusal(f"sources.{source}", "series", f"{pattern}: {rule}")

    def _sources_for(self, pattern: str, named: object) -> tuple[str, ...]:
        if isinstance(named, dict):
            raise self._refusal("feeds", pattern, 'an id must stand in quotes, such as "UST.10Y"')
        if not any(fnmatchcase(series, pattern) for series in catalogue()):
            self._series(pattern, "feeds", pattern)
        if not isinstance(named, list):
            raise self._refusal("feeds", pattern, f"must be a list of sources, got {_shown(named)}")
        for source in named:
            self._is(isinstance(source, str), "feeds", pattern, "must be a list of sources", source)
            self._known(source, sources(), "feeds", pattern)
        self._is(len(set(named)) == len(named), "feeds", pattern, "must name a source once", named)
        return tuple(named)

    def _source(self, name: str) -> Mapping[str, Any]:
        table: Mapping[str, Any] = self._tables["sources"][name]
        self._known(name, sources(), "sources", name)
        self._is(isinstance(table, dict), "sources", name, "must be a table", table)
        options, faults = sources()[name].options, sources()[name].faults
        keys = (*(WEB if sources()[name].base_url else ()), *options)
        for key, value in table.items():
            if _SECRET.search(key):
                rule = f"must not stand here; set HAVEN_{name.upper()}_KEY or use the keyring: keyring set haven {name}"
                raise self._refusal(f"sources.{name}", key, rule)
            self._known(key, keys, f"sources.{name}", key)
            if key in ADDRESSES:
                self._is(_is_address(value), f"sources.{name}", key, "must be an http address without a password")
            elif key == "timeout":
                fits = type(value) in {int, float} and 0 < value <= LONGEST_TIMEOUT
                self._is(fits, f"sources.{name}", key, f"must be seconds up to {LONGEST_TIMEOUT:.0f}", value)
            else:
                rule = f"must be {WORDS[options[key]]}"
                self._is(type(value) is options[key], f"sources.{name}", key, rule, value)
                if fault := faults[key](value) if key in faults else "":
                    raise self._refusal(f"sources.{name}", key, fault)
                if key == "series":
                    self._own_series(name, value)
        return table

    def _own_series(self, source: str, value: object) -> None:
        """The series set for a source of the desk's own: a list of them, or a table of what they are called there."""
        place = f"sources.{source}"
        if isinstance(value, list):
            self._is(all(isinstance(one, str) for one in value), place, "series", "must be a list of series", value)
            for pattern in value:
                self._series(pattern, place, "series")
        elif isinstance(value, dict):
            for series, theirs in value.items():
                rule = f"{series} must be followed by a text, what it is called there"
                self._is(isinstance(theirs, (str, dict)), place, "series", rule, theirs)
                self._series(series, place, "series")
                self._is("*" not in series, place, "series", "must name each series by its id", series)

    def _series(self, pattern: str, table: str, key: str) -> None:
        if pattern in catalogue() and pattern.endswith("*"):
            month = f"{pattern[:-1]}2026M12"
            raise self._refusal(table, key, f"{pattern!r} must be the months themselves, such as {month!r}")
        self._is(pattern == pattern.upper(), table, key, "ids must be in capital letters", pattern)
        try:
            meant_by(pattern)
        except HavenError:
            self._known(pattern, catalogue(), table, key)

    def _known(self, word: str, words: Collection[str], table: str, key: str) -> None:
        if word in words:
            return
        by_folded = {known.casefold(): known for known in words}
        near = difflib.get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.5)
        all_of_them = f"; there are {', '.join(words)}" if len(words) < 20 else ""
        hint = f"; did you mean {by_folded[near[0]]}?" if near else all_of_them
        raise self._refusal(table, key, f"{_shown(word)} is not known{hint}")

    def _is(self, right: bool, table: str, key: str, rule: str, got: object = None) -> None:
        if not right:
            raise self._refusal(table, key, rule if got is None else f"{rule}, got {_shown(got)}")

    def _refusal(self, table: str, key: str, why: str) -> HavenError:
        line = self._line(table, key)
        place = f"{self._name} line {line}" if line else self._name
        return HavenError(Reason.INVALID, f"{place}: {f'{table}.{key}' if table else key}: {why}")

    def _line(self, table: str, key: str) -> int:
        """The line on which a key of a table is set; 0 where it is written in another way."""
        here = ""
        for number, line in enumerate(self._lines, start=1):
            if header := re.match(r"\s*\[([^\]]+)\]", line):
                here = header[1].strip().replace('"', "")
                if here == (f"{table}.{key}" if table else key):
                    return number
            elif here == table and re.match(rf"""\s*["']?{re.escape(key)}["']?\s*=""", line):
                return number
        return 0


def _shown(value: object) -> str:
    """A value in a refusal; not an address, which may hold a password."""
    return "an address" if "://" in repr(value) else repr(value)


def _is_address(value: object) -> bool:
    if not isinstance(value, str):
        return False
    parts = urlsplit(value)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.password is None
