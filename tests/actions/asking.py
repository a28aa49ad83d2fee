"""Questions for tests: a small world of invented people, and one request in it that two people approve."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ulid import ULID

from lightship.actions.question import OpenIncident, Question, Rules, Span, Vote
from lightship.catalog.kinds.action import Action
from lightship.catalog.kinds.person import Person
from lightship.catalog.kinds.policy import Approvers, BreakGlass, Policy, PolicyTier
from lightship.catalog.kinds.request import Request
from lightship.catalog.kinds.service import Service
from lightship.catalog.kinds.team import Team

T0 = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
BYTES = "d" * 64


def person(id: str, **fields: Any) -> Person:
    """Somebody who works here; `fields` as the catalog has them."""
    found = Person.from_data(id, {"name": id.title(), **fields})
    assert isinstance(found, Person)
    return found


def people(*found: Person) -> dict[str, Person]:
    """By id."""
    return {each.id: each for each in found}


def team(id: str, *members: str, **fields: Any) -> Team:
    """A team of `members`."""
    found = Team.from_data(id, {"members": members, **fields})
    assert isinstance(found, Team)
    return found


def service(id: str, owner: str = "payments", tier: int = 1) -> Service:
    """A service."""
    data = {"name": id, "owner": owner, "tier": tier, "type": "api", "lifecycle": "production"}
    found = Service.from_data(id, data)
    assert isinstance(found, Service)
    return found


def action(allow: str = "true") -> Action:
    """An action with one step."""
    steps = [{"id": "go", "uses": "aws.grant_access"}]
    data = {"category": "access", "policy": "rule", "steps": steps, "allow": allow}
    found = Action.from_data("access", data)
    assert isinstance(found, Action)
    return found


def tier(*approvers: Approvers, **fields: Any) -> PolicyTier:
    """A tier that holds always, where `fields` do not say otherwise."""
    return PolicyTier(**{"name": "always", "approvers": approvers, **fields})


def policy(*tiers: PolicyTier, **fields: Any) -> Policy:
    """A policy of `tiers`."""
    return Policy(id="rule", tiers=tiers, **fields)


def glass(**fields: Any) -> BreakGlass:
    """Break-glass for commanders, from SEV2 on."""
    return BreakGlass(
        **{
            "roles": ("commander",),
            "severity": "SEV2",
            "duration": HOUR,
            "review_within": 24 * HOUR,
            **fields,
        }
    )


def ulid(at: datetime, salt: int = 0) -> str:
    """The id of a request that was made at `at`."""
    raw = int(at.timestamp() * 1000).to_bytes(6, "big") + salt.to_bytes(10, "big")
    return f"req-{str(ULID(raw)).lower()}"


def request(**fields: Any) -> Request:
    """Ada asks for access to checkout, at T0, for a day."""
    at = fields.get("requested_at", T0)
    id = fields.pop("id", None) or ulid(at)
    whole = {
        "action": "access",
        "target": "checkout",
        "reason": "The queue is stuck",
        "requester": "ada",
        "requested_at": at,
        "not_after": at + 24 * HOUR,
    }
    return Request(id=id, **{**whole, **fields})


def vote(who: str, verdict: Any = "approve", at: datetime = T0 + MINUTE, **fields: Any) -> Vote:
    """What somebody said, of these bytes."""
    return Vote(**{"id": f"{who}-1", "person": who, "verdict": verdict, "at": at, "digest": BYTES, **fields})


PEOPLE = people(
    person("ada"),
    person("bo"),
    person("cy"),
    person("di", roles=["leader"]),
    person("eve", roles=["commander"]),
    person("flo", roles=["platform"]),
    person("gus"),
)
TEAMS = {each.id: each for each in (team("payments", "ada", "bo", "cy"), team("platform", "flo", "gus"))}
OWNER = Approvers(capacity="target-owner")
PLATFORM = Approvers(capacity="role", role="platform")
ON_CALL = Approvers(capacity="target-on-call")
COMMANDER = Approvers(capacity="incident-commander")
MANAGER = Approvers(capacity="requester-manager")
TWO = policy(tier(OWNER, PLATFORM), override=("leader",), break_glass=glass())
"""An owner and somebody of the platform; a leader may override, a commander may break the glass."""
INCIDENT = OpenIncident(
    "inc-20260310-abcd", "SEV2", "identified", ("checkout",), (Span("eve", T0 - HOUR, T0 + 12 * HOUR),)
)


def rules(by: Policy | None = TWO, **fields: Any) -> Rules:
    """What a catalog says."""
    whole = {
        "action": action(),
        "policy": by,
        "people": PEOPLE,
        "teams": TEAMS,
        "target": service("checkout"),
    }
    return Rules(**{**whole, **fields})


def question(by: Rules | None = None, **fields: Any) -> Question:
    """May ada have access? One catalog `by` for base, settled and current, where `fields` do not say otherwise."""
    same = by or rules()
    whole: dict[str, Any] = {
        "request": request(),
        "digest": BYTES,
        "base": same,
        "settled": same,
        "current": same,
        "votes": (vote("bo"), vote("flo")),
        "merged_at": T0 + 2 * MINUTE,
    }
    return Question(**{**whole, **fields})


def glass_question(by: Rules | None = None, **fields: Any) -> Question:
    """Eve breaks the glass during an incident on checkout, and nobody approves."""
    asked = request(requester="eve", incident=INCIDENT.id, break_glass=True)
    whole: dict[str, Any] = {
        "request": asked,
        "votes": (),
        "merged_at": None,
        "needs_merge": False,
        "incident": INCIDENT,
    }
    return question(by, **{**whole, **fields})


def changed(asked: Question, **fields: Any) -> Question:
    """`asked`, with its request changed."""
    return replace(asked, request=asked.request.model_copy(update=fields))
