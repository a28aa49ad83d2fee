"""Writing to a branch where others write too: try, look again, wait at random, until patience is spent."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from lightship import git
from lightship.errors import RefMoved

PATIENCE = 300.0  # seconds of retries before a record stays where it is
_T = TypeVar("_T")
_FIRST_WAIT, _LONGEST_WAIT = 0.05, 5.0


def retried(attempt: Callable[[], _T], patience: float = PATIENCE) -> _T:
    """Try until nobody else was quicker, with full jitter; raises the last RefMoved once `patience` (s) is spent."""
    end, wait = time.monotonic() + patience, _FIRST_WAIT
    while True:
        try:
            return attempt()
        except RefMoved:
            if time.monotonic() > end:
                raise
        time.sleep(random.uniform(0, wait))
        wait = min(wait * 2, _LONGEST_WAIT)


def settle(root: Path, branch: str, remote: str, again: Callable[[str, str], None]) -> None:
    """One attempt to make `branch` the same here and at `remote`: fetch, go forward or write again, push.

    `again(ours, theirs)` has to move the local branch behind `theirs` with what only `ours` holds. Raises RefMoved
    where others were quicker, GitError where the remote does not answer.
    """
    ref = f"refs/heads/{branch}"
    theirs, ours = git.fetch_branch(root, remote, branch), git.tip(root, ref)
    if ours == theirs or not (ours or theirs):
        return
    if not ours or (theirs and git.is_ancestor(root, ours, theirs)):
        git.set_ref(root, ref, theirs, ours)
        return
    if theirs and not git.is_ancestor(root, theirs, ours):
        again(ours, theirs)
    git.push_branch(root, remote, git.tip(root, ref), branch)
