"""A scorecard: a ladder of levels, and the rules that a service passes to climb it."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from lightship.catalog.kinds.base import Cel, Day, Duration, Entity, Id, Line, Link, Name, Part, TeamRef, Text


class Level(Part):
    """A rung of the ladder."""

    id: Annotated[Id, Field(description="How rules name it.")]
    name: Annotated[Name | None, Field(description="What people call it.")] = None
    description: Annotated[Line | None, Field(description="What it means to be here.")] = None


class Entry(Part):
    """The level that a new service has to reach before it comes in."""

    level: Annotated[Id, Field(description="The level.")]
    applies_to: Annotated[Cel, Field(description="CEL: which new services; e.g. service.tier == 1.")] = "true"


class Rule(Part):
    """One thing that is checked of each service."""

    id: Annotated[Id, Field(description="Names the virtue: has-oncall.")]
    title: Annotated[Line, Field(description="What is true when it passes.")]
    why: Annotated[Text, Field(description="Why it is worth it.")]
    level: Annotated[Id, Field(description="The level that needs it.")]
    applies_to: Annotated[Cel, Field(description="CEL: which services it is about.")] = "true"
    check: Annotated[Cel, Field(description="CEL: true when it passes.")]
    fix: Annotated[Text, Field(description="What to do about it.")]
    max_age: Annotated[Duration | None, Field(description="Facts older than this are no data.")] = None
    on_missing: Annotated[
        Literal["no_data", "fail", "not_applicable"], Field(description="What a missing fact means.")
    ] = "no_data"
    effective_from: Annotated[
        Day | None, Field(description="Until this day the rule is shown, and holds nobody back.")
    ] = None


class Scorecard(Entity):
    """A ladder of levels, and the rules that a service passes to climb it."""

    kind: ClassVar[str] = "scorecard"
    folder: ClassVar[str] = "scorecards"
    title: ClassVar[str] = "Scorecards"

    owner: Annotated[TeamRef | None, Field(description="The team that keeps it.")] = None
    levels: Annotated[
        tuple[Level, ...], Field(min_length=1, max_length=10, description="From the lowest to the highest.")
    ]
    applies_to: Annotated[Cel, Field(description="CEL: which services it is about.")] = "true"
    entry: Annotated[
        tuple[Entry, ...],
        Field(max_length=10, description="What new services have to reach; nothing where absent."),
    ] = ()
    rules: Annotated[tuple[Rule, ...], Field(min_length=1, max_length=100, description="What is checked.")]
    links: Annotated[tuple[Link, ...], Field(max_length=100, description="Links worth keeping at hand.")] = ()
