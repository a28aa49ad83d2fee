"""Post-mortems: where that of an incident stands, and its draft, filled from the timeline. Pure."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lightship.catalog.catalog import Catalog
from lightship.catalog.settings import Settings
from lightship.facts.records import Change
from lightship.incidents.deadlines import follow_up_due, local_day, postmortem_due
from lightship.incidents.events import MILESTONES
from lightship.incidents.incident import Incident, Moved
from lightship.incidents.inert import inert
from lightship.plain import span

if TYPE_CHECKING:
    from jinja2 import Template

FOLDER = "catalog/postmortems"
STATES = ("overdue", "due", "drafted", "published")
_ADDRESS = re.compile(r"https://[A-Za-z0-9.-]+(?:/[A-Za-z0-9._~/=-]*)?")
_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the post-mortem of an incident stands. `due`: None where none is required; `path`: where it lies, or will."""

    incident: str
    state: str
    due: date | None
    path: str
    late: bool


def path(id: str) -> str:
    """Where the post-mortem of the incident `id` lies on the main branch."""
    return f"{FOLDER}/{id}.md"


def branch(id: str) -> str:
    """The branch of its draft."""
    return f"postmortem/{id}"


def standing(
    incident: Incident, settings: Settings, now: datetime, merged: Container[str] = ()
) -> Standing | None:
    """Where the post-mortem of `incident` stands; None where none is required, and none was begun.

    `merged` holds the paths of those that lie on the main branch. A draft that is not published in time is overdue.
    """
    due = postmortem_due(incident, settings)
    place = incident.postmortem_path or path(incident.id)
    if incident.postmortem_published_at or place in merged:
        return Standing(incident.id, "published", due, place, False)
    late = due is not None and due < local_day(now, settings)
    if due is None and incident.postmortem_drafted_at is None:
        return None
    state = "overdue" if late else "drafted" if incident.postmortem_drafted_at else "due"
    return Standing(incident.id, state, due, place, late)


def draft(incident: Incident, catalog: Catalog, changes: Mapping[str, Change] | None = None) -> str:
    """The draft in Markdown; `changes` by id tell more of the cause and the suspects. What people typed is inert."""
    told = _Told(incident, catalog, changes or {})
    return _template().render(
        id=incident.id,
        title=inert(incident.title),
        summary=told.summary(),
        impact=list(told.impact()),
        milestones=list(told.milestones()),
        people=told.people(),
        timeline=[told.line(moved) for moved in incident.timeline if moved.text or moved.changes],
        causes=list(told.causes()),
        fix=inert(incident.fix),
        well=list(told.well()),
        badly=list(told.badly()),
        follow_ups=list(told.follow_ups()),
        links=list(told.links()),
    )


@cache
def _template() -> Template:
    # Whoever only asks where a post-mortem stands does not wait for it.
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    # Markdown: every value is made inert where it is put in, and escaping for HTML would come on top of it.
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=False,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    return environment.get_template("postmortem.md.j2")


class _Told:
    """The parts of a draft; every text that it gives is inert."""

    def __init__(self, incident: Incident, catalog: Catalog, changes: Mapping[str, Change]) -> None:
        self._incident = incident
        self._catalog = catalog
        self._changes = changes

    def summary(self) -> str:
        incident = self._incident
        what = f"A {incident.severity} {'drill' if incident.drill else incident.type}"
        hit = f" of {self._names('service', incident.services)}" if incident.services else ""
        lasted = f" It lasted {_length(end - incident.began_at)}." if (end := self._end()) else ""
        return f"{what}{hit}, which began on {_minute(incident.began_at)} UTC.{lasted}"

    def impact(self) -> Iterator[tuple[str, str]]:
        incident = self._incident
        yield "Services", self._names("service", incident.services) or "none of the catalog"
        if incident.labels:
            yield "Also named", ", ".join(map(inert, incident.labels))
        for kind, title in (("feature", "Features"), ("customer", "Customers"), ("slo", "Promises at stake")):
            if hit := self._reached(kind):
                yield title, self._names(kind, hit)
        if incident.symptom:
            yield "Seen as", inert(incident.symptom)
        yield "Worst severity", min((incident.severity, *(each.severity for each in incident.severities)))
        if end := self._end():
            yield "Duration", _length(end - incident.began_at)

    def milestones(self) -> Iterator[Mapping[str, str]]:
        stones = self._incident.milestones
        before: datetime | None = None
        for name in MILESTONES:
            if (stone := stones.get(name)) is not None:
                by = (
                    f"{self._person(stone.by)}, corrected"
                    if stone.source == "correction"
                    else self._person(stone.by)
                )
                after = _length(stone.at - before) if before and stone.at > before else ""
                yield {"name": name.replace("_", " "), "at": _minute(stone.at), "after": after, "by": by}
                before = stone.at

    def people(self) -> str:
        held = ((held.role, held.person) for held in self._incident.roles)
        return ", ".join(dict.fromkeys(f"{self._person(person)} ({inert(role)})" for role, person in held))

    def line(self, moved: Moved) -> Mapping[str, str]:
        said = [inert("; ".join(moved.changes)), inert(moved.text)]
        by = self._person(moved.by) + ("" if moved.verified else " (unverified)")
        return {"at": _minute(moved.at), "by": by, "text": ". ".join(part for part in said if part)}

    def causes(self) -> Iterator[str]:
        incident = self._incident
        if incident.cause:
            yield f"Recorded as the cause: {self._change(incident.cause)}"
        for id in incident.suspects:
            if id != incident.cause:
                yield f"Suspected at the time: {self._change(id)}"

    def well(self) -> Iterator[str]:
        for use in self._incident.runbooks:
            if use.helped:
                yield f"The runbook {self._names('runbook', (use.runbook,))} helped. {inert(use.note)}".rstrip()
        yield from self._punctual(within=True)

    def badly(self) -> Iterator[str]:
        for use in self._incident.runbooks:
            if not use.helped:
                name = self._names("runbook", (use.runbook,))
                yield f"The runbook {name} did not help. {inert(use.note)}".rstrip()
        yield from self._punctual(within=False)
        if self._incident.reopened:
            yield f"It came back: reopened {self._incident.reopened} time(s)."

    def _punctual(self, within: bool) -> Iterator[str]:
        stones, promised = self._incident.milestones, self._catalog.settings.severities
        limit = promised.of(self._incident.severities[0].severity).acknowledge_within
        if limit and "acknowledged" in stones:
            took = stones["acknowledged"].at - stones["declared"].at
            if (took <= limit) is within:
                yield f"Somebody had it after {span(took)}; {span(limit)} are promised."

    def follow_ups(self) -> Iterator[Mapping[str, str]]:
        for each in self._incident.follow_ups:
            due = follow_up_due(each, self._incident, self._catalog.settings)
            owner = self._person(each.owner) if each.owner else "nobody yet"
            yield {"title": inert(each.title), "owner": owner, "due": due.isoformat(), "state": each.state}

    def links(self) -> Iterator[str]:
        incident = self._incident
        if incident.channel:
            yield f"Channel: {inert(incident.channel)}"
        if incident.bridge:
            yield f"Bridge: {_address(incident.bridge)}"
        for id in dict.fromkeys((incident.cause, *incident.suspects)):
            if (change := self._changes.get(id)) is not None and change.url:
                yield f"Change {inert(id)}: {_address(change.url)}"
        for word, other in (("Duplicate of", incident.duplicate_of), ("Merged into", incident.merged_into)):
            if other:
                yield f"{word} {other}"
        if incident.source and incident.source.get("url"):
            yield f"Imported from {_address(incident.source['url'])}"

    def _end(self) -> datetime | None:
        stones = self._incident.milestones
        found = stones.get("resolved") or stones.get("closed")
        return found.at if found else None

    def _reached(self, kind: str) -> tuple[str, ...]:
        """Ids of what the services that were hit name of `kind`."""
        services = (self._catalog.services.get(id) for id in self._incident.services)
        named = (getattr(service, f"{kind}s") for service in services if service is not None)
        return tuple(dict.fromkeys(id for ids in named for id in ids))

    def _change(self, id: str) -> str:
        change = self._changes.get(id)
        if change is None:
            return inert(id)
        return f"{inert(change.title)} ({inert(id)}, {_minute(change.at)} UTC)"

    def _names(self, kind: str, ids: tuple[str, ...]) -> str:
        entities: Mapping[str, Any] = self._catalog.entities[kind]
        return ", ".join(inert(entities[id].label if id in entities else id) for id in ids)

    def _person(self, id: str) -> str:
        return self._names("person", (id,))


def _address(text: str) -> str:
    """A link where `text` is a plain address, and nothing but text where it is anything else."""
    return f"<{text}>" if _ADDRESS.fullmatch(text) else inert(text)


def _length(delta: timedelta) -> str:
    """'41 min', '1 h 14 min', '3 days'."""
    minutes = round(delta.total_seconds() / 60)
    if not 60 < minutes < 24 * 60 or minutes % 60 == 0:
        return span(delta)
    return f"{minutes // 60} h {minutes % 60} min"


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}"
