"""An environment: a place where services run."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from lightship.catalog.kinds.base import Entity, Line, Link, TeamRef


class Environment(Entity):
    """A place where services run."""

    kind: ClassVar[str] = "environment"
    folder: ClassVar[str] = "catalog/environments"
    title: ClassVar[str] = "Environments"

    stage: Annotated[
        Literal["development", "test", "staging", "production"], Field(description="What it is used for.")
    ]
    owner: Annotated[TeamRef | None, Field(description="The team that keeps it running.")] = None
    account: Annotated[
        str | None, StringConstraints(pattern=r"^[0-9]{12}$"), Field(description="AWS account, 12 digits.")
    ] = None
    region: Annotated[Line | None, Field(description="Such as eu-central-1.")] = None
    cluster: Annotated[Line | None, Field(description="The cluster's name.")] = None
    links: Annotated[tuple[Link, ...], Field(max_length=100, description="Links worth keeping at hand.")] = ()
