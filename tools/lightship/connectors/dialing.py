"""Connections that go only where they may: the address is looked up once, judged, and then the one that is connected to.

So a name that suddenly stands for the cloud's own metadata server, or for this machine, leads nowhere.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NameResolutionError, NewConnectionError

from lightship.actions.vendor import Refused

Resolve = Callable[[str, int], Sequence[str]]
"""The addresses of a host, as texts; OSError where there are none."""

# Addresses that carry another one inside, and so could lead to a private one.
_CARRIERS = tuple(ipaddress.ip_network(each) for each in ("64:ff9b::/96", "2002::/16", "2001::/32"))


def resolved(host: str, port: int) -> Sequence[str]:
    """What the system's resolver says."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(each[4][0]) for each in found))


def is_public(address: str) -> bool:
    """Whether `address` is one that everybody can reach."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if any(found in carrier for carrier in _CARRIERS):
            return False
    return found.is_global and not found.is_multicast


@dataclass
class Dialled:
    """One call's connection: `reached` once bytes of ours may be on their way, `cut` once its time was over."""

    resolve: Resolve
    private: frozenset[str]
    reached: bool = False
    cut: bool = False
    _sockets: list[socket.socket] = field(default_factory=list)

    def dial(self, connection: HTTPConnection) -> socket.socket:
        """A socket to the connection's host. Raises Refused where its address is private and not listed."""
        host, port = connection.host, connection.port
        try:
            addresses = self.resolve(host, port)
        except OSError as error:
            raise NameResolutionError(host, connection, socket.gaierror(str(error))) from error
        if host not in self.private and not all(is_public(each) for each in addresses):
            raise Refused(
                f"{host} leads to a private address: list it below 'private' in lightship.yaml if it should"
            )
        problem: OSError = OSError("it has no address")
        for address in addresses:
            try:
                made = socket.create_connection((address, port), connection.timeout)
            except OSError as error:
                problem = error
                continue
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._sockets.append(made)
            return made
        raise NewConnectionError(connection, f"{problem}") from problem

    def keep(self, made: Any) -> None:
        """Note the socket that is spoken through, and that speaking begins."""
        self._sockets.append(made)
        self.reached = True

    def end(self) -> None:
        """Cut the connection: its time is over."""
        self.cut = True
        for each in self._sockets:
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # it is closed already

    def adapter(self) -> HTTPAdapter:
        """What a session of `requests` connects through."""
        dialled = self

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return dialled.dial(self)

            def connect(self) -> None:
                super().connect()
                dialled.keep(self.sock)

        class Encrypted(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return dialled.dial(self)

            def connect(self) -> None:
                super().connect()
                dialled.keep(self.sock)

        plain = type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": Plain})
        encrypted = type("EncryptedPool", (HTTPSConnectionPool,), {"ConnectionCls": Encrypted})
        made = HTTPAdapter(max_retries=0, pool_connections=1, pool_maxsize=1)
        made.poolmanager.pool_classes_by_scheme = {"http": plain, "https": encrypted}
        return made


class Deadline:
    """Cuts a connection when its time is over, whatever it is waiting for: a drip of bytes never times out by itself."""

    def __init__(self, dialled: Dialled, seconds: float) -> None:
        self._timer = threading.Timer(max(seconds, 0.0), dialled.end)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
