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
    look: Callable[[str], None] = lambda theirs: None,
    patience: float = PATIENCE,
) -> str:
    """Make `branch` the same here and at `remote`; its tip ('' where neither has one).

    Mostly nobody was quicker, so what is here is pushed first, without asking what is there. Else `again(ours, theirs,
    sides)` writes what only `ours` holds behind `theirs`, and returns the last commit, or `theirs` where nothing is lacking
    there. The local branch follows once the remote has it, so what was durable here stays so. `look(theirs)` may
    raise before anything of theirs ('' for none) is taken. Raises RefMoved where others were quicker until `patience`
    (s) was spent, GitError where the remote does not answer.
    """
    return retried(_Sharing(root, branch, remote, again, look).attempt, patience)


class _Sharing:
    """Attempts to share a branch."""

    def __init__(
        self,
        root: Path,
        branch: str,
        remote: str,
        again: Callable[[str, str, Sides], str],
        look: Callable[[str], None],
    ) -> None:
        self.root, self.branch, self.remote, self.again, self.look = root, branch, remote, again, look
        self.ref, self.known = f"refs/heads/{branch}", f"refs/remotes/{remote}/{branch}"
        here, there = self._tips()
        self.waits = here != there
        self.guesses = self.waits and here != ""

    def attempt(self) -> str:
        """Share once; the branch's tip then. Raises RefMoved."""
        ours, new = self._in_turn()
        if new != ours:
            git.set_ref(self.root, self.ref, new, ours)
        return new

    def _tips(self) -> tuple[str, str]:
        tips = git.tips(self.root, self.ref, self.known)
        return tips.get(self.ref, ""), tips.get(self.known, "")

    def _in_turn(self) -> tuple[str, str]:
        """The local branch's tip, and what it has to be now that the remote has it."""
        with git.turn(self.root, self.remote) as free:
            ours, theirs = self._tips()
            if self.waits and ours and ours == theirs:
                return ours, ours  # another process of this clone took along what waited here
            if self.guesses and free:
                self.guesses = False
                with suppress(RefMoved):
                    git.push_branch(self.root, self.remote, ours, self.branch)
                    return ours, ours
            return ours, self._met(ours)

    def _met(self, ours: str) -> str:
        """What the remote holds once what only `ours` holds was put behind what is there."""
        theirs = git.fetch_branch(self.root, self.remote, self.branch)
        if ours == theirs:
            return ours
        self.look(theirs)
        sides = mine, others = git.sides(self.root, ours, theirs)
        new = theirs if not mine else self.again(ours, theirs, sides) if others else ours
        if new != theirs:
            git.push_branch(self.root, self.remote, new, self.branch)
        return new
