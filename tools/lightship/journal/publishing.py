"""Bringing the entries of this clone to the remote, and theirs here, behind each other; no entry's bytes change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lightship import git
from lightship.errors import GitError, RefMoved
from lightship.journal import races
from lightship.journal.entry import Entry

if TYPE_CHECKING:
    from lightship.journal.store import Journal

_Written = tuple[Entry, bytes]


@dataclass(frozen=True, slots=True)
class Published:
    """What `publish` did: whether the remote has everything now, why not, and the entries of ours and theirs that met.

    `mended` says how many entries the remote had lost that were pushed before.
    """

    done: bool
    why: str = ""
    ours: tuple[Entry, ...] = ()
    theirs: tuple[Entry, ...] = ()
    mended: int = 0


class Meeting:
    """What happens where our entries and the remote's meet."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.ours: dict[str, Entry] = {}
        self.theirs: dict[str, Entry] = {}
        self.mended = 0

    def look(self, theirs: str) -> None:
        """Hold what was fetched against what was pushed before. Raises GitError where it was rewritten since."""
        kept, root = self.journal.kept, self.journal.root
        anchor = kept.anchor()
        if anchor is None or (theirs and git.is_ancestor(root, anchor.commit, theirs)):
            return
        if theirs and not git.is_ancestor(root, theirs, anchor.commit):
            raise GitError(
                f"the remote's {self.journal.branch} was rewritten: it no longer holds entry {anchor.seq} "
                f"({anchor.commit[:10]}), which was pushed from here. Nothing was taken from it. Find out who did "
                f"that; if it was meant, take {kept.anchor_path} away"
            )
        self.mended = anchor.seq - self.journal.last(theirs).seq

    def again(self, ours: str, theirs: str, sides: races.Sides) -> str:
        """Put the entries that only `ours` holds behind `theirs`, bytes unchanged, in their order; the last commit."""
        journal = self.journal
        mine, others = self._read(sides)
        if len(mine) != len(sides[0]):
            raise GitError(
                f"{journal.branch} holds what is no entry: it cannot be put behind the remote's; "
                "`lightship journal verify` names it"
            )
        known = {entry.id: data for entry, data in others}
        twins = [entry for entry, data in mine if known.get(entry.id, data) != data]
        if twins:
            raise GitError(f"entry {twins[0].id} is not the same here and at the remote; one was rewritten")
        lacking = [(entry, data) for entry, data in mine if entry.id not in known]
        self.ours |= {entry.id: entry for entry, _ in lacking}
        # Where the local branch moved meanwhile, what we put there is met again.
        self.theirs = {entry.id: entry for entry, _ in others if entry.id not in self.ours}
        if not lacking:
            return theirs
        return journal.write(theirs, lacking)

    def _read(self, sides: races.Sides) -> tuple[Sequence[_Written], Sequence[_Written]]:
        """The entries that the commits of either side added, in their order."""
        changed = git.changes(self.journal.root, (*sides[0], *sides[1]))
        added = [
            [
                (change.path, change.id)
                for commit in side
                for change in changed.get(commit, ())
                if change.status == "A"
            ]
            for side in sides
        ]
        found = self.journal.read((*added[0], *added[1]))
        mine, others = ([found[place] for place in side if place in found] for side in added)
        return mine, others


def publish(journal: Journal, patience: float) -> Published:
    """Bring the entries of this clone to the remote, and theirs here. Never raises for the remote's sake."""
    root, branch = journal.root, journal.branch
    journal.finish()
    remote = git.remote(root)
    if not remote:
        return Published(True)
    meeting = Meeting(journal)
    why = ""
    try:
        tip = races.share(root, branch, remote, meeting.again, meeting.look, patience)
        keep_anchor(journal, tip)
    except RefMoved as error:
        why = f"{error}, for {patience:.0f} s"
    except GitError as error:
        why = str(error)
    met = tuple(meeting.ours.values()), tuple(meeting.theirs.values())
    return Published(not why, why, *met, meeting.mended)


def keep_anchor(journal: Journal, tip: str) -> None:
    """Remember the commit `tip` as the end of what the remote holds."""
    kept = journal.kept.anchor()
    if tip and (kept is None or kept.commit != tip):
        journal.kept.keep_anchor(journal.anchor(tip))
