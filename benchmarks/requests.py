"""How long it takes to decide on 1,000 approved requests: the first time, when signatures are checked, and after that."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lightship import commandline, git, signatures
from lightship.actions.digest import digest
from lightship.forge import asking, statements
from lightship.forge.reading import path_of
from lightship.journal.entry import Actor, Entry, new_id
from lightship.journal.store import Journal

BAR = 2.0  # seconds
_CATALOG = {
    "lightship.yaml": "policy_delay: null\n",
    "catalog/people/ada.yaml": "name: Ada\nemail: ada@example.com\n",
    "catalog/people/ben.yaml": "name: Ben\nemail: ben@example.com\n",
    "catalog/teams/payments.yaml": "name: Payments\nmembers: [ada, ben]\n",
    "catalog/services/pay.yaml": "name: Pay\nowner: payments\ntier: 2\n",
    "actions/policies/owner.yaml": "tiers:\n  - name: Owner\n    approvers:\n      - capacity: target-owner\n",
    "actions/note.yaml": (
        "name: Note\ncategory: communication\npolicy: owner\ntarget: service\nsteps:\n  - id: post\n"
        "    uses: slack.post_message\n    with: { channel: '#a', text: 'Hello' }\n"
    ),
}


def make(root: Path, count: int, now: datetime, approved: bool = True) -> None:
    """A repository with so many requests that are asked for, merged and, where so, approved, and nothing done yet."""
    subprocess.run(["git", "init", "-q", "-b", "main", str(root)], check=True)
    files = dict(_CATALOG)
    for person in ("ada", "ben"):
        public = signatures.make(root / ".git" / person, person)
        files[f"catalog/people/{person}.yaml"] += f'ssh_signing_keys: ["{public}"]\n'
    tip = git.write_commits(
        root, "refs/heads/main", "", [git.Draft("x\n", {k: v.encode() for k, v in files.items()}, now)]
    )
    journal = Journal(root, "journal")
    begun = _entry("journal.begun", "journal", "ada", now, {})
    journal.append([begun])
    repository = git.run(root, "rev-list", "--max-parents=0", journal.tip()).decode().strip()
    said = {"action": "note", "target": "pay", "reason": "Because", "requester": "ada"}
    requests = {asking.new_id(now + timedelta(milliseconds=n)): asking.text(said, now) for n in range(count)}
    drafts = [git.Draft(f"{id}\n", {path_of(id): data}, now) for id, data in requests.items()]
    git.write_commits(root, "refs/heads/main", tip, drafts)
    line = list(reversed(git.line_of(root, git.tip(root, "refs/heads/main"))))[1:]
    entries = []
    for (id, data), commit in zip(requests.items(), line, strict=True):
        bound = digest(repository, path_of(id), data)
        entries += [
            _signed(root, "request.asked", id, "ada", now, bound, {}),
            *(
                [_signed(root, "request.voted", id, "ben", now, bound, {"verdict": "approve"})]
                if approved
                else []
            ),
            _entry("request.merged", id, "ada", now + timedelta(seconds=1), {"commit": commit}),
        ]
    journal.append(entries)


def _signed(
    root: Path, kind: str, id: str, person: str, at: datetime, bound: str, more: dict[str, str]
) -> Entry:
    asked = kind == "request.asked"
    said = statements.asking(bound, person) if asked else statements.voting(bound, person, "approve", "", at)
    namespace = statements.REQUEST if asked else statements.APPROVAL
    signature = signatures.sign(said, root / ".git" / person, namespace)
    told = {"digest": bound, "person": person, "signature": signature, "key": signatures.signer(signature)}
    return _entry(kind, id, person, at, {**told, **more, "at": at.isoformat()})


def _entry(kind: str, subject: str, person: str, at: datetime, data: dict[str, object]) -> Entry:
    return Entry(new_id(at), kind, subject, at, Actor(person, person, True), data)


def decided(root: Path, now: datetime) -> tuple[float, int]:
    """How long deciding on all of them takes, and how many are allowed."""
    began = time.perf_counter()
    requests = commandline.Requests(root, commandline.settings(root))
    verdicts = [requests.judged(asked, now)[1] for asked in requests.forge.requests()]
    return time.perf_counter() - began, sum(verdict.allowed for verdict in verdicts)


def executed(root: Path) -> float:
    """How long the whole command takes, where nobody has approved any of them: nothing is to be done."""
    began = time.perf_counter()
    words = (sys.executable, "-m", "lightship", "execute", "--format", "json", "-C", str(root))
    subprocess.run(words, check=True, capture_output=True)
    return time.perf_counter() - began


def main() -> int:
    """Print the times; 1 where one of those that are not the first is over the bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    count = parser.parse_args().count
    now = datetime.now(UTC).replace(microsecond=0)
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder), count, now)
        first, allowed = decided(Path(folder), now + timedelta(minutes=1))
        again = min(decided(Path(folder), now + timedelta(minutes=1))[0] for _ in range(3))
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder), count, now, approved=False)
        executed(Path(folder))
        whole = min(executed(Path(folder)) for _ in range(3))
    print(f"{allowed:,} of {count:,} allowed; first {first:.2f} s, then {again:.2f} s (bar {BAR:.1f} s)")
    print(f"`lightship execute` over {count:,} that wait for an approval: {whole:.2f} s (bar {BAR:.1f} s)")
    return int(max(again, whole) > BAR or allowed != count)


if __name__ == "__main__":
    sys.exit(main())
