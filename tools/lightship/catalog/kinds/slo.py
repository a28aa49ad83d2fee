"""A service level objective: what a service promises, and how it is measured."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StrictFloat

from lightship.catalog.kinds.base import Duration, Entity, Line, Link, Part, TeamRef, Text


class SloSource(Part):
    """Where the value comes from."""

    system: Annotated[
        Literal["dynatrace", "cloudwatch", "prometheus", "datadog", "manual"],
        Field(description="The system that measures."),
    ]
    query: Annotated[Text | None, Field(description="What it is asked.")] = None
    id: Annotated[Line | None, Field(description="How it knows the objective.")] = None


class Slo(Entity):
    """What a service promises, and how it is measured; the services name it."""

    kind: ClassVar[str] = "slo"
    folder: ClassVar[str] = "catalog/slos"
    title: ClassVar[str] = "SLOs"

    objective: Annotated[
        StrictFloat, Field(gt=0, lt=100, description="Percent of good events, or of good time.")
    ]
    window: Annotated[Duration, Field(description="Over how long, such as 28d.")]
    indicator: Annotated[
        Literal["availability", "latency", "correctness", "freshness", "durability"],
        Field(description="What is measured."),
    ] = "availability"
    threshold: Annotated[
        Line | None, Field(description="What counts as good, such as '300 ms at the 99th percentile'.")
    ] = None
    source: Annotated[SloSource | None, Field(description="Where the value comes from.")] = None
    owner: Annotated[TeamRef | None, Field(description="The team that keeps it true.")] = None
    links: Annotated[tuple[Link, ...], Field(max_length=100, description="Links worth keeping at hand.")] = ()
