"""`lightship dispatch`, as the workflows of incidents run it: the event in, the journal at the remote out."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.trees import Done, commit, git, lightship

CATALOG = {
    "lightship.yaml": "name: Shop\n",
    "catalog/people/ada.yaml": "name: Ada Example\nemail: ada@example.com\ngithub: ada-on-hub\ngithub_id: 7001\n",
    "catalog/people/leaver.yaml": "name: Lea Gone\ngithub: lea\ngithub_id: 7002\nactive: false\n",
    "catalog/teams/payments.yaml": "name: Payments\nmembers: [ada]\n",
    "catalog/services/checkout.yaml": "name: Checkout page\nowner: payments\ntier: 1\n",
}
ADA = {"id": 7001, "login": "ada-on-hub", "type": "User"}
HOSTILE = "x'; touch pwned; $(touch pwned) `touch pwned` ::error::pwned <img src=x onerror=alert(1)> [a](javascript:b)"


@pytest.fixture
def work(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet", "--bare", "origin.git")
    commit(tmp_path / "work", dict(CATALOG))
    git(tmp_path / "work", "remote", "add", "origin", str(tmp_path / "origin.git"))
    return tmp_path / "work"


def dispatch(
    work: Path, verb: str, inputs: Mapping[str, Any], sender: Mapping[str, Any] = ADA, **env: str
) -> Done:
    event = work.parent / "event.json"
    event.write_text(json.dumps({"inputs": inputs, "sender": sender}), encoding="utf-8")
    given = {
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_STEP_SUMMARY": str(work.parent / "summary.md"),
        "GITHUB_REF": "refs/heads/main",
        "GITHUB_RUN_ATTEMPT": "1",
        "GITHUB_RUN_ID": "99",
        "GITHUB_WORKFLOW": f"{verb}-incident",
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_REPOSITORY": "shop/portal",
    }
    return lightship(work, "dispatch", verb, env={**given, **env})


def declare(work: Path, **inputs: Any) -> str:
    done = dispatch(work, "declare", {"severity": "SEV2", "title": "Errors", "service": "checkout", **inputs})
    assert done.code == 0, done.err
    return done.out.partition(":")[0]


def shown(work: Path, id: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(lightship(work, "incident", "show", id, "--format", "json").out)
    return found


def test_declared_by_its_sender_and_pushed(work: Path) -> None:
    id = declare(work)
    incident = shown(work, id)
    assert (incident["title"], incident["severity"], incident["services"]) == ("Errors", "SEV2", ["checkout"])
    assert incident["declared_by"] == {"name": "ada", "verified": True}
    assert git(work.parent / "origin.git", "rev-parse", "journal") == git(work, "rev-parse", "journal")
    assert id in (work.parent / "summary.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["checkout", "Checkout page", "CHECKOUT"])
def test_the_service_is_found_by_what_people_call_it(work: Path, name: str) -> None:
    assert shown(work, declare(work, service=name))["services"] == ["checkout"]


def test_an_unknown_service_is_refused_with_the_near_miss(work: Path) -> None:
    done = dispatch(work, "declare", {"severity": "SEV2", "title": "Errors", "service": "chekout"})
    assert done.code == 2 and "checkout" in done.err and "symptom" in done.err
    assert git(work, "for-each-ref", "refs/heads/journal") == ""


def test_a_symptom_is_enough(work: Path) -> None:
    id = declare(work, service="", symptom="Carts are empty")
    assert shown(work, id)["symptom"] == "Carts are empty"


@pytest.mark.parametrize(
    "sender",
    [
        {"id": 1, "login": "stranger", "type": "User"},
        {"id": 1, "login": "ada-on-hub", "type": "User"},  # the login was given up, and somebody else took it
        {"id": 1, "login": "ada", "type": "User"},
        {"id": 7002, "login": "lea", "type": "User"},
        {"id": 7001, "login": "ada-on-hub", "type": "Bot"},
        {},
    ],
)
def test_somebody_the_catalog_does_not_know_is_recorded_as_unverified(
    work: Path, sender: Mapping[str, Any]
) -> None:
    done = dispatch(work, "declare", {"severity": "SEV3", "title": "Slow", "service": "checkout"}, sender)
    assert done.code == 0 and "unverified" in done.err
    by = shown(work, done.out.partition(":")[0])["declared_by"]
    assert by["verified"] is False and by["name"] != "ada"


def test_a_second_attempt_is_refused_with_the_remedy(work: Path) -> None:
    inputs = {"severity": "SEV2", "title": "Errors", "service": "checkout"}
    done = dispatch(work, "declare", inputs, GITHUB_RUN_ATTEMPT="2")
    assert done.code == 2 and "attempt 2 of run 99" in done.err and "Run workflow" in done.err
    assert git(work, "for-each-ref", "refs/heads/journal") == ""


def test_another_branch_is_refused(work: Path) -> None:
    inputs = {"severity": "SEV2", "title": "Errors", "service": "checkout"}
    done = dispatch(work, "declare", inputs, GITHUB_REF="refs/heads/topic")
    assert done.code == 2 and "refs/heads/topic" in done.err and "refs/heads/main" in done.err


def test_from_declared_to_the_draft_of_its_post_mortem(work: Path) -> None:
    id = declare(work)
    steps = [
        ({"do": "acknowledge"}, "investigating"),
        ({"do": "update", "text": "It is the cache", "severity": "SEV1", "public": True}, "investigating"),
        ({"do": "mitigate", "text": "Cache is off"}, "mitigated"),
        ({"do": "resolve", "text": "Rolled back"}, "resolved"),
    ]
    for inputs, state in steps:
        done = dispatch(work, "update", {"incident": id[-4:], **inputs})
        assert (done.code, done.out) == (0, f"{id}: {state}\n"), done.err
    draft = dispatch(work, "update", {"incident": id, "do": "draft post-mortem"})
    assert draft.code == 0, draft.err
    assert f"https://github.com/shop/portal/compare/main...postmortem/{id}?expand=1" in draft.out
    text = git(work.parent / "origin.git", "show", f"postmortem/{id}:catalog/postmortems/{id}.md")
    assert "Rolled back" in text
    incident = shown(work, id)
    assert incident["severity"] == "SEV1" and incident["fix"] == "Rolled back"
    assert [moved["public"] for moved in incident["updates"] if moved["text"] == "It is the cache"] == [True]


def test_an_illegal_move_says_what_is_allowed(work: Path) -> None:
    id = declare(work)
    assert dispatch(work, "update", {"incident": id, "do": "close", "text": "None"}).code == 0
    done = dispatch(work, "update", {"incident": id, "do": "resolve"})
    assert done.code == 2 and "reopen" in done.err


def test_a_hostile_title_stays_text(work: Path) -> None:
    id = declare(work, title=HOSTILE[:110])
    assert shown(work, id)["title"] == HOSTILE[:110]
    summary = (work.parent / "summary.md").read_text(encoding="utf-8")
    assert not re.search(r"(?<!\\)(<img|\]\(javascript)", summary)
    assert not list(work.parent.rglob("pwned"))


def test_words_that_look_like_options_stay_words(work: Path) -> None:
    id = declare(work, title="--drill", symptom="--as=ada")
    incident = shown(work, id)
    assert (incident["title"], incident["drill"], incident["symptom"]) == ("--drill", False, "--as=ada")
    assert dispatch(work, "update", {"incident": id, "do": "update", "text": "--severity=SEV1"}).code == 0
    assert shown(work, id)["severity"] == "SEV2"


def test_a_broken_catalog_stops_no_declaration(work: Path) -> None:
    commit(work, {"catalog/services/checkout.yaml": "name: [\n", "catalog/teams/payments.yaml": "\t"})
    assert shown(work, declare(work))["services"] == ["checkout"]


def test_what_cannot_be_pushed_is_bundled_and_the_run_fails(work: Path, tmp_path: Path) -> None:
    git(work, "remote", "set-url", "origin", str(tmp_path / "gone.git"))
    done = dispatch(work, "declare", {"severity": "SEV2", "title": "Errors", "service": "checkout"})
    assert done.code == 3 and "unpushed-records" in done.err
    git(tmp_path, "clone", "--quiet", str(tmp_path / "origin.git"), "other")
    other = tmp_path / "other"
    git(other, "fetch", "--quiet", str(work / "build/unpushed/journal.bundle"), "journal:journal")
    assert lightship(other, "journal", "sync").code == 0
    assert git(tmp_path / "origin.git", "rev-parse", "journal") == git(work, "rev-parse", "journal")


def test_at_a_keyboard_it_says_what_to_run_instead(work: Path) -> None:
    done = lightship(work, "dispatch", "declare", env={"GITHUB_REF": "refs/heads/main"})
    assert done.code == 3 and "lightship incident declare" in done.err
