"""Where Haven keeps its state: the store, settings and log."""

import os
from pathlib import Path


def home() -> Path:
    """The folder of all state: ``HAVEN_HOME``, or the user's data folder of the operating system."""
    if folder := os.environ.get("HAVEN_HOME"):
        return Path(folder).expanduser()
    from platformdirs import user_data_path

    return user_data_path("Haven", appauthor=False)


def store_url() -> str:
    """The database URL of the store: ``HAVEN_STORE``, or a SQLite file at home."""
    return os.environ.get("HAVEN_STORE") or f"sqlite:///{(home() / 'store.sqlite').as_posix()}"


def store_at(url: str) -> tuple[str, int, int] | None:
    """Which store there is: a file, told from another in its place, or any server; None where there is none."""
    path = url.removeprefix("sqlite:///")
    if path == url:
        return url, 0, 0
    try:
        file = os.stat(path)  # noqa: PTH116 - a URL path, taken as SQLite takes it
    except OSError:
        return None
    return url, file.st_dev, file.st_ino
