"""The local forge, as people use it: ask, approve, merge; and who may not."""

from __future__ import annotations

import pytest
from tests.forge.world import HOUR, MINUTE, World

from lightship import commandline


def test_asked_approved_and_merged_is_allowed(world: World) -> None:
    id = world.ask()
    assert world.decide(id).state == "pending"
    world.vote(id)
    waiting = world.decide(id)
    assert (waiting.state, set(waiting.families)) == ("pending", {"merge"})
    world.merge(id)
    decision = world.decide(id)
    assert decision.allowed
    assert [(held.person, held.capacity) for held in decision.requirements[0].satisfied_by] == [
        ("ben", "target-owner")
    ]


def test_approvals_after_the_merge_do_not_count(world: World) -> None:
    id = world.ask()
    world.merge(id)
    world.vote(id)
    assert world.decide(id).state == "pending"


def test_an_approval_ages(world: World) -> None:
    id = world.approved()
    assert world.decide(id, 23 * HOUR).allowed
    assert world.decide(id, 24 * HOUR).state == "expired"


def test_a_no_blocks_also_after_the_merge(world: World) -> None:
    id = world.approved()
    world.vote(id, "cy", "deny", reason="Not now")
    assert world.decide(id).reasons == ("'cy' said no: Not now",)


def test_an_override_needs_a_reason_that_was_signed(world: World) -> None:
    bare, told = world.ask(), world.ask()
    world.vote(bare, "dora", told_otherwise={"reason": "Somebody else's"})
    world.vote(told, "dora", reason="Customers wait")
    for id in (bare, told):
        world.merge(id)
    assert world.decide(bare).state == "pending"
    assert (world.decide(told).allowed, world.decide(told).how) == (True, "override")


def test_requests_are_told_apart(world: World) -> None:
    first, second = world.approved(), world.ask()
    assert [asked.id for asked in world.requests.forge.requests()] == [first, second]
    assert [asked.is_merged for asked in world.requests.forge.requests()] == [True, False]
    world.record("request.ended", first, "ada", {"outcome": "done"})
    assert [asked.id for asked in world.requests.forge.requests()] == [second]


def test_break_glass_needs_no_merge_and_counts_its_uses(world: World) -> None:
    incident = world.declare()
    first = world.ask(break_glass=True, incident=incident)
    decision = world.decide(first)
    assert (decision.allowed, decision.how) == (True, "break-glass")
    second = world.ask(break_glass=True, incident=incident)
    assert world.decide(first).allowed, "a later use does not count against an earlier one"
    assert world.decide(second).families == ("glass",)
    world.record("request.ended", first, "ada", {"outcome": "expired"})
    assert world.decide(second).allowed, "what came to nothing was no use"


def test_break_glass_that_was_used_counts_for_good(world: World) -> None:
    incident = world.declare()
    first = world.ask(break_glass=True, incident=incident)
    world.record("claim", f"{first}/post", "ada", {"run": "r"})
    world.record("request.ended", first, "ada", {"outcome": "done"})
    assert not world.decide(world.ask(break_glass=True, incident=incident)).allowed


def test_a_request_that_is_dated_back_hides_no_use(world: World) -> None:
    incident = world.declare()
    world.record("claim", f"{world.ask(break_glass=True, incident=incident)}/post", "ada", {"run": "r"})
    world.now -= 30 * MINUTE
    late = world.ask(break_glass=True, incident=incident)
    world.now += 30 * MINUTE
    assert world.why(late) == {"glass"}


def test_break_glass_of_others_is_refused(world: World) -> None:
    incident = world.declare()
    assert world.decide(world.ask("ben", break_glass=True, incident=incident)).state == "denied"
    assert world.decide(world.ask(break_glass=True)).state == "denied"


def test_what_was_asked_for_is_read_from_the_journal_where_the_branch_is_not_here(world: World) -> None:
    id = world.ask()
    world.vote(id)
    before = world.asked(id)
    from tests.trees import git

    git(world.root, "branch", "-D", f"request/{id}")
    after = world.asked(id)
    assert (after.data, after.digest, after.problems) == (before.data, before.digest, ())
    assert world.why(id) == {"merge"}


@pytest.mark.parametrize("minutes", [1, 61])
def test_a_signature_is_checked_once(world: World, minutes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    id = world.approved()
    assert world.decide(id).allowed
    # Without ssh-keygen nothing can be checked anew; git still has to be found.
    monkeypatch.setenv("PATH", _only_git(world))
    assert world.decide(id, minutes * MINUTE).allowed


def _only_git(world: World) -> str:
    import shutil

    folder = world.root.parent / "bin"
    folder.mkdir()
    found = shutil.which("git")
    assert found
    (folder / "git").symlink_to(found)
    return str(folder)


def test_offline_what_github_merged_is_no_concern_of_this_forge(world: World) -> None:
    """With `forge: github`, requests on the main branch have no record of a merge here; break-glass goes on all the same."""
    theirs = world.ask(signed=False)
    world.merge(theirs, recorded=False)
    mine = world.ask(break_glass=True, incident=world.declare())
    world.commit({"lightship.yaml": "name: Test\nforge: github\npolicy_delay: null\n"})
    requests = commandline.Requests(world.root, commandline.settings(world.root), offline=True)
    found = {asked.id: requests.judged(asked, world.now + MINUTE)[1] for asked in requests.forge.requests()}
    assert found.keys() == {mine} and found[mine].allowed
