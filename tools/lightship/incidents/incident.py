"""An incident, as its events left it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

OPEN = ("declared", "investigating", "identified", "mitigated")
STATES = (*OPEN, "resolved", "closed")


@dataclass(frozen=True, slots=True)
class Milestone:
    """When something was (`at`), and when and by whom that was recorded. `source`: event, correction or import."""

    at: datetime
    recorded_at: datetime
    by: str
    source: str = "event"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """A role held by a person's id from `since` until `until`; open where None."""

    role: str
    person: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Graded:
    """A severity from `since` on."""

    severity: str
    since: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A line of the timeline: `what` is the event's, `text` what was said, `changes` what else changed, in words."""

    id: str
    at: datetime
    recorded_at: datetime
    by: str
    verified: bool
    what: str
    text: str = ""
    changes: tuple[str, ...] = ()
    public: bool = False

    @property
    def is_update(self) -> bool:
        """Whether it tells somebody something: what the cadence of updates counts."""
        return self.what in ("acknowledged", "updated", "mitigated", "resolved") and bool(
            self.text or self.changes
        )


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Work left behind. `state`: open, done or dropped; `done_at` is when it left open."""

    id: str
    title: str
    owner: str
    due: date | None
    state: str
    opened_at: datetime
    done_at: datetime | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class RunbookUse:
    """Whether a runbook helped, in the wording that `content_hash` stands for."""

    runbook: str
    helped: bool
    content_hash: str
    by: str
    at: datetime
    note: str = ""


@dataclass(frozen=True)
class Incident:
    """An incident as its events left it. `flags` say what two clones did that does not go together."""

    id: str
    title: str = ""
    severity: str = "SEV3"
    state: str = "declared"
    type: str = "incident"
    drill: bool = False
    services: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    symptom: str = ""
    declared_by: str = ""
    verified: bool = True
    milestones: Mapping[str, Milestone] = field(default_factory=dict)
    roles: tuple[Held, ...] = ()
    severities: tuple[Graded, ...] = ()
    timeline: tuple[Moved, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    runbooks: tuple[RunbookUse, ...] = ()
    suspects: tuple[str, ...] = ()
    cause: str = ""
    fix: str = ""
    bridge: str = ""
    channel: str = ""
    duplicate_of: str = ""
    merged_into: str = ""
    closed_reason: str = ""
    source: Mapping[str, str] | None = None
    reopened: int = 0
    brief: Mapping[str, Any] | None = None
    postmortem_drafted_at: datetime | None = None
    postmortem_published_at: datetime | None = None
    postmortem_path: str = ""
    flags: tuple[str, ...] = ()

    def but(self, **changes: Any) -> Incident:
        """A copy with `changes`: what dataclasses.replace does, in a tenth of its time."""
        copy = object.__new__(Incident)
        copy.__dict__.update(self.__dict__, **changes)
        return copy

    @property
    def is_open(self) -> bool:
        """Whether somebody still works on it."""
        return self.state in OPEN

    @property
    def counts(self) -> bool:
        """Whether metrics count it: no drill, no duplicate, no part of another, and an incident at all."""
        return self.type == "incident" and not (self.drill or self.duplicate_of or self.merged_into)

    @property
    def declared_at(self) -> datetime:
        """When it was declared."""
        return self.milestones["declared"].at

    @property
    def began_at(self) -> datetime:
        """When it began to hurt, as far as that is known: impact, else detection, else declaration."""
        for name in ("impact_started", "detected"):
            if name in self.milestones:
                return self.milestones[name].at
        return self.declared_at

    @property
    def updates(self) -> tuple[Moved, ...]:
        """What told somebody something, in order."""
        return tuple(moved for moved in self.timeline if moved.is_update)

    def holder(self, role: str) -> str:
        """The id of who holds `role` now; '' for nobody."""
        return next((held.person for held in self.roles if held.role == role and held.until is None), "")
