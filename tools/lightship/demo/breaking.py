"""An incident of the demo's year, from the change that caused it to the last follow-up. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from lightship.catalog.runbook_hash import content_hash
from lightship.demo import culprits
from lightship.demo.aftermath import leave_behind
from lightship.demo.dice import Dice
from lightship.demo.telling import Telling
from lightship.demo.world import Fault, World, after, pace
from lightship.facts.records import Alert, Change
from lightship.incidents import events, postmortem
from lightship.journal.entry import Actor, Entry

_LASTS = {"SEV1": 80, "SEV2": 95, "SEV3": 120, "SEV4": 150, "SEV5": 170}  # minutes, at the beginning of 2026
_NOTHING_NEW = (
    "Nothing new; the next update follows in time.",
    "Still working on it, with two of us.",
    "We know where it is, and not yet why.",
    "The graph is flat. Waiting for the last change to take effect.",
)
_FRIENDS = ("Tilda from support", "Bo of the agency", "night guard, observatory desk")


@dataclass(frozen=True)
class Told:
    """What came of one story: its entries, the changes and the alerts that belong to it."""

    id: str
    entries: tuple[Entry, ...]
    changes: tuple[Change, ...] = ()
    alerts: tuple[Alert, ...] = ()


@dataclass
class Course:
    """When what happens. All moments are UTC."""

    began: datetime
    detected: datetime
    declared: datetime
    acknowledged: datetime
    mitigated: datetime
    resolved: datetime
    severity: str
    dice: Dice = field(repr=False)


def course(fault: Fault, began: datetime, dice: Dice) -> Course:
    """How `fault` goes, where it begins at `began`."""
    severity = dice.one(fault.severities)
    quick = pace(began.date())
    detected = after(began, dice.between(1, 9) if fault.alert else dice.between(12, 40))
    declared = after(detected, dice.between(1, 5))
    late = dice.whether(0.12)
    had = after(declared, dice.between(14, 35) if late else dice.between(0.7, 4.5))
    lasts = _LASTS[severity] * quick * dice.between(0.72, 1.34)
    resolved = max(after(began, lasts), after(had, 12))
    mitigated = had + (resolved - had) * dice.between(0.5, 0.85)
    return Course(began, detected, declared, had, _second(mitigated), _second(resolved), severity, dice)


def break_down(world: World, fault: Fault, when: Course, *key: object, written: bool = False) -> Told:
    """The whole story of `fault`, to its end and what it leaves behind.

    `written`: its post-mortem is a file of this repository, so nothing of it is left to chance.
    """
    return _Story(world, fault, when, key, written).told()


class _Story:
    def __init__(
        self, world: World, fault: Fault, when: Course, key: tuple[object, ...], written: bool
    ) -> None:
        self.written = written
        self.world, self.fault, self.when, self.dice = world, fault, when, when.dice
        self.person = world.responder(fault.service, when.declared)
        self.leads = when.severity in ("SEV1", "SEV2")
        self.culprit = culprits.change(world, fault, when.began, self.dice)
        self.story = Telling(world.seed, self._declared(), self._reporter(), when.declared, *key)

    def told(self) -> Told:
        self._acknowledge()
        for at, event in self._news():
            self.story.tell(event, self.world.actor(self.person), at)
        self._mitigate()
        self._resolve()
        if self.dice.whether(0.05) and not self.written:
            self._correct()
        if self.dice.whether(0.05) and not self.written:
            self._come_back()
        path = postmortem.path(self.story.id) if self.written else ""
        leave_behind(self.world, self.story, self.fault, self.dice, path)
        changes = culprits.with_repair(self.world, self.culprit, self.when.mitigated)
        alerts = culprits.alerts(self.fault, self.when.detected, self.when.mitigated)
        return Told(self.story.id, tuple(self.story.entries), changes, alerts)

    def _reporter(self) -> Actor:
        if self.dice.whether(0.03):
            return Actor(self.dice.one(_FRIENDS), "", False, "demo")
        return self.world.actor(self.person)

    def _declared(self) -> events.Declared:
        when, dice = self.when, self.dice
        stamped = not dice.whether(0.06) or self.written
        said = {
            "title": self.fault.title,
            "severity": when.severity,
            "services": (self.fault.service,),
            "symptom": self.fault.symptom,
            "impact_started": when.began if stamped else None,
            "detected": when.detected if stamped and not dice.whether(0.03) else None,
            "reason": "read off the graph" if stamped else None,
            "commander": self.world.commander(when.declared)
            if self.leads and not dice.whether(0.1)
            else None,
        }
        return events.Declared.model_validate(said)

    def _acknowledge(self) -> None:
        if not self.dice.whether(0.04):
            event = events.Acknowledged(text=self.dice.one((None, "Looking.", "On it.")))
            self.story.tell(event, self.world.actor(self.person), self.when.acknowledged)

    def _news(self) -> Iterator[tuple[datetime, events.Event]]:
        """What is said between having it and its end: what the table says, and that there is nothing new."""
        when, said = self.when, self.fault.said
        every = self.world.catalog.settings.severities.of(when.severity).update_every
        room = when.mitigated - when.acknowledged
        planned = [
            (when.acknowledged + room * (number + 1) / (len(said) + 1), text)
            for number, text in enumerate(said)
        ]
        last = when.declared
        for number, (at, text) in enumerate(planned):
            while every and at - last > every and self.dice.whether(0.8):
                last = _second(last + every * self.dice.between(0.8, 1.0))
                yield last, events.Updated(text=self.dice.one(_NOTHING_NEW))
            last = _second(at)
            yield last, self._update(number, text)

    def _update(self, number: int, text: str) -> events.Updated:
        first, second = number == 0, number == min(1, len(self.fault.said) - 1)
        more: dict[str, object] = {}
        if first and self.leads:
            more |= {
                "bridge": f"https://meet.astronomy-shop.example/{self.story.id}",
                "channel": f"#{self.story.id}",
            }
            if self.dice.whether(0.6):
                more["roles"] = {"communications": self.world.member("storefront", self.when.declared)}
        if first and self.fault.also and self.dice.whether(0.7):
            more["services"] = self.fault.also
        if second:
            more |= {"status": "identified", "suspect": self.culprit.id if self.culprit else None}
        if second and self.dice.whether(0.12) and self.when.severity in ("SEV3", "SEV4"):
            more["severity"] = f"SEV{int(self.when.severity[-1]) - 1}"
        return events.Updated.model_validate({"text": text, "public": self.leads and first, **more})

    def _mitigate(self) -> None:
        if self.dice.whether(0.05):
            return
        event = events.Mitigated(text=self.fault.mitigated, public=self.leads)
        self.story.tell(event, self.world.actor(self.person), self.when.mitigated)

    def _resolve(self) -> None:
        resolved = self.when.resolved
        it = self.world.catalog.runbooks.get(self.fault.runbook)
        if it is not None and self.dice.whether(0.5) and _reviewed(it.reviewed_at, resolved.date()):
            use = events.Helped(
                runbook=it.id,
                helped=not self.dice.whether(0.12),
                content_hash=content_hash(it),
                note=self.dice.one((None, "Followed to the end.", "The second step is the one that counts.")),
            )
            self.story.tell(use, self.world.actor(self.person), resolved - timedelta(minutes=2))
        event = events.Resolved(
            text=self.fault.fix, cause=self.culprit.id if self.culprit else None, public=self.leads
        )
        self.story.tell(event, self.world.actor(self.person), resolved)

    def _correct(self) -> None:
        if "impact_started" not in self.story.incident.milestones:
            return
        earlier = self.when.began - timedelta(minutes=round(self.dice.between(2, 9)))
        event = events.Corrected(
            milestone="impact_started",
            at=earlier,
            reason="The logs show the first errors sooner than the graph.",
        )
        self.story.tell(event, self.world.actor(self.person), after(self.when.resolved, 50))

    def _come_back(self) -> None:
        """It was not over: the same again, an hour later, and this time for good."""
        at = after(self.when.resolved, self.dice.between(40, 90))
        person = self.world.actor(self.world.responder(self.fault.service, at))
        self.story.tell(events.Reopened(reason="The errors are back, at half of what they were."), person, at)
        self.story.tell(events.Updated(text="Some pods had kept the old settings."), person, after(at, 9))
        self.story.tell(events.Mitigated(text=self.fault.mitigated), person, after(at, 22))
        self.story.tell(
            events.Resolved(text=f"{self.fault.fix} This time everywhere."), person, after(at, 38)
        )


def _reviewed(reviewed: date | None, day: date) -> bool:
    return reviewed is not None and reviewed <= day


def _second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
