"""What branches of requests hold: the net change of each against the main branch, and everybody who had a hand in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lightship import git
from lightship.forge.reading import of_mode

PREFIX = "request/"


@dataclass(frozen=True, slots=True)
class Brought:
    """The `blob` that a branch, or a merge, adds at one path; '' with the `problems` that stand in the way."""

    commit: str
    blob: str
    addresses: frozenset[str]
    problems: tuple[str, ...] = ()


def heads(root: Path, remote: str) -> Mapping[str, str]:
    """The branches of requests, by the request's id: the local one, or the remote's where that is further."""
    here, there = f"refs/heads/{PREFIX}", f"refs/remotes/{remote}/{PREFIX}"
    found = git.heads(root, here, *((there,) if remote else ()))
    ours = {ref[len(here) :]: id for ref, id in found.items() if ref.startswith(here)}
    theirs = {ref[len(there) :]: id for ref, id in found.items() if remote and ref.startswith(there)}
    for id, commit in theirs.items():
        mine = ours.get(id)
        if mine is None or (mine != commit and git.is_ancestor(root, mine, commit)):
            ours[id] = commit
    return ours


def brought(root: Path, wanted: Mapping[str, str], tip: str) -> Mapping[str, Brought]:
    """What each branch (path of its request → commit) adds to the main branch, whose commit is `tip`."""
    if not wanted:
        return {}
    own = git.ancestry(root, wanted.values(), (tip,))
    changed = git.changes(root, own) if own else {}
    return {path: _net(path, head, own, changed) for path, head in wanted.items()}


def _net(
    path: str,
    head: str,
    own: Mapping[str, git.Ancestor],
    changed: Mapping[str, tuple[git.Change, ...]],
) -> Brought:
    """The net change of a branch without merges; what it makes and takes back again is nothing."""
    commits: list[git.Ancestor] = []
    at = head
    while at in own:
        commits.append(own[at])
        if len(own[at].parents) != 1:
            return Brought(head, "", frozenset(), ("its branch is no straight line: ask anew",))
        at = own[at].parents[0]
    last: dict[str, git.Change] = {}
    foreign = set()
    for commit in reversed(commits):
        for change in changed.get(commit.id, ()):
            if change.path not in last and change.status != "A":
                foreign.add(change.path)
            last[change.path] = change
    left = {each.path: each for each in last.values() if each.status != "D"}
    addresses = frozenset(address for commit in commits for address in commit.addresses)
    return _one(path, head, [*left.values()], foreign - left.keys(), foreign, addresses)


def _one(
    path: str,
    commit: str,
    left: Sequence[git.Change],
    gone: Iterable[str],
    foreign: Iterable[str],
    addresses: frozenset[str],
) -> Brought:
    """The one file that is added at `path`, or why it is not that alone."""
    others = sorted({*(each.path for each in left if each.path != path), *gone, *foreign} - {path})
    mine = next((each for each in left if each.path == path), None)
    problems = []
    if others:
        problems.append(f"it brings more than one new file: {', '.join(others[:3])}")
    if mine is None:
        problems.append(f"it does not bring {path}")
    elif path in set(foreign):
        problems.append(f"{path} was there before: a request is one new file")
    else:
        problems += of_mode(mine.mode)
    return Brought(
        commit, mine.id if mine and mine.mode.startswith("1006") else "", addresses, tuple(problems)
    )


def merges(
    root: Path, wanted: Mapping[str, str], tip: str, line: Sequence[str]
) -> tuple[Mapping[str, Brought], Mapping[str, tuple[git.Change, ...]]]:
    """What each merge (path of its request → commit on the main branch) added, and all that became of paths since.

    `line` are the main branch's commits, the newest first.
    """
    if not wanted:
        return {}, {}
    place = {id: number for number, id in enumerate(line)}
    oldest = max(place[commit] for commit in wanted.values())
    since = line[oldest + 1] if oldest + 1 < len(line) else ""
    changed = git.changes(root, line[: oldest + 1])
    history: dict[str, list[git.Change]] = {}
    for id in reversed(line[: oldest + 1]):
        for change in changed.get(id, ()):
            history.setdefault(change.path, []).append(change)
    around = git.ancestry(root, (tip,), (since,) if since else ())
    found = {}
    for path, commit in wanted.items():
        those = changed.get(commit, ())
        foreign = {each.path for each in those if each.status != "A"}
        hands = _hands(commit, around, place)
        found[path] = _one(
            path, commit, [each for each in those if each.status != "D"], foreign, foreign, hands
        )
    return found, {path: tuple(each) for path, each in history.items()}


def _hands(commit: str, around: Mapping[str, git.Ancestor], line: Mapping[str, int]) -> frozenset[str]:
    """Who made what a merge brought: of a merge its other side, of a plain commit itself."""
    parents = around[commit].parents
    waiting = list(parents[1:]) if len(parents) > 1 else [commit]
    seen: set[str] = set()
    addresses: set[str] = set()
    while waiting:
        id = waiting.pop()
        if id in seen or id not in around or (id in line and id != commit):
            continue
        seen.add(id)
        addresses |= around[id].addresses
        if id != commit:
            waiting += around[id].parents
    return frozenset(addresses)
