"""Declaring a SEV1 and what follows by itself, with real commands in a real repository."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.actions.shop import Shop
from tests.trees import commit, git

from lightship.actions.digest import digest
from lightship.forge import asking
from lightship.forge.reading import path_of

TRIGGERED = """\
name: {name}
category: communication
policy: {policy}
owner: keepers
target: service
inputs: {{ type: object, properties: {{ text: {{ type: string, maxLength: 4000 }} }} }}
steps: [{{ id: record, uses: lightship.lock_service, with: {{ service: "{{{{ request.target }}}}", reason: "{{{{ request.reason }}}}" }} }}]
triggers:
  - on: incident-declared
    when: incident.severity == 'SEV1'
    target: "{{{{ incident.services | first }}}}"
    inputs: {{ text: "{{{{ brief | truncate(3000) }}}}" }}
"""
FILES = {
    "catalog/teams/keepers.yaml": "name: Keepers\nmembers: [ada]\n",
    "actions/policies/free.yaml": "name: Free\ntiers:\n  - name: All\n    auto_approve: 'true'\n",
    "actions/tell.yaml": TRIGGERED.format(name="Tell", policy="free"),
    "actions/draft.yaml": TRIGGERED.format(name="Draft", policy="owner"),
}
DECLARE = (
    "incident",
    "declare",
    "--service",
    "pay",
    "--title",
    "Nobody can pay",
    "--as",
    "ben",
    "--severity",
)


def test_what_follows_from_a_sev1(tmp_path: Path) -> None:
    """What needs nobody is done, what needs a yes waits for it, and a second run asks for nothing."""
    shop = Shop.made(tmp_path / "shop", FILES)
    git(shop.root, "config", "user.email", "ada@example.com")
    assert shop.run(*DECLARE, "SEV1").code == 0
    done = shop.run("execute")
    assert done.code == 0, done.err
    assert shop.count("request.asked") == 2
    assert done.out == "1 done, 1 pending\n"
    told = [line for line in done.err.splitlines() if line.startswith("asking ")]
    assert {line.split(": ", 1)[1] for line in told} == {
        "tell: incident declared",
        "draft: incident declared",
    }
    assert shop.count("service.locked") == 1
    tip = git(shop.root, "rev-parse", "journal")
    assert shop.run("execute").out == "1 pending\n"
    assert git(shop.root, "rev-parse", "journal") == tip
    draft = next(line.split()[1].rstrip(":") for line in told if "draft" in line)
    assert shop.run("approve", draft, "--as", "ada", "--key", str(shop.root / ".git/ada")).code == 2
    assert shop.run("execute").out == "1 pending\n"
    yes = shop.run("approve", draft, "--as", "ben", "--key", str(shop.root / ".git/ben"))
    assert yes.code == 0, yes.out + yes.err
    assert shop.run("execute").out == "1 done\n"
    assert shop.count("service.locked") == 2


def test_a_lesser_incident_asks_for_nothing_and_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    """Nor is anything asked for offline: that is for people."""
    shop = Shop.made(tmp_path / "shop", FILES)
    git(shop.root, "config", "user.email", "ada@example.com")
    assert shop.run(*DECLARE, "SEV2").code == 0
    shop.run("execute")
    assert shop.count("request.asked") == 0
    assert shop.run(*DECLARE, "SEV1").code == 0
    shop.run("execute", "--dry-run")
    shop.run("execute", "--offline")
    assert shop.count("request.asked") == 0


def test_a_branch_of_the_same_name_changes_nothing_of_what_the_portal_asked(tmp_path: Path) -> None:
    """Whoever may push a branch does not speak for the portal: other bytes are nobody's."""
    shop = Shop.made(tmp_path / "shop", FILES)
    git(shop.root, "config", "user.email", "ada@example.com")
    assert shop.run(*DECLARE, "SEV1").code == 0
    shop.run("execute")
    draft = next(
        entry
        for entry in shop.journal.entries()
        if entry.kind == "request.asked" and entry.data["action"] == "draft"
    )
    text = draft.data["text"].replace("Nobody can pay", "All is well")
    assert text != draft.data["text"]
    git(shop.root, "switch", "--quiet", "--create", f"request/{draft.subject}")
    commit(shop.root, {path_of(draft.subject): text})
    git(shop.root, "switch", "--quiet", "main")
    done = shop.run("decide", draft.subject)
    assert done.code == 1
    assert "what 'ada' asked for is not what lies here" in done.out


def test_what_somebody_wrote_into_the_journal_is_not_the_portals(tmp_path: Path) -> None:
    """An entry that only says so authorises nothing."""
    shop = Shop.made(tmp_path / "shop", FILES)
    at = datetime.now(UTC).replace(microsecond=0)
    id = asking.new_id(at)
    data = asking.text({"action": "tell", "target": "pay", "reason": "Because", "requester": "ada"}, at)
    told = {
        "automation": {"trigger": 0, "on": "incident-declared", "key": "inc-20260101-abcd"},
        "digest": digest(shop.repository, path_of(id), data),
        "path": path_of(id),
        "person": "ada",
        "text": data.decode(),
    }
    shop.journal.append([shop.entry("request.asked", id, told, at)])
    done = shop.run("execute")
    assert "what 'ada' asked for is not what lies here" in done.err
    assert shop.count("service.locked") == 0
