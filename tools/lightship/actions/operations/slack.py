"""Operations of Slack: the channel of an incident, and messages."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from lightship.actions.operations.base import Idempotency, Long, Params, Short

Channel = Annotated[str, StringConstraints(pattern=r"^(#?[a-z0-9_-]{1,80}|[CG][A-Z0-9]{6,20})$")]
_WHERE = "The channel: its name, with or without #, or its id."


class CreateChannel(Params):
    """Open a channel, and invite people to it."""

    refs: ClassVar[tuple[str, ...]] = ("channel", "name", "url")
    undo: ClassVar[str] = "archive_channel"
    idempotency: ClassVar[Idempotency] = "name"

    channel: Annotated[Channel, Field(description="Its name; one that exists and is ours is used again.")]
    topic: Annotated[Short | None, Field(description="What stands at its top.")] = None
    invite: Annotated[
        tuple[Short, ...], Field(max_length=50, description="Whom to invite: Slack members.")
    ] = ()
    private: Annotated[bool, Field(description="Whether only who is invited sees it.")] = False


class ArchiveChannel(CreateChannel):
    """Close a channel; what was said in it can still be read."""

    undo: ClassVar[str] = ""
    idempotency: ClassVar[Idempotency] = "state"


class PostMessage(Params):
    """Say something in a channel."""

    refs: ClassVar[tuple[str, ...]] = ("channel", "message", "url")
    idempotency: ClassVar[Idempotency] = "marker"

    channel: Annotated[Channel, Field(description=_WHERE)]
    text: Annotated[Long, Field(description="What to say.")]
    pin: Annotated[bool, Field(description="Whether it is pinned.")] = False


class UpdateMessage(Params):
    """Say something else in a message of ours."""

    refs: ClassVar[tuple[str, ...]] = ("channel", "message", "url")

    channel: Annotated[Channel, Field(description=_WHERE)]
    message: Annotated[Short, Field(description="The message: what posting it told.")]
    text: Annotated[Long, Field(description="What to say instead.")]
