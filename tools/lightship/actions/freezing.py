"""What a freeze stands in the way of, told so that who reads it can do something about it. Pure."""

from __future__ import annotations

from lightship.actions.question import Rules
from lightship.facts.records import Frozen

_UNLOCK = "lightship.unlock_service"


def told(frozen: Frozen, rules: Rules) -> str:
    """Who froze the target, why and until when, and how it is ended."""
    by = rules.people.get(frozen.by)
    who = by.label if by else frozen.by or "somebody"
    until = f"{frozen.until:%Y-%m-%d %H:%M} UTC" if frozen.until else "it is unlocked"
    target = rules.target.id if rules.target else ""
    said = f"'{target}' is frozen until {until}: {who} froze it on {frozen.since:%Y-%m-%d %H:%M} UTC"
    return f"{said} ({' '.join(frozen.reason.split())}); {_way_out(rules, target)}"


def _way_out(rules: Rules, target: str) -> str:
    for action in rules.entities.get("action", {}).values():
        if any(step.uses == _UNLOCK for step in getattr(action, "steps", ())):
            return f"`lightship request new {action.id} --target {target}` asks to unlock it"
    return "no action unlocks services here"
