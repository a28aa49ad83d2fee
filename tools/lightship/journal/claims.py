"""Claims: an entry that counts only if no other says the same of its subject. One wins, the others learn who did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lightship import git
from lightship.errors import GitError, RefMoved
from lightship.journal import chain, races
from lightship.journal.entry import Entry, final
from lightship.journal.publishing import Meeting, keep_anchor

if TYPE_CHECKING:
    from lightship.journal.store import Journal


@dataclass(frozen=True, slots=True)
class Claim:
    """Whether the claim was `won`, and the entry that holds it; `holder` is None where nobody can say, and `why`."""

    won: bool
    holder: Entry | None
    why: str = ""


def claim(journal: Journal, entry: Entry, patience: float, here: bool) -> Claim:
    """Write `entry` unless one of its kind and subject is there. `here`: whatever the remote has; who syncs learns of both.

    With a remote, it counts once the remote has it, and a lost one leaves nothing behind. Whoever was killed and claims
    anew, with another entry, finds its own as the holder. Never raises for the remote's sake.
    """
    remote = "" if here else git.remote(journal.root)
    try:
        return races.retried(
            lambda: _in_turn(journal, remote, entry) if remote else _here(journal, entry), patience
        )
    except RefMoved as error:
        return Claim(False, None, f"{error}, for {patience:.0f} s")
    except GitError as error:
        if not remote:
            raise
        return Claim(False, None, str(error))


def _here(journal: Journal, entry: Entry) -> Claim:
    here, tip = journal.ends()
    held = holder(journal, entry, tip)
    if held is not None:
        return Claim(held.id == entry.id, held)
    git.set_ref(journal.root, journal.ref, journal.write(tip, [(entry, final(entry))]), here)
    return Claim(True, entry)


def _in_turn(journal: Journal, remote: str, entry: Entry) -> Claim:
    with git.turn(journal.root, remote):
        return _at(journal, remote, entry)


def _at(journal: Journal, remote: str, entry: Entry) -> Claim:
    root, branch = journal.root, journal.branch
    theirs, ours = git.fetch_branch(root, remote, branch), git.tip(root, journal.ref)
    Meeting(journal).look(theirs)
    held = holder(journal, entry, theirs, ours)
    if held is not None:
        _follow(journal, ours, theirs)
        return Claim(held.id == entry.id, held)
    new = journal.write(theirs, [(entry, final(entry))])
    try:
        git.push_branch(root, remote, new, branch)
    except RefMoved:
        raise
    except GitError:
        # An answer that was lost is no answer: the remote knows whether it has it.
        new = git.fetch_branch(root, remote, branch)
        held = holder(journal, entry, new)
        if held is None or held.id != entry.id:
            raise
    _follow(journal, ours, new)
    keep_anchor(journal, new)
    return Claim(True, entry)


def _follow(journal: Journal, ours: str, theirs: str) -> None:
    """Let the local branch follow where nothing of ours is in the way; else `publish` brings the two together."""
    if theirs and theirs != ours and (not ours or not git.parted(journal.root, ours, theirs)[0]):
        try:
            git.set_ref(journal.root, journal.ref, theirs, ours)
        except RefMoved:
            return


def holder(journal: Journal, entry: Entry, *tips: str) -> Entry | None:
    """The first entry of the kind and the subject of `entry` in the histories of `tips`."""
    known = [tip for tip in dict.fromkeys(tips) if tip]
    if not known:
        return None
    title = chain.title(entry.kind, entry.subject)
    search = ("--reverse", "--topo-order", "--fixed-strings", f"--grep={title}")
    commits = git.run(journal.root, "rev-list", *search, *known).decode().split()
    if not commits:
        return None
    changed = git.changes(journal.root, commits)
    found = [(change.path, change.id) for commit in commits for change in changed.get(commit, ())]
    entries = {each.path: each for each, _ in journal.read(found).values()}
    return next(
        (
            entries[path]
            for path, _ in found
            if path in entries and (entries[path].kind, entries[path].subject) == (entry.kind, entry.subject)
        ),
        None,
    )
