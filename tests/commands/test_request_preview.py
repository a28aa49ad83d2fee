"""`lightship request preview`, as the checks of a pull request run it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.trees import Done, commit, git, lightship

ID = "req-01m8a5s724w75qzsj3n955ztsb"
NOW = ("--now", "2026-11-25T21:00:00Z")
CATALOG = {
    "lightship.yaml": "name: Shop\npolicy_delay: null\n",
    "catalog/people/ada.yaml": "name: Ada\nemail: ada@example.com\ngithub: ada\ngithub_id: 1\n",
    "catalog/people/bo.yaml": "name: Bo\nemail: bo@example.com\ngithub: bo\ngithub_id: 2\n",
    "catalog/teams/payments.yaml": "name: Payments\nmembers: [ada, bo]\n",
    "catalog/services/checkout.yaml": "name: Checkout\nowner: payments\n",
    "actions/policies/owner.yaml": "tiers: [{ name: An owner, approvers: [{ capacity: target-owner }] }]\n",
    "actions/tell.yaml": (
        "category: communication\ntarget: service\npolicy: owner\ninputs: { type: object, properties: { text: { type: string } } }\n"
        'steps: [{ id: tell, uses: slack.post_message, with: { channel: "#ops", text: "{{ inputs.text }}" } }]\n'
    ),
}
REQUEST = (
    "action: tell\ntarget: checkout\ninputs: { text: Hello }\nreason: So.\nrequester: ada\n"
    "requested_at: 2026-11-25T20:19:03Z\nnot_after: 2026-11-26T20:19:03Z\n"
)
PATH = f"actions/requests/{ID}.yaml"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    commit(tmp_path, dict(CATALOG))
    git(tmp_path, "switch", "--quiet", "--create", "ask")
    return tmp_path


def preview(shop: Path, *words: str) -> Done:
    return lightship(shop, "request", "preview", "--against", "main", *NOW, *words)


def rows(shop: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(preview(shop, "--format", "json").out)
    return found


def test_it_says_who_must_agree_and_what_would_happen(shop: Path) -> None:
    commit(shop, {PATH: REQUEST})
    done = preview(shop, "--format", "markdown")
    assert done.code == 0, done.out + done.err
    assert "needs 1 of target-owner: bo" in done.out and "text = Hello" in done.out
    (row,) = rows(shop)
    assert (row["state"], row["allowed"], row["problems"]) == ("pending", False, [])
    assert row["requirements"][0]["could_satisfy"] == ["bo"]


def test_a_request_comes_alone(shop: Path) -> None:
    commit(shop, {PATH: REQUEST, "catalog/teams/payments.yaml": "name: Payments\nmembers: [ada]\n"})
    done = preview(shop)
    assert done.code == 1 and "alone" in done.out


def test_a_policy_that_comes_along_does_not_count(shop: Path) -> None:
    open_policy = "tiers: [{ name: Anybody, auto_approve: 'true' }]\n"
    commit(shop, {PATH: REQUEST, "actions/policies/owner.yaml": open_policy})
    (row,) = rows(shop)
    assert row["state"] == "pending" and row["problems"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (REQUEST + "approved_by: bo\n", "approved_by"),
        (REQUEST.replace("action: tell", "action: tel"), "tel"),
        (REQUEST.replace("requester: ada", "requester: eve"), "eve"),
        ("a: [\n", "stands in the way"),
    ],
)
def test_what_cannot_be_carried_out_is_said(shop: Path, text: str, said: str) -> None:
    commit(shop, {PATH: text})
    done = preview(shop, "--format", "markdown")
    assert done.code == 1 and said in done.out.replace("\\", "")


def test_an_edit_of_a_request_is_refused(shop: Path) -> None:
    git(shop, "switch", "--quiet", "main")
    commit(shop, {PATH: REQUEST})
    git(shop, "switch", "--quiet", "--create", "edit")
    commit(shop, {PATH: REQUEST.replace("Hello", "Bye")})
    done = preview(shop)
    assert done.code == 1 and "never edited" in done.out


def test_a_change_without_requests_has_none(shop: Path) -> None:
    commit(shop, {"catalog/services/cart.yaml": "name: Cart\nowner: payments\n"})
    done = preview(shop)
    assert (done.code, done.out) == (0, "No request in this change.\n")
