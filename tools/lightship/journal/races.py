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


def pushed(root: Path, branch: str, remote: str) -> bool:
    """Try to push what is here without asking first what the remote holds: mostly nobody was quicker.

    False where others were, or nothing here is new. Raises GitError where the remote does not answer.
    """
    ref, known = f"refs/heads/{branch}", f"refs/remotes/{remote}/{branch}"
    tips = git.tips(root, ref, known)
    if ref not in tips or tips[ref] == tips.get(known):
        return False
    try:
        git.push_branch(root, remote, tips[ref], branch)
    except RefMoved:
        return False
    return True


def settle(
    root: Path,
    branch: str,
    remote: str,
    again: Callable[[str, str], None],
    look: Callable[[str], None] = lambda theirs: None,
) -> None:
    """One attempt to make `branch` the same here and at `remote`: fetch, go forward or write again, push.

    `again(ours, theirs)` has to move the local branch behind `theirs` with what only `ours` holds; `look(theirs)` may
    raise before anything of theirs ('' for none) is taken. Raises RefMoved where others were quicker, GitError where
    the remote does not answer.
    """
    ref = f"refs/heads/{branch}"
    theirs, ours = git.fetch_branch(root, remote, branch), git.tip(root, ref)
    look(theirs)
    if ours == theirs or not (ours or theirs):
        return
    mine, others = (1, 0) if not theirs else (0, 1) if not ours else git.parted(root, ours, theirs)
    if not mine:
        git.set_ref(root, ref, theirs, ours)
        return
    if others:
        again(ours, theirs)
    git.push_branch(root, remote, git.tip(root, ref), branch)
