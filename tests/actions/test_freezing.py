"""A freeze says no to what looks at it, and tells whoever asked who froze it, why, until when, and how it is ended."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.actions.asking import HOUR, INCIDENT, MINUTE, T0, action, policy, question, rules, tier

from lightship.actions.decide import decide
from lightship.actions.question import Question
from lightship.catalog.kinds.action import Action
from lightship.facts.records import Frozen

NOW = T0 + 10 * MINUTE
AUTO = policy(tier(auto_approve="true"))
FREEZE = Frozen(T0 - HOUR, "Nobody touches it\non the day of the sale", "bo", T0 + 7 * HOUR)
UNLOCK = Action.from_data(
    "thaw", {"category": "governance", "policy": "rule", "steps": [{"id": "go", "uses": "lightship.unlock_service"}]}
)  # fmt: skip


def asked(allow: str, freeze: Frozen | None = FREEZE, **facts: Any) -> Question:
    """A question about an action with this `allow`, of which the policy approves by itself."""
    seen = {"target": {"frozen": freeze is not None}, "incident": None, **facts}
    base = rules(AUTO, action=action(allow), facts=seen, entities={"action": {"thaw": UNLOCK}})
    return question(base=base, settled=base, frozen=freeze, needs_merge=False)


def test_who_is_refused_is_told_who_froze_it_why_until_when_and_the_way_out() -> None:
    decision = decide(asked("!target.frozen"), NOW)
    assert decision.state == "denied" and decision.families == ("allow", "allow")
    assert decision.reasons[1] == (
        "'checkout' is frozen until 2026-03-10 16:00 UTC: Bo froze it on 2026-03-10 08:00 UTC "
        "(Nobody touches it on the day of the sale); "
        "`lightship request new thaw --target checkout` asks to unlock it"
    )


@pytest.mark.parametrize(
    ("freeze", "said"),
    [
        (replace(FREEZE, until=None), "frozen until it is unlocked: Bo froze it"),
        (replace(FREEZE, by="gone"), "UTC: gone froze it"),
        (replace(FREEZE, by=""), "UTC: somebody froze it"),
    ],
)
def test_what_is_not_known_of_a_freeze_is_not_made_up(freeze: Frozen, said: str) -> None:
    assert said in decide(asked("!target.frozen", freeze), NOW).reasons[1]


def test_where_no_action_unlocks_nobody_is_sent_to_one() -> None:
    found = asked("!target.frozen")
    bare = replace(found.base, entities={})
    told = decide(replace(found, base=bare, settled=bare), NOW).reasons[1]
    assert told.endswith("no action unlocks services here")


def test_a_freeze_that_stands_in_nobodys_way_is_not_spoken_of() -> None:
    incident = {"id": INCIDENT.id, "severity": "SEV2", "state": "identified", "services": ["checkout"]}
    for allow, facts in (
        ("!target.frozen || incident != null", {"incident": incident}),
        ("target.frozen", {}),
        ("true", {}),
    ):
        assert decide(asked(allow, **facts), NOW).allowed, allow
    assert not decide(asked("target.frozen", None), NOW).allowed
    assert decide(asked("!target.frozen && false"), NOW).reasons == (
        "who may ask: `!target.frozen && false` does not hold",
    )
    assert len(decide(asked("target.nonsense"), NOW).reasons) == 1
    assert len(decide(asked("!target.frozen", target=None), NOW).reasons) == 1


def test_a_freeze_of_the_rules_before_counts_too() -> None:
    """Rules that were loosened a moment ago let nobody past a freeze."""
    found = asked("!target.frozen")
    loose = replace(found, base=replace(found.base, action=action("true")))
    decision = decide(replace(loose, merged_at=T0 + MINUTE), NOW)
    assert decision.state == "denied" and "'checkout' is frozen" in decision.reasons[-1]
