"""The rehearsal's holes: for a terminal, a step summary, lines of a pull request, and programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from lightship.actions.holes import TITLES, Hole
from lightship.finding import Finding, Severity
from lightship.plain import plural, visible
from lightship.report.markdown import text as inert

Span = tuple[datetime, datetime]
_SHOWN = 3  # spans of a hole


def render(holes: Sequence[Hole]) -> str:
    """A block a service: what is missing, why, when, and the way out."""
    lines: list[str] = []
    for service in dict.fromkeys(hole.service for hole in holes):
        lines.append(service)
        for hole in (each for each in holes if each.service == service):
            lines.append(f"  {what(hole)}: {hole.why}")
            lines.append(f"    when  {when(hole)}")
            lines.append(f"    close {hole.fix}")
    return "".join(f"{visible(line)}\n" for line in lines)


def markdown(holes: Sequence[Hole], services: int, weeks: int, new: bool) -> str:
    """As a table. `new`: only what a pull request opens."""
    word = "new hole" if new else "hole"
    if not holes:
        return f"**No {word}** in the {weeks} weeks ahead of {plural(services, 'tier-1 service')}.\n"
    rows = [
        f"| {inert(hole.service)} | {inert(what(hole))}: {inert(hole.why)} | {inert(when(hole))} | {inert(hole.fix)} |"
        for hole in holes
    ]
    head = [
        "| Service | What an incident would not find | When | What closes it |",
        "| --- | --- | --- | --- |",
    ]
    return "\n".join((f"### {plural(len(holes), word)} in the rehearsal", "", *head, *rows)) + "\n"


def findings(holes: Sequence[Hole]) -> tuple[Finding, ...]:
    """As warnings at the services' files."""
    return tuple(
        Finding(
            f"rehearsal-{hole.what}",
            Severity.WARNING,
            f"catalog/services/{hole.service}.yaml",
            f"{what(hole)}: {hole.why} ({when(hole)})",
            hole.fix,
        )
        for hole in holes
    )


def as_json(holes: Sequence[Hole], services: Sequence[str], start: datetime, end: datetime, new: bool) -> str:
    """Every span of every hole. `new`: only those that a change opens."""
    told = {
        "from": _stamp(start),
        "to": _stamp(end),
        "services": list(services),
        "new_only": new,
        "holes": [
            {
                "service": hole.service,
                "what": hole.what,
                "why": hole.why,
                "fix": hole.fix,
                "actions": list(hole.subjects),
                "hours": round(hole.hours, 2),
                "spans": [{"start": _stamp(since), "end": _stamp(until)} for since, until in hole.spans],
            }
            for hole in holes
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def what(hole: Hole) -> str:
    """'nobody else may approve restart-service, sync-application'."""
    return " ".join((TITLES[hole.what], ", ".join(hole.subjects))).strip()


def when(hole: Hole) -> str:
    """The first times, how many more there are, and how long all of them are."""
    told = [_span(span) for span in hole.spans[:_SHOWN]]
    if more := len(hole.spans) - _SHOWN:
        told += [f"and {more} more"] if more > 0 else []
    return (
        f"{', '.join(told)} ({hole.hours:g} h)"
        if hole.hours < 10
        else f"{', '.join(told)} ({round(hole.hours)} h)"
    )


def _span(span: Span) -> str:
    start, end = (each.astimezone(UTC) for each in span)
    same = start.date() == end.date()
    return f"{start:%a} {start.day} {start:%b %H:%M} to {'' if same else f'{end:%a} {end.day} {end:%b} '}{end:%H:%M} UTC"


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def summary(holes: Sequence[Hole], services: int, weeks: int, new: bool) -> Iterator[str]:
    """What was looked at, and what came of it."""
    span = f"{plural(services, 'tier-1 service')}, {plural(weeks, 'week')} ahead"
    found = plural(len(holes), "new hole" if new else "hole") if holes else f"no {'new ' if new else ''}hole"
    yield f"{span}: {found}"
    if not services:
        yield "only services of tier 1 are rehearsed: `tier: 1` in catalog/services/ marks them"
