"""A refresh that LibreOffice's menu started: it runs beside the calls of cells, and is asked how far it is."""

import datetime as dt
import logging
import threading
from dataclasses import dataclass
from typing import Any, Final

from haven.errors import HavenError, Reason

log = logging.getLogger("haven")


@dataclass(slots=True)
class Fetching:
    """How far a refresh is, and what to tell once it has ended."""

    done: int = 0
    of: int = 1
    text: str = ""
    ended: bool = False
    told: str = ""

    def tell(self, done: int, of: int, text: str) -> None:
        """Note how far it is."""
        self.done, self.of, self.text = done, of, text

    def run(self) -> None:
        """Fetch and store."""
        from haven.market.refresh import refresh_store
        from haven.market.settings import load_settings

        try:
            now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
            self.told = refresh_store(load_settings(), now, tell=self.tell).told
        except HavenError as failure:
            self.told = failure.message
        except Exception:
            log.exception("the refresh failed")
            self.told = "internal error, see the log that haven status names"
        finally:
            self.ended = True


_LAST: Final[list[Fetching]] = [Fetching(ended=True)]


def start() -> None:
    """Start a refresh.

    Raises
    ------
    HavenError
        INVALID while one is under way.
    """
    if not _LAST[0].ended:
        raise HavenError(Reason.INVALID, "Haven is still refreshing")
    _LAST[0] = Fetching()
    threading.Thread(target=_LAST[0].run, daemon=True).start()


def progress() -> dict[str, Any]:
    """How far the last refresh is; when it has ended, the store is read again."""
    last = _LAST[0]
    if last.ended:
        from haven.market.snapshot import refresh

        refresh()
    return {"done": last.done, "of": last.of, "text": last.text, "ended": last.ended, "told": last.told}
