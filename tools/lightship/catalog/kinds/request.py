"""A request: one file that asks for an action; merged or approved, never edited."""

from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, StrictBool, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from lightship.catalog.kinds.base import Entity, Id, Instant, Text

LONGEST = timedelta(days=7)
OUTCOME = "outcome_written"  # how pydantic's errors call a reserved key
RESERVED = frozenset(
    [
        "approval",
        "approvals",
        "approved",
        "approved_at",
        "approved_by",
        "approvers",
        "claim",
        "claimed",
        "claims",
        "decided",
        "decision",
        "denied",
        "denied_by",
        "executed",
        "executed_at",
        "granted",
        "granted_at",
        "outcome",
        "receipt",
        "receipts",
        "result",
        "results",
        "review",
        "reviewed_by",
        "reviewers",
        "reviews",
        "revoked",
        "signature",
        "signatures",
        "state",
        "status",
        "vote",
        "votes",
    ]
)
"""Keys that would say what became of a request: that is never the asker's to write."""

IncidentId = Annotated[str, StringConstraints(pattern=r"^inc-[0-9]{8}-[0-9a-z]{4,12}$")]


class Request(Entity):
    """What somebody asks for. Whether it is allowed, and what became of it, is never written here."""

    kind: ClassVar[str] = "request"
    folder: ClassVar[str] = "actions/requests"
    title: ClassVar[str] = "Requests"

    # Plain ids: a request outlives the people and the actions that it names.
    action: Annotated[Id, Field(description="The action that is asked for.")]
    target: Annotated[Id | None, Field(description="The service that it is about.")] = None
    inputs: Annotated[dict[str, Any], Field(max_length=50, description="What the action asks for.")] = {}
    reason: Annotated[Text, Field(description="Why.")]
    requester: Annotated[Id, Field(description="The person who asks.")]
    for_: Annotated[
        Id | None, Field(alias="for", description="The person who gets it, where that is somebody else.")
    ] = None
    incident: Annotated[IncidentId | None, Field(description="The incident that it is needed in.")] = None
    requested_at: Annotated[Instant, Field(description="When it was asked for.")]
    not_after: Annotated[Instant, Field(description="From when it is void, seven days later at the most.")]
    break_glass: Annotated[StrictBool, Field(description="Act first, and be asked afterwards.")] = False

    @property
    def beneficiary(self) -> str:
        """The person who gets it."""
        return self.for_ or self.requester

    @model_validator(mode="before")
    @classmethod
    def _says_no_outcome(cls, data: Any) -> Any:
        if isinstance(data, dict) and (found := sorted(RESERVED.intersection(map(str, data)))):
            raise PydanticCustomError(
                OUTCOME,
                "'{key}' is never written in a request: approvals and outcomes come from others, not from who asks",
                {"key": found[0]},
            )
        return data

    @model_validator(mode="after")
    def _ends(self) -> Self:
        if not self.requested_at < self.not_after <= self.requested_at + LONGEST:
            raise ValueError("'not_after' lies after 'requested_at', by seven days at the most")
        return self

    def is_history(self, now: datetime) -> bool:
        """Whether it can have no effect any more, so that nothing about it is worth mending."""
        return now >= self.not_after
