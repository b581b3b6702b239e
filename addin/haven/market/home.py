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


def store_exists(url: str) -> bool:
    """Whether there may be a store: a SQLite file that is there, or any database server."""
    path = url.removeprefix("sqlite:///")
    return path == url or os.path.exists(path)  # noqa: PTH110 - a URL path, taken as SQLite takes it
