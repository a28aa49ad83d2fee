"""A customer (or a segment of them): who is hit by an outage."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from lightship.catalog.kinds.base import Entity, FeatureRef, Id, Line, Link, PersonRef, Text


class Customer(Entity):
    """A customer, or a segment of them; the services name it."""

    kind: ClassVar[str] = "customer"
    folder: ClassVar[str] = "catalog/customers"
    title: ClassVar[str] = "Customers"

    segment: Annotated[
        Literal["strategic", "enterprise", "business", "consumer", "internal"],
        Field(description="What sort of customer."),
    ] = "business"
    features: Annotated[tuple[FeatureRef, ...], Field(max_length=100, description="What they use most.")] = ()
    contact: Annotated[PersonRef | None, Field(description="Who of us speaks with them.")] = None
    promise: Annotated[Line | None, Field(description="What was promised, such as '99.9 % a month'.")] = None
    impact: Annotated[Text | None, Field(description="What an outage means to them and to us.")] = None
    links: Annotated[tuple[Link, ...], Field(max_length=100, description="Links worth keeping at hand.")] = ()
    tags: Annotated[tuple[Id, ...], Field(max_length=50, description="Words to filter by.")] = ()
