"""A trigger does not give its action what that asks for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.actions.inputs import unfit
from lightship.actions.templates import is_dynamic
from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.action import Action, Trigger
from lightship.catalog.rules import Keys, Problem
from lightship.finding import Severity
from lightship.spelling import did_you_mean

SEVERITY = Severity.ERROR
WHY = "When it happens, nobody is there to fill in the rest: the request would be void."
FIX = "Give every input that is needed and has no default, and the target where the action has one."
BAD = """\
# actions/say.yaml
category: communication
policy: owner
inputs: { type: object, required: [text], properties: { text: { type: string } } }
steps: [{ id: say, uses: slack.post_message, with: { channel: shop, text: "{{ inputs.text }}" } }]
triggers: [{ on: incident-declared }]
"""
GOOD = """\
# actions/say.yaml
category: communication
policy: owner
inputs: { type: object, required: [text], properties: { text: { type: string } } }
steps: [{ id: say, uses: slack.post_message, with: { channel: shop, text: "{{ inputs.text }}" } }]
triggers: [{ on: incident-declared, inputs: { text: "{{ incident.title }}" } }]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Inputs of triggers that are missing, unknown or do not fit; targets that are missing or too many."""
    for action in catalog.actions.values():
        for at, trigger in enumerate(action.triggers):
            for keys, message, fix in _problems(action, trigger):
                yield Problem(action.path, ("triggers", at, *keys), message, fix)


def _problems(action: Action, trigger: Trigger) -> Iterator[tuple[Keys, str, str]]:
    if (action.target is None) != (trigger.target is None):
        if action.target:
            yield (), "it names no target, and the action needs one", "add `target:`"
        else:
            yield ("target",), "the action is about no service", "take it out, or add `target: service`"
    properties = action.properties
    for name in trigger.inputs:
        if name not in properties:
            hint = did_you_mean(name, properties) or f"inputs: {', '.join(properties) or 'none'}"
            yield ("inputs", name), f"'{name}' is not an input of this action", hint
    for name in _needed(action):
        if name not in trigger.inputs:
            yield (), f"the input '{name}' is needed, and has no default", f"add `{name}:` to `inputs`"
    for name, value in trigger.inputs.items():
        if name in properties and not is_dynamic(value):
            for keys, message in unfit(properties[name], value):
                yield ("inputs", name, *map(_key, keys)), f"{name}: {message}", "correct it"


def _needed(action: Action) -> Iterator[str]:
    for name in action.required:
        schema = action.properties.get(name, {})
        if "default" not in schema and "x-default" not in schema:
            yield name


def _key(step: object) -> str | int:
    return step if isinstance(step, int) else str(step)
