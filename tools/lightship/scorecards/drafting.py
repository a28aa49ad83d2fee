"""The file of a waiver that somebody asked for, and somebody else agreed to. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.waiver import Waiver
from lightship.spelling import did_you_mean

_LONGEST_ID = 64


def path(catalog: Catalog, asked: Mapping[str, Any]) -> str:
    """Where it lies, or will: what waives the same already is renewed, and not doubled."""
    wanted = (asked["service"], asked["scorecard"], asked["rule"])
    for each in catalog.waivers.values():
        if (each.service, each.scorecard, each.rule) == wanted:
            return each.path
    id = f"{asked['service']}-{asked['scorecard']}-{asked['rule']}"[:_LONGEST_ID].rstrip("-")
    return f"{Waiver.folder}/{id}.yaml"


def refusal(catalog: Catalog, asked: Mapping[str, Any]) -> str:
    """Why there can be no such waiver; '' where there can."""
    card, longest = catalog.scorecards.get(asked["scorecard"]), catalog.settings.waivers.max_days
    rules = {rule.id for rule in card.rules} if card else set()
    if asked["service"] not in catalog.services:
        return f"there is no service '{asked['service']}'"
    if card is None:
        return f"there is no scorecard '{asked['scorecard']}'"
    if asked["rule"] not in rules:
        hint = did_you_mean(asked["rule"], rules) or f"its rules: {', '.join(sorted(rules))}"
        return f"'{card.id}' has no rule '{asked['rule']}'; {hint}"
    if asked["days"] > longest:
        return (
            f"{asked['days']} days are more than the {longest} that lightship.yaml allows (waivers.max_days)"
        )
    return "" if asked.get("approved_by") else "nobody agreed to it"


def text(asked: Mapping[str, Any], today: date) -> str:
    """The file: agreed to today, it holds for as many days as were asked for."""
    said = {
        "scorecard": asked["scorecard"],
        "rule": asked["rule"],
        "service": asked["service"],
        "reason_code": asked["reason_code"],
        "reason": json.dumps(" ".join(asked["reason"].split()), ensure_ascii=False),
        "approved_by": asked["approved_by"],
        "approved_at": today.isoformat(),
        "expires_at": (today + timedelta(days=asked["days"])).isoformat(),
    }
    lines = (f"{name}: {value}\n" for name, value in said.items())
    return f"# {marker(asked['request'])}\n{''.join(lines)}"


def marker(request: str) -> str:
    """The line by which a file is known to come from `request`."""
    return f"Asked for as {request}."
