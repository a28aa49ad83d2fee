"""Whether the journal is whole: every commit is what Lightship writes for its entry, and follows the one before it.

`check` and `anchored` are pure: they judge commits and the contents of their files. A chain that somebody computed anew
from some entry on, or cut at its end, is whole in itself: only an anchor shows that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lightship import git
from lightship.journal import chain
from lightship.journal.anchor import Anchor
from lightship.journal.entry import Entry, NoEntry, parse


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong: `seq` is the place in the branch, from 1 (0: the branch as a whole), `path` the entry's file."""

    what: str
    seq: int
    commit: str
    path: str
    message: str


def check(commits: Sequence[git.Commit], contents: Mapping[str, bytes]) -> tuple[Trouble, ...]:
    """What is wrong with the history `commits`, oldest first; `contents` holds its files by id.

    Each fault is told where it is: the check goes on behind it with what the commit says of itself.
    """
    found: list[Trouble] = []
    last, before = chain.START, ""
    seen: dict[str, int] = {}
    for number, commit in enumerate(commits, 1):
        path = commit.changes[0].path if len(commit.changes) == 1 else ""
        stated = chain.read(commit.message)
        data = _data(commit, contents)
        faults = [*_place(commit, before, last, stated), *_file(commit, data)]
        entry = None
        if data is not None:
            entry, why = _entry(path, data)
            faults += why
            faults += _link(stated, data)
        if entry is not None:
            if entry.id in seen:
                faults.append(("entry-twice", f"{entry.id} is entry {seen[entry.id]} already"))
            seen.setdefault(entry.id, number)
        if not faults and entry is not None and stated is not None:
            faults += _commit(commit, before, entry, stated)
        found += (Trouble(what, number, commit.id, path, message) for what, message in faults)
        last = stated or (chain.after(last, data) if data is not None else last)
        before = commit.id
    return tuple(found)


_Faults = Iterator[tuple[str, str]]


def _place(commit: git.Commit, before: str, last: chain.Link, stated: chain.Link | None) -> _Faults:
    if commit.parents != ((before,) if before else ()):
        yield (
            "parents-odd",
            f"a commit of the journal follows the one before it and no other; this has {_many(commit)}",
        )
    if stated is None:
        yield "link-missing", "its message does not say which link of the chain it is"
    elif (stated.seq, stated.prev) != (last.seq + 1, last.link):
        behind = f"behind entry {last.seq}" if last.seq else "at the beginning"
        yield (
            "order-broken",
            f"it says it is entry {stated.seq} behind link {stated.prev[:10]}, and stands {behind} "
            f"(link {last.link[:10]}): entries were taken out, put in, or moved",
        )


def _many(commit: git.Commit) -> str:
    return (
        f"{len(commit.parents)} parents"
        if len(commit.parents) != 1
        else f"the parent {commit.parents[0][:10]}"
    )


def _data(commit: git.Commit, contents: Mapping[str, bytes]) -> bytes | None:
    changes = commit.changes
    if len(changes) == 1 and changes[0].status == "A" and changes[0].mode.startswith("100"):
        return contents.get(changes[0].id)
    return None


def _file(commit: git.Commit, data: bytes | None) -> _Faults:
    changes = commit.changes
    if len(changes) != 1:
        what = ", ".join(f"{change.status} {change.path}" for change in changes[:3]) or "nothing"
        yield "files-odd", f"a commit of the journal adds one file; this changes {len(changes)}: {what}"
    elif changes[0].status != "A":
        yield "entry-changed", f"an entry that was there is changed or deleted ({changes[0].status})"
    elif changes[0].mode != "100644":
        yield "files-odd", f"its mode is {changes[0].mode}, not 100644"
    elif data is None:
        yield "object-missing", f"the file's object {changes[0].id} is not in the repository"


def _entry(path: str, data: bytes) -> tuple[Entry | None, list[tuple[str, str]]]:
    try:
        entry = parse(data)
    except NoEntry as error:
        return None, [("entry-unreadable", str(error))]
    faults = []
    if _canonical(entry) != data:
        faults.append(("entry-altered", "its bytes are not those that Lightship writes for what it says"))
    if entry.path != path:
        faults.append(("entry-misplaced", f"it belongs at {entry.path}"))
    return entry, faults


def _canonical(entry: Entry) -> bytes | None:
    try:
        return entry.to_bytes()
    except ValueError:  # a number that JSON has not, or half a character
        return None


def _link(stated: chain.Link | None, data: bytes) -> _Faults:
    if stated is not None:
        link = chain.joined(stated.prev, data)
        if link != stated.link:
            yield (
                "entry-altered",
                f"its link is {stated.link[:10]}, and its bytes give {link[:10]}: it is not the entry that was recorded",
            )


def _commit(commit: git.Commit, before: str, entry: Entry, stated: chain.Link) -> _Faults:
    message = chain.message(chain.title(entry.kind, entry.subject), stated)
    parents = (before,) if before else ()
    if git.as_written(commit.tree, parents, message, entry.recorded_at) != commit.raw:
        yield "commit-odd", "author, date or message are not those that Lightship writes for this entry"
    elif not commit.sound:
        yield "commit-odd", "the object is not the one that its id stands for; `git fsck` says more"


def anchored(commits: Sequence[git.Commit], anchor: Anchor, whose: str) -> Trouble | None:
    """What is wrong where `commits` do not hold `anchor`; `whose` says where that was kept."""
    links = {
        link.link: number for number, commit in enumerate(commits, 1) if (link := chain.read(commit.message))
    }
    number = links.get(anchor.link)
    if number and (not anchor.seq or (number == anchor.seq and commits[number - 1].id == anchor.commit)):
        return None
    place = f"entry {anchor.seq}" if anchor.seq else "the entry"
    if anchor.seq > len(commits):
        lost = anchor.seq - len(commits)
        return Trouble(
            "journal-cut",
            len(commits) + 1,
            anchor.commit,
            "",
            f"{whose} names entry {anchor.seq}, and the branch ends with entry {len(commits)}: "
            f"the last {lost} {'entry is' if lost == 1 else 'entries are'} gone",
        )
    return Trouble(
        "journal-rewritten",
        anchor.seq,
        anchor.commit,
        "",
        f"{whose} names {place} with link {anchor.link[:10]}, which the branch does not hold there: "
        "it was written anew from there or before",
    )


def rewritten(here: Sequence[git.Commit], there: Sequence[git.Commit], where: str) -> Iterator[Trouble]:
    """Entries that two branches hold with other bytes; `where` names the second."""
    files = {change.path: change.id for commit in there for change in commit.changes if change.status == "A"}
    for number, commit in enumerate(here, 1):
        for change in commit.changes:
            if files.get(change.path, change.id) != change.id:
                yield Trouble(
                    "journal-rewritten",
                    number,
                    commit.id,
                    change.path,
                    f"the entry has other bytes on {where}",
                )
