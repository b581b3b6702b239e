"""HTTP as the sources use it: patient, polite, bounded, and never led to another host."""

import random
import threading
import time
from collections.abc import Callable, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from haven.errors import HavenError, Reason

if TYPE_CHECKING:
    import httpx

MAX_BYTES: Final = 64_000_000
ATTEMPTS: Final = 4
REDIRECTS: Final = 5
SECONDS_BETWEEN_CALLS: Final = 0.2
"""To one host."""
LONGEST_WAIT: Final = 30.0
CONNECT_SECONDS: Final = 10.0
READ_SECONDS: Final = 30.0
PASSING: Final = frozenset({429, 500, 502, 503, 504})
"""Answers that may be better the next time."""
_NOT_MODIFIED: Final = 304
_NOT_FOUND: Final = 404
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_HEADERS: Final = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
_HTML: Final = (b"<!doctype html", b"<html")


class NotThereError(HavenError):
    """A server has nothing at an address."""


class Web:
    """The connections of one refresh; several threads may use it at once.

    ``validators`` holds, by address, what a server said of its last answer, so that it need not repeat it. It is
    updated here and kept by the caller, who does so only once the store has taken the figures.

    ``pause`` waits for some seconds.
    """

    def __init__(
        self,
        validators: MutableMapping[str, Mapping[str, str]],
        pause: Callable[[float], None] = time.sleep,
        *,
        max_bytes: int = MAX_BYTES,
        read_seconds: float = READ_SECONDS,
    ) -> None:
        self._validators = validators
        self._pause = pause
        self._max_bytes = max_bytes
        self._read_seconds = read_seconds
        self._client: httpx.Client | None = None
        self._lock = threading.Lock()
        self._free_at: dict[str, float] = {}

    def get(self, url: str, params: Mapping[str, str] | None = None) -> bytes | None:
        """The body of an address; None when nothing has changed since the last time.

        Parameters
        ----------
        params
            Query parameters. They may hold a key and never show in a message.

        Raises
        ------
        HavenError
            NO_DATA, naming host and path and what came instead; NotThereError for an address that is not there.
        """
        import httpx

        for attempt in range(ATTEMPTS):
            self._take_turn(urlsplit(url).netloc)
            try:
                return self._fetch(url, params)
            except _PassingError as failure:
                why, wait = str(failure), failure.wait
            except httpx.TransportError as failure:
                why, wait = _cause(failure), None
            if attempt < ATTEMPTS - 1:
                backoff = 0.5 * 2**attempt * (1 + random.random())  # noqa: S311 - spreads the load
                self._pause(min(wait if wait is not None else backoff, LONGEST_WAIT))
        raise _failure(url, f"{why}, {ATTEMPTS} times")

    def close(self) -> None:
        """Let the connections go."""
        if self._client is not None:
            self._client.close()

    def _fetch(self, url: str, params: Mapping[str, str] | None) -> bytes | None:
        """One attempt, along redirects on the same host."""
        import httpx

        client = self._connections()
        target = httpx.URL(url, params=params) if params else httpx.URL(url)
        address = str(target)
        known = self._validators.get(address, {})
        headers = {_HEADERS[name]: value for name, value in known.items() if name in _HEADERS}
        for _ in range(REDIRECTS):
            with client.stream("GET", target, headers=headers) as response:
                if response.status_code in _MOVED:
                    onward = target.join(response.headers.get("location", ""))
                    if onward.host != target.host:
                        raise _failure(url, f"it sends us to another host, {onward.host}")
                    target = onward
                    continue
                if response.status_code == _NOT_MODIFIED:
                    return None
                _check_status(url, response)
                body = self._read(url, response)
                said = {name: response.headers[name] for name in _HEADERS if name in response.headers}
            if said:
                self._validators[address] = said
            return body
        raise _failure(url, f"it redirects more than {REDIRECTS} times")

    def _read(self, url: str, response: "httpx.Response") -> bytes:
        """The body, given up as soon as it is too large."""
        import httpx

        parts, size = [], 0
        try:
            for part in response.iter_bytes():
                size += len(part)
                if size > self._max_bytes:
                    raise _failure(url, f"it sends more than {self._max_bytes / 1e6:.0f} MB")
                parts.append(part)
        except httpx.DecodingError as failure:
            said = response.headers.get("content-encoding")
            raise _failure(url, f"its body is not in the encoding it says, {said!r}") from failure
        body = b"".join(parts)
        if not body.strip():
            raise _failure(url, "it sends nothing")
        if body.lstrip()[:20].lower().startswith(_HTML):
            raise _failure(url, "it sends a web page instead of data")
        return body

    def _take_turn(self, host: str) -> None:
        """Wait until this host may be asked again."""
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._free_at.get(host, 0.0))
            self._free_at[host] = turn + SECONDS_BETWEEN_CALLS
        if turn > now:
            self._pause(turn - now)

    def _connections(self) -> "httpx.Client":
        import ssl

        import httpx
        import truststore

        with self._lock:
            if self._client is None:
                # The system's certificates, among them a company's own; proxies come from the environment.
                trusted = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
                timeout = httpx.Timeout(self._read_seconds, connect=CONNECT_SECONDS)
                self._client = httpx.Client(verify=trusted, timeout=timeout, headers={"User-Agent": "Haven"})
            return self._client


class _PassingError(Exception):
    """An answer that may be better later; ``wait`` is how long the server asks to wait."""

    def __init__(self, message: str, wait: float | None) -> None:
        super().__init__(message)
        self.wait = wait


def _check_status(url: str, response: Any) -> None:
    if response.status_code in PASSING:
        asked = response.headers.get("retry-after", "")
        raise _PassingError(f"it answers {response.status_code}", float(asked) if asked.isdigit() else None)
    if response.status_code == _NOT_FOUND:
        raise NotThereError(Reason.NO_DATA, _failure(url, "it has nothing there (404)").message)
    if not response.is_success:
        raise _failure(url, f"it answers {response.status_code} {response.reason_phrase}".rstrip())


def _cause(failure: Exception) -> str:
    """A failed connection in words, without the address, which may hold a key."""
    names = {
        "ConnectTimeout": "no connection in time",
        "ReadTimeout": "no answer in time",
        "RemoteProtocolError": "the answer breaks off",
        "ReadError": "the answer breaks off",
        "ConnectError": "no connection",
        "ProxyError": "the proxy refuses",
    }
    return names.get(type(failure).__name__, type(failure).__name__)


def _failure(url: str, what: str) -> HavenError:
    parts = urlsplit(url)
    return HavenError(Reason.NO_DATA, f"{parts.netloc}{parts.path}: {what}")
