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
_SHORTEST_WAIT, _LONGEST_WAIT = 0.05, 5.0


def retried(attempt: Callable[[], _T], patience: float = PATIENCE) -> _T:
    """Try until nobody else was quicker; raises the last RefMoved once `patience` (s) is spent.

    With full jitter, over spans that begin with what the attempt took: so as many as there are come to turns that do not
    meet, on a slow network as on a fast disk.
    """
    begun, tries = time.monotonic(), 0
    while True:
        start = time.monotonic()
        try:
            return attempt()
        except RefMoved:
            now = time.monotonic()
            if now - begun > patience:
                raise
        span = max(now - start, _SHORTEST_WAIT) * 2**tries
        time.sleep(random.uniform(0, min(span, _LONGEST_WAIT)))
        tries = min(tries + 1, 10)


def pushed(root: Path, branch: str, remote: str) -> str:
    """Try to push what is here without asking first what the remote holds: mostly nobody was quicker.

    What the remote holds now; '' where others were quicker, or nothing here is new. Raises GitError where the remote does
    not answer.
    """
    ref, known = f"refs/heads/{branch}", f"refs/remotes/{remote}/{branch}"
    tips = git.tips(root, ref, known)
    if ref not in tips or tips[ref] == tips.get(known):
        return ""
    try:
        git.push_branch(root, remote, tips[ref], branch)
    except RefMoved:
        return ""
    return tips[ref]


Sides = tuple[tuple[str, ...], tuple[str, ...]]  # commits that only ours holds, and only theirs, oldest first


def settle(
    root: Path,
    branch: str,
    remote: str,
    again: Callable[[str, str, Sides], str],
    look: Callable[[str, Sides], None] = lambda theirs, sides: None,
) -> str:
    """One attempt to make `branch` the same here and at `remote`; its tip ('' where neither has one).

    `again(ours, theirs, sides)` writes what only `ours` holds behind `theirs` and returns the last commit, or `theirs`
    where nothing is lacking there. The local branch follows once the remote has it, so what was durable here stays so.
    `look(theirs, sides)` may raise before anything of theirs ('' for none) is taken. Raises RefMoved where others were
    quicker, GitError where the remote does not answer.
    """
    ref = f"refs/heads/{branch}"
    theirs, ours = git.fetch_branch(root, remote, branch), git.tip(root, ref)
    if ours == theirs:
        return ours
    sides = git.sides(root, ours, theirs)
    look(theirs, sides)
    mine, others = sides
    new = theirs if not mine else again(ours, theirs, sides) if others else ours
    if new != theirs:
        git.push_branch(root, remote, new, branch)
    if new != ours:
        git.set_ref(root, ref, new, ours)
    return new
