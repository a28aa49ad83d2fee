"""What may happen to an incident, as the data of journal entries `incident.<what>`; the fold gives them their meaning.

Times are moments with a zone. Where an event has an `at`, it is when the thing happened; without, when it was recorded.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Annotated, ClassVar, Literal, get_args

from pydantic import AfterValidator, Field, StrictBool, StringConstraints, ValidationError

from lightship.catalog.kinds.base import Day, Id, Instant, Line, Name, Part, Text
from lightship.journal.entry import Entry

PREFIX = "incident."
SEVERITIES = ("SEV1", "SEV2", "SEV3", "SEV4", "SEV5")
Severity = Literal["SEV1", "SEV2", "SEV3", "SEV4", "SEV5"]
Status = Literal["investigating", "identified", "mitigated", "resolved"]
Milestone = Literal[
    "impact_started", "detected", "declared", "acknowledged", "mitigated", "resolved", "closed"
]
MILESTONES: tuple[Milestone, ...] = get_args(Milestone)
IncidentType = Literal["incident", "notice", "maintenance"]
IncidentId = Annotated[str, StringConstraints(pattern=r"^inc-[0-9]{8}-[0-9a-z]{4,12}$")]


def _second(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC).replace(microsecond=0)
    except OverflowError as error:
        raise ValueError("a moment lies in the years that UTC can tell") from error


Moment = Annotated[
    Instant,
    AfterValidator(_second),
    Field(description="Kept in UTC, to the second."),
]


class Event(Part):
    """The data of one entry; `what` is the last part of the entry's kind."""

    what: ClassVar[str]


class Source(Part):
    """Where an imported incident came from: `key` is unique within `system`."""

    system: Line
    key: Line
    path: Line | None = None
    url: Line | None = None


class Declared(Event):
    """An incident begins to be known. Exactly one of these begins an incident."""

    what: ClassVar[str] = "declared"

    title: Name
    severity: Severity
    services: tuple[Id, ...] = ()
    labels: Annotated[tuple[Line, ...], Field(description="Names that are no service of the catalog.")] = ()
    symptom: Text | None = None
    type: IncidentType = "incident"
    drill: StrictBool = False
    at: Moment | None = None
    impact_started: Moment | None = None
    detected: Moment | None = None
    reason: Annotated[Line | None, Field(description="Why it is backdated.")] = None
    commander: Id | None = None
    source: Source | None = None


class Briefed(Event):
    """What was known when it was declared: the brief as `lightship brief --format json` printed it."""

    what: ClassVar[str] = "briefed"

    brief: dict[str, object]


class Acknowledged(Event):
    """Somebody has it."""

    what: ClassVar[str] = "acknowledged"

    at: Moment | None = None
    text: Text | None = None
    reason: Line | None = None


class Updated(Event):
    """News. Whatever is given changes; `roles` gives a role to a person, or to nobody ('')."""

    what: ClassVar[str] = "updated"

    text: Text | None = None
    status: Status | None = None
    severity: Severity | None = None
    roles: dict[Id, str] = {}
    bridge: Line | None = None
    channel: Line | None = None
    public: StrictBool = False
    services: Annotated[tuple[Id, ...], Field(description="Services that turn out to be hit too.")] = ()
    suspect: Annotated[Line | None, Field(description="The id of a change that may have caused it.")] = None
    at: Moment | None = None
    reason: Line | None = None


class Mitigated(Event):
    """Users are no longer hurt; the cause may still be there."""

    what: ClassVar[str] = "mitigated"

    at: Moment | None = None
    text: Text | None = None
    reason: Line | None = None
    public: StrictBool = False


class Resolved(Event):
    """It is over."""

    what: ClassVar[str] = "resolved"

    at: Moment | None = None
    text: Annotated[Text | None, Field(description="What fixed it.")] = None
    cause: Annotated[Line | None, Field(description="The id of the change that caused it.")] = None
    reason: Line | None = None
    public: StrictBool = False


class FollowedUp(Event):
    """Work that the incident leaves behind, or what became of it. `id` is unique in the incident."""

    what: ClassVar[str] = "followed-up"

    id: Id
    state: Literal["open", "done", "dropped"] = "open"
    title: Name | None = None
    owner: Id | None = None
    due: Day | None = None
    url: Line | None = None
    at: Moment | None = None
    reason: Line | None = None


class Corrected(Event):
    """What was recorded was wrong. The old value stays in the journal."""

    what: ClassVar[str] = "corrected"

    reason: Line
    milestone: Milestone | None = None
    at: Annotated[Moment | None, Field(description="When it really was; absent: it never was.")] = None
    title: Name | None = None
    type: IncidentType | None = None
    drill: StrictBool | None = None
    services: tuple[Id, ...] | None = None
    cause: Line | None = None


class Helped(Event):
    """A runbook was used, and whether it helped; `content_hash` says in which wording."""

    what: ClassVar[str] = "helped"

    runbook: Id
    helped: StrictBool = True
    content_hash: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
    note: Line | None = None


class Closed(Event):
    """Nothing more will come, or it was none: a duplicate of another incident, or a part of it."""

    what: ClassVar[str] = "closed"

    reason: Line
    at: Moment | None = None
    duplicate_of: IncidentId | None = None
    merged_into: IncidentId | None = None


class Reopened(Event):
    """It was not over."""

    what: ClassVar[str] = "reopened"

    reason: Line
    at: Moment | None = None


class PostmortemDrafted(Event):
    """A draft of the post-mortem was made."""

    what: ClassVar[str] = "postmortem-drafted"

    path: Line
    branch: Line | None = None


class PostmortemPublished(Event):
    """The post-mortem was reviewed and lies where others read it, by rule on the main branch; `at` is when."""

    what: ClassVar[str] = "postmortem-published"

    path: Annotated[Line, Field(description="Its path in this repository, or its address elsewhere.")]
    at: Moment | None = None


@cache
def models() -> dict[str, type[Event]]:
    """Every event by `what`."""
    return {model.what: model for model in Event.__subclasses__()}


def read(entry: Entry) -> Event | None:
    """The event of an entry; None where it is about something else, unknown to this version, or not valid."""
    model = models().get(entry.kind.removeprefix(PREFIX)) if entry.kind.startswith(PREFIX) else None
    if model is None:
        return None
    try:
        return model.model_validate(entry.data)
    except ValidationError:
        return None


def data(event: Event) -> dict[str, object]:
    """The event as the data of an entry; what is as by default is left out."""
    return event.model_dump(mode="json", exclude_defaults=True)


def kind(event: Event) -> str:
    """The kind of the entry that carries `event`."""
    return PREFIX + event.what
