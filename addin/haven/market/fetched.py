"""What was fetched before: the series each source was asked for and what its server said of the answer.

One small file at home. It is only ever behind the store, never ahead of it: it is written once the store has the
figures, and what it says of a store that has since lost some, or of another store, is not believed.
"""

import json
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any, Final

from haven.market.atomic import atomic_write
from haven.market.home import home

FILE_NAME: Final = "fetched.json"


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a source was asked for, and its validators: what its server said of each answer."""

    series: frozenset[str] = frozenset()
    validators: MutableMapping[str, Mapping[str, str]] = field(default_factory=dict)


def fetched(store: str, version: int, source: str) -> Fetched:
    """What is known of a source for a store that is at a version; nothing when the store was replaced since."""
    kept = _read().get(store, {}).get(source)
    if kept is None or kept["version"] > version:
        return Fetched()
    return Fetched(frozenset(kept["series"]), kept["validators"])


def keep_fetched(store: str, version: int, source: str, new: Fetched) -> None:
    """Keep what a source was asked for and said, now that the store has it."""
    known = _read()
    kept = {"version": version, "series": sorted(new.series), "validators": dict(new.validators)}
    known.setdefault(store, {})[source] = kept
    with atomic_write(home() / FILE_NAME) as file:
        file.write(json.dumps(known, indent=1).encode())


def _read() -> dict[str, Any]:
    """The file; nothing when there is none, or none of ours: everything is then fetched anew."""
    try:
        known = json.loads((home() / FILE_NAME).read_bytes())
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}
