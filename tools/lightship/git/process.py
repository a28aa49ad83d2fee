"""Runs git: the only module that starts it. All raise GitError, in git's own words and with a remedy where one is known."""

from __future__ import annotations

import base64
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from lightship.errors import GitError

_TIMEOUT = 60  # seconds; every command here is local and takes milliseconds


_SETTINGS = (
    "core.quotepath=off",
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "protocol.allow=never",
    "gc.auto=0",
)


DURABLE = (*_SETTINGS, "core.fsync=all", "core.fsyncMethod=fsync")


TALKING = ("core.quotepath=off", "core.fsmonitor=false", "core.hooksPath=/dev/null", "gc.auto=0")


REMEDIES = {  # what git may complain about → what to do
    "not a git repository": "run `git init` there, or name a repository with -C DIR",
    "dubious ownership": "run `git config --global --add safe.directory` with that folder, if you trust it",
    "transport '": "this clone lacks contents; clone without --filter",
    "promisor remote": "this clone lacks contents; clone without --filter",
}


def run(
    root: Path,
    *arguments: str,
    stdin: bytes | None = None,
    settings: Sequence[str] = _SETTINGS,
    timeout: float = _TIMEOUT,
) -> bytes:
    """Run git in `root` and return what it prints. Raises GitError with git's own words."""
    options = [part for setting in settings for part in ("-c", setting)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {
        "LC_ALL": "C",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
    }
    if settings is TALKING:
        environment |= _credentials()
    try:
        done = subprocess.run(
            ["git", *options, *arguments],
            cwd=root,
            env=environment,
            input=stdin if stdin is not None else b"",
            capture_output=True,
            timeout=timeout,
            check=False,
        )
    except FileNotFoundError as error:
        raise GitError("running git: it is not installed, or not on PATH") from error
    except subprocess.TimeoutExpired as error:
        raise GitError(f"running git {arguments[0]}: no answer within {timeout:.0f} s") from error
    if done.returncode:
        words = _words(done.stderr.decode("utf-8", "replace"))
        raise GitError(f"running git {arguments[0]} in {root.name}: {words}")
    return done.stdout


def _credentials() -> Mapping[str, str]:
    """What workflows push with: $LIGHTSHIP_PUSH_TOKEN, sent to GitHub's server alone, and never in a process's words."""
    token = os.environ.get("LIGHTSHIP_PUSH_TOKEN")
    if not token:
        return {}
    server = os.environ.get("GITHUB_SERVER_URL") or "https://github.com"
    proof = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"http.{server.rstrip('/')}/.extraheader",
        "GIT_CONFIG_VALUE_0": f"AUTHORIZATION: basic {proof}",
    }


def _words(said: str) -> str:
    """What git complained about, and the remedy where one is known."""
    lines = said.strip().splitlines() or ["it said nothing"]
    words = next((line for line in lines if line.startswith(("fatal: ", "error: "))), lines[-1])
    for mark, remedy in REMEDIES.items():
        if mark in words:
            return f"{words}; {remedy}"
    return words
