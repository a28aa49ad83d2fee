"""What the parameters of every operation have in common. Pure."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Idempotency = Literal["key", "name", "marker", "state"]
"""How doing it twice is avoided: the vendor knows the key · the name is unique · our marker is looked for · the state is read first."""

Short = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\n\r]*\S[^\n\r]*$")]
Long = Annotated[str, StringConstraints(min_length=1, max_length=10_000, pattern=r"\S")]
Account = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]
Channel = Annotated[
    str,
    StringConstraints(pattern=r"^#?[a-z0-9._-]{1,80}$|^[CG][A-Z0-9]{6,20}$"),
    Field(description="The channel's name, with or without #, or its id."),
]


class Params(BaseModel):
    """The parameters of one operation; unknown ones are errors. Numbers may come as text, as templates give them."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)

    refs: ClassVar[tuple[str, ...]] = ()
    undo: ClassVar[str] = ""
    idempotency: ClassVar[Idempotency] = "state"
    ends: ClassVar[bool] = False
