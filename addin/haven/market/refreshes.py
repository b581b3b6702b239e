"""The refreshes there were: one small file each at home, the oldest of which go."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any, Final

from haven.market.atomic import atomic_write
from haven.market.home import home

KEPT: Final = 200
FOLDER: Final = "refreshes"


def keep_refresh(at: dt.datetime, said: Mapping[str, Any]) -> None:
    """Keep what there is to say of a refresh, and no more than the newest ones."""
    folder = home() / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with atomic_write(folder / f"{at:%Y%m%dT%H%M%S%f}.json") as file:
        file.write(json.dumps({"at": at.isoformat(), **said}, indent=1).encode())
    for path in sorted(folder.glob("*.json"))[:-KEPT]:
        path.unlink(missing_ok=True)


def kept_refreshes(limit: int) -> list[dict[str, Any]]:
    """The newest refreshes, newest first."""
    paths = sorted((home() / FOLDER).glob("*.json"), reverse=True)[:limit]
    return [json.loads(path.read_bytes()) for path in paths]
