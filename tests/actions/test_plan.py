"""What would be done, step by step; and why nothing would."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.actions.stage import GRANT, OPEN, TELL, T, action, question

from lightship.actions.plan import key, plan
from lightship.actions.question import Question

HOUR = timedelta(hours=1)


def asking(*steps: Mapping[str, Any], **more: Any) -> Question:
    """A request for an action of these steps; `more` is changed in the action."""
    asked = question(action(*steps))
    assert asked.base.action is not None
    return replace(asked, base=replace(asked.base, action=asked.base.action.model_copy(update=more)))


def test_each_step_with_what_it_is_called_with_and_until_when_it_lasts() -> None:
    asked = asking(GRANT, TELL)
    found = plan(asked, T)
    assert (found.request, found.problems) == (asked.request.id, ())
    grant, tell = found.steps
    assert (grant.id, grant.uses, grant.critical, grant.undo) == (
        "grant",
        "aws.grant_access",
        True,
        "aws.revoke_access",
    )
    assert grant.params == {"account": "123456789012", "permission_set": "operator", "principal": "ada"}
    assert (grant.expires_at, tell.expires_at) == (T + 2 * HOUR, None)
    assert (tell.undo, tell.critical, tell.waits_for) == ("", False, ())
    assert grant.key == key(asked.request.id, "grant") != tell.key
    assert len(grant.key) == 32


def test_it_ends_no_later_than_it_may() -> None:
    ends = [plan(asking(GRANT), T, until=T + hours * HOUR).steps[0].expires_at for hours in (1, 3)]
    assert ends == [T + HOUR, T + 2 * HOUR]
    assert plan(asking(GRANT, expires=None), T, until=T + HOUR).steps[0].expires_at is None


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        (replace(asking(GRANT), base=replace(asking(GRANT).base, action=None)), "there is no action 'access'"),
        (asking(GRANT, expires="{{ inputs.hours }}h"), "'expires': there is no 'inputs.hours'"),
        (asking({**GRANT, "uses": "aws.no_such_thing"}), "step grant: aws.no_such_thing: there is no such operation"),
        (asking({**GRANT, "with": {**GRANT["with"], "principal": "{{ nobody.id }}"}}), "step grant: aws.grant_access: "),
        (asking({**GRANT, "with": {**GRANT["with"], "principal": "{{ nobody"}}), "step grant: aws.grant_access: "),
    ],
)  # fmt: skip
def test_what_stands_in_the_way(asked: Question, problem: str) -> None:
    found = plan(asked, T)
    assert len(found.problems) == 1
    assert found.problems[0].startswith(problem)
    assert found.steps == ()


def test_inputs_that_are_wrong_stand_in_the_way() -> None:
    asked = asking(
        GRANT, inputs={"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    )
    [problem] = plan(asked, T).problems
    assert "n" in problem


def test_a_step_waits_for_those_that_it_looks_at_wherever_it_does() -> None:
    ask = {
        "id": "invite",
        "uses": "slack.create_channel",
        "with": {
            "channel": "x",
            "invite": ["{{ steps.open.channel }}", {"a": "{{ steps.tell.message }}"}],
            "n": 1,
        },
    }
    asked = asking(OPEN, TELL, ask)
    assert plan(asked, T).steps[2].waits_for == ("open", "tell")
    assert plan(asked, T).steps[2].params == ask["with"]
    assert plan(asked, T, {"open": {"channel": "C1"}}).steps[2].waits_for == ("tell",)
