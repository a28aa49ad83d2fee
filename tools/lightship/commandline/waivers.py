"""`lightship.draft_waiver`: the file of an agreed waiver on a branch of its own, for people to look at and merge."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lightship.actions.vendor import Found, Operation, Refs, Refused, Unknown, Vendors
from lightship.commandline import drafts
from lightship.errors import GitError

if TYPE_CHECKING:
    from lightship.actions.records import Clock
    from lightship.catalog.catalog import Catalog

USES = "lightship.draft_waiver"
_PREFIX = "waiver/"


@dataclass(frozen=True)
class Drafting:
    """It writes in the repository `root`, onto the main branch's commit `tip`, whose catalog `load` reads.

    One branch for each request: it is there, at the remote where there is one, or it is not.
    """

    root: Path
    tip: str
    load: Callable[[], Catalog]
    clock: Clock
    offline: bool = False
    readable: bool = True
    lag: float = 0.0

    def ensure(self, params: Mapping[str, Any], key: str) -> Refs:
        """Write the branch, and push it."""
        from lightship import git
        from lightship.scorecards import drafting

        if why := drafting.refusal(self.load(), params):
            raise Refused(f"{USES}: {why}")
        branch, path, now = _branch(params), drafting.path(self.load(), params), self.clock.now()
        ref = drafts.there(self.root, branch)
        commit = git.tip(self.root, ref) if ref else ""
        if not commit:
            message = f"Waive {params['rule']} for {params['service']}"
            file = drafting.text(params, now.date())
            commit = drafts.begin(self.root, branch, self.tip, path, file, message, now)
        if remote := self._remote():
            try:
                git.push_branch(self.root, remote, commit, branch)
            except GitError as error:
                raise Unknown(f"{USES}: {error}") from error
        return {"branch": branch, "path": path}

    def probe(self, params: Mapping[str, Any], key: str) -> Refs | None:
        """The branch where people can see it, or what they merged of it."""
        from lightship import git
        from lightship.scorecards import drafting

        branch, path, remote = _branch(params), drafting.path(self.load(), params), self._remote()
        merged = git.blobs(self.root, [f"{self.tip}:./{path}"], partial=True).get(f"{self.tip}:./{path}", b"")
        if drafting.marker(params["request"]).encode() in merged:
            return {"branch": branch, "path": path}
        where = "refs/heads"
        if remote:
            where = f"refs/remotes/{remote}"
            try:
                git.fetch_branches(self.root, remote, _PREFIX)
            except GitError as error:
                raise Unknown(f"{USES}: {error}") from error
        return {"branch": branch, "path": path} if git.tip(self.root, f"{where}/{branch}") else None

    def verify(self, params: Mapping[str, Any], key: str) -> bool:
        """Whether it is there."""
        return self.probe(params, key) is not None

    def undo(self, params: Mapping[str, Any], key: str, refs: Refs) -> Refs:
        """Nothing takes it back: people close what they do not want."""
        raise Refused(f"{USES}: it cannot be taken back")

    def listing(self) -> Iterable[Found] | None:
        """Branches are people's."""
        return None

    def _remote(self) -> str:
        from lightship import git

        return "" if self.offline else git.remote(self.root)


@dataclass(frozen=True)
class WithDrafts:
    """The operations of `others`, and the one that drafts waivers."""

    others: Vendors
    drafting: Drafting

    def find(self, uses: str) -> Operation | None:
        """The operation `uses`; None where it is simulated."""
        return self.drafting if uses == USES else self.others.find(uses)

    def all(self) -> Iterable[tuple[str, Operation]]:
        """Every operation of another system."""
        return self.others.all()


def _branch(params: Mapping[str, Any]) -> str:
    return f"{_PREFIX}{params['request']}"
