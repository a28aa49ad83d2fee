"""What the parameters of every operation have in common. Pure."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

Idempotency = Literal["key", "name", "marker", "state", "record"]
"""How doing it twice is avoided: the vendor knows the key · the name is unique · our marker is looked for · the state
is read first · it is an entry of our own journal."""

Short = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\n\r]*\S[^\n\r]*$")]
Long = Annotated[str, StringConstraints(min_length=1, max_length=10_000, pattern=r"\S")]


class Params(BaseModel):
    """The parameters of one operation; unknown ones are errors. Numbers may come as text, as templates give them.

    `refs` are what it tells about what it made. `undo` names the operation of the same vendor that takes it back.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    refs: ClassVar[tuple[str, ...]] = ()
    undo: ClassVar[str] = ""
    idempotency: ClassVar[Idempotency] = "state"


class Record(Params):
    """An operation whose whole effect is an entry of the journal: its parameters are the data."""

    idempotency: ClassVar[Idempotency] = "record"
    kind: ClassVar[str]
    about: ClassVar[str]

    @property
    def subject(self) -> str:
        """The subject of the entry: the value of the field `about`."""
        return str(getattr(self, self.about))
