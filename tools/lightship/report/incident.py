"""Incidents for people: the table of many, one whole, its timeline, and what to type next. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from lightship.catalog.settings import Settings
from lightship.incidents.incident import Incident, Moved
from lightship.plain import span, visible
from lightship.report.markdown import text

_WIDEST = {"services": 28}
Related = Mapping[str, Sequence[str]]  # 'duplicates' and 'parts' of an incident, by id


def table(incidents: Iterable[Incident], now: datetime) -> str:
    """A line an incident: id, severity, state, how long ago it was declared, commander, services, title."""
    rows = [_row(incident, now) for incident in incidents]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]) - 1)] if rows else []
    lines = ("  ".join((*map(str.ljust, row, widths), row[-1])).rstrip() for row in rows)
    return "".join(f"{line}\n" for line in lines)


def _row(incident: Incident, now: datetime) -> tuple[str, ...]:
    hit = ", ".join(incident.services or incident.labels)
    services = hit if len(hit) <= _WIDEST["services"] else f"{hit[: _WIDEST['services'] - 1]}…"
    return (
        incident.id,
        incident.severity,
        incident.state,
        f"{span(now - incident.declared_at)} ago",
        incident.holder("commander") or "-",
        visible(services) or "-",
        ("[drill] " if incident.drill else "") + visible(incident.title),
    )


def one(incident: Incident, related: Related, timeline: bool) -> str:
    """An incident as it stands; with `timeline`, everything that was told, in the order of its telling."""
    lines = [
        f"{incident.id}  {incident.severity}  {incident.state}  {visible(incident.title)}",
        *(f"  {name:<12} {visible(value)}" for name, value in _facts(incident, related) if value),
        "",
        *(f"  {name:<16} {said}" for name, said in _milestones(incident)),
    ]
    for flag in incident.flags:
        lines.append(f"  ! {visible(flag)}")
    told = incident.timeline if timeline else incident.updates[-3:]
    if told:
        lines += ["", *(f"  {line}" for moved in told for line in _told(moved))]
    if len(told) < len(incident.timeline):
        lines.append(
            f"  … `lightship incident show {incident.id} --timeline` shows all {len(incident.timeline)}"
        )
    return "\n".join(lines) + "\n"


def markdown(incident: Incident, related: Related, timeline: bool) -> str:
    """The same as Markdown, every word of it inert."""
    facts = [f"- **{name}**: {_inert(value)}" for name, value in _facts(incident, related) if value]
    stones = [f"| {name} | {_inert(said)} |" for name, said in _milestones(incident)]
    told = incident.timeline if timeline else incident.updates[-3:]
    lines = [
        f"## {_inert(incident.title)}",
        "",
        f"`{incident.id}` · {incident.severity} · {incident.state}",
        "",
        *facts,
        "",
        "| milestone | when |",
        "|---|---|",
        *stones,
        "",
        *(f"- **Flag**: {_inert(flag)}" for flag in incident.flags),
        *("- " + " ".join(map(_inert, _told(moved))) for moved in told),
    ]
    return "\n".join(lines).rstrip() + "\n"


def steps(incident: Incident, settings: Settings) -> tuple[str, ...]:
    """The commands that most likely come next, three at the most."""
    verb = f"lightship incident {{}} {incident.id}".format
    lead = verb("update") + " --role commander=PERSON"
    rule = settings.severities.of(incident.severity)
    if incident.state == "declared":
        news = verb("update") + ' "what is known" --status identified'
        second = lead if rule.commander and not incident.holder("commander") else news
        found = [verb("ack"), second, _brief(incident)]
    elif incident.state in ("investigating", "identified"):
        found = [verb("update") + ' "what is known"', verb("mitigate") + ' "what eased it"', _brief(incident)]
    elif incident.state == "mitigated":
        found = [verb("resolve") + ' "what fixed it"', verb("reopen") + " --reason WHY"]
    elif incident.state == "resolved":
        draft = [f"lightship postmortem draft {incident.id}"] if rule.postmortem_days else []
        found = [*draft, verb("follow-up") + ' "what is left to do"', verb("close") + " --reason WHY"]
    else:
        found = [verb("show")]
    return tuple(found[:3])


def first_minutes(brief: Mapping[str, Any]) -> Iterator[str]:
    """Who is on call, and the three changes that are suspected most."""
    for row in brief.get("on_call", ())[:3]:
        until = f", until {row['until'][:16].replace('T', ' ')} UTC" if row.get("until") else ""
        who = f"{row['name'] or row['person']}{until}" if row.get("person") else "nobody is known to be"
        phone = f" · {row['phone']}" if row.get("phone") else ""
        yield f"on call  {visible(who)}{phone} ({row['schedule']})"
    owner = brief.get("owner")
    if owner and not brief.get("on_call"):
        lead = ", ".join(filter(None, (f"lead {owner['lead']}" if owner["lead"] else "", owner["slack"])))
        yield f"on call  no schedule says; {visible(owner['name'])} answers for it{f' ({visible(lead)})' if lead else ''}"
    for number, row in enumerate(brief.get("changes", ())[:3], 1):
        yield f"{'suspect' if number == 1 else '':<8} {number}. {visible(row['title'])}: {visible(row['reason'])}"


def _brief(incident: Incident) -> str:
    return f"lightship brief {incident.id}"


def _facts(incident: Incident, related: Related) -> Iterator[tuple[str, str]]:
    by = incident.declared_by + ("" if incident.verified else " (unverified)")
    yield "kind", ", ".join(filter(None, (incident.type, "drill: never counted" if incident.drill else "")))
    yield "services", ", ".join(incident.services)
    yield "labels", ", ".join(incident.labels)
    yield "symptom", incident.symptom
    yield "declared by", by
    roles = ((held.role, held.person) for held in incident.roles if held.until is None)
    yield "roles", ", ".join(f"{role}: {person}" for role, person in roles)
    yield "bridge", incident.bridge
    yield "channel", incident.channel
    yield "suspects", ", ".join(incident.suspects)
    yield "cause", incident.cause
    yield "fix", incident.fix
    yield "duplicate of", incident.duplicate_of
    yield "merged into", incident.merged_into
    yield "duplicates", ", ".join(related.get("duplicates", ()))
    yield "merged here", ", ".join(related.get("parts", ()))
    yield "closed", incident.closed_reason
    left = (
        f"{each.id} ({each.state}{f', due {each.due}' if each.due else ''}): {each.title}"
        for each in incident.follow_ups
    )
    yield "follow-ups", "; ".join(left)


def _milestones(incident: Incident) -> Iterator[tuple[str, str]]:
    for name, stone in sorted(incident.milestones.items(), key=lambda item: item[1].at):
        late = stone.recorded_at - stone.at
        told = f", recorded {clock(stone.recorded_at)}" if late.total_seconds() >= 60 else ""
        why = f": {visible(stone.reason)}" if stone.reason else ""
        how = f" ({stone.source} by {visible(stone.by)}{told}{why})"
        yield name.replace("_", " "), clock(stone.at) + how


def _told(moved: Moved) -> list[str]:
    who = moved.by + ("" if moved.verified else " (unverified)")
    late = (moved.recorded_at - moved.at).total_seconds() >= 60
    marks = [*moved.changes, *(["public"] if moved.public else [])]
    marks += [f"recorded {clock(moved.recorded_at)}"] if late else []
    head = f"{clock(moved.at)}  {visible(who)}  {moved.what}" + (
        f"  [{'; '.join(map(visible, marks))}]" if marks else ""
    )
    return [head, *(f"    {visible(line)}" for line in moved.text.splitlines())]


def clock(moment: datetime) -> str:
    """A moment in UTC, to the minute."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _inert(said: str) -> str:
    return text(visible(said))
