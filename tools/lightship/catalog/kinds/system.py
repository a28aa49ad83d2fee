"""A system: services that make one thing together."""

from typing import Annotated, ClassVar

from pydantic import Field

from lightship.catalog.kinds.base import Entity, Id, Link, SystemRef, TeamRef


class System(Entity):
    """Services that make one thing together; the services name it."""

    kind: ClassVar[str] = "system"
    folder: ClassVar[str] = "catalog/systems"
    title: ClassVar[str] = "Systems"

    owner: Annotated[TeamRef, Field(description="The team that answers for the whole.")]
    parent: Annotated[
        SystemRef | None, Field(description="The larger system (or domain) that it is part of.")
    ] = None
    links: Annotated[tuple[Link, ...], Field(max_length=100, description="Links worth keeping at hand.")] = ()
    tags: Annotated[tuple[Id, ...], Field(max_length=50, description="Words to filter by.")] = ()
