"""The journal as a branch: entries are appended by compare-and-swap on its ref, and read as git objects.

Local first: an entry counts once the local ref holds it. `publish` brings it to the remote: push, and where others were
quicker fetch, put what is ours behind what is theirs, and push again with full jitter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path

from lightship import git
from lightship.errors import GitError, UsageError
from lightship.journal import chain, races
from lightship.journal.anchor import Anchor
from lightship.journal.branch import why_no_branch
from lightship.journal.claims import Claim, claim
from lightship.journal.entry import Entry, NoEntry, final, parse
from lightship.journal.kept import Batch, Kept
from lightship.journal.publishing import Published, publish


class Journal:
    """The journal on `branch` of the repository `root`. `finished` is what killed processes had begun to write."""

    def __init__(self, root: Path, branch: str) -> None:
        if why := why_no_branch(branch):
            raise UsageError(f"looking for the journal: the branch '{branch}' of lightship.yaml {why}")
        self.root = root
        self.branch = branch
        self.ref = f"refs/heads/{branch}"
        self.finished: tuple[Entry, ...] = ()
        self._ends: dict[str, tuple[chain.Link, datetime]] = {}  # of commits that were written or read here

    @cached_property
    def kept(self) -> Kept:
        """What lies beside the branch."""
        common = git.folder(self.root)
        if common is None:
            raise GitError(
                f"looking for the journal in {self.root.name}: not a git repository; run `git init`"
            )
        return Kept(common, self.branch)

    def tip(self) -> str:
        """The commit of the last entry; '' where there is none.

        The local branch's, or where that has nothing of its own, what was fetched from the remote.
        """
        return self.ends()[1]

    def ends(self) -> tuple[str, str]:
        """The local branch's commit ('' for none), and that of the last entry."""
        fetched = f"refs/remotes/origin/{self.branch}"
        found = git.tips(self.root, self.ref, fetched)
        if not found and (remote := git.remote(self.root)) not in ("", "origin"):
            fetched = f"refs/remotes/{remote}/{self.branch}"
            found = git.tips(self.root, fetched)
        here, there = found.get(self.ref, ""), found.get(fetched, "")
        if here and there and here != there and not git.is_ancestor(self.root, here, there):
            return here, here
        return here, there or here

    def entries(self, since: str = "") -> tuple[Entry, ...]:
        """All entries, or those that the commit `since` does not hold; in order of their ids, by a fixed number of processes.

        What is no entry is left out: `verify` names it.
        """
        tip = self.tip()
        if not tip or tip == since:
            return ()
        found = git.tree(self.root, tip) if not since else git.added(self.root, since, tip)
        files = ((each.path, each.id) for each in found)
        return tuple(entry for entry, _ in self.read(files).values())

    def read(self, files: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], tuple[Entry, bytes]]:
        """The entries among `files` (path, blob), with their bytes, in order of their paths; what is none is left out."""
        wanted = sorted({(path, id) for path, id in files if path.endswith(".json")})
        contents = git.blobs(self.root, (id for _, id in wanted))
        found = {}
        for path, id in wanted:
            try:
                entry = parse(contents[id])
            except NoEntry:
                continue
            if entry.path == path:
                found[path, id] = (entry, contents[id])
        return found

    def append(self, entries: Sequence[Entry]) -> str:
        """Write `entries`, a commit each, behind the last one; the new tip. Entries that are there already are left out.

        They are on the disk when this returns. What a killed process had begun is finished first. Raises UsageError
        where an entry cannot be kept as it is.
        """
        self.finish()
        made = _made(entries)
        if not made:
            return self.tip()
        batch = self.kept.hold(made)
        try:
            return self._written(batch)
        finally:
            batch.drop()

    def finish(self) -> None:
        """Write what killed processes had begun."""
        for batch in self.kept.left():
            before = self.tip()
            if self._written(batch) != before:
                self.finished += tuple(entry for entry, _ in batch.entries)
            batch.drop()

    def _written(self, batch: Batch) -> str:
        return races.retried(lambda: self._append(batch.entries))

    def _append(self, entries: Sequence[tuple[Entry, bytes]]) -> str:
        here, tip = self.ends()
        fresh = self._absent(tip, entries)
        if not fresh:
            return tip
        new = self.write(tip, fresh)
        git.set_ref(self.root, self.ref, new, here)
        return new

    def _absent(self, tip: str, entries: Sequence[tuple[Entry, bytes]]) -> Sequence[tuple[Entry, bytes]]:
        if not tip or not entries:
            return entries
        folders = sorted({entry.path.rpartition("/")[0] for entry, _ in entries})
        there = {found.path for found in git.tree(self.root, tip, folders)}
        return [(entry, data) for entry, data in entries if entry.path not in there]

    def last(self, tip: str) -> chain.Link:
        """The link of the commit `tip`. Raises GitError where it carries none."""
        return self._end(tip)[0] if tip else chain.START

    def anchor(self, tip: str) -> Anchor:
        """The anchor of the commit `tip`. Raises GitError where it carries no link."""
        link, at = self._end(tip)
        return Anchor(link.link, link.seq, tip, at)

    def _end(self, tip: str) -> tuple[chain.Link, datetime]:
        if tip in self._ends:
            return self._ends[tip]
        text = git.run(self.root, "log", "-1", "--no-show-signature", "--format=%cI%n%B", tip)
        at, _, message = text.decode("utf-8", "replace").partition("\n")
        link = chain.read(message)
        if link is None:
            raise GitError(
                f"reading the tip of {self.branch}: it is no entry of a journal; `lightship journal verify` says more"
            )
        self._ends[tip] = link, datetime.fromisoformat(at)
        return self._ends[tip]

    def write(self, tip: str, entries: Sequence[tuple[Entry, bytes]]) -> str:
        """Write `entries` behind the commit `tip` ('' for none), a commit each; the last one. No branch moves."""
        last, drafts = self.last(tip), []
        for entry, data in entries:
            last = chain.after(last, data)
            message = chain.message(chain.title(entry.kind, entry.subject), last)
            drafts.append(git.Draft(message, {entry.path: data}, entry.recorded_at))
        new = git.write_objects(self.root, tip, drafts)
        self._ends[new] = last, entries[-1][0].recorded_at
        return new

    def publish(self, patience: float = races.PATIENCE) -> Published:
        """Bring the entries of this clone to the remote, and theirs here. Never raises for the remote's sake."""
        return publish(self, patience)

    def claim(self, entry: Entry, patience: float = races.PATIENCE, here: bool = False) -> Claim:
        """Write `entry` unless one of its kind and subject is there; with a remote, it counts once the remote has it.

        `here`: it counts by what lies here alone.
        """
        return claim(self, entry, patience, here)

    def pending(self) -> int:
        """How many entries here are not known to be at the remote; 0 where there is no remote."""
        remote = git.remote(self.root)
        ours = git.tip(self.root, self.ref) if remote else ""
        if not ours:
            return 0
        known = git.tip(self.root, f"refs/remotes/{remote}/{self.branch}")
        span = (ours, f"^{known}") if known else (ours,)
        return int(git.run(self.root, "rev-list", "--count", *span))


def _made(entries: Sequence[Entry]) -> Sequence[tuple[Entry, bytes]]:
    made = {}
    for entry in entries:
        try:
            made[entry.id] = (entry, final(entry))
        except NoEntry as error:
            raise UsageError(f"recording {entry.kind} of {entry.subject!r}: {error}") from error
    return tuple(made.values())
