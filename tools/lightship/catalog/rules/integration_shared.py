"""Two services point at the same thing in another system."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.service import Service
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.INFO
WHY = "Alerts, deployments and health of one are shown for the other as well."
FIX = "Correct one of them, unless it is meant."
BAD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
schedule: nights
integrations: { argocd: { application: shop } }
# catalog/services/checkout.yaml
name: Checkout
owner: payments
system: shop
integrations: { argocd: { application: shop } }
"""
GOOD = """\
# catalog/services/cart.yaml
name: Cart
owner: payments
schedule: nights
integrations: { argocd: { application: cart } }
# catalog/services/checkout.yaml
name: Checkout
owner: payments
system: shop
integrations: { argocd: { application: checkout } }
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """PagerDuty services, Dynatrace entities and Argo CD applications that several services name."""
    seen: dict[tuple[str, str], str] = {}
    for service in catalog.services.values():
        for vendor, key, value in _named(service):
            first = seen.setdefault((vendor, value), service.id)
            if first != service.id:
                message = f"'{first}' is {value} in {vendor} as well"
                keys = ("integrations", vendor, key)
                yield Problem(service.path, keys, message, "correct one of them, unless it is meant")


def _named(service: Service) -> Iterator[tuple[str, str, str]]:
    known = service.integrations
    if known.pagerduty is not None and known.pagerduty.service_id:
        yield "pagerduty", "service_id", known.pagerduty.service_id
    if known.dynatrace is not None and known.dynatrace.entity:
        yield "dynatrace", "entity", known.dynatrace.entity
    if known.argocd is not None:
        namespace = f"{known.argocd.namespace}/" if known.argocd.namespace else ""
        yield "argocd", "application", f"{namespace}{known.argocd.application}"
