"""Steps that are only for some: `when` is worked out once from what was asked for, and gives yes or no."""

from __future__ import annotations

import pytest
from tests.actions.asking import T0, policy, question, request, rules, tier

from lightship.actions.plan import Plan, plan
from lightship.catalog.kinds.action import Action

AUTO = policy(tier(auto_approve="true"))


def planned(*whens: str, hours: int = 2) -> Plan:
    """The plan of an action with a step for each of `whens`."""
    steps = [
        {"id": f"s{number}", "uses": "slack.post_message", "when": when, "with": {"channel": "#a", "text": "Hi"}}
        for number, when in enumerate(whens)
    ]  # fmt: skip
    inputs = {"type": "object", "properties": {"hours": {"type": "integer"}, "note": {"type": "string"}}}
    data = {"category": "access", "policy": "rule", "steps": steps, "inputs": inputs}
    action = Action.from_data("access", data)
    assert isinstance(action, Action)
    base = rules(AUTO, action=action)
    asked = request(target=None, inputs={"hours": hours, "note": "no"})
    return plan(question(request=asked, base=base, settled=base), T0)


def test_a_step_is_one_where_it_holds() -> None:
    whens = ("{{ inputs.hours > 1 }}", "{{ inputs.hours == 1 }}")
    assert [step.id for step in planned(*whens).steps] == ["s0"]
    assert [step.id for step in planned(*whens, hours=1).steps] == ["s1"]


def test_where_none_holds_nothing_is_done_and_that_is_said() -> None:
    found = planned("{{ inputs.hours == 1 }}")
    assert found.steps == ()
    assert found.problems == ("none of its steps is for this: each has a `when` that does not hold",)


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("{{ inputs.note }}", "'when' gives neither yes nor no: 'no'"),
        ("{{ inputs.hours }}", "'when' gives neither yes nor no: '2'"),
        ("{{ inputs.gone == 1 }}", "there is no 'inputs.gone'"),
    ],
)
def test_what_is_neither_yes_nor_no_is_no_step_and_a_problem(when: str, said: str) -> None:
    found = planned("{{ true }}", when)
    assert found.problems == (f"step s1: slack.post_message: {said}",)
