"""How requests came to the main branch, by its history alone: which commits of its line touched each, and how."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lightship import git
from lightship.errors import CouldNotRun
from lightship.forge.base import FOLDER
from lightship.forge.reading import of_mode


@dataclass(frozen=True, slots=True)
class Step:
    """What a commit of the main branch did to a request."""

    commit: str
    change: git.Change


class Line:
    """The main branch's commits, first parents only, and what those that touched requests changed."""

    def __init__(self, root: Path, tip: str) -> None:
        if git.is_shallow(root):
            raise CouldNotRun(
                "looking how requests came to the main branch: this clone is shallow; `git fetch --unshallow`"
            )
        self.ids = git.line_of(root, tip)
        self._place = {id: number for number, id in enumerate(self.ids)}
        touching = git.run(root, "rev-list", "--first-parent", tip, "--", FOLDER).decode().split()
        self._root = root
        self._changes: dict[str, tuple[git.Change, ...]] = dict(
            git.changes(root, touching) if touching else {}
        )
        self.steps = _steps(self._changes, reversed(touching))

    def parent(self, commit: str) -> str:
        """The first parent of a commit of the line; '' for the very first."""
        place = self._place[commit] + 1
        return self.ids[place] if place < len(self.ids) else ""

    def between(self, older: str, newer: str) -> tuple[str, ...]:
        """The commits from `newer` back to `older`, both included; none where they do not lie so."""
        if older not in self._place or newer not in self._place:
            return ()
        return self.ids[self._place[newer] : self._place[older] + 1]

    def faults(self, path: str, brought: Sequence[str]) -> tuple[str, ...]:
        """Why the commits `brought` (newest first) of one pull request are not one new file at `path`, left alone since."""
        self._look(brought)
        those = [change for commit in brought for change in self._changes.get(commit, ())]
        others = sorted({change.path for change in those if change.path != path})
        found = []
        if others:
            found.append(f"it brings more than one new file: {', '.join(others[:3])}")
        steps = self.steps.get(path, ())
        inside = [step.change for step in steps if step.commit in set(brought)]
        after = [step.change for step in steps if step.commit not in set(brought)]
        if not inside or inside[0].status != "A" or any(each.status not in "AM" for each in inside):
            found.append(f"{path} was there before: a request is one new file")
        else:
            found += of_mode(inside[-1].mode)
        if any(each.status in "AD" for each in after):
            found.append("it was taken off the main branch, or put back: an id counts once")
        elif after:
            found.append("it was changed on the main branch after its merge")
        return tuple(found)

    def _look(self, commits: Iterable[str]) -> None:
        unseen = [id for id in commits if id not in self._changes]
        if unseen:
            self._changes.update(dict.fromkeys(unseen, ()))
            self._changes.update(git.changes(self._root, unseen))


def _steps(
    changes: Mapping[str, tuple[git.Change, ...]], oldest_first: Iterable[str]
) -> Mapping[str, tuple[Step, ...]]:
    """Path of a request → what happened to it, the oldest first."""
    found: dict[str, list[Step]] = {}
    for commit in oldest_first:
        for change in changes.get(commit, ()):
            if change.path.startswith(f"{FOLDER}/") and change.path.endswith(".yaml"):
                found.setdefault(change.path, []).append(Step(commit, change))
    return {path: tuple(steps) for path, steps in found.items()}
