"""What another system does for us, as the executor sees it, and the three ways in which it may go wrong. Pure.

An operation tries once, and says how that went; when to try again, and what to believe after silence, is the executor's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from lightship.errors import CouldNotRun

Refs = Mapping[str, str]
"""What to find a thing by at the vendor: ids and addresses, never a secret; all of it is published in receipts."""


class VendorError(CouldNotRun):
    """Says which system was asked for what, and what it answered; never holds a secret."""


class Retry(VendorError):
    """Nothing happened there: too many requests (429), out of service (503), or it was never reached.

    `after` is how many seconds the vendor asks to wait; None where it does not say.
    """

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class Refused(VendorError):
    """Nothing happened there, and asking again will not help: any other 4xx, `ok: false`, a parameter it does not know."""


class Unknown(VendorError):
    """It may have happened: a time-out, a connection that broke, 500, 502 or 504, an answer that cannot be read."""


@dataclass(frozen=True, slots=True)
class Found:
    """Something that the vendor has and that an operation could have made; `key` where it carries ours."""

    label: str
    refs: Refs = field(default_factory=dict)
    key: str = ""


class Operation(Protocol):
    """One operation with its client.

    `readable`: whether `probe` can tell at all whether it happened. `lag`: seconds until `probe` surely sees what did.
    """

    @property
    def readable(self) -> bool: ...
    @property
    def lag(self) -> float: ...

    def ensure(self, params: Mapping[str, Any], key: str) -> Refs:
        """See to it that it is so, marked with `key` where the vendor has room. Raises Retry, Refused, Unknown."""
        ...

    def probe(self, params: Mapping[str, Any], key: str) -> Refs | None:
        """What `ensure` made; None where it is not there. Changes nothing. Raises Retry, Refused, Unknown."""
        ...

    def verify(self, params: Mapping[str, Any], key: str) -> bool:
        """Whether it is now as it was asked for, read back from the vendor. Raises Retry, Refused, Unknown."""
        ...

    def undo(self, params: Mapping[str, Any], key: str, refs: Refs) -> Refs:
        """See to it that what `ensure` made is gone; fine where it is gone already. Raises Retry, Refused, Unknown.

        `refs` are those that `ensure` gave, as far as they are known: none after a run that died.
        """
        ...

    def listing(self) -> Iterable[Found] | None:
        """All that the vendor has of this sort, ours or not; None where that cannot be listed. Raises as `probe`."""
        ...


class Vendors(Protocol):
    """The operations that can be carried out here."""

    def find(self, uses: str) -> Operation | None:
        """The operation `vendor.verb_noun`; None where there is no connector, or no credentials: it is simulated."""
        ...

    def all(self) -> Iterable[tuple[str, Operation]]:
        """Every operation that can be carried out, by its name."""
        ...
