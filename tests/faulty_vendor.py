"""A vendor on loopback that goes wrong on purpose, at the call that a test names, and remembers what really happened.

What it fronts is either `Shelf`, a small vendor of its own, or another server (`elsewhere`): moto, an emulator. So every
connector meets the same faults, and what has had an effect is told by the partner, not by the client.
"""

from __future__ import annotations

import http.client
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import urlsplit

Kind = Literal[
    "429", "429-after", "500", "502-html", "timeout-before", "timeout-after", "reset", "half-body", "bad-json",
    "not-ok", "slow-drip",
]  # fmt: skip
KINDS: tuple[Kind, ...] = (
    "429", "429-after", "500", "502-html", "timeout-before", "timeout-after", "reset", "half-body", "bad-json",
    "not-ok", "slow-drip",
)  # fmt: skip
_NO_EFFECT = ("429", "429-after", "timeout-before", "not-ok")
_HOP_BY_HOP = ("connection", "content-length", "transfer-encoding", "keep-alive", "server", "date")


@dataclass(frozen=True)
class Fault:
    """What goes wrong. `effect`: whether the call has had its effect all the same; by default as unkind as the kind allows.

    `after` is the Retry-After of '429-after': seconds, or a date of HTTP.
    """

    kind: Kind
    effect: bool | None = None
    after: str = "1"

    @property
    def is_effective(self) -> bool:
        """Whether the call reaches what is behind."""
        return self.kind not in _NO_EFFECT if self.effect is None else self.effect


@dataclass(frozen=True)
class Request:
    """A call as it came; `fault` is what it met, `reached` whether it had its effect."""

    number: int
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    fault: Fault | None
    reached: bool

    @property
    def is_write(self) -> bool:
        """Whether it may change something."""
        return self.method not in ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True)
class Answer:
    """What is said to a call."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})


Behind = Callable[[str, str, Mapping[str, str], bytes], Answer]
"""What stands behind the faults: method, path with query, headers and body to an answer."""


def said(data: Any, status: int = 200) -> Answer:
    """An answer of JSON."""
    return Answer(status, json.dumps(data).encode())


def elsewhere(address: str) -> Behind:
    """Another server, at http://127.0.0.1:PORT."""
    where = urlsplit(address)

    def forward(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=30)
        try:
            kept = {name: value for name, value in headers.items() if name.lower() not in _HOP_BY_HOP}
            connection.request(method, path, body, {**kept, "Content-Length": str(len(body))})
            answer = connection.getresponse()
            kept = {name: value for name, value in answer.getheaders() if name.lower() not in _HOP_BY_HOP}
            return Answer(answer.status, answer.read(), kept)
        finally:
            connection.close()

    return forward


class Shelf:
    """A vendor of things: POST /things makes one, even twice; GET /things lists; DELETE /things/<id> removes.

    `made` and `removed` are every effect there was, in order, by what the thing says in `mark`.
    """

    def __init__(self) -> None:
        self.things: dict[str, dict[str, Any]] = {}
        self.made: list[str] = []
        self.removed: list[str] = []
        self._lock = threading.Lock()

    def __call__(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        name = path.partition("?")[0].removeprefix("/things").strip("/")
        with self._lock:
            if method == "GET" and not name:
                return said({"ok": True, "things": list(self.things.values())})
            if method == "POST" and not name:
                return self._make(json.loads(body or b"{}"))
            if name not in self.things:
                return said({"ok": False, "error": "no such thing"}, 404)
            if method == "DELETE":
                self.removed.append(str(self.things.pop(name).get("mark", "")))
                return Answer(204)
            return said({"ok": True, "thing": self.things[name]})

    def _make(self, thing: dict[str, Any]) -> Answer:
        id = f"thing-{len(self.made) + 1}"
        self.things[id] = {**thing, "id": id}
        self.made.append(str(thing.get("mark", "")))
        return said({"ok": True, "thing": self.things[id]}, 201)


class Vendor:
    """A server under test. `plan` says which call meets which fault, calls counted from 1; `calls` is what came.

    With `only_writes`, only calls that may change something are counted for `plan`.
    """

    def __init__(self, behind: Behind, plan: Mapping[int, Fault], only_writes: bool = False) -> None:
        self.behind = behind
        self.plan = dict(plan)
        self.only_writes = only_writes
        self.calls: list[Request] = []
        self.closing = threading.Event()
        self.address = ""
        self._counted = 0
        self._lock = threading.Lock()

    def begin(self, plan: Mapping[int, Fault]) -> None:
        """Forget what came, and count from 1 with `plan`."""
        with self._lock:
            self.plan, self.calls, self._counted = dict(plan), [], 0

    @property
    def host(self) -> str:
        """127.0.0.1:PORT."""
        return urlsplit(self.address).netloc

    @property
    def met(self) -> tuple[str, ...]:
        """The kinds of fault that were met, in order."""
        return tuple(call.fault.kind for call in self.calls if call.fault)

    def received(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Request:
        """Note a call, and what it meets."""
        with self._lock:
            writes = method not in ("GET", "HEAD", "OPTIONS")
            counts = writes or not self.only_writes
            self._counted += counts
            fault = self.plan.get(self._counted) if counts else None
            reached = fault is None or fault.is_effective
            request = Request(len(self.calls) + 1, method, path, dict(headers), body, fault, reached)
            self.calls.append(request)
            return request


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    vendor: Vendor

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request = self.vendor.received(self.command, self.path, dict(self.headers.items()), body)
        answer = Answer(200, b"{}")
        if request.reached:
            answer = self.vendor.behind(self.command, self.path, request.headers, body)
        if request.fault is None:
            self._say(answer)
        else:
            _FAULTS[request.fault.kind](self, answer, request.fault)

    def _say(self, answer: Answer, shown: int | None = None) -> None:
        """The head and the first `shown` bytes of the body; all of it where None."""
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status not in (204, 304):
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body[:shown])
        self.wfile.flush()

    def too_many(self, _answer: Answer, fault: Fault) -> None:
        after = {"Retry-After": fault.after} if fault.kind == "429-after" else {}
        self._say(Answer(429, b'{"message": "slow down"}', {"Content-Type": "application/json", **after}))

    def broken(self, _answer: Answer, _fault: Fault) -> None:
        self._say(Answer(500, b'{"message": "something broke"}'))

    def gateway(self, _answer: Answer, _fault: Fault) -> None:
        self._say(Answer(502, b"<html><h1>502 Bad Gateway</h1></html>", {"Content-Type": "text/html"}))

    def silent(self, _answer: Answer, _fault: Fault) -> None:
        self.close_connection = True
        self.connection.settimeout(0.02)
        while not self.vendor.closing.is_set():
            try:
                if not self.connection.recv(1):
                    return  # the client has given up
            except TimeoutError:
                continue

    def reset(self, _answer: Answer, _fault: Fault) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def half(self, answer: Answer, _fault: Fault) -> None:
        self.close_connection = True
        whole = answer if len(answer.body) > 1 else Answer(200, b'{"message": "half"}')
        self._say(whole, len(whole.body) // 2)
        self.connection.shutdown(socket.SHUT_RDWR)

    def garbled(self, _answer: Answer, _fault: Fault) -> None:
        self._say(Answer(200, b'{"id": "th'))

    def not_ok(self, _answer: Answer, _fault: Fault) -> None:
        self._say(said({"ok": False, "error": "not_allowed"}))

    def drip(self, answer: Answer, _fault: Fault) -> None:
        """A byte now and then, each soon enough for a time-out that looks at one read only."""
        self.close_connection = True
        whole = answer.body if len(answer.body) > 1 else b'{"message": "slow"}'
        self._say(Answer(200, whole.ljust(len(whole) + 100_000)), 1)
        while not self.vendor.closing.wait(0.03):
            self.wfile.write(b" ")
            self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


_FAULTS: Mapping[Kind, Callable[[_Handler, Answer, Fault], None]] = {
    "429": _Handler.too_many,
    "429-after": _Handler.too_many,
    "500": _Handler.broken,
    "502-html": _Handler.gateway,
    "timeout-before": _Handler.silent,
    "timeout-after": _Handler.silent,
    "reset": _Handler.reset,
    "half-body": _Handler.half,
    "bad-json": _Handler.garbled,
    "not-ok": _Handler.not_ok,
    "slow-drip": _Handler.drip,
}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are what is tested here."""


@contextmanager
def serving(
    behind: Behind, plan: Mapping[int, Fault] | None = None, *, only_writes: bool = False
) -> Iterator[Vendor]:
    """A vendor on a port of its own, which fronts `behind`."""
    vendor = Vendor(behind, plan or {}, only_writes)
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"vendor": vendor}))
    vendor.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield vendor
    finally:
        vendor.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
