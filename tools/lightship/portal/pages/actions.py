"""The catalogue of actions, and a page for each: who may ask, who approves, what is done step by step, and how to ask."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from markupsafe import Markup

from lightship.actions.operations import operation
from lightship.catalog.kinds.action import Action, ActionStep, Trigger, duration
from lightship.connectors.vendors import connectors
from lightship.portal import asking, policies
from lightship.portal.lists import Cell, Column, Facet, List, Mark, Row
from lightship.portal.page import Page, SearchEntry
from lightship.portal.pieces import state
from lightship.portal.view import View
from lightship.portal.words import plural, span

SECTION = "actions"
RISKS = {"low": "pass", "medium": "bad warn", "high": "bad"}
_CATEGORIES = ("paging", "status", "communication", "deployment", "remediation", "access", "governance")
_EVENTS = {
    "incident-declared": "an incident is declared",
    "incident-unacknowledged": "nobody has acknowledged an incident",
    "severity-raised": "the severity of an incident is raised",
    "update-overdue": "the update of an incident is overdue",
    "incident-resolved": "an incident is resolved",
    "score-dropped": "a service falls to a lower level",
    "postmortem-overdue": "a post-mortem is overdue",
}
_OWN = "lightship"  # the vendor that is the portal itself


def pages(view: View) -> Iterator[Page]:
    """The list, and a page an action."""
    yield Page("actions/", "Actions", SECTION, "index.html", partial(index, view))
    for action in view.catalog.actions.values():
        found = SearchEntry(action.label, "action", action.category, action.id)
        yield Page(action.url, action.label, SECTION, "action.html", partial(context, view, action), found)


def index(view: View) -> dict[str, Any]:
    """All actions, those for an incident first."""
    order = {category: at for at, category in enumerate(_CATEGORIES)}
    found = sorted(view.catalog.actions.values(), key=lambda each: (order[each.category], each.label))
    return {
        "title": "Actions",
        "lead": "What you can ask the portal to do, who has to agree, and for how long it holds."
        if found
        else "",
        "rows": List(
            ("action", "actions"),
            "Actions",
            (
                Column("Risk", "state"),
                Column("Approved by", "soft"),
                Column("Holds for", "soft", narrow=False),
            ),
            (
                Facet("category", "For", _CATEGORIES),
                Facet("risk", "Risk", tuple(RISKS)),
                Facet("policy", "Policy"),
            ),
            tuple(_row(view, each) for each in found),
        ),
        "graph": "",
        "foot": Markup(
            '<a href="../requests/">Requests</a> · <a href="../grants/">What is granted now</a> · '
            '<a href="../audit/">Audit</a> · <a href="../rehearsal/">Rehearsal</a>'
        ),
        "kind": "action",
        "empty": "Here you would find what people can ask the portal to do, and who has to agree. An action is a file in "
        "`actions/`.",
    }


def _row(view: View, action: Action) -> Row:
    policy = view.catalog.policies.get(action.policy)
    cells: tuple[Cell, ...] = (
        Mark(RISKS[action.risk], action.risk),
        policies.short(policy, view.near),
        holds(action),
    )
    facets: dict[str, str | tuple[str, ...]] = {
        "category": action.category,
        "risk": action.risk,
        "policy": policy.label if policy else action.policy,
    }
    return Row(f"{action.id}/", action.label, action.description or "", cells, facets, action.id)


def holds(action: Action) -> str:
    """For how long it holds: '2 h', 'up to 8 h', 'for good'."""
    if action.expires is None:
        return "for good"
    if action.longest:
        return f"up to {span(action.longest)}"
    return span(duration(action.expires)) if "{" not in action.expires else action.expires


def context(view: View, action: Action) -> dict[str, Any]:
    """Everything action.html needs."""
    pieces = view.far
    policy = view.catalog.policies.get(action.policy)
    return {
        "root": pieces.root,
        "it": action,
        "risk": state(RISKS[action.risk], f"{action.risk} risk"),
        "owner": pieces.name("team", action.owner) if action.owner else "",
        "holds": holds(action),
        "allow": "" if action.allow.strip() == "true" else action.allow,
        "policy": policy.label if policy else "",
        "policy_file": pieces.file(policy.path) if policy else "",
        "policy_text": (policy.description or "") if policy else "",
        "tiers": policies.tiers(policy, pieces) if policy else [],
        "around": list(policies.around(policy, pieces)) if policy else [],
        "command": asking.command(action),
        "link": asking.link(
            action, view.catalog.settings, view.now.replace(minute=0, second=0, microsecond=0)
        ),
        "inputs": [_input(action, name, schema) for name, schema in action.properties.items()],
        "steps_title": plural(len(action.steps), "step"),
        "steps": [_step(each) for each in action.steps],
        "triggers": [_trigger(each) for each in action.triggers],
        "runbooks": pieces.names(
            "runbook", view.catalog.graph.named_by("action", action.id, "runbook", "steps")
        ),
        "written": pieces.file(action.path),
        "findings": pieces.findings(action.path, *((policy.path,) if policy else ())),
    }


def _input(action: Action, name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "title": str(schema.get("title", name)),
        "takes": asking.said(schema),
        "default": asking.default(schema),
        "needed": name in action.inputs.get("required", ()) and not asking.default(schema),
    }


def _step(step: ActionStep) -> dict[str, Any]:
    """What it does, with what, how it is taken back, and whether it is only simulated so far."""
    known = operation(step.uses)
    vendor, _, name = step.uses.partition(".")
    return {
        "id": step.id,
        "uses": step.uses,
        "title": known.title if known else "There is no such operation",
        "with": [(key, _plain(value)) for key, value in step.with_.items()],
        "undo": step.undo or "",
        "when": step.when or "",
        "critical": step.critical,
        "simulated": vendor != _OWN and name not in connectors().get(vendor, ()),
    }


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _trigger(trigger: Trigger) -> dict[str, str]:
    said = f"when {_EVENTS[trigger.on]}" if trigger.on in _EVENTS else ""
    if trigger.every is not None:
        start = f" from {trigger.start.replace('T', ' ')} on" if trigger.start else ""
        said = f"every {span(trigger.every)}{start}"
    after = f", for {span(trigger.after)}" if trigger.after else ""
    return {"said": said + after, "when": "" if trigger.when.strip() == "true" else trigger.when}
