"""The log: one file at home for every way Haven is run."""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

from haven.market.home import home

LOG_BYTES: Final = 1_000_000


def log_path() -> Path:
    """The file of the log."""
    return home() / "haven.log"


def log_to_file() -> None:
    """Send the log to a file that starts anew at a megabyte; the file is made when there is something to log."""
    log = logging.getLogger("haven")
    handler = _HomeLog(log_path(), maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log.handlers[:] = [handler]
    log.propagate = False


class _HomeLog(RotatingFileHandler):
    """Makes the folder with the first line."""

    def emit(self, record: logging.LogRecord) -> None:
        Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
        super().emit(record)
