"""Tests reach nothing but this machine, and find nobody's files in their home."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pytest


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("203.0.113.9", 443)])
def test_other_hosts_are_out_of_reach(address: tuple[str, int]) -> None:
    with socket.socket() as out, pytest.raises(RuntimeError, match="loopback only"):
        out.connect(address)


def test_names_are_not_resolved() -> None:
    with pytest.raises(RuntimeError, match="loopback only"):
        socket.getaddrinfo("example.com", 443)


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as client:
        client.connect(server.getsockname())


def test_the_home_is_empty(home: Path) -> None:
    assert Path.home() == home
    assert not list(home.iterdir())
    assert Path(os.environ["XDG_CACHE_HOME"]).is_relative_to(home)


def test_git_knows_nobody_of_this_machine() -> None:
    done = subprocess.run(["git", "config", "--global", "--list"], capture_output=True, text=True)
    assert done.stdout == ""
