"""Requests at GitHub from the command line: asked once however often, reviewed at the bytes that were seen, closed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.forge.town import TOKEN, Town, person
from tests.trees import Done, lightship

_NEW = ("request", "new", "note", "--target", "pay", "--reason", "Because", "--as", "ada")


@pytest.fixture
def today(there: Town) -> Town:
    """The same, now: commands have no other clock."""
    there.hub.now = datetime.now(UTC) - timedelta(minutes=30)
    return there


def _said(done: Done) -> Any:
    assert done.code in (0, 1), done.err
    return json.loads(done.out)


def test_ask_approve_merge_and_execute(today: Town) -> None:
    there = today
    there.hub.push("dora", "main", {"catalog/people/ben.yaml": person("ben", github_ids="[2002]")})
    there.hub.user("ben-too", 2002)
    asked = _said(lightship(there.root, *_NEW, "--format", "json"))
    assert asked["state"] == "pending"
    assert asked["url"] == "https://github.com/acme/portal/pull/7"
    again = lightship(there.root, *_NEW, "--format", "json")
    assert (_said(again)["id"], "asked for already" in again.err) == (asked["id"], True)
    assert len(there.hub.pulls) == 1

    wrong = lightship(there.root, "approve", asked["id"], "--as", "ben")
    assert wrong.code == 2
    assert "the token at hand is of GitHub account 1001" in wrong.err
    there.answers.token_of = "ben-too"
    approved = lightship(there.root, "approve", asked["id"], "--as", "ben")
    assert "merge https://github.com/acme/portal/pull/7" in approved.out
    there.hub.merge("ben", 7)
    assert lightship(there.root, "decide", asked["id"]).code == 0
    there.hub.now = datetime.now(UTC)
    there.hub.skew = timedelta(minutes=9)
    assert "this clock is" in lightship(there.root, "execute").err
    there.hub.skew = timedelta()
    done = lightship(there.root, "execute", "--format", "json")
    assert [step["outcome"] for step in json.loads(done.out)["steps"]] == ["simulated"], done.err
    assert json.loads(lightship(there.root, "execute", "--format", "json").out)["steps"] == []
    (claim,) = lightship(there.root, "journal", "log", "--kind", "claim", "--format", "json").out.splitlines()
    (vote,) = json.loads(claim)["data"]["votes"]
    assert (vote["person"], int(vote["id"])) == ("ben", 1000), "by another account of his"
    assert TOKEN not in done.out + done.err + approved.out + approved.err


def test_without_a_token_the_link_asks(today: Town) -> None:
    none = {"GITHUB_TOKEN": "", "GH_TOKEN": ""}
    told = _said(lightship(today.root, *_NEW, "--format", "json", env=none))
    where = urlsplit(told["url"])
    query = parse_qs(where.query)
    assert where.path == "/acme/portal/new/main"
    assert query["filename"] == [f"actions/requests/{told['id']}.yaml"]
    assert "requester: ada" in query["value"][0]
    assert lightship(today.root, "request", "list", env=none).code == 3


def test_a_request_is_withdrawn_by_closing_it(today: Town) -> None:
    id, number = today.ask()
    assert lightship(today.root, "request", "cancel", id, "--as", "ada", "--reason", "Not now").code == 0
    assert today.hub.pulls[number]["state"] == "closed"
    assert _said(lightship(today.root, "request", "list", "--format", "json")) == []
    merge = lightship(today.root, "request", "merge", id)
    assert (merge.code, "merge them there" in merge.err) == (2, True)


def test_half_made_is_finished_and_not_made_twice(today: Town) -> None:
    """The branch and its file are there, and the pull request is not: whoever tries again opens it."""
    from lightship.forge import proposing
    from lightship.forge.reading import path_of

    id, data = today.text()
    forge = today.forge
    today.hub.move("ada", f"request/{id}", today.hub.tip("main"))
    for _ in range(2):
        assert proposing.propose(forge.hub, id, data, "main", forge.tip, "").endswith("/pull/7")
    assert today.asked(id).data == data
    today.hub.push(
        "ada", "request/req-01kag000000000000000000000", {path_of("req-01kag000000000000000000000"): data}
    )
    proposing.propose(forge.hub, "req-01kag000000000000000000000", data, "main", forge.tip, "")
    assert len(today.hub.pulls) == 2


def test_a_no_to_an_open_pull_request_may_be_taken_back_until_its_merge(today: Town) -> None:
    """A merge in spite of a no is the end: what was asked for there is denied for good."""
    (first, one), (second, two) = (today.ask(inputs={"text": "Hello"}) for _ in range(2))
    for number in (one, two):
        today.hub.review("cy", number, "CHANGES_REQUESTED", body="Not on a Friday")
    for _ in range(2):
        assert _outcomes(today) == {first: "refused", second: "refused"}
    assert _said(lightship(today.root, "request", "list", "--format", "json"))[0]["state"] == "denied"
    today.hub.review("cy", one)
    assert _outcomes(today) == {first: "pending", second: "refused"}
    today.hub.merge("cy", one)
    today.hub.merge("ben", two)
    assert _outcomes(today) == {first: "simulated", second: "refused"}
    assert _outcomes(today) == {}


def _outcomes(town: Town) -> dict[str, str]:
    """What `execute` says came of each request, while GitHub's clock is right."""
    town.hub.skew = datetime.now(UTC) - town.hub.now
    steps = _said(lightship(town.root, "execute", "--format", "json"))["steps"]
    return {each["request"]: each["outcome"] for each in steps}
