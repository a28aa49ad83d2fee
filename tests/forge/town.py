"""A small portal at a small GitHub: people push, propose, review and merge there, and a clone looks at it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.forge.github_people import GitHub
from tests.forge.github_server import Answers, served
from tests.forge.world import CATALOG, HOUR, MINUTE, T0
from tests.trees import git as run

from lightship import commandline
from lightship.actions.question import Decision
from lightship.forge import asking
from lightship.forge.base import Asked
from lightship.forge.github import GitHub as Forge
from lightship.forge.reading import path_of
from lightship.incidents import events, lifecycle
from lightship.journal.entry import Actor, Entry, new_id
from lightship.journal.store import Journal

PEOPLE = {"ada": 1001, "ben": 1002, "cy": 1003, "dora": 1004, "eve": 1005}
SETTINGS = "name: Test\npolicy_delay: null\nforge: github\nrepository: https://github.com/acme/portal\n"
EVE = Actor("eve", "eve", True)
TOKEN = "ghp_0123456789abcdef"


def person(id: str, **more: str) -> str:
    """A person's file, with the account of the same name."""
    lines = {
        "name": id.title(),
        "email": f"{id}@example.com",
        "github": id,
        "github_id": PEOPLE.get(id),
        **more,
    }
    lines |= {"roles": "[leader]"} if id == "dora" else {}
    return "".join(f"{name}: {value}\n" for name, value in lines.items() if value is not None)


@dataclass
class Town:
    """GitHub (`hub`), what it answers, and a clone at `root`."""

    hub: GitHub
    answers: Answers
    root: Path

    def ask(self, person: str = "ada", more: Mapping[str, Any] | None = None, **said: Any) -> tuple[str, int]:
        """Ask as `person` in a branch of its own, with `more` files beside it; the id and the number."""
        id, data = self.text(person, **said)
        self.hub.push(person, f"request/{id}", {path_of(id): data, **(more or {})})
        return id, self.hub.open(person, f"request/{id}")

    def text(self, person: str = "ada", **said: Any) -> tuple[str, bytes]:
        """A request's id and bytes."""
        self.hub.tick()
        whole = {"action": "note", "target": "pay", "reason": "Because", "requester": person, **said}
        return asking.new_id(self.hub.now), asking.text(whole, self.hub.now)

    def approved(self, how: str = "merge", **said: Any) -> tuple[str, int]:
        """A request that is asked for, approved and merged."""
        id, number = self.ask(**said)
        self.hub.review("ben", number)
        self.hub.merge("ben", number, how)
        return id, number

    def record(self, kind: str, subject: str, data: Mapping[str, Any]) -> None:
        """An entry of now in the clone's journal."""
        at = self.hub.now + MINUTE
        Journal(self.root, "journal").append([Entry(new_id(at), kind, subject, at, EVE, data)])

    def declare(self) -> str:
        """An open incident of the service `pay`."""
        at = self.hub.now
        id = lifecycle.new_id(at, set(), b"1234567890")
        event = events.Declared(title="It is down", severity="SEV1", services=("pay",))
        Journal(self.root, "journal").append([lifecycle.entry(id, event, EVE, at)])
        return id

    @property
    def requests(self) -> commandline.Requests:
        """Requests as the clone sees them, after a fetch."""
        run(self.root, "fetch", "--quiet", "origin")
        return commandline.Requests(self.root, commandline.settings(self.root))

    @property
    def forge(self) -> Forge:
        """The forge alone, read anew."""
        found = self.requests.forge
        assert isinstance(found, Forge)
        return found

    def asked(self, id: str) -> Asked:
        """A request as the forge has it."""
        (found,) = self.forge.requests((id,))
        return found

    def decide(self, id: str, after: timedelta = MINUTE) -> Decision:
        """The decision a while from now."""
        requests = self.requests
        (found,) = requests.forge.requests((id,))
        return requests.judged(found, self.hub.now + after)[1]


def founded(folder: Path) -> GitHub:
    """GitHub with the portal and its people, two days before anything is asked for."""
    hub = GitHub(folder, T0 - 48 * HOUR)
    for name, id in PEOPLE.items():
        hub.user(name, id, f"{name}@example.com")
    files = {**CATALOG, "lightship.yaml": SETTINGS}
    hub.push("dora", "main", {**files, **{f"catalog/people/{id}.yaml": person(id) for id in PEOPLE}})
    hub.now = T0
    return hub


@contextmanager
def town(founded: GitHub, folder: Path) -> Iterator[Town]:
    """A copy of it, for one test; the environment has to name `answers.url`."""
    shutil.copytree(founded.bare.parent, folder / "hub")
    hub = founded.copied(folder / "hub")
    root = folder / "clone"
    run(folder, "clone", "--quiet", str(hub.bare), str(root))
    with served(hub) as answers:
        yield Town(hub, answers, root)


__all__ = ["HOUR", "MINUTE", "TOKEN", "Town", "founded", "person", "town"]
