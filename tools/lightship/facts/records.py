"""What other systems tell us happened: changes, alerts, and who their pager calls; each with its source. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema

from lightship.catalog.kinds.base import Id, Instant, Line, Name, Part, ScheduleRef, Text, Url
from lightship.catalog.kinds.schedule import Override
from lightship.finding import Finding

_FRACTION = re.compile(r"(?<=T[0-9]{2}:[0-9]{2}:[0-9]{2})\.[0-9]{1,9}")
_MOMENT = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:[0-9]{2})$"
)

CHANGE_KINDS = ("deployment", "rollback", "config", "flag", "schema", "infrastructure", "merge")


def _whole(value: object) -> object:
    """Machines write fractions of a second; records are kept to the second."""
    return _FRACTION.sub("", value) if isinstance(value, str) else value


def _near(value: datetime) -> datetime:
    # Near the calendar's own ends, moments have no place in UTC.
    if not 1971 <= value.year <= 2199:
        raise ValueError("the years 1971 to 2199 can be kept")
    return value


Moment = Annotated[
    Instant,
    BeforeValidator(_whole),
    AfterValidator(_near),
    WithJsonSchema({"type": "string", "pattern": _MOMENT}),
]
Labels = Annotated[
    tuple[Line, ...],
    Field(max_length=50, description="What it was said to be about, and the catalog does not know."),
]


Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class Reported(Part):
    """What `lightship record` reads; `noun` is what the command calls it."""

    noun: ClassVar[str]


class Change(Reported):
    """Something that was done to services; `at` is when it took effect, or will where it is planned."""

    noun: ClassVar[str] = "change"

    id: Annotated[Line, Field(description="Unique within its source.")]
    kind: Annotated[
        Literal["deployment", "rollback", "config", "flag", "schema", "infrastructure", "merge"],
        Field(description="What sort of change."),
    ] = "deployment"
    at: Annotated[Moment, Field(description="When it took effect; when it will, where it is planned.")]
    services: Annotated[tuple[Id, ...], Field(description="The services that were changed.")] = ()
    labels: Labels = ()
    title: Annotated[Name, Field(description="What was changed, in a line.")]
    reason: Annotated[Text | None, Field(description="Why.")] = None
    author: Annotated[Line | None, Field(description="Who: a person's id, a login or an address.")] = None
    environment: Annotated[Line | None, Field(description="Where.")] = None
    status: Annotated[
        Literal["succeeded", "failed", "in-progress", "planned", "rolled-back"],
        Field(description="How it went."),
    ] = "succeeded"
    committed_at: Annotated[
        Moment | None, Field(description="When its first commit was made; for the lead time.")
    ] = None
    repository: Annotated[
        Line | None, Field(description="owner/name; says which services, where none are named.")
    ] = None
    paths: Annotated[
        tuple[Line, ...], Field(description="Folders that it touched; narrow down which services.")
    ] = ()
    application: Annotated[Line | None, Field(description="The Argo CD application.")] = None
    commit: Annotated[Line | None, Field(description="The commit's id.")] = None
    url: Annotated[Url | None, Field(description="Where it can be seen.")] = None
    source: Annotated[Id, Field(description="The system that told us.")] = "manual"


class Alert(Reported):
    """An alert that fired, and ended where `ended_at` says so."""

    noun: ClassVar[str] = "alert"

    id: Annotated[Line, Field(description="Unique within its source.")]
    name: Annotated[Name, Field(description="The alert's name, as runbooks list it.")]
    at: Annotated[Moment, Field(description="When it fired.")]
    ended_at: Annotated[Moment | None, Field(description="When it ended; open where absent.")] = None
    services: Annotated[tuple[Id, ...], Field(description="The services that it is about.")] = ()
    labels: Labels = ()
    severity: Annotated[Literal["critical", "warning", "info"], Field(description="How bad.")] = "critical"
    text: Annotated[Text | None, Field(description="What it says.")] = None
    entity: Annotated[
        Line | None, Field(description="Dynatrace entity or PagerDuty service; says which services.")
    ] = None
    url: Annotated[Url | None, Field(description="Where it can be seen.")] = None
    source: Annotated[Id, Field(description="The system that told us.")] = "manual"


class Values(Reported):
    """Values that a source saw of services; they take the place of what it saw of them before."""

    noun: ClassVar[str] = "fact"

    source: Annotated[Id, Field(description="The system that told us.")] = "manual"
    observed_at: Annotated[Moment | None, Field(description="When they were seen; now where absent.")] = None
    services: Annotated[
        dict[Id, dict[Key, Any]], Field(description="By service and key: `facts.<key>` in conditions.")
    ]


class Spell(Part):
    """Somebody on call for a while."""

    person: Annotated[
        Line, Field(description="A person's id, address, PagerDuty id or name, as the pager has it.")
    ]
    start: Annotated[Moment, Field(description="From this moment.")]
    end: Annotated[Moment, Field(description="Until just before this moment.")]


class Rota(Reported):
    """Who is on call by another system: all shifts of a schedule that it tells of, past ones or not."""

    noun: ClassVar[str] = "oncall"

    schedule: Annotated[ScheduleRef, Field(description="The schedule of the catalog, `source: facts`.")]
    source: Annotated[Id, Field(description="The system that told us.")] = "manual"
    observed_at: Annotated[Moment | None, Field(description="When it said so; now where absent.")] = None
    shifts: Annotated[tuple[Spell, ...], Field(max_length=5000, description="Who and when.")]


@dataclass(frozen=True, slots=True)
class PagerShift:
    """Somebody on call according to a pager; UTC, half-open.

    `person` is an id, or what the pager calls somebody whom the catalog does not know.
    """

    start: Moment
    end: Moment
    person: str


@dataclass(frozen=True, slots=True)
class PagerSchedule:
    """What a pager said of a schedule, and when."""

    source: str
    observed_at: Moment
    shifts: tuple[PagerShift, ...]

    def is_stale(self, now: datetime, max_age: timedelta) -> bool:
        """Whether it is too old to be believed."""
        return now - self.observed_at > max_age


@dataclass(frozen=True, slots=True)
class Frozen:
    """Nobody deploys a service, from `since` until `until` (None: until somebody ends it). `by` is who asked; '' if unknown."""

    since: datetime
    reason: str
    by: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Maintenance:
    """A service is worked on from `start` until just before `end`: what happens to it then may be expected."""

    service: str
    title: str
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Observed:
    """What the `facts` branch holds beside values: changes by time, alerts by time, pagers' schedules by id.

    `overrides` (by schedule), `frozen` (by service) and `maintenances` (those that run now) are what our own records
    tell; see `facts.ours`. `commit` differs wherever anything else does.
    """

    commit: str = ""
    changes: tuple[Change, ...] = ()
    alerts: tuple[Alert, ...] = ()
    schedules: Mapping[str, PagerSchedule] = field(default_factory=dict)
    overrides: Mapping[str, tuple[Override, ...]] = field(default_factory=dict)
    frozen: Mapping[str, Frozen] = field(default_factory=dict)
    maintenances: tuple[Maintenance, ...] = ()
    findings: tuple[Finding, ...] = ()


NOTHING = Observed()
