"""Pages for systems, environments, features, customers and objectives: what it is, and the services it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from markupsafe import Markup

from lightship.catalog.kinds import model
from lightship.catalog.kinds.base import Entity
from lightship.catalog.kinds.customer import Customer
from lightship.catalog.kinds.environment import Environment
from lightship.catalog.kinds.feature import Feature
from lightship.catalog.kinds.slo import Slo
from lightship.catalog.kinds.system import System
from lightship.portal.lists import Column, List, Row
from lightship.portal.page import Page, SearchEntry
from lightship.portal.pieces import Contact
from lightship.portal.rows import service_rows
from lightship.portal.view import View
from lightship.portal.words import plural

LARGEST_MAP = 40


_SECTIONS = {"system": "systems"}
_EMPTY = {
    "system": "Here you would find services that make one thing together. A system is a file in catalog/systems/.",
    "environment": "Here you would find where services run. An environment is a file in catalog/environments/.",
    "feature": "Here you would find what users do with the product. A feature is a file in catalog/features/.",
    "customer": "Here you would find who is hit by an outage. A customer is a file in catalog/customers/.",
    "slo": "Here you would find what services promise. An objective is a file in catalog/slos/.",
}
_FIELDS = {
    "system": "system",
    "environment": "environments",
    "feature": "features",
    "customer": "customers",
    "slo": "slos",
}


def pages(view: View) -> Iterator[Page]:
    """For each of these kinds the list, and a page an entity."""
    things = ThingPages(view)
    make: dict[str, Callable[[Any], dict[str, Any]]] = {
        "system": things.system,
        "environment": things.environment,
        "feature": things.feature,
        "customer": things.customer,
        "slo": things.slo,
    }
    for kind, context in make.items():
        section = _SECTIONS.get(kind, "more")
        title = model(kind).title
        yield Page(f"{title.lower()}/", title, section, "index.html", partial(_index, view, kind))
        for it in view.catalog.entities[kind].values():
            found = SearchEntry(it.label, "objective" if kind == "slo" else kind, "", it.id)
            yield Page(it.url, it.label, section, "thing.html", partial(context, it), search=found)


def _index(view: View, kind: str) -> dict[str, Any]:
    title = model(kind).title
    entities = view.catalog.entities[kind].values()
    rows = List(
        (kind if kind != "slo" else "objective", title.lower() if kind != "slo" else "objectives"),
        title,
        (Column("Services", "num"),),
        (),
        tuple(_row(view, it) for it in sorted(entities, key=lambda it: it.label)),
    )
    context = {
        "title": title,
        "lead": "",
        "rows": rows,
        "graph": "",
        "graph_words": "",
        "kind": kind,
        "empty": _EMPTY[kind],
    }
    services = [id for id, service in view.catalog.services.items() if service.lifecycle != "retired"]
    if kind == "system" and 1 < len(services) <= LARGEST_MAP:
        context["graph"] = view.neighbours.map(
            services, "All services and what they need of each other", "../"
        )
        context["graph_words"] = f"All {len(services)} services"
    return context


def _row(view: View, it: Entity) -> Row:
    services = view.catalog.graph.named_by(it.kind, it.id, "service", _FIELDS[it.kind])
    return Row(f"{it.id}/", it.label, it.description or "", (len(services),), words=it.id)


class ThingPages:
    """Contexts for thing.html, by kind."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._graph = view.catalog.graph
        self._pieces = view.far

    def _base(
        self, it: Entity, above: Iterable[Markup] = (), tags: Iterable[str | None] = ()
    ) -> dict[str, Any]:
        links = tuple(Contact(link.title, link.url) for link in getattr(it, "links", ()))
        return {
            "root": self._pieces.root,
            "it": it,
            "place": it.url.split("/")[0],
            "places": type(it).title,
            "above": list(above),
            "tags": [tag for tag in (*tags, *getattr(it, "tags", ())) if tag],
            "lead": it.description or "",
            "links": links,
            "said": [],
            "graph": "",
            "graph_words": "",
            "written": self._pieces.file(it.path),
            "findings": self._pieces.findings(it.path),
            "blocks": [],
        }

    def _services(self, it: Entity, field: str) -> list[str]:
        return list(self._graph.named_by(it.kind, it.id, "service", field))

    def _owner(self, owner: str | None) -> list[tuple[str, Any]]:
        return [("Owner", self._pieces.name("team", owner))] if owner else []

    def system(self, it: System) -> dict[str, Any]:
        """Its services as a map and as a list."""
        pieces = self._pieces
        services = self._services(it, "system")
        parts = self._graph.named_by("system", it.id, "system", "parent")
        page = self._base(it, [pieces.name("system", it.parent)] if it.parent else [])
        page["said"] = self._owner(it.owner)
        if parts:
            page["said"].append(("Made of", pieces.names("system", parts)))
        if 1 < len(services) <= LARGEST_MAP:
            page["graph"] = self._view.neighbours.map(services, f"The services of {it.label}", pieces.root)
            page["graph_words"] = (
                "Arrows lead to what is needed; heavy lines are critical. Other systems are left out."
            )
        page["blocks"] = [
            (
                plural(len(services), "service"),
                service_rows(self._view, services, pieces),
                f"No service is part of it. A service joins with system: {it.id}.",
            )
        ]
        return page

    def environment(self, it: Environment) -> dict[str, Any]:
        """What runs there."""
        page = self._base(it, tags=(it.stage,))
        said = [("AWS account", it.account), ("Region", it.region), ("Cluster", it.cluster)]
        page["said"] = self._owner(it.owner) + [pair for pair in said if pair[1]]
        return self._about(page, self._services(it, "environments"), "runs here", f"environments: [{it.id}]")

    def feature(self, it: Feature) -> dict[str, Any]:
        """What it hangs on."""
        page = self._base(it, tags=(f"{it.importance} importance",))
        page["said"] = self._owner(it.owner) + ([("An outage means", it.impact)] if it.impact else [])
        customers = self._graph.named_by("feature", it.id, "customer")
        if customers:
            page["said"].append(("Used most by", self._pieces.names("customer", customers)))
        return self._about(page, self._services(it, "features"), "carries it", f"features: [{it.id}]")

    def customer(self, it: Customer) -> dict[str, Any]:
        """What they notice."""
        page = self._base(it, tags=(it.segment,))
        said: list[tuple[str, Any]] = [("Promised", it.promise), ("An outage means", it.impact)]
        if it.contact:
            said.append(("Speaks with them", self._pieces.name("person", it.contact)))
        if it.features:
            said.append(("Use most", self._pieces.names("feature", it.features)))
        page["said"] = [pair for pair in said if pair[1]]
        return self._about(
            page, self._services(it, "customers"), "is noticed by them", f"customers: [{it.id}]"
        )

    def slo(self, it: Slo) -> dict[str, Any]:
        """What is promised, and by whom."""
        page = self._base(it, tags=(it.indicator,))
        source = (
            f"{it.source.system}: {it.source.query or it.source.id or ''}".rstrip(": ")
            if it.source
            else "not said"
        )
        allowed = it.window * (1 - it.objective / 100)
        minutes = allowed.total_seconds() / 60
        page["said"] = [
            ("Objective", f"{it.objective:g} % over {it.window.days} days"),
            ("Leaves room for", f"{minutes:,.0f} minutes of failure in {it.window.days} days"),
            *([("Good means", it.threshold)] if it.threshold else []),
            ("Measured by", source),
            *self._owner(it.owner),
        ]
        return self._about(page, self._services(it, "slos"), "promises it", f"slos: [{it.id}]")

    def _about(self, page: dict[str, Any], services: list[str], verb: str, key: str) -> dict[str, Any]:
        heading = (
            f"{plural(len(services), 'service')} {verb}"
            if len(services) == 1
            else f"{plural(len(services), 'service')}"
        )
        page["blocks"] = [
            (
                heading,
                service_rows(self._view, services, self._pieces),
                f"No service names it. One does with {key}.",
            )
        ]
        return page
