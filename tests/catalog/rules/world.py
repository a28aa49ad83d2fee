"""A small repository in which no rule finds anything, and how to judge changes of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from tests.trees import write

from lightship.catalog import rules
from lightship.catalog.load import load
from lightship.catalog.locate import located
from lightship.catalog.source import folder
from lightship.finding import Finding

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)

WORLD: Mapping[str, str] = {
    "lightship.yaml": "name: Shop\nowners: { default: engineering }\n",
    "catalog/people/ada.yaml": "name: Ada Example\nemail: ada@example.com\nroles: [leader]\n",
    "catalog/people/ben.yaml": "name: Ben Sample\nemail: ben@example.com\nmanager: ada\n",
    "catalog/teams/engineering.yaml": "name: Engineering\nmembers: [ada]\n",
    "catalog/teams/payments.yaml": "name: Payments\nmembers: [ada, ben]\nlead: ada\nparent: engineering\n",
    "catalog/systems/shop.yaml": "name: Shop\nowner: engineering\n",
    "catalog/environments/production.yaml": "stage: production\n",
    "catalog/schedules/nights.yaml": (
        "timezone: UTC\nteam: payments\nlayers:\n"
        '  - { people: [ada, ben], starts: 2026-01-05, handover: "09:00", length: 7d }\n'
        "escalation: [{ person: ada }]\n"
    ),
    "catalog/runbooks/cart-errors.yaml": (
        "reviewed_at: 2026-05-01\nsteps: [{ title: Restart it, action: restart }]\n"
    ),
    "catalog/features/buying.yaml": "importance: high\n",
    "catalog/customers/acme.yaml": "name: Acme\nfeatures: [buying]\n",
    "catalog/slos/cart-availability.yaml": "objective: 99.9\nwindow: 28d\n",
    "catalog/services/cart.yaml": (
        "name: Cart\nowner: payments\ntier: 1\nschedule: nights\nenvironments: [production]\n"
        "runbooks: [cart-errors]\nslos: [cart-availability]\nfeatures: [buying]\ndepends_on: [checkout]\n"
    ),
    "catalog/services/checkout.yaml": "name: Checkout\nowner: payments\nsystem: shop\ntier: 1\n",
    "catalog/initiatives/heading.yaml": (
        "objective: Every service is ready.\nsponsor: ada\ntarget: { scorecard: ready, level: silver }\n"
        "starts: 2026-01-01\ndue: 2026-12-31\n"
    ),
    "catalog/dashboards/board.yaml": (
        "audience: { roles: [leader] }\nwidgets:\n  - { type: scorecard, scorecard: ready }\n"
        "  - { type: initiative, initiative: heading }\n"
    ),
    "scorecards/ready.yaml": (
        "levels: [{ id: bronze }, { id: silver }]\nrules:\n"
        "  - { id: has-owner, title: Owned, why: So., level: bronze, check: service.owner != '', fix: Own it. }\n"
        "  - { id: has-slo, title: Promised, why: So., level: silver, check: size(slos) > 0, fix: Promise it. }\n"
    ),
    "scorecards/waivers/cart-has-slo.yaml": (
        "scorecard: ready\nrule: has-slo\nservice: cart\nreason_code: planned-work\nreason: Next month.\n"
        "approved_by: ada\napproved_at: 2026-05-01\nexpires_at: 2026-07-31\n"
    ),
    "actions/restart.yaml": (
        "category: remediation\ntarget: service\npolicy: owner\n"
        "steps: [{ id: restart, uses: argocd.restart_application, with: { application: cart } }]\n"
    ),
    "actions/policies/owner.yaml": "tiers: [{ name: Owner, approvers: [{ capacity: target-owner }] }]\n",
}  # fmt: skip


def files_of(example: str) -> dict[str, str]:
    """The files of a rule's example: a line `# path/to/file.yaml` begins each."""
    files: dict[str, str] = {}
    path = ""
    for line in example.splitlines(keepends=True):
        name = line.removeprefix("# ").strip()
        if line.startswith("# ") and name.endswith(".yaml"):
            path = name
            files[path] = ""
        else:
            files[path] += line
    return files


def judge(root: Path, files: Mapping[str, str | None], now: datetime = NOW) -> tuple[Finding, ...]:
    """Every finding of the world with `files` written over it (None takes one out), located."""
    kept = {path: text for path, text in {**WORLD, **files}.items() if text is not None}
    catalog = load(folder(write(root, kept)))
    return located((*catalog.findings, *rules.check(catalog, now)), catalog.source)
