"""The GitHub forge: requests are pull requests, approvals are reviews, and a merge is what GitHub itself merged.

What lies where is read from git, by the ids of commits; who said what and when, from GitHub. What could not be read raises
CouldNotRun, since a decision without it could be wrong; what is wrong for good is a problem of its request.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

from lightship import git
from lightship.actions.digest import digest
from lightship.catalog.settings import Settings
from lightship.errors import CouldNotRun
from lightship.forge import reviews
from lightship.forge.arrivals import Line
from lightship.forge.base import FOLDER, Asked
from lightship.forge.hub import MOST_COMMITS, MOST_PUSHES, Hub
from lightship.forge.reading import of_mode, path_of, read
from lightship.forge.told import Pull, Push, Review, Work

SKEW = timedelta(seconds=120)
_PATH = re.compile(rf"{FOLDER}/(req-[0-9a-hjkmnp-tv-z]{{26}})\.yaml")
_NOBODY = "no pull request merged it: a request comes to the main branch by one, or not at all"
_FORK = "it comes from a fork: who pushes there is not known; ask in a branch of this repository"
_LONG = f"its pull request has {MOST_COMMITS} commits or more, and GitHub does not list them all"
_BUSY = f"its branch was pushed to {MOST_PUSHES} times or more: ask in a branch of its own"
_TWICE = "another open pull request brings the same id: ask anew"
_COMMIT = re.compile("(?!0+$)[0-9a-f]{40}([0-9a-f]{24})?")


@dataclass(frozen=True)
class _Found:
    """A request with the pull request that brings it; `blob` is '' where its bytes are not at hand."""

    id: str
    pull: Pull | None
    base: str
    merged: str = ""
    blob: str = ""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Said:
    """What GitHub tells of a pull request."""

    reviews: tuple[Review, ...] = ()
    work: tuple[Work, ...] = ()
    pushes: tuple[Push, ...] = ()


class GitHub:
    """The forge of the repository `root` at `hub`. `over` are the ids of requests that ended: these are not read again."""

    def __init__(self, root: Path, settings: Settings, hub: Hub, over: Collection[str] = ()) -> None:
        self._root = root
        self._main = settings.branches.main
        self._over = frozenset(over)
        self._pulls: dict[str, tuple[Pull, ...]] = {}
        self._held: dict[tuple[str, str], str] = {}
        self._here: set[str] = set()
        self._gone: set[str] = set()
        self.heads: dict[str, str] = {}  # of open pull requests, by the request's id, as they were read last
        self.hub = hub

    @property
    def repository(self) -> str:
        """GitHub's numeric id: it stays when the repository is renamed."""
        return str(self.hub.id)

    @cached_property
    def remote(self) -> str:
        """The remote that is GitHub. Raises CouldNotRun where there is none."""
        found = git.remote(self._root)
        if not found:
            raise CouldNotRun(
                "looking for GitHub: this repository has no remote; `git remote add origin URL`"
            )
        return found

    @cached_property
    def tip(self) -> str:
        """The main branch's commit at the remote, as it was fetched last."""
        found = git.tip(self._root, f"refs/remotes/{self.remote}/{self._main}")
        if not found:
            raise CouldNotRun(
                f"looking for {self._main} of {self.remote}: `git fetch {self.remote}` brings it"
            )
        return found

    def held(self, now: datetime) -> str:
        """Why nothing new may begin at `now`: this clock and GitHub's differ too much; '' where they do not."""
        there = self.hub.clock
        if there is None:
            return "GitHub did not say what time it is: nothing new is begun"
        off = abs((there - now).total_seconds())
        if off <= SKEW.total_seconds():
            return ""
        return f"this clock is {off:.0f} s away from GitHub's: nothing new is begun until it is set right"

    def requests(self, ids: Collection[str] | None = None) -> tuple[Asked, ...]:
        """All requests of open and merged pull requests that did not end, or those of `ids`; in order of their ids."""
        came = {match[1]: path for path in self._line.steps if (match := _PATH.fullmatch(path))}
        wanted = came.keys() - self._over if ids is None else came.keys() & set(ids)
        found = [self._came(id) for id in sorted(wanted)]
        if ids is None or set(ids) - came.keys():
            found += [each for each in self._proposed(came.keys()) if ids is None or each.id in ids]
        return self._asked(found)

    @cached_property
    def _line(self) -> Line:
        return Line(self._root, self.tip)

    def _came(self, id: str) -> _Found:
        """A request that lies, or lay, on the main branch."""
        path = path_of(id)
        steps = self._line.steps[path]
        first = steps[0].commit
        pull, brought = self._bringer(first)
        if pull is None:
            base = self._line.parent(first)
            return _Found(id, None, base, first, steps[-1].change.id, (_NOBODY,))
        last = [step.change for step in steps if step.commit in brought][-1]
        problems = (*self._line.faults(path, brought), *self._origin(pull))
        blob = last.id if last.mode.startswith("1006") or last.mode == "100755" else ""
        return _Found(id, pull, self._line.parent(brought[-1]), brought[0], blob, problems)

    def _bringer(self, commit: str) -> tuple[Pull | None, tuple[str, ...]]:
        """The pull request that brought `commit`, with all that it brought to the main branch, the newest first."""
        for pull in self._pulls_of(commit):
            ours = pull.into == self.hub.id and pull.base == self._main and pull.merged_at is not None
            brought = self._line.between(commit, pull.merge_commit) if ours else ()
            if not brought or not all(self._belongs(each, pull) for each in brought[:-1]):
                continue
            earlier = self._line.parent(commit)
            while earlier and len(brought) < MOST_COMMITS and self._belongs(earlier, pull):
                brought = (*brought, earlier)
                earlier = self._line.parent(earlier)
            return pull, brought
        return None, ()

    def _belongs(self, commit: str, pull: Pull) -> bool:
        return any(each.number == pull.number for each in self._pulls_of(commit))

    def _pulls_of(self, commit: str) -> tuple[Pull, ...]:
        if commit not in self._pulls:
            self._pulls[commit] = self.hub.pulls_of(commit)
        return self._pulls[commit]

    def _proposed(self, came: Collection[str]) -> Iterator[_Found]:
        """The requests of open pull requests."""
        brought: dict[str, list[tuple[Pull, tuple[str, ...]]]] = {}
        for pull in self.hub.open_pulls(self._main):
            files = self.hub.files(pull.number)
            for path, how in files:
                match = _PATH.fullmatch(path)
                if match and how in ("added", "renamed", "copied") and match[1] not in came:
                    brought.setdefault(match[1], []).append((pull, _beside(path, how, files)))
        self._bring(pull.head for those in brought.values() for pull, _ in those)
        for id, those in sorted(brought.items()):
            pull, problems = min(those, key=lambda each: each[0].number)
            self.heads[id] = pull.head
            entry = self._entry(pull.head, path_of(id))
            if len(those) > 1:
                problems += (_TWICE,)
            if entry is not None:
                problems += of_mode(entry.mode)
            blob = entry.id if entry is not None and entry.kind == "blob" else ""
            yield _Found(id, pull, self.tip, "", blob, (*problems, *self._origin(pull)))

    def _origin(self, pull: Pull) -> Iterator[str]:
        if pull.source != self.hub.id:
            yield _FORK

    def _asked(self, found: Iterable[_Found]) -> tuple[Asked, ...]:
        those = tuple(found)
        said = {each.id: self._said(each.pull) for each in those if each.pull is not None}
        self._bring(commit for each in those if each.pull for commit in _commits(each.pull, said[each.id]))
        contents = git.blobs(self._root, (each.blob for each in those if each.blob), partial=True)
        made = (self._made(each, said.get(each.id, _Said()), contents) for each in those)
        return tuple(sorted(made, key=lambda each: each.id))

    def _said(self, pull: Pull) -> _Said:
        pushes = self.hub.pushes(pull.branch) if pull.source == self.hub.id else ()
        return _Said(self.hub.reviews(pull.number), self.hub.work(pull.number), pushes)

    def _made(self, found: _Found, said: _Said, contents: Mapping[str, bytes]) -> Asked:
        path, data, pull = path_of(found.id), contents.get(found.blob), found.pull
        request, faults = read(found.id, data) if data is not None else (None, ("its file is not here",))
        bound = reviews.Bound(
            digest(self.repository, path, data or b""),
            lambda commit: bool(found.blob) and self._blob(commit, path) == found.blob,
        )
        if len(said.work) >= MOST_COMMITS:
            faults += (_LONG,)
        if len(said.pushes) >= MOST_PUSHES:
            faults += (_BUSY,)
        return Asked(
            id=found.id,
            path=path,
            data=data or b"",
            request=request,
            digest=bound.digest,
            repository=self.repository,
            base=found.base,
            asker=reviews.asker(pull, said.pushes, bound) if pull else None,
            merged=found.merged,
            merged_at=pull.merged_at if pull and found.merged else None,
            involved=reviews.involved(pull, said.work, said.pushes) if pull else (),
            votes=tuple(reviews.votes(pull, said.reviews, bound, self.hub.may_write)) if pull else (),
            problems=(*found.problems, *faults),
            url=pull.url if pull else "",
            by_bot=pull is not None and pull.author is not None and not pull.author.is_user,
        )

    def _bring(self, commits: Iterable[str]) -> None:
        """Have `commits` here, as far as GitHub still gives them."""
        wanted = {commit for commit in commits if _COMMIT.fullmatch(commit)} - self._here - self._gone
        found = git.blobs(self._root, (f"{commit}^{{commit}}" for commit in wanted), partial=True)
        missing = sorted(commit for commit in wanted if f"{commit}^{{commit}}" not in found)
        self._gone.update(git.fetch_commits(self._root, self.remote, missing))
        self._here |= wanted - self._gone

    def _entry(self, commit: str, path: str) -> git.Entry | None:
        if commit not in self._here:
            return None
        return next((each for each in git.tree(self._root, commit, [path]) if each.path == path), None)

    def _blob(self, commit: str, path: str) -> str:
        """The id of the plain file at `path` in `commit`; '' where there is none, or the commit is gone."""
        key = (commit, path)
        if key not in self._held:
            entry = self._entry(commit, path)
            self._held[key] = entry.id if entry is not None and not of_mode(entry.mode) else ""
        return self._held[key]


def _beside(path: str, how: str, files: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Why a pull request is more than one new file."""
    others = sorted(other for other, _ in files if other != path)
    found = [f"it brings more than one new file: {', '.join(others[:3])}"] if others else []
    if how != "added":
        found.append(f"{path} was there before: a request is one new file")
    return tuple(found)


def _commits(pull: Pull, said: _Said) -> Iterator[str]:
    """The commits at which somebody said something, or which the author pushed."""
    yield from (each.commit for each in said.reviews)
    author = pull.author.id if pull.author is not None else 0
    yield from (each.after for each in said.pushes if each.by is not None and each.by.id == author)
