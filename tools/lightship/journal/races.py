"""Writing to a branch where others write too: try, look again, wait at random, until patience is spent."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import suppress
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


Sides = tuple[tuple[str, ...], tuple[str, ...]]  # commits that only ours holds, and only theirs, oldest first


def share(
    root: Path,
    branch: str,
    remote: str,
    again: Callable[[str, str, Sides], str],
    look: Callable[[str, Sides], None] = lambda theirs, sides: None,
    patience: float = PATIENCE,
) -> str:
    """Make `branch` the same here and at `remote`; its tip ('' where neither has one). `again`, `look`: as `settle` has it.

    Mostly nobody was quicker, so what is here is pushed first, without asking what is there. Raises RefMoved where others
    were quicker until `patience` (s) was spent, GitError where the remote does not answer.
    """
    ref, known = f"refs/heads/{branch}", f"refs/remotes/{remote}/{branch}"
    tips = git.tips(root, ref, known)
    waits = tips.get(ref) != tips.get(known)
    guess = waits and ref in tips

    def attempt() -> str:
        nonlocal guess
        with git.turn(root, remote) as free:
            tips = git.tips(root, ref, known)
            if waits and ref in tips and tips[ref] == tips.get(known):
                return tips[ref]  # another process of this clone took along what waited here
            if guess and free:
                guess = False
                with suppress(RefMoved):
                    git.push_branch(root, remote, tips[ref], branch)
                    return tips[ref]
            return settle(root, branch, remote, tips.get(ref, ""), again, look)

    return retried(attempt, patience)


def settle(
    root: Path,
    branch: str,
    remote: str,
    ours: str,
    again: Callable[[str, str, Sides], str],
    look: Callable[[str, Sides], None] = lambda theirs, sides: None,
) -> str:
    """One attempt to make `branch`, which ends with `ours`, the same here and at `remote`; its tip ('' for none).

    `again(ours, theirs, sides)` writes what only `ours` holds behind `theirs` and returns the last commit, or `theirs`
    where nothing is lacking there. The local branch follows once the remote has it, so what was durable here stays so.
    `look(theirs, sides)` may raise before anything of theirs ('' for none) is taken. Raises RefMoved where others were
    quicker, GitError where the remote does not answer.
    """
    ref = f"refs/heads/{branch}"
    theirs = git.fetch_branch(root, remote, branch)
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
