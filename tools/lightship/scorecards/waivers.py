"""Which waivers count: rules that a service need not pass for a while."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.waiver import Waiver
from lightship.scorecards.people import active

Waived = Mapping[tuple[str, str, str], Waiver]  # (service, scorecard, rule) → the waiver that lasts longest


def in_force(catalog: Catalog, day: date, base: Catalog | None = None) -> Waived:
    """The waivers that count on `day`. With `base`, one that `base` does not hold as it stands is judged by it:

    its people approve, and its settings say how long a waiver may last.
    """
    found: dict[tuple[str, str, str], Waiver] = {}
    for waiver in catalog.waivers.values():
        if refusal(waiver, catalog, day, base) is None:
            key = (waiver.service, waiver.scorecard, waiver.rule)
            if key not in found or found[key].expires_at < waiver.expires_at:
                found[key] = waiver
    return found


def refusal(waiver: Waiver, catalog: Catalog, day: date, base: Catalog | None = None) -> str | None:
    """Why `waiver` does not count on `day`; None where it does."""
    judge = catalog if base is None or unchanged(waiver, base) else base
    approver = judge.people.get(waiver.approved_by)
    longest = judge.settings.waivers.max_days
    if waiver.expires_at < day:
        return f"it expired on {waiver.expires_at}"
    if waiver.approved_at > day:
        return f"it is dated {waiver.approved_at}, which is still to come"
    if approver is None:
        where = "the catalog" if judge is catalog else "the catalog that this change starts from"
        return f"its approver '{waiver.approved_by}' is not in {where}"
    if not active(approver, day):
        return f"its approver '{waiver.approved_by}' does not work here any more"
    if waiver.expires_at - waiver.approved_at > timedelta(days=longest):
        return f"it lasts longer than {longest} days"
    return None


def unchanged(waiver: Waiver, base: Catalog) -> bool:
    """Whether `base` holds the same waiver."""
    return base.waivers.get(waiver.id) == waiver


def changed(catalog: Catalog, base: Catalog) -> Iterator[Waiver]:
    """The waivers of `catalog` that `base` does not hold as they stand."""
    return (waiver for waiver in catalog.waivers.values() if not unchanged(waiver, base))
