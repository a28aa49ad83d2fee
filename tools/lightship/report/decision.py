"""Requests and decisions for people and programs: who satisfies what, who still could, what expires when. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from lightship.actions.question import Decision
from lightship.catalog.kinds.request import Request
from lightship.plain import span, visible


def as_json(decision: Decision) -> dict[str, Any]:
    """`{"allowed", "requirements", "reasons", "expires_at"}`, as `lightship decide --format json` prints it."""
    return {
        "allowed": decision.allowed,
        "requirements": [
            {
                "id": each.id,
                "needed": each.needed,
                "satisfied_by": [
                    {"person": held.person, "capacity": held.capacity} for held in each.satisfied_by
                ],
                "could_satisfy": list(each.could_satisfy),
            }
            for each in decision.requirements
        ],
        "reasons": list(decision.reasons),
        "expires_at": stamp(decision.expires_at),
    }


def stamp(moment: datetime | None) -> str | None:
    """`moment` in UTC to the second, or None."""
    return None if moment is None else f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def text(id: str, decision: Decision, now: datetime) -> str:
    """The decision in lines: the verdict, each requirement, the reasons, and until when it holds."""
    how = f" ({decision.how})" if decision.how not in ("none", "quorum") else ""
    tier = f", by '{visible(decision.tier)}'" if decision.tier else ""
    lines = [f"{id}  {decision.state}{how}{tier}"]
    for each in decision.requirements:
        mark = "+" if each.is_met else "-"
        lines.append(f"  {mark} {visible(each.id)}: {len(each.satisfied_by)} of {each.needed}")
        lines += [f"      {visible(held.person)}, as {visible(held.capacity)}" for held in each.satisfied_by]
        if not each.is_met:
            lines.append(f"      who could: {', '.join(each.could_satisfy[:8]) or 'nobody'}")
    lines += [f"  ! {visible(reason)}" for reason in decision.reasons]
    if decision.expires_at is not None:
        left = span(decision.expires_at - now)
        lines.append(f"  until {decision.expires_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC, {left} from now")
    if decision.review_due is not None:
        lines.append(f"  to be reviewed by {decision.review_due.astimezone(UTC):%Y-%m-%d %H:%M} UTC")
    return "\n".join(lines) + "\n"


def table(rows: Iterable[tuple[str, str, Request | None]], now: datetime) -> str:
    """A line a request: id, state, how long ago it was asked for, by whom, action, target, why."""
    cells = [_row(id, state, request, now) for id, state, request in rows]
    widths = [max(len(row[at]) for row in cells) for at in range(len(cells[0]) - 1)] if cells else []
    return "".join(f"{'  '.join((*map(str.ljust, row, widths), row[-1])).rstrip()}\n" for row in cells)


def _row(id: str, state: str, request: Request | None, now: datetime) -> tuple[str, ...]:
    if request is None:
        return (id, state, "-", "-", "-", "-", "it cannot be read")
    ago = f"{span(now - request.requested_at)} ago"
    why = visible(request.reason)
    return (id, state, ago, request.requester, request.action, request.target or "-", why)


def _facts(request: Request) -> Iterator[tuple[str, str]]:
    """Name and value of each thing that it says."""
    yield "action", request.action
    if request.target:
        yield "target", request.target
    for name, value in request.inputs.items():
        yield f"  {name}", str(value)
    yield "requester", request.requester
    if request.for_:
        yield "for", request.for_
    if request.incident:
        yield "incident", request.incident
    yield "reason", request.reason
    yield "asked", stamp(request.requested_at) or ""
    yield "void from", stamp(request.not_after) or ""
    if request.break_glass:
        yield "break-glass", "yes"


def request_lines(request: Request) -> Iterator[str]:
    """What a request says, one below the other."""
    said = tuple(_facts(request))
    width = max(len(name) for name, _ in said)
    for name, value in said:
        yield f"  {name:<{width}} {visible(value)}"


def shown(request: Request) -> Mapping[str, Any]:
    """What a request says, as JSON."""
    return request.model_dump(mode="json", by_alias=True)
