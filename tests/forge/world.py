"""A small portal with real keys, real commits and a real journal, in which people ask, approve and merge."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.trees import git as run
from tests.trees import write

from lightship import commandline, git, signatures
from lightship.actions.digest import digest
from lightship.actions.question import Decision
from lightship.forge import asking, branches, merging, statements
from lightship.forge.base import Asked
from lightship.forge.reading import path_of
from lightship.incidents import events, lifecycle
from lightship.journal.entry import Actor, Entry, new_id
from lightship.journal.store import Journal

T0 = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
PEOPLE = ("ada", "ben", "cy", "dora", "eve")
CATALOG = {
    "lightship.yaml": "name: Test\npolicy_delay: null\n",
    "catalog/teams/payments.yaml": "name: Payments\nmembers: [ada, ben, cy]\n",
    "catalog/teams/platform.yaml": "name: Platform\nmembers: [eve]\n",
    "catalog/services/pay.yaml": "name: Pay\nowner: payments\ntier: 2\nschedule: pay-primary\n",
    "catalog/schedules/pay-primary.yaml": (
        "name: Pay primary\ntimezone: UTC\nlayers:\n  - people: [cy]\n    starts: 2026-01-01\n"
        '    handover: "09:00"\n    length: 7d\n'
    ),
    "actions/policies/owner.yaml": (
        "name: Owner\ntiers:\n  - name: Owner\n    approvers:\n      - { capacity: target-owner }\noverride: [leader]\n"
        "break_glass: { people: [ada], severity: SEV2, duration: 1h, quota: 1, review_within: 1d }\n"
    ),
    "actions/note.yaml": (
        "name: Note\ncategory: communication\npolicy: owner\ntarget: service\ninputs:\n  type: object\n  properties:\n"
        "    text: { type: string, default: Hello }\n    times: { type: integer, minimum: 1, maximum: 3 }\n"
        "steps:\n  - id: post\n    uses: slack.post_message\n"
        "    with: { channel: '#a', text: '{{ inputs.text }}' }\n"
    ),
}


@dataclass
class World:
    """A repository; `now` goes on by a minute with each thing that happens."""

    root: Path
    keys: Path
    now: datetime = T0

    @classmethod
    def made(cls, folder: Path) -> World:
        """Anew, with everybody's key."""
        root, keys = folder / "portal", folder / "keys"
        root.mkdir()
        keys.mkdir()
        files = dict(CATALOG)
        for id in PEOPLE:
            public = signatures.make(keys / id, id)
            role = "roles: [leader]\n" if id == "dora" else ""
            files[f"catalog/people/{id}.yaml"] = (
                f'name: {id.title()}\nemail: {id}@example.com\n{role}ssh_signing_keys: ["{public}"]\n'
            )
        signatures.make(keys / "stranger", "stranger")
        run(root, "init", "--quiet", "--initial-branch", "main")
        run(root, "config", "gc.auto", "0")
        world = cls(root, keys, T0 - 48 * HOUR)
        world.commit(files, "Begin")
        world.record("journal.begun", "journal", "ada", {})
        return World(root, keys)

    def copy(self, folder: Path) -> World:
        """The same in another place."""
        shutil.copytree(self.root, folder / "portal")
        return World(folder / "portal", self.keys, self.now)

    def commit(self, files: Mapping[str, str | bytes | None], message: str = "change") -> str:
        """Write `files` and commit everything to what is checked out, dated now."""
        write(self.root, files)
        run(self.root, "add", "--all")
        return self.commit_staged(message)

    def commit_staged(self, message: str = "change", by: str = "nobody@example.com") -> str:
        """Commit the index, dated now, by somebody of this address; the commit."""
        self.now += MINUTE
        date = f"{int(self.now.timestamp())} +0000"
        who = ("-c", "user.name=Somebody", "-c", f"user.email={by}")
        told = {"GIT_COMMITTER_DATE": date, "GIT_AUTHOR_DATE": date}
        told |= {"GIT_AUTHOR_EMAIL": by, "GIT_COMMITTER_EMAIL": by}
        _run(self.root, told, *who, "commit", "--quiet", "--allow-empty", "--message", message)
        return run(self.root, "rev-parse", "HEAD")

    def record(self, kind: str, subject: str, person: str, data: Mapping[str, Any]) -> Entry:
        """An entry of now in the journal."""
        self.now += MINUTE
        entry = Entry(new_id(self.now), kind, subject, self.now, Actor(person, person, True), data)
        Journal(self.root, "journal").append([entry])
        return entry

    @property
    def repository(self) -> str:
        """What approvals are bound to."""
        return self.requests.forge.repository

    @property
    def requests(self) -> commandline.Requests:
        """Requests as they stand, read anew."""
        return commandline.Requests(self.root, commandline.settings(self.root))

    def ask(self, person: str = "ada", key: str = "", signed: bool = True, **said: Any) -> str:
        """Ask as `person` does with their key, or another; the id."""
        self.now += MINUTE
        id = asking.new_id(self.now)
        whole = {"action": "note", "target": "pay", "reason": "Because", "requester": person, **said}
        data = asking.text(whole, self.now)
        tip = git.tip(self.root, "refs/heads/main")
        asking.branch(self.root, id, data, tip, (person.title(), f"{person}@example.com"), self.now)
        if signed:
            self.sign_request(id, data, person, key)
        return id

    def sign_request(self, id: str, data: bytes, person: str, key: str = "", repository: str = "") -> None:
        """Record that `person` asks for `data`."""
        bound = digest(repository or self.repository, path_of(id), data)
        proof = self.proof(statements.asking(bound, person), key or person, statements.REQUEST)
        told = {"digest": bound, "person": person, **proof, "text": data.decode()}
        glass = b"break_glass: true" in data
        self.record(
            "request.asked", id, person, {**told, "break_glass": glass, "requested_at": str(self.now)}
        )

    def proof(self, data: bytes, key: str, namespace: str) -> Mapping[str, str]:
        """The signature and the key of `data`."""
        signature = signatures.sign(data, self.keys / key, namespace)
        return {"signature": signature, "key": signatures.signer(signature)}

    def vote(
        self,
        id: str,
        person: str = "ben",
        verdict: str = "approve",
        key: str = "",
        namespace: str = statements.APPROVAL,
        bound: str = "",
        reason: str = "",
        told_otherwise: Mapping[str, Any] | None = None,
    ) -> None:
        """Say `verdict` as `person` does with their key, or another; the record may tell it otherwise."""
        bound = bound or self.asked(id).digest
        at = self.now + MINUTE
        signed = statements.voting(bound, person, verdict, reason, at)
        proof = self.proof(signed, key or person, namespace)
        told = {"digest": bound, "person": person, "verdict": verdict, "at": at.isoformat(), **proof}
        self.record(
            "request.voted",
            id,
            person,
            {**told, **({"reason": reason} if reason else {}), **(told_otherwise or {})},
        )

    def merge(self, id: str, recorded: bool = True) -> str:
        """Merge the request's branch, and check the main branch out as it is then."""
        self.now += MINUTE
        tip, head = (git.tip(self.root, f"refs/heads/{name}") for name in ("main", f"request/{id}"))
        found = branches.brought(self.root, {path_of(id): head}, tip)[path_of(id)]
        data = git.blobs(self.root, [found.blob])[found.blob]
        merge = merging.write(self.root, path_of(id), data, tip, head, "Ben <ben@example.com>", self.now)
        merging.move(self.root, "main", merge, None)
        run(self.root, "reset", "--quiet", "--hard")
        if recorded:
            self.record("request.merged", id, "ben", {"commit": merge.commit, "base": merge.base})
        return merge.commit

    def approved(self, **said: Any) -> str:
        """A request that is asked for, approved and merged."""
        id = self.ask(**said)
        self.vote(id)
        self.merge(id)
        return id

    def asked(self, id: str) -> Asked:
        """The request as the forge has it."""
        (found,) = self.requests.forge.requests((id,))
        return found

    def decide(self, id: str, after: timedelta = MINUTE) -> Decision:
        """The decision a while from now."""
        requests = self.requests
        (found,) = requests.forge.requests((id,))
        return requests.judged(found, self.now + after)[1]

    def why(self, id: str) -> set[str]:
        """Of which sorts the reasons are for which it is not allowed; {'allowed'} where it is."""
        decision = self.decide(id)
        return {"allowed"} if decision.allowed else set(decision.families)

    def save(self, message: str = "change", by: str = "nobody@example.com") -> None:
        """Commit whatever lies in the work tree, dated now."""
        run(self.root, "add", "--all")
        self.commit_staged(message, by)

    def merge_by_hand(self, id: str) -> None:
        """Merge the request's branch as it is, whatever it holds, and record that."""
        run(self.root, "checkout", "--quiet", "main")
        run(self.root, "merge", "--quiet", "--no-ff", f"request/{id}")
        self.record("request.merged", id, "ada", {"commit": run(self.root, "rev-parse", "main")})

    def declare(self, severity: str = "SEV1", commander: str = "") -> str:
        """An open incident of the service `pay`."""
        self.now += MINUTE
        id = lifecycle.new_id(self.now, set(), b"1234567890")
        told: list[events.Event] = [events.Declared(title="It is down", severity=severity, services=("pay",))]
        if commander:
            told.append(events.Updated(roles={"commander": commander}))
        actor = Actor("eve", "eve", True)
        Journal(self.root, "journal").append([lifecycle.entry(id, each, actor, self.now) for each in told])
        return id


def _run(root: Path, environment: Mapping[str, str], *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=root, check=True, env={**os.environ, **environment})
