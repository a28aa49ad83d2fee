"""The demo's portal in a folder of its own, served from loopback, and pages of Chromium that hear everything it complains of."""

from __future__ import annotations

import functools
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from tests.trees import lightship

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@dataclass
class Seen:
    """A page of the browser, and what it complained of: console, errors, requests to other hosts."""

    page: Any
    root: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Any:
        """The page at `path`, with its scripts run."""
        self.page.goto(self.root + path)
        self.page.wait_for_load_state("networkidle")
        return self.page


@pytest.fixture(scope="session")
def shop(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo's files: tests may change it."""
    root = tmp_path_factory.mktemp("shop")
    for name in ("catalog", "scorecards", "actions"):
        shutil.copytree(demo / name, root / name)
    shutil.copy(demo / "lightship.yaml", root)
    return root


@pytest.fixture(scope="session")
def built(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `lightship build` wrote for the demo."""
    out = tmp_path_factory.mktemp("built")
    done = lightship(shop, "build", "--out", str(out), timeout=120)
    assert done.code == 0, done.err
    return out


@pytest.fixture(scope="session")
def site(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demo's portal below a path, as a project's pages are; the address ends in '/'."""
    above = tmp_path_factory.mktemp("pages")
    (above / "project").symlink_to(built)
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(above)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/project/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def window(chromium: str) -> Iterator[Any]:
    """Chromium, without a window."""
    api = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed: pages are not looked at"
    )
    with api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def seen(window: Any, site: str) -> Iterator[Seen]:
    """A fresh reader on a desk, in the light."""
    with watched(window, site) as found:
        yield found


class watched:
    """`with watched(window, root, **context) as seen`: a page that hears complaints."""

    def __init__(self, window: Any, root: str, **context: Any) -> None:
        self._context = window.new_context(**context)
        self._root = root

    def __enter__(self) -> Seen:
        page = self._context.new_page()
        seen = Seen(page, self._root)
        origin = self._root.split("/", 3)[:3]
        page.on("console", lambda message: seen.complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: seen.complaints.append(f"error: {error}"))
        page.on("dialog", lambda dialog: seen.complaints.append(f"dialog: {dialog.message}"))
        page.on(
            "request",
            lambda asked: (
                asked.url.split("/", 3)[:3] == origin
                or asked.url.startswith("data:")
                or seen.complaints.append(f"another host: {asked.url}")
            ),
        )
        return seen

    def __exit__(self, *_: object) -> None:
        self._context.close()
