"""Who may take a request back, and whose word to that is nobody's: a request that many wait for is not stopped by a forgery."""

from __future__ import annotations

import pytest
from tests.forge.world import World

from lightship import git
from lightship.forge import asking, statements


def withdraw(world: World, id: str, by: str, key: str = "", bound: str = "", **told: str) -> None:
    """Record that `by` does not ask for it any more, signed with their key, or another's."""
    bound = bound or world.asked(id).digest
    proof = world.proof(statements.withdrawing(bound, by, "Not needed"), key or by, statements.REQUEST)
    said = {"digest": bound, "person": by, "reason": "Not needed", **proof}
    world.record("request.cancelled", id, by, {**said, **told})


@pytest.mark.parametrize("person", ["ada", "ben"])
def test_who_asked_or_gets_it_may_take_it_back(world: World, person: str) -> None:
    id = world.ask(**{"for": "ben"})
    world.vote(id, "cy")
    world.merge(id)
    assert world.decide(id).allowed
    withdraw(world, id, person)
    decision = world.decide(id)
    assert (decision.state, decision.reasons, decision.expires_at) == ("cancelled", ("Not needed",), None)


@pytest.mark.parametrize(
    ("person", "key", "told"),
    [
        ("cy", "cy", {}),  # who may approve says no, and takes nothing back
        ("dora", "dora", {}),
        ("stranger", "stranger", {}),
        ("ada", "stranger", {}),
        ("ada", "cy", {}),
        ("ada", "ada", {"reason": "Another reason"}),
        ("ada", "ada", {"signature": ""}),
        ("ada", "ada", {"person": "ben"}),
        ("ada", "ada", {"bound": "f" * 64}),
    ],
)
def test_nobody_else_and_no_forgery(world: World, person: str, key: str, told: dict[str, str]) -> None:
    id = world.approved()
    withdraw(world, id, person, key, **told)
    assert world.decide(id).allowed


def test_the_word_of_one_request_takes_back_no_other(world: World) -> None:
    one, other = world.approved(), world.approved()
    withdraw(world, other, "ada", bound=world.asked(one).digest)
    assert world.decide(other).allowed


def test_asking_is_not_taking_back(world: World) -> None:
    """The signature under the request is there for all to copy."""
    id = world.approved()
    asked = world.requests.book.records["request.asked"][-1].data
    world.record("request.cancelled", id, "cy", {**asked, "reason": ""})
    assert world.decide(id).allowed


def test_a_forged_withdrawal_hides_no_use_of_break_glass(world: World) -> None:
    incident = world.declare()
    first, second = (world.ask(break_glass=True, incident=incident) for _ in range(2))
    world.record("request.cancelled", first, "ada", {"reason": "Not needed"})
    assert (world.decide(first).allowed, world.decide(second).families) == (True, ("glass",))


def test_bytes_that_are_no_request_are_taken_back_by_who_brought_them(world: World) -> None:
    id, data = asking.new_id(world.now), b"a: [\n"
    tip = git.tip(world.root, "refs/heads/main")
    asking.branch(world.root, id, data, tip, ("Ada", "ada@example.com"), world.now)
    world.sign_request(id, data, "ada")
    withdraw(world, id, "cy")
    assert world.decide(id).state == "denied"
    withdraw(world, id, "ada")
    assert world.decide(id).state == "cancelled"
