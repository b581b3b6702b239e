"""``settings.toml`` at home: which sources feed which series, and how each source is asked."""

import difflib
import os
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
from haven.market.series import catalogue
from haven.market.sources.registry import sources

TABLES: Final = ("feeds", "sources")
COMMON: Final = ("base_url", "timeout")
"""What may be set for every source."""
LONGEST_TIMEOUT: Final = 600.0
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
        """The series that are set for a source in its table ``series``."""
        return frozenset(self.of(source).get("series", {}))


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


def secret(source: str) -> str | None:
    """The key or password of a source, from the environment or else from the keyring of the operating system."""
    if given := os.environ.get(f"HAVEN_{source.upper()}_KEY"):
        return given
    import keyring
    import keyring.errors

    try:
        return keyring.get_password("haven", source)
    except keyring.errors.KeyringError:
        return None


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
            raise HavenError(Reason.INVALID, f"{name} must be TOML: {failure}") from failure

    def read(self) -> Settings:
        for name, table in self._tables.items():
            self._known(name, TABLES, "", name)
            self._is(isinstance(table, dict), "", name, "must be a table", table)
        feeds = {pattern: self._sources_for(pattern, named) for pattern, named in self._tables.get("feeds", {}).items()}
        return Settings((feeds,), {name: self._source(name) for name in self._tables.get("sources", {})})

    def _sources_for(self, pattern: str, named: object) -> tuple[str, ...]:
        if not any(fnmatchcase(series, pattern) for series in catalogue()):
            self._known(pattern, catalogue(), "feeds", pattern)
        if not isinstance(named, list):
            raise self._refusal("feeds", pattern, f"must be a list of sources, got {named!r}")
        for source in named:
            self._is(isinstance(source, str), "feeds", pattern, "must be a list of sources", source)
            self._known(source, sources(), "feeds", pattern)
        self._is(len(set(named)) == len(named), "feeds", pattern, "must name a source once", named)
        return tuple(named)

    def _source(self, name: str) -> Mapping[str, Any]:
        table: Mapping[str, Any] = self._tables["sources"][name]
        self._known(name, sources(), "sources", name)
        self._is(isinstance(table, dict), "sources", name, "must be a table", table)
        options = sources()[name].options
        for key, value in table.items():
            if _SECRET.search(key):
                rule = f"must not stand here; set HAVEN_{name.upper()}_KEY or use the keyring: keyring set haven {name}"
                raise self._refusal(f"sources.{name}", key, rule)
            self._known(key, (*COMMON, *options), f"sources.{name}", key)
            if key == "base_url":
                self._is(_is_address(value), f"sources.{name}", key, "must be an http address without a password")
            elif key == "timeout":
                fits = type(value) in {int, float} and 0 < value <= LONGEST_TIMEOUT
                self._is(fits, f"sources.{name}", key, f"must be seconds up to {LONGEST_TIMEOUT:.0f}", value)
            else:
                rule = f"must be {options[key].__name__}"
                self._is(isinstance(value, options[key]), f"sources.{name}", key, rule, value)
        return table

    def _known(self, word: str, words: Collection[str], table: str, key: str) -> None:
        if word in words:
            return
        near = difflib.get_close_matches(word, words, n=1, cutoff=0.5)
        hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(words)}" if len(words) < 20 else ""
        raise self._refusal(table, key, f"{word!r} is not known{hint}")

    def _is(self, right: bool, table: str, key: str, rule: str, got: object = None) -> None:
        if not right:
            raise self._refusal(table, key, rule if got is None else f"{rule}, got {got!r}")

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


def _is_address(value: object) -> bool:
    if not isinstance(value, str):
        return False
    parts = urlsplit(value)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.password is None
