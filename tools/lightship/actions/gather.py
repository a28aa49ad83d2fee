"""From what the forge, the catalogs and the journal say to the question that `decide` answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from lightship.actions.automations import is_genuine
from lightship.actions.catalogs import Catalogs
from lightship.actions.conditions import Conditions
from lightship.actions.question import OpenIncident, Question, Rules, Span, Vote
from lightship.actions.values import of_portal
from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.request import Request
from lightship.facts import ours
from lightship.facts.records import Observed
from lightship.forge.base import Asked, Voice, identities
from lightship.incidents.book import Book
from lightship.incidents.incident import Incident
from lightship.journal.entry import Entry
from lightship.oncall.pager import resolved
from lightship.oncall.shifts import shifts

_FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
_AROUND = timedelta(days=1)
_NO_BASE = "its base is no commit of the main branch"


class Gathering:
    """Questions about requests, by the catalogs of commits, the journal's `book`, and what pagers told."""

    def __init__(self, catalogs: Catalogs, book: Book, observed: Observed) -> None:
        self.catalogs = catalogs
        self.book = book
        # Shifts that were taken are records that nobody signed: they call people, and give nobody a say.
        self._observed = observed
        self._by_catalog: dict[int, _Known] = {}
        self._on_call: dict[tuple[int, str, datetime, datetime], tuple[Span, ...]] = {}

    def questions(
        self, asked: Iterable[Asked], now: datetime
    ) -> Iterator[tuple[Asked, Question | None, tuple[str, ...]]]:
        """Each of `asked` with its question; None, and why, where its bytes are no request."""
        those = tuple(asked)
        self.catalogs.prepare(each.base for each in those if each.base)
        for each in those:
            question = self.question(each, now)
            yield each, question, () if question else each.problems

    def question(self, asked: Asked, now: datetime) -> Question | None:
        """The question at `now` (aware) that `asked` raises; None where its bytes are no request."""
        request = asked.request
        if request is None or not asked.base:
            return None
        settled_at = self.catalogs.settled(asked.base, min(asked.merged_at or now, now))
        base, settled = (self._known(self.catalogs.at(id)) for id in (asked.base, settled_at or asked.base))
        current = self._known(self.catalogs.now)
        seen = (base, settled, current)
        on_call, incident = self._spans(base.catalog, request, now), self._incident(request)
        frozen = ours.holding(self._freezes.get(request.target or "", ()), now)
        sight = (request, on_call, _hit(incident, request), now, frozen is not None)
        rules = base.ruling(*sight)
        itself = self._asked_itself(asked, request, base.catalog)
        problems = (*asked.problems, *(() if settled_at else (_NO_BASE,)))
        return Question(
            request=request,
            digest=asked.digest,
            base=rules,
            settled=rules if settled is base else settled.ruling(*sight),
            current=current.rules(request, {}),
            involved=_involved(asked, seen),
            votes=tuple(_vote(voice, seen) for voice in asked.votes),
            merged_at=asked.merged_at,
            needs_merge=not (request.break_glass or (itself and not asked.url)),
            on_call=on_call,
            incident=incident,
            seen=self._uses(asked, request),
            problems=problems if itself else (*problems, *_unproven(asked, request, seen)),
            asked_at=asked.asker.at if asked.asker else None,
            frozen=frozen,
        )

    def _known(self, catalog: Catalog) -> _Known:
        known = self._by_catalog.get(id(catalog))
        if known is None:
            known = self._by_catalog[id(catalog)] = _Known(catalog)
        return known

    def _spans(self, catalog: Catalog, request: Request, now: datetime) -> tuple[Span, ...]:
        """Who is on call for the target from the day of the request on, as far as that is known."""
        service = catalog.services.get(request.target or "")
        schedule = catalog.schedules.get((service.schedule if service else None) or "")
        if schedule is None:
            return ()
        day = request.requested_at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        start, end = day - _AROUND, max(min(now, request.not_after), day) + 2 * _AROUND
        end = end.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        key = (id(catalog), schedule.id, start, end)
        if key not in self._on_call:
            rota = resolved(schedule, self._observed, now)
            found = shifts(rota.schedule, *rota.within(start, end)) if rota.known else ()
            self._on_call[key] = tuple(Span(shift.person, shift.start, shift.end) for shift in found)
        return self._on_call[key]

    def _asked_itself(self, asked: Asked, request: Request, catalog: Catalog) -> bool:
        """Whether the portal asked for these very bytes, because a trigger says so; only a pull request of it is merged."""
        recorded = self._recorded.get(request.id, ())
        if len(recorded) != 1 or recorded[0].data.get("text") != asked.data.decode(errors="replace"):
            return False
        return is_genuine(request, recorded[0], catalog)

    @cached_property
    def _recorded(self) -> Mapping[str, list[Entry]]:
        found: dict[str, list[Entry]] = {}
        for entry in self.book.records.get("request.asked", ()):
            if "automation" in entry.data:
                found.setdefault(entry.subject, []).append(entry)
        return found

    def _incident(self, request: Request) -> OpenIncident | None:
        found = self.book.incidents.get(request.incident or "")
        if found is None:
            return None
        commanders = _commanders(found) if request.target in (None, *found.services) else ()
        return OpenIncident(
            found.id,
            found.severity,
            found.state,
            found.services,
            commanders,
            found.title,
            found.channel,
            found.bridge,
        )

    @cached_property
    def _freezes(self) -> ours.Freezes:
        return ours.freezes(self.book.records)

    def _uses(self, asked: Asked, request: Request) -> tuple[datetime, ...]:
        """When the requester used break-glass for other requests, by what the forge and the journal saw, not the asker.

        A request that nothing was done for counts against those that were asked for later, until it ends.
        """
        if not request.break_glass:
            return ()
        mine = (asked.asker.at if asked.asker else request.requested_at, request.id)
        uses = self._glass.get(request.requester, {})
        acted = self._acted
        return tuple(
            sorted(at for id, at in uses.items() if id != request.id and (id in acted or (at, id) < mine))
        )

    @cached_property
    def _acted(self) -> frozenset[str]:
        """Requests that something was done for, or begun."""
        return frozenset(entry.subject.partition("/")[0] for entry in self.book.records.get("claim", ()))

    @cached_property
    def _glass(self) -> Mapping[str, Mapping[str, datetime]]:
        """Person → requests that broke the glass, with their moments; not those that ended before anything was done."""
        records = self.book.records
        over = {entry.subject for entry in records.get("request.ended", ())} - self._acted
        found: dict[str, dict[str, datetime]] = {}
        for entry in records.get("request.asked", ()):
            if entry.data.get("break_glass") is True:
                person = str(entry.data.get("person"))
                found.setdefault(person, {}).setdefault(entry.subject, entry.recorded_at)
        for entry in records.get("claim", ()):
            if isinstance(glass := entry.data.get("glass"), dict):
                id = entry.subject.partition("/")[0]
                found.setdefault(str(glass.get("person")), {}).setdefault(id, entry.recorded_at)
        for each in self.catalogs.now.requests.values():
            if each.break_glass:
                found.setdefault(each.requester, {}).setdefault(each.id, each.requested_at)
        return {
            person: {id: at for id, at in uses.items() if id not in over} for person, uses in found.items()
        }


class _Known:
    """What a catalog says, by what is asked of it."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.conditions = Conditions(catalog)

    @cached_property
    def claimants(self) -> Mapping[str, frozenset[str]]:
        """Identity → everybody who claims it."""
        found: dict[str, frozenset[str]] = {}
        for person in self.catalog.people.values():
            emails = (f"email:{person.email.lower()}",) if person.email else ()
            logins = (f"login:{person.github.lower()}",) if person.github else ()
            for identity in (*identities(person), *emails, *logins):
                found[identity] = found.get(identity, frozenset()) | {person.id}
        return found

    def owner(self, identity: str) -> str:
        """Whose identity it is; '' for nobody's, and for one that two people claim."""
        those = self.claimants.get(identity, frozenset())
        return next(iter(those)) if len(those) == 1 else ""

    def ruling(
        self,
        request: Request,
        on_call: tuple[Span, ...],
        incident: OpenIncident | None,
        now: datetime,
        frozen: bool,
    ) -> Rules:
        """Who may, by this catalog, with what its conditions see."""
        return self.rules(request, self.conditions.facts(request, on_call, incident, now, frozen))

    def rules(self, request: Request, facts: Mapping[str, Any]) -> Rules:
        """Who may, by this catalog; `facts` are what its conditions see."""
        catalog = self.catalog
        action = catalog.actions.get(request.action)
        policy = catalog.policies.get(action.policy) if action else None
        return Rules(
            action,
            policy,
            catalog.people,
            catalog.teams,
            catalog.services.get(request.target or ""),
            catalog.blob(policy) if policy else "",
            facts,
            catalog.entities,
            of_portal(catalog.settings),
        )


def _unproven(asked: Asked, request: Request, seen: tuple[_Known, ...]) -> Iterator[str]:
    """Why it is not shown that the requester asked."""
    if asked.by_bot:
        yield "a bot opened its pull request, and no record says that a trigger asked for just this"
    elif asked.asker is None:
        yield f"nothing shows that '{request.requester}' asked for it"
    elif not asked.asker.proven or asked.asker.digest != asked.digest:
        yield f"what '{request.requester}' asked for is not what lies here: its bytes were changed"
    elif _owner(asked.asker, (seen[0], seen[2])) != request.requester:
        yield f"it was not '{request.requester}' who asked for it"
    elif _owner(asked.asker, seen) != request.requester:
        yield (
            f"what proves that '{request.requester}' asked came to the main branch too lately: "
            "it counts after `policy_delay` of lightship.yaml"
        )


def _vote(voice: Voice, seen: tuple[_Known, ...]) -> Vote:
    """An approval is somebody's where all catalogs agree; a no, by the base: taking a key away silences nobody."""
    person = _owner(voice, seen if voice.verdict == "approve" else seen[:1])
    known = bool(person) and voice.person in ("", person)
    return Vote(
        voice.id,
        person or voice.person,
        voice.verdict,
        voice.at,
        voice.digest,
        voice.proven and known,
        voice.reason,
    )


def _owner(voice: Voice, seen: tuple[_Known, ...]) -> str:
    """Whose identity it is, where all catalogs agree: at the base, before it, and now; else ''."""
    found = {known.owner(voice.identity) for known in seen}
    return found.pop() if len(found) == 1 else ""


def _involved(asked: Asked, seen: tuple[_Known, ...]) -> tuple[str, ...]:
    """Everybody whom an identity names by any of the catalogs: these exclude, so more is safer."""
    those = (known.claimants.get(identity, ()) for known in seen for identity in asked.involved)
    return tuple(sorted({person for each in those for person in each}))


def _commanders(incident: Incident) -> tuple[Span, ...]:
    return tuple(
        Span(held.person, held.since, held.until or _FOREVER)
        for held in incident.roles
        if held.role == "commander" and held.person
    )


def _hit(incident: OpenIncident | None, request: Request) -> OpenIncident | None:
    """The incident that conditions see: an open one that hits the target."""
    if incident is None or not incident.is_open:
        return None
    return incident if request.target in (None, *incident.services) else None
