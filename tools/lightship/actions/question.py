"""Everything a decision rests on, as plain frozen data: gathered at the edge, judged by `decide`. Pure.

Moments are UTC; spans are half-open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from lightship.catalog.kinds.action import Action
from lightship.catalog.kinds.base import Entity
from lightship.catalog.kinds.person import Person
from lightship.catalog.kinds.policy import Policy
from lightship.catalog.kinds.request import Request
from lightship.catalog.kinds.service import Service
from lightship.catalog.kinds.team import Team
from lightship.facts.records import Frozen

Verdict = Literal["approve", "deny", "dismissed", "comment"]


@dataclass(frozen=True, slots=True)
class Vote:
    """What somebody said of a request. `digest` is of the bytes that they saw; `person` '' for somebody unknown.

    `verified`: the forge, or a signature, proves who it was. `id` orders votes of one moment.
    """

    id: str
    person: str
    verdict: Verdict
    at: datetime
    digest: str
    verified: bool = True
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """Somebody (a person's id) in a capacity, from `start` until just before `end`."""

    person: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """The incident that a request names, as it is now."""

    id: str
    severity: str
    state: str
    services: tuple[str, ...]
    commanders: tuple[Span, ...] = ()
    title: str = ""
    channel: str = ""
    bridge: str = ""

    @property
    def is_open(self) -> bool:
        """Whether somebody still works on it."""
        return self.state not in ("resolved", "closed")


@dataclass(frozen=True)
class Rules:
    """What the catalog of one commit says about who may: of the merge's first parent, or of an earlier day.

    `entities` (by kind and id) and `portal` (its `name` and `url`) are what the parameters of steps may look at.
    """

    action: Action | None
    policy: Policy | None
    people: Mapping[str, Person]
    teams: Mapping[str, Team]
    target: Service | None
    policy_digest: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)  # over those of the question
    entities: Mapping[str, Mapping[str, Entity]] = field(default_factory=dict, compare=False, repr=False)
    portal: Mapping[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Question:
    """May this request be carried out?

    `base` is the catalog of the merge's first parent, `settled` that of the policy's delay before it: both must allow.
    `current` is that of now: who left, or lost a role, may neither ask nor approve. `involved` are all others who had a hand in
    the bytes (authors, committers, pushers). `problems` are reasons that gathering found, each of which denies.
    `asked_at` is when the forge first saw it, which the asker does not write. `seen` are the moments at which the requester
    used break-glass for other requests. `facts` are what conditions see beside the request:
    `time`, `requester`, `target`, `incident` as CEL values; the facts of `base` and `settled` go over them. `frozen` is the
    freeze that holds on the target: conditions see that there is one, and reasons tell of it.
    """

    request: Request
    digest: str
    base: Rules
    settled: Rules
    current: Rules
    involved: tuple[str, ...] = ()
    votes: tuple[Vote, ...] = ()
    merged_at: datetime | None = None
    needs_merge: bool = True
    on_call: tuple[Span, ...] = ()
    incident: OpenIncident | None = None
    seen: tuple[datetime, ...] = ()
    problems: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    asked_at: datetime | None = None
    frozen: Frozen | None = None

    @property
    def since(self) -> datetime:
        """From when people were asked: whoever dates a request back gains no time by it."""
        return max(self.request.requested_at, self.asked_at or self.request.requested_at)


@dataclass(frozen=True, slots=True)
class Held:
    """Who satisfies a requirement, and in what capacity."""

    person: str
    capacity: str


@dataclass(frozen=True, slots=True)
class Requirement:
    """What is needed (`needed` people), who satisfies it, and who still could."""

    id: str
    needed: int
    satisfied_by: tuple[Held, ...] = ()
    could_satisfy: tuple[str, ...] = ()

    @property
    def is_met(self) -> bool:
        """Whether enough people satisfy it."""
        return len(self.satisfied_by) >= self.needed


State = Literal["allowed", "pending", "denied", "expired", "cancelled"]  # `decide` says none of the last
How = Literal["none", "quorum", "auto", "override", "break-glass"]
Family = Literal[
    "problem",  # found while gathering
    "moment",  # without a time zone
    "id",
    "clock",
    "void",
    "unknown",  # action, policy or target
    "gone",  # who asks, or gets it
    "allow",
    "tier",
    "group",  # nobody can ever approve
    "no",
    "lacking",
    "override",
    "vouched",  # newer rules count at once
    "merge",
    "glass",
]


@dataclass(frozen=True)
class Decision:
    """What was decided, and why; `expires_at` is when it no longer holds; None where it never did.

    `families` say of which sort each of `reasons` is: words may change, sorts do not.
    """

    state: State
    requirements: tuple[Requirement, ...] = ()
    reasons: tuple[str, ...] = ()
    expires_at: datetime | None = None
    how: How = "none"
    tier: str = ""
    review_due: datetime | None = None
    families: tuple[Family, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether it may be carried out now."""
        return self.state == "allowed"
