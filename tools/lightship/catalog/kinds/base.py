"""The types that the kinds are made of: ids, texts, addresses, times, references, and the frozen base model."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Annotated, Any, ClassVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)

ID_PATTERN = r"^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$"
LINE_PATTERN = r"^[^\n\r]*\S[^\n\r]*$"
TEXT_PATTERN = r"\S"
_DURATION = re.compile(r"^([1-9][0-9]{0,4})(m|h|d|w)$")
_DATE = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
_INSTANT = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})$")
_CLOCK = re.compile(r"^([01][0-9]|2[0-3]):[0-5][0-9]$")
_URL = re.compile(r"^(https://[^\s/?#@\\]+(?:[/?#][^\s\\]*)?|mailto:[^\s@]+@[^\s@]+)$", re.ASCII)
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@dataclass(frozen=True, slots=True)
class Reference:
    """Marks a string as the id of an entity of the kind `kind`."""

    kind: str


def _duration(value: object) -> object:
    if isinstance(value, str) and (found := _DURATION.match(value)):
        return timedelta(**{_UNITS[found[2]]: int(found[1])})
    if isinstance(value, timedelta):
        return value
    raise ValueError("a duration is a number and a unit, such as 30m, 12h, 7d or 2w")


def duration_text(value: timedelta) -> str:
    """`value` in the largest whole unit that the formats know, e.g. '7d' or '90m'."""
    minutes = int(value.total_seconds() // 60)
    for unit, size in (("w", 10080), ("d", 1440), ("h", 60)):
        if minutes and minutes % size == 0:
            return f"{minutes // size}{unit}"
    return f"{minutes}m"


def _day(value: object) -> object:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and _DATE.match(value):
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise ValueError(f"{value} is not a day of the calendar") from error
    raise ValueError("a day is written YYYY-MM-DD")


def _instant(value: object) -> object:
    if isinstance(value, datetime):
        return value
    if isinstance(value, str) and _INSTANT.match(value):
        try:
            return datetime.fromisoformat(value)
        except ValueError as error:
            raise ValueError(f"{value} is not a moment of the calendar") from error
    raise ValueError(
        "a moment is written YYYY-MM-DDTHH:MM with an offset, such as 2026-03-01T09:00+01:00 or …Z"
    )


def _clock(value: object) -> object:
    if isinstance(value, time):
        return value
    if isinstance(value, str) and _CLOCK.match(value):
        return time.fromisoformat(value)
    raise ValueError("a time of day is written HH:MM, from 00:00 to 23:59")


@cache
def _timezones() -> frozenset[str]:
    from zoneinfo import available_timezones

    return frozenset(available_timezones())


def _timezone(value: str) -> str:
    if value not in _timezones() or value in ("localtime", "Factory"):
        raise ValueError("a time zone is an IANA name, such as Europe/Berlin or UTC")
    return value


def _url(value: str) -> str:
    if not _URL.match(value):
        raise ValueError("a link begins with https:// (or mailto:) and holds no spaces or user names")
    return value


Id = Annotated[str, StringConstraints(pattern=ID_PATTERN, max_length=64)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=LINE_PATTERN)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=LINE_PATTERN)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=4000, pattern=TEXT_PATTERN)]
Cel = Annotated[
    str,
    StringConstraints(min_length=1, max_length=1000, pattern=r"\S"),
    Field(json_schema_extra={"format": "cel"}),
]
Url = Annotated[
    str,
    StringConstraints(min_length=1, max_length=500),
    AfterValidator(_url),
    Field(json_schema_extra={"format": "uri"}),
]
Email = Annotated[
    str, StringConstraints(max_length=254, pattern=r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")
]
Timezone = Annotated[str, StringConstraints(max_length=64), AfterValidator(_timezone)]
Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    PlainSerializer(duration_text, return_type=str),
    WithJsonSchema({"type": "string", "pattern": _DURATION.pattern, "examples": ["30m", "12h", "7d"]}),
]
Day = Annotated[
    date,
    BeforeValidator(_day),
    WithJsonSchema({"type": "string", "pattern": _DATE.pattern, "format": "date"}),
]
Instant = Annotated[
    datetime, BeforeValidator(_instant), WithJsonSchema({"type": "string", "pattern": _INSTANT.pattern})
]
Clock = Annotated[
    time,
    BeforeValidator(_clock),
    PlainSerializer(lambda value: value.strftime("%H:%M"), return_type=str),
    WithJsonSchema({"type": "string", "pattern": _CLOCK.pattern}),
]
GithubLogin = Annotated[
    str,
    StringConstraints(to_lower=True, max_length=39, pattern=r"^[A-Za-z0-9](-?[A-Za-z0-9])*(_[A-Za-z0-9]+)?$"),
]

TeamRef = Annotated[Id, Reference("team")]
PersonRef = Annotated[Id, Reference("person")]
ServiceRef = Annotated[Id, Reference("service")]
SystemRef = Annotated[Id, Reference("system")]
EnvironmentRef = Annotated[Id, Reference("environment")]
ScheduleRef = Annotated[Id, Reference("schedule")]
RunbookRef = Annotated[Id, Reference("runbook")]
FeatureRef = Annotated[Id, Reference("feature")]
CustomerRef = Annotated[Id, Reference("customer")]
SloRef = Annotated[Id, Reference("slo")]
ScorecardRef = Annotated[Id, Reference("scorecard")]
ActionRef = Annotated[Id, Reference("action")]
PolicyRef = Annotated[Id, Reference("policy")]
InitiativeRef = Annotated[Id, Reference("initiative")]


class Part(BaseModel):
    """A frozen piece of an entity; unknown keys are errors."""

    # Warm runs take most entities from the cache: a validator that nobody asks is not worth building.
    model_config = ConfigDict(
        extra="forbid", frozen=True, validate_default=False, use_enum_values=True, defer_build=True
    )


class Entity(Part):
    """A thing of the catalog. `id` is the file's name; it is given by the reader and never written inside."""

    kind: ClassVar[str]
    folder: ClassVar[str]
    title: ClassVar[str]

    id: Annotated[str, Field(exclude=True)]
    name: Annotated[Name | None, Field(description="What people call it; the id where absent.")] = None
    description: Annotated[Text | None, Field(description="What it is for, in a sentence or two.")] = None

    @property
    def path(self) -> str:
        """The file that describes it, relative to the repository."""
        return f"{self.folder}/{self.id}.yaml"

    @property
    def label(self) -> str:
        """The name, or the id where no name is given."""
        return self.name or self.id

    @property
    def url(self) -> str:
        """The folder of its page in the portal, relative to the portal's root."""
        return f"{self.folder.rsplit('/', 1)[-1]}/{self.id}/"

    @classmethod
    def from_data(cls, id: str, data: dict[str, Any]) -> Entity:
        """Validate `data` (as read from YAML) as the entity `id`. Raises pydantic.ValidationError."""
        return cls.model_validate({**data, "id": id})


class Link(Part):
    """A link worth keeping at hand."""

    title: Annotated[Name, Field(description="What is behind the link.")]
    url: Annotated[Url, Field(description="Where it leads: https or mailto.")]
