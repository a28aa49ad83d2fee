"""A feature: something that users do with the product."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from lightship.catalog.kinds.base import Entity, Id, Link, TeamRef, Text


class Feature(Entity):
    """Something that users do with the product; the services name it."""

    kind: ClassVar[str] = "feature"
    folder: ClassVar[str] = "catalog/features"
    title: ClassVar[str] = "Features"

    owner: Annotated[TeamRef | None, Field(description="The team that answers for it.")] = None
    impact: Annotated[Text | None, Field(description="What an outage of it means to the business.")] = None
    importance: Annotated[
        Literal["critical", "high", "medium", "low"], Field(description="How much it matters.")
    ] = "medium"
    links: Annotated[tuple[Link, ...], Field(max_length=100, description="Links worth keeping at hand.")] = ()
    tags: Annotated[tuple[Id, ...], Field(max_length=50, description="Words to filter by.")] = ()
