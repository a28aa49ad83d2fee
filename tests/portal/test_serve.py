"""Serving: a real process on loopback that follows changes, survives errors, ends on Ctrl-C, and answers nobody else."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.portal.conftest import watched
from tests.trees import commit, lightship, write

_PATIENCE = 20.0  # seconds until something that should be quick counts as never


@dataclass
class Served:
    """A process that serves the folder `root` at `address`."""

    process: subprocess.Popen[str]
    root: Path
    address: str

    def read(self, path: str, **headers: str) -> tuple[int, str]:
        """Status and body of a page."""
        asked = urllib.request.Request(self.address + path, headers=headers)
        try:
            with urllib.request.urlopen(asked, timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def wait_for(self, path: str, text: str) -> float:
        """Seconds until the page holds `text`."""
        start = time.monotonic()
        while text not in self.read(path)[1]:
            assert time.monotonic() - start < _PATIENCE, f"{text!r} never came"
            time.sleep(0.02)
        return time.monotonic() - start


@pytest.fixture
def served(shop: Path, tmp_path: Path) -> Iterator[Served]:
    """The demo, served on a free port."""
    root = shutil.copytree(shop, tmp_path / "served")
    commit(root, {})
    process = subprocess.Popen(
        [sys.executable, "-m", "lightship", "serve", "--port", "0", "-C", str(root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Whatever started the tests may have been told to ignore Ctrl-C; who serves at a keyboard is not.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    assert address.startswith("http://127.0.0.1:"), process.communicate()[1]
    yield Served(process, root, address)
    if process.poll() is None:
        process.kill()
    process.communicate()


def test_it_follows_changes_and_survives_errors(served: Served) -> None:
    file = served.root / "catalog/services/checkout.yaml"
    good = file.read_text("utf-8")
    times = []
    for number in range(3):
        file.write_text(good.replace("name: Checkout", f"name: Checkout{number}"), encoding="utf-8")
        times.append(served.wait_for("services/checkout/", f"Checkout{number}"))
    assert sorted(times)[1] < 3.0, times
    write(served.root, {"catalog/services/checkout.yaml": "name: [\n"})
    served.wait_for("findings/", "catalog/services/checkout.yaml")
    file.write_text(good, encoding="utf-8")
    served.wait_for("services/checkout/", "<h1>Checkout</h1>")
    served.process.send_signal(signal.SIGINT)
    _, err = served.process.communicate(timeout=30)
    assert served.process.returncode == 0, err
    assert "catalog/services/checkout.yaml:" in err
    assert "Traceback" not in err


def test_it_follows_the_journal(served: Served) -> None:
    """What somebody records shows on the pages, though no file of the folder changes."""
    times = []
    for number in range(3):
        title = f"Trouble number {number}"
        told = ("declare", "--service", "checkout", "--severity", "SEV2", "--title", title)
        done = lightship(served.root, "incident", *told, "--as", "leila-kahkeshan", "--offline")
        assert done.code == 0, done.err
        times.append(served.wait_for("", title))
    assert sorted(times)[1] < 3.0, times


def test_it_answers_this_machine_only(served: Served) -> None:
    assert served.read("services/checkout/")[0] == 200
    assert served.read("services/checkout/", Host="portal.evil.example")[0] == 403
    assert served.read("../../../../etc/passwd")[0] == 404
    status, body = served.read("services/nobody/")
    assert (status, "There is nothing at this address" in body) == (404, True)


def test_an_open_page_loads_itself_again(served: Served, window: Any) -> None:
    with watched(window, served.address) as seen:
        page = seen.page
        page.goto(served.address + "services/checkout/")
        # The stream of events has to be open before something changes.
        page.wait_for_timeout(1000)
        file = served.root / "catalog/services/checkout.yaml"
        file.write_text(file.read_text("utf-8").replace("name: Checkout", "name: Renamed"), encoding="utf-8")
        page.wait_for_function(
            "() => document.querySelector('h1')?.textContent.startsWith('Renamed')", timeout=_PATIENCE * 1000
        )
        assert seen.complaints == []


def test_a_port_that_is_taken_is_said(served: Served) -> None:
    port = served.address.rsplit(":", 1)[1].strip("/")
    done = lightship(served.root, "serve", "--port", port)
    assert done.code == 3
    assert "--port" in done.err
