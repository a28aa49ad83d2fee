"""What a forge knows of requests: who asked, who said what, what was merged. Whose an identity is, catalogs say, not forges.

Two forges, one shape: pull requests and reviews on GitHub, or branches here and signatures in the journal.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from lightship.actions.question import Verdict
from lightship.catalog.kinds.person import Person
from lightship.catalog.kinds.request import Request

FOLDER = "actions/requests"


@dataclass(frozen=True, slots=True)
class Voice:
    """What the holder of `identity` said. `digest` is of the bytes that they saw.

    `identity` is 'github:<numeric id>' or 'key:<type> <base64>'; `proven`: the forge, or a signature over the digest, shows
    that it was its holder. `person` is who they say they are ('' where they need not say). `id` orders words of one moment.
    """

    id: str
    identity: str
    verdict: Verdict
    at: datetime
    digest: str
    proven: bool = True
    person: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Asked:
    """A request as the forge has it: raw `data` at `path` in `repository`; `request` is None where the bytes are none.

    `base` is the commit whose catalog decides: the first parent of the merge, or the tip of the main branch before it.
    `merged` is the commit that brought the request to the main branch, '' before that. `involved` are identities (also
    'email:<address>' and 'login:<name>') of authors, committers and pushers: they exclude, and never authorise. `problems` each deny.
    `withdrawals` are words that nobody asks for it any more, whoever says so. `by_bot`: a bot opened its pull request, so that
    the journal has to say who asked.
    """

    id: str
    path: str
    data: bytes
    request: Request | None
    digest: str
    repository: str
    base: str
    asker: Voice | None = None
    merged: str = ""
    merged_at: datetime | None = None
    involved: tuple[str, ...] = ()
    votes: tuple[Voice, ...] = ()
    withdrawals: tuple[Voice, ...] = ()
    problems: tuple[str, ...] = ()
    url: str = ""
    by_bot: bool = False

    @property
    def is_merged(self) -> bool:
        """Whether it lies on the main branch."""
        return self.merged_at is not None


class Forge(Protocol):
    """Where requests are asked for and approved. Raises CouldNotRun where it cannot be read: nothing is decided then."""

    @property
    def repository(self) -> str:
        """The id that approvals are bound to."""

    @property
    def tip(self) -> str:
        """The protected branch's commit: never another."""

    def held(self, now: datetime) -> str:
        """Why nothing new may begin at `now`, whatever is approved; '' where it may."""

    def requests(self, ids: Collection[str] | None = None) -> tuple[Asked, ...]:
        """All requests that were asked for and have not ended, merged ones included, or those of `ids`; in order of their ids."""


def identities(person: Person) -> tuple[str, ...]:
    """The identities that prove somebody: the numeric ids of their GitHub accounts, and their signing keys."""
    accounts = (f"github:{id}" for id in person.accounts)
    return (*accounts, *(f"key:{' '.join(key.split()[:2])}" for key in person.ssh_signing_keys))
