"""A desk's own file, or its folder of files, read anew at each refresh."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from haven.errors import HavenError, Reason
from haven.market.exports import read_files
from haven.market.files import READERS, Rows
from haven.market.sources.rows import from_rows, setting
from haven.market.sources.source import Quotes, Request, Source

NAME: Final = "file"


def fetch(request: Request) -> list[tuple[Path, Rows]]:
    """The rows of the files, oldest first."""
    map_file = request.settings.get("map")
    return read_files(_files(request), Path(map_file).expanduser() if map_file else None)


def parse(files: Sequence[tuple[Path, Rows]], request: Request) -> list[Quotes]:
    """The series asked for; where files differ the newer one speaks."""
    return from_rows([(path.name, rows) for path, rows in files], request.series, NAME)


def collect(request: Request) -> list[Quotes]:
    """The series asked for."""
    found = parse(fetch(request), request)
    return [quotes.since(request.since) for quotes in found] if request.since else found


def _files(request: Request) -> list[Path]:
    path = Path(setting(request.settings, "path", NAME)).expanduser()
    if not path.is_dir():
        return [path]
    files = [file for file in path.iterdir() if file.suffix.lower() in READERS and not file.name.startswith(("~", "."))]
    if not files:
        raise HavenError(Reason.NO_DATA, f"{NAME}: {path} has no files that end in {', '.join(READERS)}")
    return sorted(files, key=lambda file: (file.stat().st_mtime, file.name))


SOURCE: Final = Source(
    name=NAME,
    base_url="",
    licence="The desk's own, or as its vendor says.",
    publishes="As the desk writes it.",
    fresh_for=1,
    options={"path": str, "map": str, "series": list},
    collect=collect,
)
