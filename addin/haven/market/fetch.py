"""Several sources asked at once, each in a thread of its own, so that a slow one holds up nobody."""

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from haven.errors import HavenError, Reason
from haven.market.sources.source import Quotes

log = logging.getLogger("haven")
SOURCE_SECONDS: Final = 600.0
"""For one source, whatever it does: a database or a network drive may keep silent for ever."""
LOOK_SECONDS: Final = 0.1
"""How often a wait looks whether it should end."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source answered, or why it did not."""

    source: str
    quotes: Sequence[Quotes]
    seconds: float
    failure: str = ""


class StoppedError(HavenError):
    """Somebody stopped a refresh."""

    def __init__(self) -> None:
        super().__init__(Reason.INVALID, "stopped; nothing was half-written")


def ask(collect: Mapping[str, Callable[[], Sequence[Quotes]]], stopped: Callable[[], bool]) -> Iterator[Answer]:
    """Ask sources by name and yield the answers as they come; one that keeps silent is given up.

    Raises
    ------
    StoppedError
        As soon as ``stopped`` says so; an answer that is still on its way is then let go.
    """
    answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
    for source, collects in collect.items():
        threading.Thread(target=_answer, args=(source, collects, answers), daemon=True).start()
    waiting, end = dict.fromkeys(collect), time.monotonic() + SOURCE_SECONDS
    while waiting:
        if stopped():
            raise StoppedError
        try:
            answer = answers.get(timeout=LOOK_SECONDS)
        except queue.Empty:
            if time.monotonic() > end:
                silent = f"no answer in {SOURCE_SECONDS:.0f} s"
                yield from (Answer(source, (), SOURCE_SECONDS, silent) for source in waiting)
                return
            continue
        del waiting[answer.source]
        yield answer


def pause(stopped: Callable[[], bool]) -> Callable[[float], None]:
    """A wait between two calls of a source that ends early when somebody stops the refresh."""

    def wait(seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if stopped():
                raise StoppedError
            time.sleep(min(left, LOOK_SECONDS))

    return wait


def _answer(source: str, collect: Callable[[], Sequence[Quotes]], answers: "queue.SimpleQueue[Answer]") -> None:
    """Put into the queue what a source answers; whatever happens, something is put there."""
    started = time.monotonic()
    quotes: Sequence[Quotes] = ()
    failure = ""
    try:
        quotes = collect()
    except HavenError as refused:
        failure = refused.message
    except Exception:
        log.exception("source %s failed", source)
        failure = f"{source}: internal error, see the log"
    answers.put(Answer(source, quotes, time.monotonic() - started, failure))
