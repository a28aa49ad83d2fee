"""What several tests of the journal get."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that gets a line for each start of git from here on."""
    log, shim = tmp_path / "calls", tmp_path / "shim"
    shim.mkdir()
    script = shim / "git"
    script.write_text(f'#!/bin/sh\necho "$@" >>"{log}"\nexec {shutil.which("git")} "$@"\n', encoding="utf-8")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(shim), prepend=":")
    return log
