"""What other systems tell us happened: changes, alerts, and who their pager calls; each with its source. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field

from lightship.catalog.kinds.base import Id, Instant, Line, Name, Part, Text, Url
from lightship.finding import Finding

CHANGE_KINDS = ("deployment", "rollback", "config", "flag", "schema", "infrastructure", "merge")


class Change(Part):
    """Something that was done to services; `at` is when it took effect, or will where it is planned."""

    id: Annotated[Line, Field(description="Unique within its source.")]
    kind: Annotated[
        Literal["deployment", "rollback", "config", "flag", "schema", "infrastructure", "merge"],
        Field(description="What sort of change."),
    ] = "deployment"
    at: Annotated[Instant, Field(description="When it took effect; when it will, where it is planned.")]
    services: Annotated[tuple[Id, ...], Field(description="The services that were changed.")] = ()
    title: Annotated[Name, Field(description="What was changed, in a line.")]
    reason: Annotated[Text | None, Field(description="Why.")] = None
    author: Annotated[Line | None, Field(description="Who: a person's id, a login or an address.")] = None
    environment: Annotated[Line | None, Field(description="Where.")] = None
    status: Annotated[
        Literal["succeeded", "failed", "in-progress", "planned", "rolled-back"],
        Field(description="How it went."),
    ] = "succeeded"
    committed_at: Annotated[
        Instant | None, Field(description="When its first commit was made; for the lead time.")
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


class Alert(Part):
    """An alert that fired, and ended where `ended_at` says so."""

    id: Annotated[Line, Field(description="Unique within its source.")]
    name: Annotated[Name, Field(description="The alert's name, as runbooks list it.")]
    at: Annotated[Instant, Field(description="When it fired.")]
    ended_at: Annotated[Instant | None, Field(description="When it ended; open where absent.")] = None
    services: Annotated[tuple[Id, ...], Field(description="The services that it is about.")] = ()
    severity: Annotated[Literal["critical", "warning", "info"], Field(description="How bad.")] = "critical"
    text: Annotated[Text | None, Field(description="What it says.")] = None
    entity: Annotated[
        Line | None, Field(description="Dynatrace entity or PagerDuty service; says which services.")
    ] = None
    url: Annotated[Url | None, Field(description="Where it can be seen.")] = None
    source: Annotated[Id, Field(description="The system that told us.")] = "manual"


@dataclass(frozen=True, slots=True)
class PagerShift:
    """Somebody on call according to a pager; UTC, half-open.

    `person` is an id, or what the pager calls somebody whom the catalog does not know.
    """

    start: datetime
    end: datetime
    person: str


@dataclass(frozen=True, slots=True)
class PagerSchedule:
    """What a pager said of a schedule, and when."""

    source: str
    observed_at: datetime
    shifts: tuple[PagerShift, ...]

    def is_stale(self, now: datetime, max_age: timedelta) -> bool:
        """Whether it is too old to be believed."""
        return now - self.observed_at > max_age


@dataclass(frozen=True)
class Observed:
    """What the `facts` branch holds beside values: changes by time, alerts by time, pagers' schedules by id."""

    commit: str = ""
    changes: tuple[Change, ...] = ()
    alerts: tuple[Alert, ...] = ()
    schedules: Mapping[str, PagerSchedule] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


NOTHING = Observed()
