"""A waiver: a rule that a service need not pass for a while, because somebody said so."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from lightship.catalog.kinds.base import Day, Entity, Id, PersonRef, ScorecardRef, ServiceRef, Text, Url

ReasonCode = Literal["accepted-risk", "planned-work", "vendor-limit", "false-positive", "retiring"]


class Waiver(Entity):
    """A rule that a service need not pass for a while."""

    kind: ClassVar[str] = "waiver"
    folder: ClassVar[str] = "scorecards/waivers"
    title: ClassVar[str] = "Waivers"

    scorecard: Annotated[ScorecardRef, Field(description="The scorecard.")]
    rule: Annotated[Id, Field(description="The rule's id in it.")]
    service: Annotated[ServiceRef, Field(description="The service.")]
    reason_code: Annotated[ReasonCode, Field(description="What sort of reason.")]
    reason: Annotated[Text, Field(description="The reason.")]
    approved_by: Annotated[PersonRef, Field(description="Who said so.")]
    approved_at: Annotated[Day, Field(description="When.")]
    expires_at: Annotated[Day, Field(description="The last day on which it holds, in UTC.")]
    tracking: Annotated[Url | None, Field(description="Where the work is tracked.")] = None
