"""The GitHub forge, as people use it: ask by pull request, approve by review, merge; and who may not."""

from __future__ import annotations

import pytest
from tests.forge.town import Town


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
