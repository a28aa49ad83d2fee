"""The card that says who is on call, until when, and how to call the next person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup

from lightship.catalog.kinds.service import Service
from lightship.catalog.kinds.team import Team
from lightship.oncall.current import Duty, Step
from lightship.portal.pieces import Contact, Pieces, coded, contacts, slack
from lightship.portal.words import at, when


class Cards:
    """Cards for pages of `pieces`, at `now`, with times in the zone `zone` until a script knows the reader's."""

    def __init__(self, pieces: Pieces, now: datetime, zone: str) -> None:
        self._pieces = pieces
        self._now = now
        self._zone = zone
        self._people = pieces.catalog.people

    def call(self, duty: Duty, steps: Sequence[Step], heading: str = "h2") -> Markup:
        """The card of a schedule, with its escalation."""
        body = self._unknown(duty) if not duty.known else self._duty(duty)
        gap = " gap" if duty.is_open else ""
        return Markup(
            f'<section class="ls-call{gap}" data-schedule="{{}}"><{heading}>On call now · {{}}</{heading}>{{}}{{}}</section>'
        ).format(
            duty.schedule.id, self._pieces.name("schedule", duty.schedule.id), body, self.steps(steps, duty)
        )

    def _duty(self, duty: Duty) -> Markup:
        person = self._people.get(duty.current.person)
        parts = [Markup('<p class="ls-who">{}</p><p>{}</p>').format(self.who(duty), self.until(duty))]
        if person:
            parts.append(buttons(contacts(person)))
        parts.append(self._heard(duty))
        return Markup().join(parts)

    def who(self, duty: Duty) -> Markup:
        """The person's name, or that nobody is on call and until when."""
        if duty.current.person:
            return self._pieces.name("person", duty.current.person)
        if duty.following is None:
            return Markup("Nobody is on call")
        return Markup("Nobody until {}").format(self._at(duty.following.start))

    def until(self, duty: Duty) -> Markup:
        """'until 18:00 (5 h left), then Bo', or what the gap means."""
        current, following = duty.current, duty.following
        if not current.person:
            if following is None:
                return Markup(
                    "Nobody is planned for the next six weeks. Add people to the schedule's layers."
                )
            promise = "" if current.promised else "As agreed: these hours are not covered. "
            return Markup("{}{} is next, {}.").format(
                promise,
                self._pieces.name("person", following.person),
                when(following.start, self._now, self._zone),
            )
        if following is None and current.end >= duty.turns[-1].end:
            return Markup("Nobody else is in the rotation.")
        return Markup('until {} <span class="soft">({})</span>, {}').format(
            self._at(current.end), when(current.end, self._now, self._zone), self._then(duty)
        )

    def _then(self, duty: Duty) -> Markup:
        following = duty.following
        if following is None:
            return Markup("then nobody")
        person = self._pieces.name("person", following.person)
        if following.start == duty.current.end:
            return Markup("then {}").format(person)
        return Markup("then nobody until {} starts at {}").format(person, self._at(following.start))

    def _at(self, moment: datetime) -> Markup:
        return at(moment, self._now, self._zone)

    def _unknown(self, duty: Duty) -> Markup:
        return Markup('<p class="ls-who">See the pager</p><p>Who is on call is {}.</p>').format(
            coded(duty.why)
        )

    def _heard(self, duty: Duty) -> Markup:
        """Who says so, and since when, where a pager does."""
        if duty.rota.observed_at is None:
            return Markup()
        return Markup('<p class="small soft">as {} said {}</p>').format(
            duty.source, when(duty.rota.observed_at, self._now, self._zone)
        )

    def steps(self, steps: Sequence[Step], duty: Duty | None = None) -> Markup:
        """How to call the next person."""
        if not steps:
            return Markup()
        here = duty.current.person if duty else ""
        items = Markup().join(self._step(step, here) for step in steps)
        return Markup('<div class="ls-esc"><h3>No answer?</h3><ol>{}</ol></div>').format(items)

    def _step(self, step: Step, here: str) -> Markup:
        person = self._people.get(step.person)
        who = self._pieces.name("person", step.person) if step.person else Markup("nobody")
        role = Markup("")
        if step.kind == "schedule":
            role = Markup(' <span class="soft">· {}</span>').format(self._pieces.name("schedule", step.id))
        elif step.kind == "team":
            role = Markup(' <span class="soft">· leads {}</span>').format(self._pieces.name("team", step.id))
        if step.person and step.person == here:
            role += Markup(' <span class="soft">· is on call already</span>')
        call = Markup("")
        if person and person.phone:
            call = Markup('<a class="nowrap" href="tel:{}">Call</a>').format(person.phone.replace(" ", ""))
        return Markup("<li><span>after {} min</span><span>{}{}</span><span>{}</span></li>").format(
            step.after, who, role, call
        )

    def nobody(self, service: Service, team: Team | None) -> Markup:
        """The card of a service without a schedule: whom to ask instead, and what to write."""
        lead = self._people.get(team.lead) if team and team.lead else None
        ways = list(contacts(lead)) if lead else []
        if team and team.slack:
            way = slack(team.slack)
            ways.append(Contact(f"Slack {way.text}", way.href))
        who = (
            Markup("Ask {}").format(self._pieces.name("person", lead.id))
            if lead
            else Markup("Nobody to call")
        )
        return Markup(
            '<section class="ls-call gap"><h2>On call now</h2><p class="ls-who">{}</p><p>No schedule is named for it. '
            "Add <code>schedule:</code> to {}.</p>{}</section>"
        ).format(who, service.path, buttons(ways))


def buttons(ways: Sequence[Contact]) -> Markup:
    """Contacts as buttons, the first one filled; those that lead nowhere as plain text."""
    if not ways:
        return Markup()
    drawn, first = [], " first"
    for way in ways:
        if way.href:
            drawn.append(Markup(f'<a class="ls-act{first}" href="{{}}">{{}}</a>').format(way.href, way.text))
            first = ""
    read = Markup(" · ").join(way.text for way in ways if not way.href)
    note = Markup('<p class="small soft">{}</p>').format(read) if read else ""
    return (
        Markup('<div class="ls-acts">{}</div>{}').format(Markup().join(drawn), note)
        if drawn
        else Markup(note)
    )
