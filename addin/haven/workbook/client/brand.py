"""What a firm puts on the pages it sends: name, colour, logo, disclaimer, and how figures are rounded."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from haven.errors import HavenError, Reason
from haven.functions.kinds import nearest
from haven.workbook.pictures import Picture, cleaned
from haven.workbook.references import Corners, parse_area

MAX_FILE: Final = 5_000_000
MAX_TEXT: Final = 3_000
UNITS: Final = ("bp", "%")
DISCLAIMER: Final = (
    "Indicative levels for information only: not an offer, a recommendation or a price at which to deal. "
    "Verify before use."
)
_KEYS: Final = ("name", "color", "logo", "sources", "disclaimer", "round")
_AREA: Final = re.compile(r"\$?[A-Z]{1,3}\$?\d+(:\$?[A-Z]{1,3}\$?\d+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rounding:
    """Steps to which figures are rounded, in the unit they are shown in: by range of the page, else by unit."""

    areas: tuple[tuple[Corners, Decimal], ...] = ()
    units: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Brand:
    """A brand; ``sources`` empty means those the workbook names."""

    name: str = ""
    color: str = "0B5D9E"
    logo: Picture | None = None
    sources: str = ""
    disclaimer: str = DISCLAIMER
    rounding: Rounding = field(default_factory=Rounding)


def read_brand(path: Path) -> Brand:
    """A brand from a TOML file; a logo is named from its folder.

    Raises
    ------
    HavenError
        INVALID, naming the key, for what is unknown, of the wrong kind, or a picture that can't be used.
    """
    try:
        with path.open("rb") as file:
            given: dict[str, Any] = tomllib.loads(file.read(MAX_FILE).decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as failure:
        raise HavenError(Reason.INVALID, f"{path.name} must be TOML in UTF-8: {failure}") from failure
    for key in given:
        if key not in _KEYS:
            raise HavenError(Reason.INVALID, f"{path.name}: a key must be {nearest(key, _KEYS)}, got {key!r}")
    texts = {key: _text(path.name, key, given[key]) for key in ("name", "sources", "disclaimer") if key in given}
    color = _text(path.name, "color", given.get("color", Brand().color)).removeprefix("#")
    if not re.fullmatch("[0-9A-Fa-f]{6}", color):
        raise HavenError(Reason.INVALID, f"{path.name}: color must be six hexadecimal digits, got {color!r}")
    logo = _logo(path, _text(path.name, "logo", given["logo"])) if "logo" in given else None
    return Brand(**texts, color=color.upper(), logo=logo, rounding=_rounding(path.name, given.get("round", {})))


def _text(file: str, key: str, value: object) -> str:
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise HavenError(Reason.INVALID, f"{file}: {key} must be text of at most {MAX_TEXT:,} characters")
    return value.strip()


def _logo(path: Path, name: str) -> Picture:
    try:
        with (path.parent / name).open("rb") as file:
            data = file.read(MAX_FILE + 1)
        if len(data) > MAX_FILE:
            raise HavenError(Reason.INVALID, f"it must have at most {MAX_FILE / 1e6:.0f} MB")
        return cleaned(data)
    except (HavenError, OSError) as failure:
        why = failure.strerror if isinstance(failure, OSError) else failure
        raise HavenError(Reason.INVALID, f"{path.name}: logo {name!r} can't be used: {why}") from failure


def _rounding(file: str, given: object) -> Rounding:
    if not isinstance(given, dict):
        raise HavenError(Reason.INVALID, f"{file}: round must be a table of steps")
    areas, units = [], {}
    for key, value in given.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < float("inf"):
            raise HavenError(Reason.INVALID, f"{file}: round.{key} must be a step above 0, got {value!r}")
        step = Decimal(str(value))
        if key in UNITS:
            units[key] = step
        elif _AREA.fullmatch(key):
            areas.append((parse_area(key), step))
        else:
            raise HavenError(
                Reason.INVALID, f"{file}: a key of round must be bp, % or a range like B8:H15, got {key!r}"
            )
    return Rounding(tuple(areas), units)
