"""What every test gets: an empty home, a closed network, and invented git identities."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
_CLOSED = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_AUTHOR_NAME": "Ada Example",
    "GIT_AUTHOR_EMAIL": "ada@example.com",
    "GIT_COMMITTER_NAME": "Ada Example",
    "GIT_COMMITTER_EMAIL": "ada@example.com",
    # Processes that tests start meet a proxy that nobody runs.
    "http_proxy": "http://127.0.0.1:9",
    "https_proxy": "http://127.0.0.1:9",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "no_proxy": "127.0.0.1,localhost",
    "NO_PROXY": "127.0.0.1,localhost",
}


class NetworkIsClosed(RuntimeError):
    """A test reached for another host."""


def _loopback_only(event: str, arguments: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else "localhost"  # a Unix socket's is a path
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    else:
        return
    name = host.decode() if isinstance(host, bytes) else host
    if name and name not in ("localhost", "::1", "0.0.0.0", "::") and not name.startswith("127."):
        raise NetworkIsClosed(f"{event}: {name}; tests talk to loopback only")


def pytest_configure(config: pytest.Config) -> None:
    """Close the network for this process, and for the ones it starts."""
    sys.addaudithook(_loopback_only)
    os.environ.update(_CLOSED)


@pytest.fixture(scope="session", autouse=True)
def _session_home(tmp_path_factory: pytest.TempPathFactory) -> None:
    _move_home(os.environ, tmp_path_factory.mktemp("home"))


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty home, with its cache folder, for this test alone."""
    before = {name: os.environ.get(name) for name in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")}
    folder = tmp_path_factory.mktemp("home")
    _move_home(os.environ, folder)
    yield folder
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    shutil.rmtree(folder, ignore_errors=True)


def _move_home(environment: Any, folder: Path) -> None:
    environment["HOME"] = str(folder)
    environment["XDG_CACHE_HOME"] = str(folder / ".cache")
    environment["XDG_CONFIG_HOME"] = str(folder / ".config")


@pytest.fixture(scope="session")
def root() -> Path:
    """This repository."""
    return ROOT


@pytest.fixture(scope="session")
def demo() -> Path:
    """This repository, with its demo; where `lightship init` took the demo out, the test is skipped."""
    if "journal: demo-journal" not in (ROOT / "lightship.yaml").read_text(encoding="utf-8"):
        pytest.skip("the demo was taken out by `lightship init`: it is not at hand")
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data beside the repository; where it is absent, the test is skipped."""
    if not SHARED.is_dir():
        pytest.skip("no folder 'shared' beside the repository: real data is not at hand")
    return SHARED


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's path; where there is none, the test is skipped."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    pytest.skip("no Chromium on the path: pages are not looked at")
