"""The one way to vendors: to listed hosts alone, encrypted, straight, in bounded time; and every answer is a typed one.

A read is tried again while the step has time; a write is tried once, since only whoever has probed may try it again.
No redirect is followed, no proxy or netrc of the environment is used, no cookie kept, no connection used twice.
"""

from __future__ import annotations

import random
import ssl
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, TypeVar
from urllib.parse import SplitResult, urlsplit

from requests.cookies import RequestsCookieJar
from urllib3.exceptions import HTTPError

import requests
from lightship.actions.vendor import Refused, Retry, Unknown, VendorError
from lightship.connectors.credentials import Secret, without
from lightship.connectors.dialing import Deadline, Dialled, Resolve, resolved
from lightship.connectors.reply import Missing, Reply, judge, told

_LARGEST = 8_000_000  # bytes of an answer
_LONGEST_WAIT = 60.0  # seconds
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
T = TypeVar("T")


class Clock(Protocol):
    """What time it is, aware, and waiting."""

    def now(self) -> datetime: ...
    def sleep(self, seconds: float) -> None: ...


@dataclass(frozen=True, slots=True)
class Limits:
    """How long is waited, in seconds, and how often a read is tried.

    `read` is for each part of an answer, `answer` for all of it, and `step` for one operation's call as a whole.
    """

    connect: float = 5.0
    read: float = 15.0
    answer: float = 30.0
    step: float = 60.0
    tries: int = 5


@dataclass
class Web:
    """Calls to the `bases` of one vendor, such as https://api.github.com. Raises Retry, Refused or Unknown, nothing else.

    `private` are hosts that may lie at private addresses. A base without encryption must be on loopback, and listed there.
    """

    name: str
    bases: Collection[str]
    clock: Clock
    dice: random.Random = field(default_factory=random.Random)
    private: frozenset[str] = frozenset()
    secrets: tuple[Secret, ...] = ()
    limits: Limits = Limits()
    resolve: Resolve = resolved

    def __post_init__(self) -> None:
        self._origins = frozenset(_origin(self._base(each)) for each in self.bases)
        self.begin()

    def begin(self) -> None:
        """Start the time that a step has."""
        self._until = self.clock.now() + timedelta(seconds=self.limits.step)

    def ask(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | str | None = None,
        *,
        about: str = "",
        reads: bool | None = None,
        refuse: Callable[[Reply], None] | None = None,
    ) -> Reply:
        """An answer of 2xx. `about` names the call in messages; `reads` that it changes nothing (by default GET and HEAD).

        `refuse` replaces `refuse_clients`: what is raised at 4xx other than 429.
        """
        if reads is None:
            reads = method in ("GET", "HEAD")

        def once() -> Reply:
            reply = self._send(method, url, headers or {}, body, f"{self.name}: {about or method}")
            judge(reply, self.clock.now())
            (refuse or self.refuse_clients)(reply)
            return reply

        return self.patiently(once) if reads else once()

    def patiently(self, look: Callable[[], T]) -> T:
        """What `look` gives, tried again with full jitter while there is time. It must change nothing."""
        for number in range(self.limits.tries):
            wait = self.dice.uniform(0, min(2.0**number, _LONGEST_WAIT))
            try:
                return look()
            except (Retry, Unknown) as error:
                wait = max(wait, (error.after or 0.0) if isinstance(error, Retry) else 0.0)
                last = number + 1 == self.limits.tries
                if last or self.clock.now() + timedelta(seconds=wait) > self._until:
                    raise
                self.clock.sleep(wait)
        raise AssertionError("a try answers or raises")

    def rest(self, seconds: float) -> None:
        """Wait for something that goes on at the vendor. Raises Unknown where the step has no time for that."""
        if self.clock.now() + timedelta(seconds=seconds) > self._until:
            raise self.unknown("it goes on, and the step's time is over")
        self.clock.sleep(seconds)

    def refuse_clients(self, reply: Reply) -> None:
        """Raise Missing or Refused at 4xx, with what the vendor said about it."""
        if reply.status in (404, 410):
            raise Missing(f"{reply.said}: {reply.status}, it is not there")
        if 400 <= reply.status < 500:
            raise Refused(self.clean(f"{reply.said}: {reply.status} {told(reply.body)}"))

    def clean(self, text: str) -> str:
        """`text` as a message: one line, no secret in it, not too long."""
        line = without(text, self.secrets)
        return line if len(line) <= 400 else f"{line[:399]}…"

    def unknown(self, text: str) -> Unknown:
        """That the outcome is not known."""
        return Unknown(self.clean(f"{self.name}: {text}"))

    def _send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | str | None, call: str
    ) -> Reply:
        said = self.clean(call)
        where = self._allowed(url, said)
        dialled = Dialled(self.resolve, self.private | _loopback(self.bases))
        left = (self._until - self.clock.now()).total_seconds()
        if left <= 0:
            raise Retry(f"{said}: the step's time is over")
        request = requests.Request(method, url, _headers(headers), data=body)
        try:
            with _session(dialled) as session, Deadline(dialled, min(left, self.limits.answer)):
                prepared = session.prepare_request(request)
                waits = (self.limits.connect, self.limits.read)
                answer = session.send(prepared, stream=True, timeout=waits, allow_redirects=False)
                found = _body(answer, said)
        except VendorError:
            raise
        except (OSError, requests.RequestException, HTTPError, ValueError) as error:
            raise _trouble(error, dialled, said, str(where.hostname)) from None
        if dialled.cut:
            raise Unknown(f"{said}: the answer did not end in time")
        kept = {name.lower(): value for name, value in answer.headers.items()}
        return Reply(said, answer.status_code, kept, found)

    def _allowed(self, url: str, said: str) -> SplitResult:
        if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
            raise Refused(f"{said}: that is no address")
        where = _split(url, said)
        if "@" in where.netloc or _origin(where) not in self._origins:
            raise Refused(f"{said}: {without(where.netloc, self.secrets)} is not a host of {self.name}")
        return where

    def _base(self, url: str) -> SplitResult:
        where = _split(url, self.name)
        if "@" in where.netloc or not where.hostname:
            raise Refused(f"{self.name}: '{where.hostname}' is no base: write https://HOST")
        if where.scheme != "https" and not (where.scheme == "http" and where.hostname in _LOOPBACK):
            raise Refused(f"{self.name}: {where.hostname} has to be asked by https")
        return where


def _split(url: str, said: str) -> SplitResult:
    try:
        where = urlsplit(url)
        _ = where.port
    except ValueError:
        raise Refused(f"{said}: that is no address") from None
    return where


def _origin(where: SplitResult) -> tuple[str, str, int]:
    return where.scheme, (where.hostname or "").lower(), where.port or (80 if where.scheme == "http" else 443)


def _loopback(bases: Iterable[str]) -> frozenset[str]:
    """Hosts of bases that name loopback themselves: whoever wrote them meant it."""
    return frozenset(host for each in bases if (host := urlsplit(each).hostname) in _LOOPBACK and host)


def _session(dialled: Dialled) -> requests.Session:
    made = requests.Session()
    made.trust_env = False
    made.cookies = RequestsCookieJar()
    made.headers.clear()
    made.adapters.clear()
    for scheme in ("http://", "https://"):
        made.mount(scheme, dialled.adapter())
    return made


def _headers(headers: Mapping[str, str]) -> dict[str, str]:
    kept = {
        name: value
        for name, value in headers.items()
        if name.lower() not in ("connection", "accept-encoding")
    }
    return {"User-Agent": "lightship", **kept, "Accept-Encoding": "identity", "Connection": "close"}


def _body(answer: requests.Response, said: str) -> bytes:
    parts, size = [], 0
    while part := answer.raw.read1(65_536, decode_content=True):
        parts.append(part)
        size += len(part)
        if size > _LARGEST:
            raise Unknown(f"{said}: {answer.status_code}, and more than {_LARGEST // 1_000_000} MB")
    return b"".join(parts)


def _is_about_certificates(error: BaseException | None) -> bool:
    seen = 0
    while error is not None and seen < 10:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        reason = getattr(error, "reason", None) or next(iter(error.args), None)
        error, seen = (reason if isinstance(reason, BaseException) else error.__context__), seen + 1
    return False


def _trouble(error: Exception, dialled: Dialled, said: str, host: str) -> VendorError:
    """What an error of the connection means: nothing was sent, or nobody knows."""
    if _is_about_certificates(error):
        return Refused(f"{said}: {host} does not prove who it is")
    if isinstance(error, requests.exceptions.InvalidHeader | requests.exceptions.InvalidURL):
        return Refused(f"{said}: it cannot be asked that way")
    if not dialled.reached:
        return Retry(f"{said}: {host} cannot be reached")
    if dialled.cut or isinstance(error, requests.Timeout | TimeoutError):
        return Unknown(f"{said}: no answer in time")
    return Unknown(f"{said}: the connection broke")
