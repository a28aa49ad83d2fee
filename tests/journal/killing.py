"""Ways to kill a real process at its n-th step, from outside: nothing of ours is patched."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

# A module that Python loads by itself: every start of a process, and every change to the journal's own files, is a step.
_STEPS = """
import os, signal, sys
left = [int(os.environ["KILL_AT"])]
def step(event, arguments):
    touches = event in ("os.rename", "os.remove", "os.mkdir", "open", "fcntl.flock")
    if event == "subprocess.Popen" or (touches and (event == "fcntl.flock" or ".git/lightship/" in str(arguments[0]))):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(step)
"""
# A `git` that counts its calls, and kills whoever called it, itself, or both.
_GIT = """#!/bin/sh
n=$(($(cat "$KILL_COUNT" 2>/dev/null || echo 0) + 1))
echo $n >"$KILL_COUNT"
if [ $n -eq "$KILL_AT" ]; then
  case $KILL_HOW in
    before) kill -9 $PPID $$ ;;
    itself) kill -9 $$ ;;
    during) kill -9 $PPID ;;
    after) {git} "$@" >/dev/null; kill -9 $PPID; exit ;;
  esac
fi
exec {git} "$@"
"""
HOW = ("before", "itself", "during", "after")


def at_a_step(folder: Path, number: int) -> Mapping[str, str]:
    """The environment in which a Python process is killed before its step `number`, from 1."""
    hook = folder / "steps"
    hook.mkdir(exist_ok=True)
    (hook / "sitecustomize.py").write_text(_STEPS, encoding="utf-8")
    path = os.pathsep.join(filter(None, (str(hook), os.environ.get("PYTHONPATH"))))
    return {"KILL_AT": str(number), "PYTHONPATH": path}


def at_a_call(folder: Path, number: int, how: str) -> Mapping[str, str]:
    """The environment in which the call of git with this `number`, from 1, kills `how` HOW says."""
    shim = folder / "shim"
    shim.mkdir(exist_ok=True)
    count = folder / "calls"
    count.unlink(missing_ok=True)
    (shim / "git").write_text(_GIT.replace("{git}", str(shutil.which("git"))), encoding="utf-8")
    (shim / "git").chmod(0o755)
    path = f"{shim}{os.pathsep}{os.environ['PATH']}"
    return {"KILL_AT": str(number), "KILL_HOW": how, "KILL_COUNT": str(count), "PATH": path}


def run(words: Sequence[str], cwd: Path, environment: Mapping[str, str]) -> tuple[bool, str]:
    """Run Python with `words`; whether it was killed, and what it printed."""
    done = subprocess.run(
        [sys.executable, *words],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode == -signal.SIGKILL, done.stdout
