"""A small shop with a small scorecard, and judges of it: what tests of scores change and look at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from lightship.catalog.catalog import Catalog
from lightship.catalog.load import load
from lightship.catalog.source import commit, folder
from lightship.facts.snapshot import NONE, Snapshot
from lightship.scorecards.gate import Gate, gate
from lightship.scorecards.score import Scores, score

NOW = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
CART = "catalog/services/cart.yaml"
PAY = "catalog/services/pay.yaml"
CARD = "scorecards/basics.yaml"
WAIVER = "scorecards/waivers/cart-runbook.yaml"

_RULES = {
    "has-runbook": ("bronze", "true", "size(runbooks) > 0"),
    "owned": ("bronze", "true", "size(team.active_members) > 0"),
    "has-oncall": ("silver", "service.tier in [1, 2]", "has(service.schedule)"),
    "runbooks-reviewed": ("silver", "size(runbooks) > 0", "runbooks.all(r, r.review == 'current')"),
    "firm-ground": ("gold", "true", "dependencies.all(d, !d.critical || d.tier <= service.tier)"),
    "scanned": ("gold", "true", "facts.open_alerts == 0"),
}


def rule(id: str, level: str, applies: str, check: str, **more: str) -> str:
    """A rule as YAML."""
    extra = "".join(f"    {key}: {value}\n" for key, value in more.items())
    return (
        f"  - id: {id}\n    title: The virtue {id}\n    why: Because.\n    level: {level}\n"
        f'    applies_to: "{applies}"\n    check: "{check}"\n    fix: Mend {id}.\n{extra}'
    )


def scorecard(rules: Mapping[str, tuple[str, str, str]] = _RULES, head: str = "", **more: str) -> str:
    """A scorecard of three levels as YAML; `more` goes into every rule."""
    body = "".join(rule(id, *parts, **more) for id, parts in rules.items())
    return f"name: Basics\nlevels: [{{id: bronze}}, {{id: silver}}, {{id: gold}}]\n{head}rules:\n{body}"


def without(*ids: str) -> dict[str, tuple[str, str, str]]:
    """The rules but some."""
    return {id: parts for id, parts in _RULES.items() if id not in ids}


def service(name: str = "Cart", **fields: str) -> str:
    """A service as YAML; a field of '' is left out."""
    known = {"owner": "shop", "tier": "2", "schedule": "rota", "runbooks": "[errors]"} | fields
    return f"name: {name}\n" + "".join(f"{key}: {value}\n" for key, value in known.items() if value)


def waiver(rule: str = "has-runbook", service: str = "cart", **fields: str) -> str:
    """A waiver as YAML."""
    known = {
        "reason_code": "planned-work",
        "reason": "It is being written.",
        "approved_by": "ada",
        "approved_at": "2026-03-01",
        "expires_at": "2026-05-01",
    } | fields
    return f"scorecard: basics\nrule: {rule}\nservice: {service}\n" + "".join(
        f"{k}: {v}\n" for k, v in known.items()
    )


SHOP: Mapping[str, str] = {
    "lightship.yaml": "name: Test\nowners: {waivers: shop}\n",
    "catalog/people/ada.yaml": "name: Ada Example\n",
    "catalog/people/bob.yaml": "name: Bob Example\n",
    "catalog/people/eve.yaml": "name: Eve Example\nactive: false\n",
    "catalog/teams/shop.yaml": "name: Shop\nmembers: [ada, bob]\nlead: ada\n",
    "catalog/schedules/rota.yaml": (
        "team: shop\ntimezone: UTC\nlayers:\n  - people: [ada, bob]\n    starts: 2026-01-05\n"
        "    handover: '09:00'\n    length: 7d\n"
    ),
    "catalog/runbooks/errors.yaml": (
        "name: Errors\nowner: shop\nreviewed_at: 2026-02-01\nsteps: [{title: Look, manual: Look at it}]\n"
    ),
    CARD: scorecard(),
    CART: service(),
    PAY: service("Pay", tier="1"),
}


def read(root: Path, ref: str | None = None) -> Catalog:
    """The catalog of the folder, or of a commit."""
    return load(folder(root) if ref is None else commit(root, ref))


def scored(root: Path, facts: Snapshot = NONE, now: datetime = NOW) -> Scores:
    """The scores of the folder."""
    return score(read(root), facts, now)


def outcomes(scores: Scores, service: str) -> dict[str, str]:
    """Rule → outcome of one service."""
    return {rule.model.id: str(scores.outcome(service, rule)) for rule in scores.rulebook.rules}


def level(scores: Scores, service: str, card: str = "basics") -> str:
    """Where a service stands."""
    found = scores.rulebook.card(card)
    assert found is not None
    return scores.standing(service, found).label


def gated(root: Path, base: str, facts: Snapshot = NONE, now: datetime = NOW) -> Gate:
    """The folder against the commit `base`."""
    return gate(read(root, base), read(root), facts, now)


def told(found: Gate) -> set[tuple[str, str, str, str, str]]:
    """(kind, service, rule, before, after) of every change."""
    return {
        (
            str(each.change.kind),
            each.change.service,
            each.change.rule.model.id,
            str(each.change.before),
            str(each.change.after),
        )
        for each in found.changes
    }
