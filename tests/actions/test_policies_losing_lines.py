"""A7: each line of each policy that the portal ships is deleted in turn. Whatever was not allowed before is not allowed then.

Deleting a number, or one of several requirements, leaves a policy that says less and is still one: these are named here, and
what guards them is that no change of a policy counts at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from tests.actions.asking import (
    HOUR,
    INCIDENT,
    MINUTE,
    PEOPLE,
    T0,
    action,
    changed,
    people,
    person,
    question,
    rules,
    service,
    vote,
)

from lightship.actions.decide import decide
from lightship.actions.question import Question, Rules, Span
from lightship.catalog.kinds.policy import Policy
from lightship.catalog.read import YamlError, parse

FOLDER = Path(__file__).parents[2] / "actions" / "policies"
POLICIES = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.yaml"))}
SAYS_LESS = ("capacity:", "lifetime:", "quota:", "count:")
CROWD = {
    **PEOPLE,
    **people(person("ada", manager="gus"), person("flo", roles=["platform-admin", "incident-commander"])),
}
VOICES = (
    vote("bo", at=T0 + MINUTE),
    vote("flo", at=T0 + MINUTE),
    vote("gus", at=T0 + 5 * MINUTE),
    vote("di", at=T0 + MINUTE, reason="It burns"),
    vote("eve", at=T0 + MINUTE),
)
NOWS = (T0 + 6 * MINUTE, T0 + 40 * MINUTE, T0 + 3 * HOUR)


def read(text: str) -> Policy | None:
    """The policy that `text` is; None where it is none any more."""
    try:
        data: Any = parse(text.encode())
        found = Policy.from_data("rule", data) if isinstance(data, dict) else None
    except (YamlError, ValidationError):
        return None
    assert found is None or isinstance(found, Policy)
    return found


def situations() -> Iterator[Question]:
    """Every set of voices, in and outside of an incident, for services of two tiers, asked for plainly or by breaking the glass."""
    spans = (Span("eve", T0 - HOUR, T0 + 12 * HOUR),)
    sets = [those for count in range(3) for those in combinations(VOICES, count)]
    for tier, during, those in product((1, 3), (True, False), sets):
        facts = {
            "incident": {"severity": "SEV2"} if during else None,
            "target": {"tier": tier},
            "request": {"inputs": {}},
            "requester": {"roles": []},
            "time": {"hour": 9},
        }
        by = rules(None, people=CROWD, target=service("checkout", tier=tier), facts=facts, action=action())
        asked = question(
            by, votes=those, on_call=spans, merged_at=T0 + 5 * MINUTE, incident=INCIDENT if during else None
        )
        yield asked
        if not those:
            yield changed(
                replace(asked, seen=(T0, T0)), requester="flo", incident=INCIDENT.id, break_glass=True
            )


SITUATIONS = tuple(situations())


def under(asked: Question, policy: Policy | None, settled: Policy | None) -> Question:
    """The same question under other policies."""

    def of(by: Rules, which: Policy | None) -> Rules:
        return replace(by, policy=which)

    return replace(
        asked, base=of(asked.base, policy), settled=of(asked.base, settled), current=of(asked.base, policy)
    )


def allowed(policy: Policy | None, settled: Policy | None) -> frozenset[tuple[int, int]]:
    """Which of the situations are allowed, and when."""
    return frozenset(
        (number, at)
        for number, asked in enumerate(SITUATIONS)
        for at, now in enumerate(NOWS)
        if decide(under(asked, policy, settled), now).allowed
    )


@pytest.mark.parametrize("name", POLICIES)
def test_a7_a_policy_that_loses_a_line_allows_no_more(name: str) -> None:
    whole = read(POLICIES[name])
    assert whole is not None
    before = allowed(whole, whole)
    assert before, "the situations reach what it allows"
    lines = POLICIES[name].splitlines(keepends=True)
    looked = 0
    for number, line in enumerate(lines):
        if line.lstrip().startswith(("#", "name:", "description:")):
            continue
        less = read("".join(lines[:number] + lines[number + 1 :]))
        if less == whole:
            continue
        looked += 1
        if not any(word in line for word in SAYS_LESS):
            assert allowed(less, less) <= before, f"without line {number + 1}: {line}"
        assert allowed(less, whole) <= before, f"at once, without line {number + 1}: {line}"
    assert looked
