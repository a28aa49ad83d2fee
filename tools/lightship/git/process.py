"""Runs git: the only module that starts it. All raise GitError, in git's own words and with a remedy where one is known."""

from __future__ import annotations

import base64
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from lightship.errors import GitError

_TIMEOUT = 60  # seconds; every command that does not talk is local and takes milliseconds
_TICK = 0.5  # seconds between looks whether git has ended
_ALWAYS = ("core.quotepath=off", "core.fsmonitor=false", "core.hooksPath=/dev/null", "gc.auto=0")
LOCAL = (*_ALWAYS, "protocol.allow=never")
# A ref that others write too is waited for: the lock is held for milliseconds.
DURABLE = (*LOCAL, "core.fsync=all", "core.fsyncMethod=fsync", "core.filesRefLockTimeout=1000")
# What talks is told to give up where a server says nothing for long, and to leave housekeeping to others.
TALKING = (
    *_ALWAYS,
    "maintenance.auto=false",
    "fetch.unpackLimit=20",  # many objects stay in the pack they came in, which is three times as quick
    "advice.pushUpdateRejected=false",
    "core.filesRefLockTimeout=1000",
    "http.lowSpeedLimit=1",
    "http.lowSpeedTime=15",
)
# Variables that say how a person reaches the remote; every other GIT_… of the caller would lead git astray.
_REACHING = (
    "GIT_ASKPASS",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_KEY_",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_VALUE_",
    "GIT_HTTP_",
    "GIT_PROXY_",
    "GIT_SSH",
    "GIT_SSL_",
)
REMEDIES = {  # what git may complain about → what to do
    "not a git repository": "run `git init` there, or name a repository with -C DIR",
    "dubious ownership": "run `git config --global --add safe.directory` with that folder, if you trust it",
    "transport '": "this clone lacks contents; clone without --filter",
    "promisor remote": "this clone lacks contents; clone without --filter",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How git ended, and what it printed."""

    code: int
    out: bytes
    err: str


def run(
    root: Path,
    *arguments: str,
    stdin: bytes | None = None,
    settings: Sequence[str] = LOCAL,
    timeout: float = _TIMEOUT,
) -> bytes:
    """Run git in `root` and return what it prints. Raises GitError with git's own words."""
    done = outcome(root, *arguments, stdin=stdin, settings=settings, timeout=timeout)
    if done.code:
        raise GitError(f"running git {arguments[0]} in {root.name}: {words(done.err)}")
    return done.out


def outcome(
    root: Path,
    *arguments: str,
    stdin: bytes | None = None,
    settings: Sequence[str] = LOCAL,
    timeout: float = _TIMEOUT,
) -> Outcome:
    """Run git in `root`, whatever comes of it. Raises GitError where it does not start or does not end."""
    with _started(root, arguments, settings) as process:
        try:
            out, err = process.communicate(stdin or b"", timeout)
        except subprocess.TimeoutExpired as error:
            process.kill()
            raise GitError(f"running git {arguments[0]}: no answer within {timeout:.0f} s") from error
        except BaseException:
            process.kill()
            raise
    return Outcome(process.returncode, out, err.decode("utf-8", "replace"))


def talk(root: Path, *arguments: str, silence: float) -> Outcome:
    """Run git that talks to a remote, for as long as something comes. Raises GitError after `silence` (s) without a word.

    It leads a session of its own: without a terminal nothing asks for a password, and its helpers end with it.
    """
    with _started(root, arguments, TALKING) as process:
        try:
            out, err = _heard(process, silence)
        except BaseException as error:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            if isinstance(error, TimeoutError):
                raise GitError(f"running git {arguments[0]}: no answer within {silence:.0f} s") from error
            raise
    return Outcome(process.returncode, out, err.decode("utf-8", "replace"))


def _started(root: Path, arguments: Sequence[str], settings: Sequence[str]) -> subprocess.Popen[bytes]:
    options = [part for setting in settings for part in ("-c", setting)]
    talks = settings is TALKING
    try:
        return subprocess.Popen(
            ["git", *options, *arguments],
            cwd=root,
            env=_environment(talks),
            stdin=subprocess.DEVNULL if talks else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=talks,
        )
    except FileNotFoundError as error:
        raise GitError("running git: it is not installed, or not on PATH") from error


def _heard(process: subprocess.Popen[bytes], silence: float) -> tuple[bytes, bytes]:
    """What `process` prints until it ends; progress is a sign of life. Raises TimeoutError."""
    assert process.stdout is not None and process.stderr is not None
    out, err = bytearray(), bytearray()
    last = time.monotonic()
    with selectors.DefaultSelector() as waiting:
        waiting.register(process.stdout, selectors.EVENT_READ, out)
        waiting.register(process.stderr, selectors.EVENT_READ, err)
        while waiting.get_map():
            ready = waiting.select(min(silence, _TICK))
            for key, _ in ready:
                part = os.read(key.fd, 65536)
                key.data.extend(part)
                if not part:
                    waiting.unregister(key.fileobj)
            if ready:
                last = time.monotonic()
            elif process.poll() is not None:
                break  # a connection that ssh keeps for later holds the pipes, and says nothing more
            elif time.monotonic() - last > silence:
                raise TimeoutError
    return bytes(out), bytes(err)


def _environment(talks: bool) -> Mapping[str, str]:
    kept = _REACHING if talks else ()
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name.startswith(kept)
    }
    environment |= {
        "LC_ALL": "C",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "SSH_ASKPASS_REQUIRE": "never",
    }
    return {**environment, **(_credentials(environment) if talks else {})}


def _credentials(environment: Mapping[str, str]) -> Mapping[str, str]:
    """What workflows push with: $LIGHTSHIP_PUSH_TOKEN, sent to GitHub's server alone, and never in a process's words."""
    token = environment.get("LIGHTSHIP_PUSH_TOKEN")
    if not token:
        return {}
    server = environment.get("GITHUB_SERVER_URL") or "https://github.com"
    count = environment.get("GIT_CONFIG_COUNT", "")
    number = int(count) if count.isdecimal() else 0
    proof = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    return {
        "GIT_CONFIG_COUNT": str(number + 1),
        f"GIT_CONFIG_KEY_{number}": f"http.{server.rstrip('/')}/.extraheader",
        f"GIT_CONFIG_VALUE_{number}": f"AUTHORIZATION: basic {proof}",
    }


def words(said: str) -> str:
    """What git complained about, and the remedy where one is known."""
    lines = said.strip().splitlines() or ["it said nothing"]
    found = next((line for line in lines if line.startswith(("fatal: ", "error: "))), lines[-1])
    for mark, remedy in REMEDIES.items():
        if mark in found:
            return f"{found}; {remedy}"
    return found
