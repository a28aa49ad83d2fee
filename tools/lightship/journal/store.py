"""The journal as a branch: entries are appended by compare-and-swap on its ref, and read as git objects.

Local first: an entry counts once the local ref holds it. `publish` brings it to the remote: fetch, re-link what is ours
behind what is theirs, push, and again with full jitter where others were quicker.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lightship import git
from lightship.errors import GitError, RefMoved
from lightship.journal import chain, races
from lightship.journal.entry import Entry, NoEntry, parse


@dataclass(frozen=True, slots=True)
class Published:
    """What `publish` did: whether the remote has everything now, why not, and the entries of ours and theirs that met."""

    done: bool
    why: str = ""
    ours: tuple[Entry, ...] = ()
    theirs: tuple[Entry, ...] = ()


class Journal:
    """The journal on `branch` of the repository `root`."""

    def __init__(self, root: Path, branch: str) -> None:
        self.root = root
        self.branch = branch
        self.ref = f"refs/heads/{branch}"

    def tip(self) -> str:
        """The commit of the last entry: the local branch's, else what was fetched from the remote; '' where there is none."""
        found = git.tips(self.root, self.ref, f"refs/remotes/origin/{self.branch}")
        return found.get(self.ref) or next(iter(found.values()), "")

    def entries(self, since: str = "") -> tuple[Entry, ...]:
        """All entries, or those that the commit `since` does not hold; in order of their ids, by a fixed number of processes.

        What is no entry is left out: `verify` names it.
        """
        tip = self.tip()
        if not tip or tip == since:
            return ()
        return tuple(entry for _, entry in self._read(tip, since))

    def append(self, entries: Sequence[Entry]) -> str:
        """Write `entries`, a commit each, behind the last one; the new tip. Entries that are there already are left out."""
        return races.retried(lambda: self._append(entries))

    def _append(self, entries: Sequence[Entry]) -> str:
        tip = self.tip()
        fresh = self._absent(tip, entries)
        if not fresh:
            return tip
        self._adopt(tip)
        drafts = _drafts(self._last(tip), ((entry, entry.to_bytes()) for entry in fresh))
        return git.write_commits(self.root, self.ref, tip, drafts)

    def _adopt(self, tip: str) -> None:
        """Let a clone that has only fetched the branch have it for its own."""
        if tip and not git.tip(self.root, self.ref):
            git.set_ref(self.root, self.ref, tip, "")

    def _absent(self, tip: str, entries: Sequence[Entry]) -> list[Entry]:
        if not tip:
            return list(entries)
        folders = sorted({entry.path.rpartition("/")[0] for entry in entries})
        there = {found.path for found in git.tree(self.root, tip, folders)}
        return [entry for entry in entries if entry.path not in there]

    def _last(self, tip: str) -> chain.Link:
        if not tip:
            return chain.START
        link = chain.read(git.run(self.root, "log", "-1", "--format=%B", tip).decode("utf-8", "replace"))
        if link is None:
            raise GitError(
                f"reading the tip of {self.branch}: it is no entry of a journal; `lightship journal verify` says more"
            )
        return link

    def _read(self, tip: str, since: str = "") -> Iterator[tuple[bytes, Entry]]:
        found = git.tree(self.root, tip) if not since else git.added(self.root, since, tip)
        files = sorted((entry.path, entry.id) for entry in found if entry.path.endswith(".json"))
        contents = git.blobs(self.root, (id for _, id in files))
        for path, id in files:
            try:
                entry = parse(contents[id])
            except NoEntry:
                continue
            if entry.path == path:
                yield contents[id], entry

    def publish(self, patience: float = races.PATIENCE) -> Published:
        """Bring the entries of this clone to the remote, and theirs here. Never raises for the remote's sake."""
        remote = git.remote(self.root)
        if not remote:
            return Published(True)
        met: tuple[tuple[Entry, ...], tuple[Entry, ...]] = ((), ())

        def again(ours: str, theirs: str) -> None:
            nonlocal met
            mine, others = self._relink(ours, theirs)
            met = (_merged(met[0], mine), _merged(met[1], others))

        try:
            races.retried(lambda: races.settle(self.root, self.branch, remote, again), patience)
        except RefMoved as error:
            return Published(False, f"{error}, for {patience:.0f} s", *met)
        except GitError as error:
            return Published(False, str(error), *met)
        return Published(True, "", *met)

    def _relink(self, ours: str, theirs: str) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
        """Put our entries behind theirs, bytes unchanged; both sides' entries since they parted."""
        base = git.merge_base(self.root, ours, theirs) if git.related(self.root, ours, theirs) else ""
        mine, others = (tuple(self._read(tip, base)) for tip in (ours, theirs))
        known = {entry.id for _, entry in others}
        lacking = [(entry, data) for data, entry in mine if entry.id not in known]
        if lacking:
            drafts = _drafts(self._last(theirs), lacking)
            git.rewrite_ref(self.root, self.ref, theirs, drafts, ours)
        else:
            git.set_ref(self.root, self.ref, theirs, ours)
        return tuple(entry for entry, _ in lacking), tuple(entry for _, entry in others)


def _drafts(last: chain.Link, entries: Iterable[tuple[Entry, bytes]]) -> Iterator[git.Draft]:
    for entry, data in entries:
        last = chain.after(last, data)
        title = f"{entry.kind} {entry.subject}"
        yield git.Draft(chain.message(title, last), {entry.path: data}, entry.recorded_at)


def _merged(known: tuple[Entry, ...], more: tuple[Entry, ...]) -> tuple[Entry, ...]:
    return tuple({entry.id: entry for entry in (*known, *more)}.values())
