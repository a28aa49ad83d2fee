"""A real repository whose people ask and approve: real keys, real signatures, real branches; commands act in it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.trees import Done, commit, git, lightship

from lightship import signatures
from lightship.actions.digest import digest
from lightship.forge import asking, statements
from lightship.forge.reading import path_of
from lightship.journal.entry import Actor, Entry, new_id
from lightship.journal.store import Journal

AUTO = "tiers:\n  - name: All\n    auto_approve: 'true'\n    approvers: [{ capacity: target-owner }]\n"
OWNER = "tiers:\n  - name: Owners\n    approvers:\n      - capacity: target-owner\n"
GLASS = f"{OWNER}break_glass: {{ people: [ada], severity: SEV2, duration: 30m, review_within: 1d }}\n"
LOCK = """\
  - id: lock
    uses: lightship.lock_service
    with: { service: "{{ request.target }}", reason: "{{ request.reason }}" }
    undo: lightship.unlock_service
"""
GRANT = """\
  - id: grant
    uses: aws.grant_access
    with: { account: "123456789012", permission_set: operator, principal: "{{ request.for }}" }
    undo: aws.revoke_access
"""


def action(steps: str, policy: str = "owner", expires: str = "1h") -> str:
    """The file of an action about a service."""
    return (
        f"name: It\ncategory: access\npolicy: {policy}\ntarget: service\nexpires: {expires}\nsteps:\n{steps}"
    )


CATALOG = {
    "lightship.yaml": "name: Test\npolicy_delay: null\n",
    "catalog/teams/payments.yaml": "name: Payments\nmembers: [ben]\n",
    "catalog/services/pay.yaml": "name: Pay\nowner: payments\ntier: 2\n",
    "actions/policies/owner.yaml": OWNER,
    "actions/policies/glass.yaml": GLASS,
    "actions/lock.yaml": action(LOCK),
    "actions/both.yaml": action(LOCK + GRANT),
    "actions/quick.yaml": action(LOCK, "glass"),
}


class Shop:
    """The repository `root`. `origin` is its remote's folder, where it has one."""

    def __init__(self, root: Path, origin: Path | None = None) -> None:
        self.root = root
        self.origin = origin
        self.journal = Journal(root, "journal")

    @classmethod
    def made(cls, root: Path, files: Mapping[str, str] | None = None) -> Shop:
        """A new one, with ada, who asks, and ben, who owns."""
        whole = {**CATALOG, **(files or {})}
        root.mkdir(parents=True)
        git(root, "init", "--quiet", "--initial-branch", "main")
        for person in ("ada", "ben"):
            public = signatures.make(root / ".git" / person, person)
            whole[f"catalog/people/{person}.yaml"] = (
                f'name: {person.title()}\nemail: {person}@example.com\nssh_signing_keys: ["{public}"]\n'
            )
        commit(root, whole)
        shop = cls(root)
        shop.journal.append([shop.entry("journal.begun", "journal", {})])
        return shop

    def copy(self, root: Path) -> Shop:
        """The same, elsewhere, with a remote of its own where this one has one."""
        shutil.copytree(self.root, root)
        if self.origin is None:
            return Shop(root)
        origin = root.with_suffix(".git")
        shutil.copytree(self.origin, origin)
        git(root, "remote", "set-url", "origin", str(origin))
        return Shop(root, origin)

    def with_origin(self, origin: Path) -> Shop:
        """With everything pushed to a bare repository."""
        git(self.root, "clone", "--quiet", "--bare", str(self.root), str(origin))
        git(self.root, "remote", "add", "origin", str(origin))
        git(self.root, "fetch", "--quiet", "origin")
        self.origin = origin
        return self

    def ask(self, name: str = "lock", *, approved: bool = True, **more: Any) -> str:
        """A request of ada's, signed, approved by ben, and merged; its id."""
        at = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=3)
        said = {"action": name, "target": "pay", "reason": "look into it", "requester": "ada", **more}
        id, data = asking.new_id(at), asking.text(said, at)
        bound = digest(self.repository, path_of(id), data)
        entries = [self._signed("request.asked", id, "ada", at, bound, {})]
        if approved:
            entries.append(self._signed("request.voted", id, "ben", at, bound, {"verdict": "approve"}))
        new = commit(self.root, {path_of(id): data}, id)
        entries.append(self.entry("request.merged", id, {"commit": new}, at + timedelta(seconds=1)))
        self.journal.append(entries)
        if self.origin is not None:
            git(self.root, "push", "--quiet", "origin", "main", "journal")
        return id

    @property
    def repository(self) -> str:
        """What approvals are bound to."""
        return git(self.root, "rev-list", "--max-parents=0", "journal")

    def run(self, *words: str, env: Mapping[str, str] | None = None) -> Done:
        """A command, in a process of its own."""
        return lightship(self.root, *words, env=env)

    def steps(self, *words: str, env: Mapping[str, str] | None = None) -> list[tuple[str, str]]:
        """What a command that acts says came of each step."""
        done = self.run(*words, "--format", "json", env=env)
        assert done.code == 0, done.err
        return [(each["step"], each["outcome"]) for each in json.loads(done.out)["steps"]]

    def break_glass(self, *more: str) -> str:
        """Ada asks for `quick` by break-glass, in a SEV1 that she declares; its id. `more` goes to both commands."""
        declare = (
            "incident",
            "declare",
            "--service",
            "pay",
            "--severity",
            "SEV1",
            "--title",
            "Down",
            "--as",
            "ada",
        )
        incident = json.loads(self.run(*declare, "--format", "json", *more).out)["id"]
        ask = (
            "request",
            "new",
            "quick",
            "--target",
            "pay",
            "--reason",
            "The site is down",
            "--incident",
            incident,
        )
        signed = ("--break-glass", "--as", "ada", "--key", str(self.root / ".git/ada"))
        asked = self.run(*ask, *signed, "--format", "json", *more)
        assert asked.code == 0, asked.err
        return str(json.loads(asked.out)["id"])

    def outcome(self, id: str) -> str:
        """How a request ended; '' where it has not."""
        ends = (entry for entry in Journal(self.root, "journal").entries() if entry.kind == "request.ended")
        return next((str(entry.data["outcome"]) for entry in ends if entry.subject == id), "")

    def kinds(self, subject: str = "") -> list[str]:
        """The kinds of entries about a subject, or what lies below it, in order."""
        return [
            entry.kind
            for entry in Journal(self.root, "journal").entries()
            if entry.subject.startswith(subject)
        ]

    def count(self, kind: str) -> int:
        """How many entries of a kind there are."""
        return sum(entry.kind == kind for entry in Journal(self.root, "journal").entries())

    def entry(self, kind: str, subject: str, data: Mapping[str, Any], at: datetime | None = None) -> Entry:
        """An entry of ada's."""
        moment = at or datetime.now(UTC).replace(microsecond=0)
        return Entry(new_id(moment), kind, subject, moment, Actor("ada", "ada", True), data)

    def _signed(
        self, kind: str, id: str, person: str, at: datetime, bound: str, more: Mapping[str, Any]
    ) -> Entry:
        asked = kind == "request.asked"
        said = (
            statements.asking(bound, person) if asked else statements.voting(bound, person, "approve", "", at)
        )
        namespace = statements.REQUEST if asked else statements.APPROVAL
        signature = signatures.sign(said, self.root / ".git" / person, namespace)
        told = {
            "digest": bound,
            "person": person,
            "signature": signature,
            "key": signatures.signer(signature),
        }
        return self.entry(kind, id, {**told, **more, "at": at.isoformat()}, at)
