"""An action: something that people ask the portal to do."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import (
    AfterValidator,
    Field,
    StrictBool,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from lightship.catalog.kinds.base import (
    Cel,
    Duration,
    Entity,
    Id,
    Line,
    Link,
    Part,
    PolicyRef,
    TeamRef,
    Timezone,
)

Event = Literal[
    "incident-declared",
    "incident-unacknowledged",
    "severity-raised",
    "update-overdue",
    "incident-resolved",
    "score-dropped",
    "postmortem-overdue",
    "schedule",
]


def _clock(value: str) -> str:
    datetime.fromisoformat(value)
    return value


OperationId = Annotated[str, StringConstraints(max_length=80, pattern=r"^[a-z0-9]+\.[a-z0-9_]+$")]
Template = Annotated[
    str,
    StringConstraints(min_length=1, max_length=4000),
    Field(json_schema_extra={"format": "jinja"}),
]
Local = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$"), AfterValidator(_clock)
]
_DURATION: TypeAdapter[timedelta] = TypeAdapter(Duration)
_SHORTEST = timedelta(hours=1)  # nobody looks more often


class ActionStep(Part):
    """One call to another system, or one entry of our own journal."""

    id: Annotated[Id, Field(description="Its name among the steps.")]
    uses: Annotated[OperationId, Field(description="vendor.operation, such as aws.grant_access.")]
    with_: Annotated[
        dict[str, Any],
        Field(
            alias="with",
            max_length=50,
            description="Parameters; texts may be Jinja over inputs, chosen, request, target, requester, beneficiary, "
            "incident, portal, and what earlier steps made (steps.<id>.<ref>).",
        ),
    ] = {}
    undo: Annotated[
        OperationId | None,
        Field(
            description="The operation that takes it back: when its time is over, or when the whole fails."
        ),
    ] = None
    when: Annotated[
        Template | None,
        Field(
            description="Only where it comes to true: Jinja that gives yes or no, over all of these but incident and steps."
        ),
    ] = None
    critical: Annotated[StrictBool, Field(description="Whether the whole stops when it cannot be done.")] = (
        True
    )


class Trigger(Part):
    """What makes the portal ask for the action by itself."""

    on: Annotated[Event, Field(description="What has to happen.")]
    when: Annotated[
        Cel, Field(description="CEL over incident, score, target and time: only where it holds.")
    ] = "true"
    after: Annotated[
        Duration | None,
        Field(description="How long it has to have been so before it counts; at once where absent."),
    ] = None
    every: Annotated[Duration | None, Field(description="With `on: schedule`: how often.")] = None
    start: Annotated[
        Local | None,
        Field(
            description="With `every`: the first time, as clocks on the wall show it; whole days later, they show the "
            "same. Monday, 1970-01-05T00:00, where absent."
        ),
    ] = None
    timezone: Annotated[
        Timezone | None,
        Field(description="With `every`: whose clocks; those of lightship.yaml where absent."),
    ] = None
    target: Annotated[
        Template | None, Field(description="The service that it is about; Jinja over incident and score.")
    ] = None
    inputs: Annotated[
        dict[str, Any],
        Field(
            max_length=50, description="Inputs; texts may be Jinja over incident, score, target and brief."
        ),
    ] = {}
    reason: Annotated[Line | None, Field(description="Why, as the request says it; Jinja as well.")] = None

    @model_validator(mode="after")
    def _has_its_time(self) -> Self:
        if (self.on == "schedule") != (self.every is not None):
            raise ValueError("'every' belongs to `on: schedule`, and has to be there")
        if self.every is None and (self.start or self.timezone):
            raise ValueError("'start' and 'timezone' belong to `every`")
        if self.every is not None and self.every < _SHORTEST:
            raise ValueError("'every' is an hour at least")
        return self


class Action(Entity):
    """Something that people ask the portal to do, or that it does by itself when something happens."""

    kind: ClassVar[str] = "action"
    folder: ClassVar[str] = "actions"
    title: ClassVar[str] = "Actions"

    owner: Annotated[TeamRef | None, Field(description="The team that keeps it.")] = None
    category: Annotated[
        Literal["access", "paging", "status", "communication", "deployment", "remediation", "governance"],
        Field(description="Where it is listed."),
    ]
    risk: Annotated[Literal["low", "medium", "high"], Field(description="What may go wrong by doing it.")] = (
        "medium"
    )
    target: Annotated[
        Literal["service"] | None,
        Field(description="service: a request names the service that it is about; absent: it names none."),
    ] = None
    inputs: Annotated[
        dict[str, Any],
        Field(
            description="JSON Schema of what is asked for. `x-kind` names the kind whose ids a text may be; `x-default` "
            "is Jinja over target, requester, beneficiary, incident, request and the inputs above it."
        ),
    ] = {}
    allow: Annotated[Cel, Field(description="CEL: who may ask, and for what.")] = "true"
    policy: Annotated[PolicyRef, Field(description="Who must approve.")]
    steps: Annotated[
        tuple[ActionStep, ...], Field(min_length=1, max_length=20, description="What is done, in order.")
    ]
    expires: Annotated[
        str | None,
        StringConstraints(min_length=2, max_length=200),
        Field(description="After what time it is taken back by itself: 8h, or Jinja that gives such a text."),
    ] = None
    longest: Annotated[
        Duration | None, Field(description="The most that `expires` may come to; needed where it is Jinja.")
    ] = None
    triggers: Annotated[
        tuple[Trigger, ...], Field(max_length=10, description="What makes the portal ask for it by itself.")
    ] = ()
    links: Annotated[tuple[Link, ...], Field(max_length=100, description="Links worth keeping at hand.")] = ()

    @model_validator(mode="after")
    def _expires_some_time(self) -> Self:
        if self.expires is not None and "{" not in self.expires:
            duration(self.expires)
        return self

    @property
    def properties(self) -> dict[str, dict[str, Any]]:
        """The schema of each input, by its name, in the order of the form."""
        found = self.inputs.get("properties")
        each = found.items() if isinstance(found, dict) else ()
        return {str(name): schema for name, schema in each if isinstance(schema, dict)}

    @property
    def required(self) -> tuple[str, ...]:
        """The inputs that have to be given, or have a default."""
        found = self.inputs.get("required")
        return tuple(map(str, found)) if isinstance(found, list) else ()


def duration(text: str) -> timedelta:
    """The duration that `text` is, such as 8h. Raises ValueError."""
    try:
        return _DURATION.validate_python(text)
    except ValidationError as error:
        raise ValueError(str(error.errors()[0]["ctx"]["error"])) from error
