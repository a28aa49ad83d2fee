"""Runs a command and says how long it took and how much memory it held at most."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Run:
    """Wall and user seconds, peak resident megabytes, exit code."""

    wall: float
    user: float
    peak: float
    code: int


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> Run:
    """Run `command` in `folder`, its output thrown away."""
    start = time.perf_counter()
    child = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return Run(time.perf_counter() - start, usage.ru_utime, usage.ru_maxrss / 1024, child.returncode)


def best(
    command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None, times: int = 3
) -> Run:
    """The fastest of a few runs: what disturbs a measurement only ever makes it longer."""
    return min((run(command, folder, environment) for _ in range(times)), key=lambda each: each.wall)
