"""The GitHub forge, as people use it: ask by pull request, approve by review, merge; and who may not."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.forge.town import Town
from tests.trees import git as run

from lightship.catalog.settings import Settings
from lightship.commandline.acting import Clock
from lightship.errors import CouldNotRun
from lightship.forge import at_github


@pytest.mark.parametrize("how", ["merge", "squash", "rebase"])
def test_asked_approved_and_merged_is_allowed(there: Town, how: str) -> None:
    id, number = there.ask()
    assert there.decide(id).state == "pending"
    there.hub.review("ben", number)
    waiting = there.decide(id)
    assert (waiting.state, waiting.families) == ("pending", ("merge",))
    there.hub.merge("ben", number, how)
    decision = there.decide(id)
    assert decision.allowed, decision.reasons
    assert [(held.person, held.capacity) for held in decision.requirements[0].satisfied_by] == [
        ("ben", "target-owner")
    ]


def test_a_glass_is_broken_by_an_open_pull_request_and_counts_for_good(there: Town) -> None:
    incident = there.declare()
    id, number = there.ask(break_glass=True, incident=incident)
    decision = there.decide(id)
    assert (decision.allowed, decision.how) == (True, "break-glass"), decision.reasons
    there.record("claim", f"{id}/post", {"glass": {"person": "ada", "at": there.hub.now.isoformat()}})
    there.hub.pulls[number]["state"] = "closed"
    again, _ = there.ask(break_glass=True, incident=incident)
    assert not there.decide(again).allowed


def test_what_ended_is_not_read_again(there: Town) -> None:
    id, _ = there.approved()
    there.record("request.ended", id, {"outcome": "done"})
    asked = len(there.answers.log)
    assert there.forge.requests() == ()
    assert [each.path for each in there.answers.log[asked:]] == [
        "/repos/acme/portal",
        "/repos/acme/portal/pulls",
    ]


def test_a_clone_that_is_cut_off_decides_nothing(there: Town, tmp_path: Path) -> None:
    id, _ = there.approved()
    run(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{there.hub.bare}", str(tmp_path / "cut"))
    there.root = tmp_path / "cut"
    with pytest.raises(CouldNotRun, match="shallow"):
        there.asked(id)


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("http://api.github.com", "api.github.com has to be asked by https"),
        ("https://api.github.com@evil.example.com", "is no base"),
        ("ftp://127.0.0.1", "127.0.0.1 has to be asked by https"),
    ],
)
def test_a_token_goes_nowhere_unencrypted(address: str, why: str) -> None:
    settings = Settings(repository="https://github.com/acme/portal", forge="github")
    with pytest.raises(CouldNotRun, match=why):
        at_github(settings, {"GITHUB_TOKEN": "canary", "GITHUB_API_URL": address}, Clock())


def test_a_token_follows_no_redirect(there: Town) -> None:
    """A repository that was renamed is asked for by its new name, in lightship.yaml."""
    there.answers.broken.append(("GET /repos/acme/portal", 301, b"{}"))
    with pytest.raises(CouldNotRun, match="301, and no redirect is followed"):
        there.forge.requests()


def test_a_read_that_went_wrong_once_is_tried_again(there: Town) -> None:
    id, _ = there.approved()
    there.answers.flaky = 3
    assert there.decide(id).allowed
    assert there.answers.flaky == 0
