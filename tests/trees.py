"""Small repositories for tests: files written from a mapping, commits made by the real git, commands really run."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

TEAM = {
    "catalog/people/ada.yaml": "name: Ada Example\nemail: ada@example.com\n",
    "catalog/teams/payments.yaml": "name: Payments\nmembers: [ada]\n",
}


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str


def write(root: Path, files: Mapping[str, str | bytes | None]) -> Path:
    """Write `files` (path → content; None deletes) below `root`."""
    for path, content in files.items():
        target = root / path
        if content is None:
            target.unlink()
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def git(root: Path, *arguments: str) -> str:
    """Run git and return what it prints."""
    done = subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def commit(root: Path, files: Mapping[str, str | bytes | None], message: str = "change") -> str:
    """Write `files`, commit everything, and return the commit's id; the first call makes the repository."""
    root.mkdir(parents=True, exist_ok=True)
    if not (root / ".git").exists():
        git(root, "init", "--quiet", "--initial-branch", "main")
    write(root, files)
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "--message", message)
    return git(root, "rev-parse", "HEAD")


def lightship(root: Path, *arguments: str, env: Mapping[str, str] | None = None, timeout: float = 60) -> Done:
    """Run the real command line in `root`, as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "lightship", *arguments],
        cwd=root,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)
