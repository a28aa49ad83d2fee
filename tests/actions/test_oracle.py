"""`decide` and a second implementation of the same page say the same of a hundred thousand generated questions."""

from __future__ import annotations

from collections import Counter

import pytest
from tests.actions.cases import Case, case, smallest
from tests.actions.oracle import answer

from lightship.actions.decide import decide

# Least shares, in cases of a thousand, so that the generator is known to reach everything.
STATES = {
    ("allowed", "quorum"): 60,
    ("allowed", "override"): 8,
    ("allowed", "break-glass"): 8,
    ("allowed", "auto"): 3,
    ("pending", "none"): 150,
    ("pending", "quorum"): 2,
    ("denied", "none"): 150,
    ("expired", "none"): 60,
}
FAMILIES = {
    "problem": 8,
    "id": 15,
    "void": 60,
    "clock": 5,
    "unknown": 8,
    "gone": 20,
    "allow": 4,
    "tier": 10,
    "glass": 10,
    "group": 30,
    "no": 10,
    "lacking": 100,
    "override": 8,
    "merge": 3,
    "vouched": 3,
}


def disagrees(found: Case) -> bool:
    """Whether the two differ in what they say, how, until when, or why."""
    decision, second = decide(found.question, found.now), answer(found.question, found.now)
    return (
        (decision.state, decision.how, decision.expires_at) != (second.state, second.how, second.expires_at)
        or (second.why != "" and second.why not in decision.families)
        or len(decision.families) != len(decision.reasons)
    )


def judged(numbers: range) -> None:
    """Judge the cases of `numbers` twice; a difference is shown at its smallest, with its number."""
    states: Counter[tuple[str, str]] = Counter()
    families: Counter[str] = Counter()
    for number in numbers:
        found = case(number)
        decision = decide(found.question, found.now)
        states[decision.state, decision.how] += 1
        families.update(set(decision.families))
        if disagrees(found):
            small = smallest(found, disagrees)
            one, other = decide(small.question, small.now), answer(small.question, small.now)
            pytest.fail(f"case({number}), smallest: {small}\ndecide: {one}\noracle: {other}")
    for counted, floors in ((states, STATES), (families, FAMILIES)):
        few = {
            key: counted[key] for key, floor in floors.items() if counted[key] * 1000 < floor * len(numbers)
        }
        assert not few, f"the generator hardly reaches these: {few} of {len(numbers)}"


def test_a_few_thousand_cases() -> None:
    judged(range(3000))


@pytest.mark.slow
@pytest.mark.parametrize("block", range(1, 13))
def test_a_hundred_and_twenty_thousand_cases(block: int) -> None:
    judged(range(block * 10_000, (block + 1) * 10_000))


def test_a_case_is_the_same_for_ever() -> None:
    assert case(7) == case(7)
    assert case(7) != case(8)


def test_a_disagreement_is_shown_at_its_smallest() -> None:
    """A reader who forgets denials is found out, and shown by a case that holds little else."""
    forgets = next(found for found in map(case, range(3000)) if answer(found.question, found.now).why == "no")
    small = smallest(forgets, lambda each: answer(each.question, each.now).why == "no")
    assert len(small.question.votes) == 1
    assert small.question.votes[0].verdict == "deny"
    assert not small.question.involved
