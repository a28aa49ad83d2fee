"""Requests at GitHub that come back, come by another way, or cannot be read: none of them is carried out (R1, R6, R7)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.forge.town import TOKEN, Town

from lightship.errors import CouldNotRun
from lightship.forge.reading import path_of


def test_r1_a_request_that_was_taken_off_and_put_back_counts_no_more(there: Town) -> None:
    id, _ = there.approved()
    data = there.asked(id).data
    there.hub.push("dora", "main", {path_of(id): None})
    assert there.decide(id).state == "denied"
    there.hub.push("ada", "again", {path_of(id): data})
    number = there.hub.open("ada", "again")
    there.hub.review("ben", number)
    there.hub.merge("ben", number)
    assert there.asked(id).problems == ("it was taken off the main branch, or put back: an id counts once",)


def test_r1_an_id_that_two_pull_requests_bring_is_no_id(there: Town) -> None:
    id, data = there.text()
    for branch in ("one", "two"):
        there.hub.push("ada", branch, {path_of(id): data})
        there.hub.open("ada", branch)
    assert there.asked(id).problems == ("another open pull request brings the same id: ask anew",)


def test_r1_an_old_request_under_a_new_name_is_not_asked_for(there: Town) -> None:
    data = there.text()[1]
    there.hub.tick(26 * 60)
    id, _ = there.text()
    there.hub.push("ada", "x", {path_of(id): data})
    number = there.hub.open("ada", "x")
    there.hub.review("ben", number)
    there.hub.merge("ben", number)
    assert there.decide(id).state == "denied"


def test_r1_an_approval_is_of_this_repository(there: Town) -> None:
    id, _ = there.approved()
    here = there.asked(id)
    there.hub.id = 424243
    assert here.repository == "424242"
    assert there.asked(id).digest != here.digest


def test_r6_what_no_pull_request_merged_is_denied(there: Town) -> None:
    id, data = there.text()
    there.hub.push("dora", "main", {path_of(id): data})
    decision = there.decide(id)
    assert decision.state == "denied"
    assert decision.reasons[0].startswith("no pull request merged it")


@pytest.mark.parametrize("trick", ["other base", "other repository", "open", "older merge"])
def test_r6_a_pull_request_of_something_else_is_none(there: Town, trick: str) -> None:
    id, number = there.approved()
    held = there.hub.pulls[number]
    if trick == "open":
        held.update(merged_at=None, state="open")
    if trick == "older merge":
        held["merge_commit_sha"] = there.hub.pulls[number]["start"]
    if trick == "other base":
        held["base"] = "release"
    if trick == "other repository":
        held["into"] = 424243
    assert there.asked(id).problems[0].startswith("no pull request merged it")


def test_r6_a_later_edit_of_a_merged_request_voids_it(there: Town) -> None:
    id, _ = there.approved()
    there.hub.push("dora", "main", {path_of(id): there.asked(id).data + b"# more\n"})
    assert there.asked(id).problems == ("it was changed on the main branch after its merge",)


def test_r7_a_clock_that_is_wrong_begins_nothing(there: Town) -> None:
    for skew in (0, 119, -119, 121, -121, 86_400, -86_400):
        there.hub.skew = timedelta(seconds=skew)
        assert bool(there.forge.held(there.hub.now)) is (abs(skew) > 120), skew


def test_a_fork_asks_for_nothing(there: Town) -> None:
    id, data = there.text()
    there.hub.push("ada", "patch", {path_of(id): data})
    number = there.hub.open("ada", "patch", source=777)
    there.hub.review("ben", number)
    there.hub.merge("ben", number)
    decision = there.decide(id)
    assert decision.state == "denied"
    assert decision.reasons[0].startswith("it comes from a fork")


_READ = (
    "/repos/acme/portal",
    ".*/commits/[0-9a-f]+/pulls.*",
    ".*/reviews.*",
    ".*/pulls/7/commits.*",
    ".*/activity.*",
    ".*/permission",
)


def test_what_cannot_be_read_is_not_decided(there: Town) -> None:
    id, _ = there.approved()
    for what in _READ:
        for how in ((403, b'{"message": "Forbidden"}'), (200, b"[{"), (200, b"[{}]")):
            there.answers.broken[:] = [(f"GET {what}", *how)]
            with pytest.raises(
                CouldNotRun, match=r"asking GitHub for .* of acme/portal: .*; nothing"
            ) as caught:
                there.asked(id)
            assert TOKEN not in str(caught.value)


def test_a_page_that_cannot_be_read_is_not_left_out(there: Town) -> None:
    id, number = there.approved()
    there.hub.review("cy", number, "CHANGES_REQUESTED")
    there.answers.page = 1
    assert there.decide(id).state == "denied"
    there.answers.broken.append((".*/reviews.*page=2.*", 403, b"{}"))
    with pytest.raises(CouldNotRun, match="the reviews of #7"):
        there.asked(id)


def test_a_branch_that_is_pushed_to_without_end_asks_for_nothing(there: Town) -> None:
    id, number = there.ask()
    (push,) = [each for each in there.hub.pushes if each["ref"].endswith(id)]
    there.hub.pushes += [push] * 1000
    there.answers.log.clear()
    assert there.asked(id).problems == (
        "its branch was pushed to 500 times or more: ask in a branch of its own",
    )
    assert len([each for each in there.answers.log if each.path.endswith("/activity")]) == 5
    assert number == 7
