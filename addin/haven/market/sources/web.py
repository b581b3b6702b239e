"""HTTP as the sources use it: patient, polite, bounded, and never led to another host.

An address may hold a key, so messages name its host and path only, and the library's own log, which would show all
of it, is kept quiet.
"""

import datetime as dt
import hashlib
import logging
import random
import re
import ssl
import threading
import time
from collections.abc import Callable, Mapping, MutableMapping
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from haven.errors import HavenError, Reason

if TYPE_CHECKING:
    import httpx

MAX_BYTES: Final = 32_000_000
"""Twice the largest file a source has."""
ATTEMPTS: Final = 4
REDIRECTS: Final = 5
LONGEST_WAIT: Final = 30.0
"""A server that asks for more is given up."""
CONNECT_SECONDS: Final = 10.0
READ_SECONDS: Final = 30.0
TRANSFER_SECONDS: Final = 180.0
"""For a whole body, however steadily it drips."""
PASSING: Final = frozenset({429, 500, 502, 503, 504})
"""Answers that may be better the next time."""
_NOT_MODIFIED: Final = 304
_NOT_FOUND: Final = 404
_HEADERS: Final = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
_HTML: Final = (b"<!doctype html", b"<html")
_PRIVATE: Final = re.compile(r"^\w+://([^/]*@)?")


class NotThereError(HavenError):
    """A server has nothing at an address."""


class Web:
    """The connections of one source for one refresh; several threads may use it at once.

    Parameters
    ----------
    validators
        By a digest of the address, which may hold a key, what a server said of its last answer, so that it need not
        repeat it. Updated here and kept by the caller, who does so only once the store has taken the figures.
    pause
        Waits for some seconds.
    seconds_between_calls
        To one host, from the beginning of one to that of the next; those of a source follow one another anyhow.
    """

    def __init__(
        self,
        validators: MutableMapping[str, Mapping[str, str]],
        pause: Callable[[float], None] = time.sleep,
        *,
        seconds_between_calls: float = 0.0,
        read_seconds: float = READ_SECONDS,
    ) -> None:
        self._validators = validators
        self._pause = pause
        self._seconds_between_calls = seconds_between_calls
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
            INVALID for what is no address; NO_DATA, naming host and path and what came instead of data; NotThereError
            for an address that is not there.
        """
        import httpx

        target = _address(url, params)
        for attempt in range(ATTEMPTS):
            self._take_turn(target.host)
            try:
                return self._fetch(target)
            except _PassingError as failure:
                why, asked = str(failure), failure.wait
            except httpx.TransportError as failure:
                why, asked = _cause(target, failure), 0.0
            if asked > LONGEST_WAIT:
                raise _failure(target, f"{why} and asks us to wait {asked:.0f} s")
            if attempt < ATTEMPTS - 1:
                backoff = 0.5 * 2**attempt * (1 + random.random())  # noqa: S311 - spreads the load
                self._pause(max(asked, backoff))
        raise _failure(target, f"{why}, {ATTEMPTS} times")

    def close(self) -> None:
        """Let the connections go."""
        if self._client is not None:
            self._client.close()

    def _fetch(self, target: "httpx.URL") -> bytes | None:
        """One attempt, along redirects on the same host."""
        client = self._connections()
        address = hashlib.sha256(str(target).encode()).hexdigest()
        known = self._validators.get(address, {})
        headers = {_HEADERS[name]: value for name, value in known.items() if name in _HEADERS}
        for _ in range(REDIRECTS):
            with client.stream("GET", target, headers=headers) as response:
                if response.next_request is not None:
                    target = _onward(target, response.next_request.url)
                    continue
                if response.status_code == _NOT_MODIFIED and headers:
                    return None
                _check_status(target, response)
                body = _read(target, response)
                said = {name: response.headers[name] for name in _HEADERS if name in response.headers}
            self._validators[address] = said
            return body
        raise _failure(target, f"it redirects more than {REDIRECTS} times")

    def _take_turn(self, host: str) -> None:
        """Wait until this host may be asked again."""
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._free_at.get(host, 0.0))
            self._free_at[host] = turn + self._seconds_between_calls
        if turn > now:
            self._pause(turn - now)

    def _connections(self) -> "httpx.Client":
        import httpx
        import truststore

        with self._lock:
            if self._client is None:
                for name in ("httpx", "httpcore"):
                    logging.getLogger(name).setLevel(logging.WARNING)
                # The system's certificates, among them a company's own; proxies come from the environment.
                trusted = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
                timeout = httpx.Timeout(self._read_seconds, connect=CONNECT_SECONDS)
                try:
                    self._client = httpx.Client(verify=trusted, timeout=timeout, headers={"User-Agent": "Haven"})
                except (ValueError, ImportError):  # its message may hold the proxy's password
                    rule = "the environment's proxy must be like http://proxy.example.com:8080"
                    raise HavenError(Reason.INVALID, rule) from None
            return self._client


class _PassingError(Exception):
    """An answer that may be better later; ``wait`` is how many seconds the server asks for."""

    def __init__(self, message: str, wait: float) -> None:
        super().__init__(message)
        self.wait = wait


def _address(url: str, params: Mapping[str, str] | None) -> "httpx.URL":
    import httpx

    try:
        target = httpx.URL(url, params=params) if params else httpx.URL(url)
    except httpx.InvalidURL:
        target = httpx.URL()
    if target.scheme not in {"http", "https"} or not target.host:
        raise HavenError(Reason.INVALID, f"base_url must be like https://host/path, got {_shown(url)!r}")
    return target


def _onward(target: "httpx.URL", onward: "httpx.URL") -> "httpx.URL":
    """Where a redirect leads: to the same host, and not from a safe line to an open one."""
    if onward.host != target.host:
        raise _failure(target, f"it sends us to another host, {onward.host}")
    if onward.scheme not in {"https", target.scheme}:
        raise _failure(target, f"it sends us from {target.scheme} to {onward.scheme}")
    return onward


def _check_status(target: "httpx.URL", response: "httpx.Response") -> None:
    if response.status_code in PASSING:
        raise _PassingError(f"it answers {response.status_code}", _asked_wait(response.headers.get("retry-after", "")))
    if response.status_code == _NOT_FOUND:
        raise NotThereError(Reason.NO_DATA, _failure(target, "it has nothing there (404)").message)
    if not response.is_success:
        raise _failure(target, f"it answers {response.status_code} {response.reason_phrase}".rstrip())


def _asked_wait(retry_after: str) -> float:
    """Seconds a Retry-After asks for, which is a number of them or a date."""
    if retry_after.isdecimal():
        return float(retry_after)
    try:
        asked = parsedate_to_datetime(retry_after)
        return max((asked - dt.datetime.now(dt.UTC)).total_seconds(), 0.0)
    except (ValueError, TypeError):  # no date, or one without a zone
        return 0.0


def _read(target: "httpx.URL", response: "httpx.Response") -> bytes:
    """The body, given up as soon as it is too large or takes too long."""
    import httpx

    too_large = _failure(target, f"it sends more than {MAX_BYTES / 1e6:.0f} MB")
    declared = response.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > MAX_BYTES:
        raise too_large
    parts, size, end = [], 0, time.monotonic() + TRANSFER_SECONDS
    try:
        for part in response.iter_bytes():
            size += len(part)
            if size > MAX_BYTES:
                raise too_large
            if time.monotonic() > end:
                raise _failure(target, f"it takes more than {TRANSFER_SECONDS:.0f} s to send")
            parts.append(part)
    except httpx.DecodingError as failure:
        said = response.headers.get("content-encoding")
        raise _failure(target, f"its body is not in the encoding it says, {said!r}") from failure
    body = b"".join(parts)
    if not body.strip():
        raise _failure(target, "it sends nothing")
    if body.lstrip()[:20].lower().startswith(_HTML):
        raise _failure(target, "it sends a web page instead of data")
    return body


def _cause(target: "httpx.URL", failure: "httpx.TransportError") -> str:
    """A failed connection in words, without the address.

    Raises
    ------
    HavenError
        NO_DATA when the certificate is not trusted: another attempt would not help.
    """
    cause: BaseException | None = failure
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            raise _failure(target, "this machine does not trust its certificate") from failure
        cause = cause.__cause__ or cause.__context__
    names = {
        "ConnectTimeout": "no connection in time",
        "ReadTimeout": "no answer in time",
        "RemoteProtocolError": "the answer breaks off",
        "ReadError": "the answer breaks off",
        "ConnectError": "no connection",
        "ProxyError": "the proxy refuses",
    }
    return names.get(type(failure).__name__, type(failure).__name__)


def _failure(target: "httpx.URL", what: str) -> HavenError:
    return HavenError(Reason.NO_DATA, f"{_shown(str(target))}: {what}")


def _shown(url: str) -> str:
    """Host and path of an address: no user, no password, no query."""
    return _PRIVATE.sub("", url.partition("?")[0])[:200]
