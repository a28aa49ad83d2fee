"""Attacks on approvals at GitHub, by their letters in the threat model: none of them is let through."""

from __future__ import annotations

import pytest
from tests.forge.town import PEOPLE, Town, person

from lightship.forge.reading import path_of


@pytest.mark.parametrize("hand", ["author", "beneficiary", "committer", "co-author", "no-reply", "pusher"])
def test_a1_nobody_approves_what_they_had_a_hand_in(there: Town, hand: str) -> None:
    id, number = there.ask(**({"for": "ben"} if hand == "beneficiary" else {}))
    branch, approver = f"request/{id}", "ada" if hand == "author" else "ben"
    if hand == "committer":
        there.hub.push("ada", branch, {}, email="ben@example.com")
    if hand == "co-author":
        there.hub.push("ada", branch, {}, message="more\n\nCo-authored-by: Ben <BEN@example.com>")
    if hand == "no-reply":
        there.hub.push("ada", branch, {}, email=f"{PEOPLE['ben']}+renamed@users.noreply.github.com")
    if hand == "pusher":
        there.hub.push("ben", branch, {}, email="nobody@example.com")
    there.hub.review(approver, number)
    needed = there.decide(id).requirements[0]
    assert needed.satisfied_by == ()
    assert needed.could_satisfy == (("ben", "cy") if hand == "author" else ("cy",))


@pytest.mark.parametrize("who", ["stranger", "bot", "robot", "ghost"])
def test_a2_only_people_whom_the_catalog_knows_approve(there: Town, who: str) -> None:
    there.hub.user("stranger", 6001)
    there.hub.user("bot", PEOPLE["ben"], kind="Bot")
    there.hub.user("robot[bot]", PEOPLE["ben"])
    id, number = there.ask()
    there.hub.review({"ghost": None, "robot": "robot[bot]"}.get(who, who), number)
    there.hub.merge("ben", number)
    assert there.decide(id).state == "pending"


@pytest.mark.parametrize("hand", ["asks", "pushes", "gets it"])
def test_a2_the_second_account_of_whoever_asks_is_no_second_person(there: Town, hand: str) -> None:
    """ben has two; with the other one he asked, pushed, or gets it: neither of them counts."""
    there.hub.user("ben-too", 2002, "ben-too@example.com")
    there.hub.push("dora", "main", {"catalog/people/ben.yaml": person("ben", github_ids="[2001, 2002]")})
    if hand == "asks":
        id, data = there.text("ben")
        there.hub.push("ben-too", f"request/{id}", {path_of(id): data})
        number = there.hub.open("ben-too", f"request/{id}")
    else:
        id, number = there.ask(**({"for": "ben"} if hand == "gets it" else {}))
    if hand == "pushes":
        there.hub.push("ben-too", f"request/{id}", {}, email="nobody@example.com")
    there.hub.review("ben", number)
    there.hub.review("ben-too", number)
    decision = there.decide(id)
    assert decision.state == "pending", decision.reasons
    assert decision.requirements[0].satisfied_by == ()
    assert "ben" not in decision.requirements[0].could_satisfy


def test_a2_two_accounts_of_one_person_are_one_yes(there: Town) -> None:
    """And a no with one of them takes back what was said with the other."""
    two = "name: Owner\ntiers:\n  - name: Two\n    approvers: [{ capacity: target-owner, count: 2 }]\n"
    there.hub.user("ben-too", 2002)
    files = {
        "catalog/people/ben.yaml": person("ben", github_ids="[2002]"),
        "actions/policies/owner.yaml": two,
    }
    there.hub.push("dora", "main", files)
    id, number = there.ask()
    there.hub.review("ben", number)
    there.hub.review("ben-too", number)
    assert [held.person for held in there.decide(id).requirements[0].satisfied_by] == ["ben"]
    there.hub.review("cy", number)
    there.hub.merge("cy", number)
    assert there.decide(id).allowed
    there.hub.review("ben-too", number, "CHANGES_REQUESTED")
    assert (there.decide(id).state, there.decide(id).families) == ("denied", ("no",))


def test_a2_a_bot_asks_for_nobody(there: Town) -> None:
    there.hub.user("helper", PEOPLE["ada"], kind="Bot")
    id, data = there.text()
    there.hub.push("helper", "x", {path_of(id): data})
    number = there.hub.open("helper", "x")
    there.hub.review("ben", number)
    there.hub.merge("ben", number)
    decision = there.decide(id)
    assert decision.state == "denied"
    assert (
        decision.reasons[0]
        == "a bot opened its pull request, and no record says that a trigger asked for just this"
    )


@pytest.mark.parametrize("edit", ["byte", "comment", "space", "crlf", "executable", "link"])
def test_a3_what_is_edited_after_an_approval_is_not_approved(there: Town, edit: str) -> None:
    id, number = there.ask()
    path, branch = path_of(id), f"request/{id}"
    there.hub.review("ben", number)
    text = there.asked(id).data
    edited = {
        "byte": text.replace(b"Because", b"Becausf"),
        "comment": b"# more\n" + text,
        "space": text + b"\n",
        "crlf": text.replace(b"\n", b"\r\n"),
    }.get(edit, text)
    mode = {"executable": "100755", "link": "120000"}.get(edit, "100644")
    there.hub.push("ada", branch, {path: edited}, modes={path: mode})
    there.hub.merge("ben", number, "squash")
    decision = there.decide(id)
    assert not decision.allowed
    assert decision.state == ("denied" if edit in ("executable", "link") else "pending")


def test_a3_a_rename_after_an_approval_voids_it(there: Town) -> None:
    id, number = there.ask()
    there.hub.review("ben", number)
    other = there.text()[0]
    there.hub.push("ada", f"request/{id}", {path_of(id): None, path_of(other): there.asked(id).data})
    there.hub.merge("ben", number)
    assert there.forge.requests((id,)) == ()
    assert there.decide(other).state == "pending"


def test_a3_there_and_back_by_force_is_what_was_approved(there: Town) -> None:
    id, number = there.ask()
    first = there.hub.pulls[number]["head"]
    there.hub.review("ben", number)
    there.hub.push("ada", f"request/{id}", {path_of(id): b"something: else\n"})
    there.hub.move("ada", f"request/{id}", first)
    there.hub.merge("ben", number)
    assert there.decide(id).allowed


def test_a3_a_review_that_names_an_older_commit_counts_for_what_lay_there(there: Town) -> None:
    id, number = there.ask()
    old = there.hub.pulls[number]["head"]
    changed = there.asked(id).data.replace(b"Because", b"Otherwise")
    there.hub.push("ada", f"request/{id}", {path_of(id): changed})
    there.hub.review("ben", number, commit=old)
    there.hub.review("cy", number, commit="f" * 40)
    there.hub.merge("ben", number)
    assert there.decide(id).state == "pending"


def test_a4_whoever_changes_anothers_request_gets_nothing(there: Town) -> None:
    id, number = there.ask()
    changed = there.asked(id).data.replace(b"requester: ada", b"requester: ada\nfor: cy")
    there.hub.push("cy", f"request/{id}", {path_of(id): changed}, email="ada@example.com")
    there.hub.review("ben", number)
    there.hub.merge("ben", number)
    decision = there.decide(id)
    assert decision.state == "denied"
    assert "its bytes were changed" in decision.reasons[0]


def test_a4_a_forged_address_excludes_and_never_lets_in(there: Town) -> None:
    id, number = there.ask("eve")
    there.hub.push("eve", f"request/{id}", {}, email="cy@example.com")
    there.hub.review("eve", number)
    there.hub.review("cy", number)
    assert there.decide(id).requirements[0].could_satisfy == ("ada", "ben")


_BESIDE = {
    "policy": {"actions/policies/owner.yaml": "name: Owner\ntiers: []\n"},
    "person": {"catalog/people/zoe.yaml": person("zoe")},
    "deleted": {"catalog/teams/platform.yaml": None},
    "workflow": {".github/workflows/x.yml": "on: push\n"},
    "renamed": {
        "catalog/teams/platform.yaml": None,
        "catalog/teams/plat.yaml": "name: Platform\nmembers: [eve]\n",
    },
    "readme": {"README.md": "Hello\n"},
}


def test_a5_a_request_is_one_new_file_and_nothing_else(there: Town) -> None:
    ids = {}
    for what, more in _BESIDE.items():
        there.hub.push("dora", "main", {"catalog/teams/platform.yaml": "name: Platform\nmembers: [eve]\n"})
        id, number = there.ask(more=more)
        (asked,) = there.forge.requests((id,))
        assert asked.problems[0].startswith("it brings more than one new file"), what
        there.hub.review("ben", number)
        there.hub.merge("ben", number)
        ids[id] = what
    for asked in there.forge.requests(ids):
        assert asked.problems[0].startswith("it brings more than one new file"), ids[asked.id]
    assert there.decide(id).state == "denied"


def test_a5_two_requests_in_one_pull_request_are_none(there: Town) -> None:
    other, data = there.text()
    id, number = there.ask(more={path_of(other): data})
    there.hub.merge("ben", number)
    assert [bool(each.problems) for each in there.forge.requests((id, other))] == [True, True]


@pytest.mark.parametrize("undone", [False, True])
def test_a5_rebased_commits_do_not_slip_in_a_policy(there: Town, undone: bool) -> None:
    """The first commit of a rebased pull request would else be the base whose policy decides."""
    policy = "actions/policies/owner.yaml"
    before = (there.root / policy).read_bytes()
    id, data = there.text()
    there.hub.push("ada", "x", {policy: before.replace(b"target-owner", b"target-on-call")})
    there.hub.push("ada", "x", {path_of(id): data})
    if undone:
        there.hub.push("ada", "x", {policy: before})
    number = there.hub.open("ada", "x")
    there.hub.review("ben", number)
    there.hub.review("cy", number)
    there.hub.merge("ben", number, "rebase")
    assert there.asked(id).problems == (f"it brings more than one new file: {policy}",)


def test_a5_the_base_of_a_rebased_request_lies_before_all_of_it(there: Town) -> None:
    id, number = there.ask()
    there.hub.push("ada", f"request/{id}", {path_of(id): there.asked(id).data + b"# more\n"})
    there.hub.review("ben", number)
    before = there.hub.tip("main")
    there.hub.merge("ben", number, "rebase")
    asked = there.asked(id)
    assert (asked.base, asked.merged, asked.problems) == (before, there.hub.tip("main"), ())
    assert there.decide(id).allowed


def test_a9_comments_never_approve(there: Town) -> None:
    id, number = there.ask()
    there.hub.review("ben", number, "COMMENTED", body="/approve LGTM")
    there.hub.merge("ben", number)
    assert there.decide(id).state == "pending"
    assert not [each.path for each in there.answers.log if "comments" in each.path or "issues" in each.path]


def test_a10_whoever_approves_may_write(there: Town) -> None:
    id, _ = there.approved()
    for right, state in {
        "read": "pending",
        "none": "pending",
        "admin": "allowed",
        "write": "allowed",
    }.items():
        there.hub.rights["ben"] = right
        assert there.decide(id).state == state, right


def test_a12_a_number_counts_and_a_name_does_not(there: Town) -> None:
    there.hub.users["ben"]["login"] = "benny"  # ben takes another name …
    there.hub.users["benny"] = there.hub.users.pop("ben")
    there.hub.rights["benny"] = "write"
    there.hub.user("ben", 6666)  # … and somebody takes his
    first, number = there.ask()
    there.hub.review("ben", number)
    there.hub.merge("cy", number)
    second, other = there.ask()
    there.hub.review("benny", other)
    there.hub.merge("cy", other)
    assert there.decide(first).state == "pending"
    assert there.decide(second).allowed


def test_a12_a_name_that_went_to_somebody_else_has_no_rights_for_the_first(there: Town) -> None:
    """The review shows who ben was; what 'ben' may do is told of another number by now."""
    id, number = there.ask()
    there.hub.review("ben", number)
    there.hub.merge("cy", number)
    there.hub.users["ben"] = {"login": "ben", "id": 6666, "type": "User"}
    assert there.decide(id).state == "pending"


def test_a12_lookalikes_are_nobody(there: Town) -> None:
    id, number = there.ask()
    for place, login in enumerate(("Ben", "b\u0435n", "ben\u200b", "b-en", "ｂen")):
        there.hub.user(login, 6667 + place)
        there.hub.review(login, number)
    assert there.decide(id).requirements[0].satisfied_by == ()


def test_a1_an_address_that_two_people_claim_excludes_both(there: Town) -> None:
    there.hub.push("dora", "main", {"catalog/people/cy.yaml": person("cy", email="ben@example.com")})
    id, number = there.ask()
    there.hub.push("ada", f"request/{id}", {}, email="ben@example.com")
    assert there.decide(id).requirements[0].could_satisfy == ()
    assert number == 7
