"""A refresh that LibreOffice's menu started: it runs beside the calls of cells, and is asked how far it is."""

import logging
import threading
from dataclasses import dataclass
from typing import Any, Final

from haven.errors import HavenError, Reason
from haven.hosts.clock import utc_now

log = logging.getLogger("haven")


@dataclass(slots=True)
class Fetching:
    """How far a refresh is; once it has ended, whether the sources were asked to the end, and what to tell."""

    done: int = 0
    of: int = 1
    text: str = ""
    stopped: bool = False
    ended: bool = False
    fetched: bool = False
    told: str = ""

    def tell(self, done: int, of: int, text: str) -> None:
        """Note how far it is."""
        self.done, self.of, self.text = done, of, text

    def run(self) -> None:
        """Fetch and store."""
        from haven.market.refresh import refresh_store
        from haven.market.settings import load_settings

        try:
            self.told = refresh_store(load_settings(), utc_now(), tell=self.tell, stopped=lambda: self.stopped).told
            self.fetched = True
        except HavenError as failure:
            self.told = failure.message
        except Exception:
            log.exception("the refresh failed")
            self.told = "internal error, see the log that haven status names"
        finally:
            self.ended = True


_LAST: Final[list[Fetching]] = [Fetching(ended=True, told="The refresh was broken off: the Haven process had gone.")]
"""What a process is asked about that has begun none: one that took the place of the one that had."""


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


def stop() -> None:
    """Have the refresh under way stop; what its sources brought before stays."""
    _LAST[0].stopped = True


def progress() -> dict[str, Any]:
    """How far the last refresh is; when it has ended, the store is read again."""
    last = _LAST[0]
    if last.ended:
        from haven.market.snapshot import refresh

        refresh()
    return {
        "done": last.done,
        "of": last.of,
        "text": last.text,
        "ended": last.ended,
        "fetched": last.fetched,
        "told": last.told,
    }
