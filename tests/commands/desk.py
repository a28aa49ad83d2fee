"""A small portal with people on call, and incidents told in it through the command line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.trees import TEAM, commit, git, lightship

PORTAL = {
    **TEAM,
    "catalog/people/ben.yaml": "name: Ben Example\nemail: ben@example.com\nphone: +49 30 1234567\n",
    "catalog/people/cem.yaml": "name: Cem Example\nactive: false\n",
    "catalog/teams/web.yaml": "name: Web\nmembers: [ben]\n",
    "catalog/schedules/payments.yaml": (
        "timezone: UTC\nlayers:\n  - {people: [ben], starts: 2020-01-06, handover: '09:00', length: 7d}\n"
    ),
    "catalog/services/checkout.yaml": "name: Checkout\nowner: payments\nschedule: payments\ndepends_on: [cart]\n",
    "catalog/services/cart.yaml": "name: Shopping cart\nowner: web\nformerly: [basket]\n",
    "lightship.yaml": "name: Example\nbranches: {journal: records}\n",
}
DECLARE = (
    "incident",
    "declare",
    "--service",
    "checkout",
    "--severity",
    "SEV2",
    "--title",
    "Payments are refused",
)


def own(root: Path, files: Mapping[str, str] = PORTAL) -> Path:
    """A portal, whose git user is Ada."""
    commit(root, files)
    git(root, "config", "user.email", "ada@example.com")
    git(root, "config", "user.name", "Ada Example")
    return root


def told(root: Path, *arguments: str) -> dict[str, Any]:
    """What a verb answers as JSON, having gone well."""
    done = lightship(root, *arguments, "--format", "json")
    assert done.code == 0, done.err
    answer: dict[str, Any] = json.loads(done.out)
    return answer
