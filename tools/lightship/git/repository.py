"""The repository itself: where it lies, and how it is set up."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from lightship.errors import GitError
from lightship.git.process import outcome, run, words


def keeps_modes(root: Path) -> bool:
    """Whether git takes a file's executable bit from the disk; not so where disks have none."""
    try:
        return run(root, "config", "--type=bool", "--get", "core.fileMode").strip() != b"false"
    except GitError:
        return True


def is_repository(root: Path) -> bool:
    """Whether `root` lies in a git repository."""
    try:
        run(root, "rev-parse", "--git-dir")
    except GitError:
        return False
    return True


def folder(root: Path) -> Path | None:
    """Where the repository at `root` keeps its branches, also for a second work tree; None where there is no repository."""
    try:
        return root / os.fsdecode(run(root, "rev-parse", "--git-common-dir").rstrip(b"\n"))
    except GitError:
        return None


def is_shallow(root: Path) -> bool:
    """Whether the history here is cut off."""
    return run(root, "rev-parse", "--is-shallow-repository").strip() == b"true"


def settings_of(root: Path, *keys: str) -> Mapping[str, str]:
    """The values of those of git's settings `keys` (in lower case) that are set."""
    return settings_like(root, "|".join(re.escape(key) for key in keys))


def settings_like(root: Path, pattern: str) -> Mapping[str, str]:
    """The values of git's settings whose whole names match `pattern`, the last of each. Raises GitError."""
    said = outcome(root, "config", "-z", "--get-regexp", f"^({pattern})$")
    if said.code not in (0, 1):  # 1: none is set; below 0: it was killed
        raise GitError(f"reading git's settings in {root.name}: {words(said.err)}")
    rows = (row.partition("\n") for row in said.out.decode("utf-8", "replace").split("\0") if row)
    return {key: value for key, _, value in rows}


def identity(root: Path) -> tuple[str | None, str | None]:
    """The name and the email that git would put into a commit, where they are configured."""
    found: list[str | None] = []
    for key in ("user.name", "user.email"):
        try:
            found.append(run(root, "config", "--get", key).decode("utf-8", "replace").strip() or None)
        except GitError as error:
            if error.__cause__:
                raise
            found.append(None)
    return found[0], found[1]
