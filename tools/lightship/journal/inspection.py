"""Reads all that tells whether the journal is whole, by a fixed number of processes, and has it judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lightship import git
from lightship.errors import GitError
from lightship.journal.anchor import Anchor
from lightship.journal.verify import Trouble, anchored, check, rewritten

if TYPE_CHECKING:
    from lightship.journal.store import Journal


@dataclass(frozen=True, slots=True)
class Report:
    """What was found: `notes` are no faults. `anchors` is how many the branch was held against."""

    tip: str
    entries: int
    troubles: tuple[Trouble, ...] = ()
    notes: tuple[str, ...] = ()
    anchors: int = 0


def inspect(journal: Journal, anchors: Sequence[tuple[str, Anchor]] = ()) -> Report:
    """Hold the journal against itself, what was last pushed, what was last fetched, and `anchors` (where kept → anchor).

    Raises GitError where it cannot be judged: in a shallow clone.
    """
    remote = git.remote(journal.root)
    fetched = f"refs/remotes/{remote or 'origin'}/{journal.branch}"
    tips = git.tips(journal.root, journal.ref, fetched)
    tip = tips.get(journal.ref) or tips.get(fetched, "")
    kept = list(anchors)
    own = journal.kept.anchor()
    troubles: list[Trouble] = []
    if own is not None:
        kept.append(("what was last pushed from here", own))
    elif journal.kept.anchor_path.exists():
        troubles.append(_whole("anchor-damaged", f"{journal.kept.anchor_path} is no anchor any more"))
    try:
        commits, found = _judged(journal, tip)
    except _Unreadable as error:
        return Report(tip, 0, (*troubles, _whole("objects-damaged", str(error))), (), len(kept))
    troubles += found
    troubles += filter(None, (anchored(commits, anchor, whose) for whose, anchor in kept))
    notes = list(_left(journal))
    if fetched in tips and tips[fetched] not in {commit.id for commit in commits}:
        more, notes_of_theirs = _beside(
            journal, commits, tips[fetched], fetched.removeprefix("refs/remotes/")
        )
        troubles += more
        notes += notes_of_theirs
    return Report(tip, len(commits), tuple(troubles), tuple(notes), len(kept))


class _Unreadable(Exception):
    pass


def _judged(journal: Journal, tip: str) -> tuple[tuple[git.Commit, ...], tuple[Trouble, ...]]:
    if not tip:
        return (), ()
    try:
        commits = git.history(journal.root, tip)
        ids = (change.id for commit in commits for change in commit.changes if change.mode.startswith("100"))
        contents = git.blobs(journal.root, ids, partial=True)
    except GitError as error:
        raise _Unreadable(f"{error}; `git fsck` says more, and another clone may still hold it") from error
    if commits[0].parents and journal.kept.shallow:
        raise GitError(
            f"verifying {journal.branch}: this clone is shallow and lacks the beginning; "
            "run `git fetch --unshallow` first (actions/checkout: `fetch-depth: 0`)"
        )
    return commits, check(commits, contents)


def _beside(
    journal: Journal, commits: Sequence[git.Commit], tip: str, name: str
) -> tuple[Sequence[Trouble], Sequence[str]]:
    """What was fetched and is not part of what is here: whole in itself? Of the same entries?"""
    try:
        theirs, found = _judged(journal, tip)
    except _Unreadable as error:
        return [_whole("objects-damaged", f"{name}: {error}")], []
    here = {commit.id for commit in commits}
    troubles = [
        replace(trouble, message=f"{name}: {trouble.message}")
        for trouble in found
        if trouble.commit not in here
    ]
    troubles += rewritten(commits, theirs, name)
    there = {commit.id for commit in theirs}
    return troubles, [
        f"{len(here - there)} entries here are not at {name}, and {len(there - here)} of {name} are not here; "
        "`lightship journal sync` brings them together"
    ]


def _left(journal: Journal) -> Sequence[str]:
    waiting = 0
    for batch in journal.kept.left():
        waiting += len(batch.entries)
        batch.release()
    if not waiting:
        return ()
    return (f"a command that was interrupted left {waiting} entries; `lightship journal sync` finishes it",)


def _whole(what: str, message: str) -> Trouble:
    return Trouble(what, 0, "", "", message)
