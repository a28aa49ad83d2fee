"""Serves the portal's folder on this machine, and tells open pages when it was built anew.

Only requests for this machine by name are answered, so that no web page elsewhere can read the portal by pointing its
own host name here.
"""

from __future__ import annotations

import errno
import io
import os
import shutil
from collections.abc import Iterator
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Condition, Thread
from typing import Any, BinaryIO

from lightship.errors import CouldNotRun

HOST = "127.0.0.1"
_WATCHED = ("catalog", "scorecards", "actions", "site", "lightship.yaml", "mkdocs.yml")
_LOCK = ".lock"  # git's, while it writes
_REFS = ("refs/heads", "refs/remotes", "packed-refs")
_RELOAD = b""""use strict";
(() => {
  const events = new EventSource("/-/events");
  let first = null;
  events.addEventListener("message", ({ data }) => {
    if (first === null) first = data;
    else if (first !== data) location.reload();
  });
})();
"""
_TAG = b'<script src="/-/reload.js"></script></body>'
_BEAT = 15.0  # seconds between signs of life of an open stream


class Portal(ThreadingHTTPServer):
    """The server of the folder `out`; `built()` says that it holds something new. Raises CouldNotRun where the port is taken."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, out: Path, port: int) -> None:
        self.version = 0
        self.changed = Condition()
        try:
            super().__init__((HOST, port), partial(_Handler, directory=str(out)))
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
            raise CouldNotRun(
                f"serving on port {port}: {os.strerror(error.errno)}; take another with --port"
            ) from error

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://{HOST}:{self.server_port}/"

    def start(self) -> None:
        """Answer requests in threads of their own, until this process ends."""
        Thread(target=self.serve_forever, daemon=True).start()

    def built(self) -> None:
        """Tell open pages to load themselves again."""
        with self.changed:
            self.version += 1
            self.changed.notify_all()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: browsers drop connections all the time."""


class _Handler(SimpleHTTPRequestHandler):
    server: Portal
    protocol_version = "HTTP/1.0"

    def do_GET(self) -> None:
        if self._is_elsewhere():
            self.send_error(HTTPStatus.FORBIDDEN, "This server answers for 127.0.0.1 only")
        elif self.path == "/-/reload.js":
            self._answer(HTTPStatus.OK, "text/javascript; charset=utf-8", _RELOAD)
        elif self.path == "/-/events":
            self._events()
        else:
            super().do_GET()

    def do_HEAD(self) -> None:
        if self._is_elsewhere():
            self.send_error(HTTPStatus.FORBIDDEN, "This server answers for 127.0.0.1 only")
        else:
            super().do_HEAD()

    def _is_elsewhere(self) -> bool:
        name = self.headers.get("Host", "").rsplit(":", 1)[0].casefold()
        return name not in (HOST, "localhost")

    def _answer(self, status: HTTPStatus, sort: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", sort)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _events(self) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        told = -1
        while True:
            version = self._newer(told)
            self.wfile.write(b": still here\n\n" if version == told else f"data: {version}\n\n".encode())
            self.wfile.flush()
            told = version

    def _newer(self, told: int) -> int:
        """The version once it is not `told` any more, or the same one after a while."""
        with self.server.changed:
            self.server.changed.wait_for(lambda: self.server.version != told, timeout=_BEAT)
            return self.server.version

    def send_head(self) -> io.BytesIO | BinaryIO | None:
        """Pages get the script that loads them again; everything else is sent as it lies."""
        path = Path(self.translate_path(self.path))
        page = path / "index.html" if path.is_dir() else path
        if path.is_dir() and not self.path.split("?", 1)[0].endswith("/"):
            return super().send_head()
        if page.suffix == ".html" and page.is_file():
            self._answer(HTTPStatus.OK, "text/html; charset=utf-8", _with_reload(page))
            return None
        if path.is_file():
            return super().send_head()
        missing = path_of_404(Path(self.directory))
        if missing is None:
            self.send_error(HTTPStatus.NOT_FOUND)
        else:
            self._answer(HTTPStatus.NOT_FOUND, "text/html; charset=utf-8", _with_reload(missing))
        return None

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def copyfile(self, source: Any, outputfile: Any) -> None:
        shutil.copyfileobj(source, outputfile)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the terminal is for what was built."""


def path_of_404(out: Path) -> Path | None:
    """The page that says that there is nothing, if it was built."""
    page = out / "404.html"
    return page if page.is_file() else None


def _with_reload(page: Path) -> bytes:
    before, _, after = page.read_bytes().rpartition(b"</body>")
    return before + _TAG + after


def fingerprint(root: Path, git: Path | None) -> frozenset[tuple[str, int, int]]:
    """What the portal of `root` is made from, as (path, modified, size): another value, another portal.

    `git` is where the repository keeps its branches: what is recorded moves one of them.
    """
    watched = [root / name for name in _WATCHED]
    if git is not None:
        watched += [git / name for name in _REFS]
    return frozenset(each for path in watched for each in _stats(path))


def _stats(path: Path) -> Iterator[tuple[str, int, int]]:
    try:
        if path.is_file():
            found = path.stat()
            yield str(path), found.st_mtime_ns, found.st_size
            return
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    yield from _stats(Path(entry.path))
                elif not entry.name.endswith(_LOCK):
                    found = entry.stat(follow_symlinks=False)
                    yield entry.path, found.st_mtime_ns, found.st_size
    except FileNotFoundError:
        return
