"""Catalogs of commits, each read once: commits that differ in requests alone have the same. And which of them counts already."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from lightship import git
from lightship.catalog.catalog import Catalog
from lightship.catalog.settings import PATH as SETTINGS
from lightship.errors import CouldNotRun

_LONGEST = timedelta(days=7)  # that a change of rules may have to wait
_REQUESTS = b"requests"
_NEAR = 2_000  # commits that are looked at together


class Catalogs:
    """Catalogs of commits of the repository `root`; `load` reads one. `tip` is the main branch's commit."""

    def __init__(self, root: Path, tip: str, load: Callable[[str], Catalog]) -> None:
        self._root = root
        self._tip = tip
        self._load = load
        self._keys: dict[str, str] = {}
        self._known: dict[str, Catalog] = {}
        self._settled: dict[tuple[str, datetime], str] = {}

    def at(self, commit: str) -> Catalog:
        """The catalog of `commit`; its requests may be those of another commit that says the same of everything else."""
        if commit not in self._keys:
            # Whoever asks for one of the main branch asks for those that came after it, too.
            place = self._place.get(commit, -1)
            self.prepare((commit, *self._ids[max(0, place - _NEAR) : place + 2]))
        key = self._keys[commit]
        if key not in self._known:
            self._known[key] = self._load(commit)
        return self._known[key]

    @property
    def now(self) -> Catalog:
        """The catalog of the main branch's tip, with its own requests."""
        if self._tip not in self._known:
            self._known[self._tip] = self._load(self._tip)
            self.prepare((self._tip,))
            self._known[self._keys[self._tip]] = self._known[self._tip]
        return self._known[self._tip]

    def prepare(self, commits: Iterable[str]) -> None:
        """Look at `commits`, in one go: which have the same catalog."""
        wanted = [commit for commit in dict.fromkeys(commits) if commit not in self._keys]
        if not wanted:
            return
        specs = [spec for commit in wanted for spec in (f"{commit}^{{tree}}", f"{commit}:actions")]
        trees = git.blobs(self._root, specs, partial=True)
        for commit in wanted:
            whole, actions = trees.get(f"{commit}^{{tree}}", b""), trees.get(f"{commit}:actions", b"")
            rows = [row for row in _rows(whole, len(commit) // 2) if not row.endswith(b" actions")]
            rows += [row for row in _rows(actions, len(commit) // 2) if not row.endswith(b" " + _REQUESTS)]
            self._keys[commit] = b"\n".join(rows).hex()

    def settled(self, commit: str, at: datetime) -> str:
        """The commit before `commit` on the main branch, or itself, whose rules count at `at`: what is younger has to wait.

        How long, `policy_delay` says; a shorter one waits for the longer one that it replaces. Where everything is
        younger, nothing was there before: itself. Raises CouldNotRun where the history here is cut off before that.
        """
        key = (commit, at)
        if key not in self._settled:
            self._settled[key] = self._find(commit, at)
        return self._settled[key]

    def _find(self, commit: str, at: datetime) -> str:
        line = self._line
        if commit not in self._place:
            return ""
        delay = max(self._delays(commit, at))
        if not delay:
            return commit
        for id in self._ids[self._place[commit] :]:
            if line[id] + delay <= at:
                return id
        if git.is_shallow(self._root):
            raise CouldNotRun(
                f"looking for the rules of {delay} ago: this clone is shallow; `git fetch --unshallow`"
            )
        return commit

    def _delays(self, commit: str, at: datetime) -> Iterator[timedelta]:
        """How long a change waits by the rules of `commit`, and by those that they replaced lately."""
        yield self.at(commit).settings.policy_delay or timedelta()
        for changed in self._settings_changes:
            number = self._place.get(changed, -1)
            first = number + 1 >= len(self._ids)
            if number < self._place[commit] or first or self._line[changed] + _LONGEST <= at:
                continue
            replaced = self.at(self._ids[number + 1]).settings.policy_delay or timedelta()
            if at < self._line[changed] + replaced:
                yield replaced

    @cached_property
    def _line(self) -> Mapping[str, datetime]:
        """The main branch's commits with their dates, the newest first, first parents only."""
        listing = git.run(self._root, "log", "--first-parent", "--format=%H %ct", self._tip).decode()
        rows = (line.split() for line in listing.splitlines())
        return {id: datetime.fromtimestamp(int(seconds), UTC) for id, seconds in rows}

    @cached_property
    def _ids(self) -> tuple[str, ...]:
        return tuple(self._line)

    @cached_property
    def _place(self) -> Mapping[str, int]:
        return {id: number for number, id in enumerate(self._ids)}

    @cached_property
    def _settings_changes(self) -> tuple[str, ...]:
        """Commits of the main branch that changed the settings."""
        options = ("--first-parent", "--format=%H", self._tip, "--", SETTINGS)
        return tuple(git.run(self._root, "log", *options).decode().split())


def _rows(tree: bytes, size: int) -> Iterator[bytes]:
    """The entries of a tree object: mode, id (raw, of so many bytes) and name."""
    at = 0
    while at < len(tree):
        end = tree.index(b"\0", at)
        mode, _, name = tree[at:end].partition(b" ")
        yield b" ".join((mode, tree[end + 1 : end + 1 + size], name))
        at = end + 1 + size
