"""A hand-over for a terminal, and as sections for whatever else shows it; rendered from `incidents.handover`'s mapping."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from lightship.plain import plural, relative, visible

_SHOWN = 12

Row = Mapping[str, Any]


class Section(NamedTuple):
    """A part of the hand-over: its rows are single lines of plain text; `none` is what is said where there are none."""

    title: str
    rows: tuple[str, ...]
    none: str


def render(told: Row) -> str:
    """The text. `told` is the mapping of `lightship.incidents.handover`."""
    lines = [*head(told), ""]
    for section in sections(told):
        lines.append(f"{section.title}: {section.none}" if not section.rows else f"{section.title}:")
        lines += (f"  {row}" for row in section.rows[:_SHOWN])
        if len(section.rows) > _SHOWN:
            lines.append(f"  and {len(section.rows) - _SHOWN} more")
    return "".join(f"{visible(line)}\n" for line in lines)


def head(told: Row) -> Iterator[str]:
    """Who hands over what to whom and when, and whether it was accepted."""
    schedule, now = told["schedule"], datetime.fromisoformat(told["as_of"])
    yield f"{schedule['title']} ({schedule['id']})"
    if told["at"]:
        moment = datetime.fromisoformat(told["at"])
        yield f"{_who(told['from'])} to {_who(told['to'])}, {clock(told['at'], schedule['timezone'])}, {relative(moment, now)}"
    elif told["unknown"]:
        yield told["unknown"][0]
    if told["to"] and told["to"]["phone"]:
        yield f"call {told['to']['name']}: {told['to']['phone']}"
    accepted = told["accepted"]
    if accepted:
        note = f": {accepted['note']}" if accepted["note"] else ""
        yield f"accepted by {accepted['person']}, {clock(accepted['at'], schedule['timezone'])}{note}"
    elif told["to"]:
        yield f"not accepted yet; {told['to']['person']} does with `lightship handover {schedule['id']} --accept`"


def sections(told: Row) -> tuple[Section, ...]:
    """What is told, in the order of what matters most."""
    zone = told["schedule"]["timezone"]
    happened, ending = told["happened"], told["ending"]
    return (
        Section("Open now", tuple(map(_incident, told["open_incidents"])), "no incident is open"),
        Section(
            "Incidents of the shift",
            tuple(_past(row, zone) for row in happened["incidents"]),
            "none was declared",
        ),
        Section(
            "Alerts of the shift", tuple(_alert(row, zone) for row in happened["alerts"]), "none is recorded"
        ),
        Section(
            "Changes of the shift",
            tuple(_change(row, zone) for row in happened["changes"]),
            "none is recorded",
        ),
        Section("Planned", tuple(_change(row, zone) for row in told["planned"]), "no change is announced"),
        Section("Follow-ups due", tuple(map(_follow_up, told["follow_ups"])), "none falls due"),
        Section(
            "Ends soon",
            (*map(_grant, ending["grants"]), *map(_waiver, ending["waivers"])),
            "no grant and no waiver",
        ),
        Section(
            "Gaps ahead", tuple(_gap(row, zone) for row in told["gaps"]), "every promised hour is covered"
        ),
        *((Section("Not known", tuple(told["unknown"]), ""),) if told["unknown"] else ()),
    )


def clock(text: str, zone: str) -> str:
    """A stamp in the schedule's zone and in UTC: 'Mon 30 Nov 11:00 CET (10:00 UTC)'."""
    moment = datetime.fromisoformat(text)
    local = moment.astimezone(ZoneInfo(zone))
    utc = "" if local.utcoffset() == moment.utcoffset() else f" ({moment:%H:%M} UTC)"
    return f"{local:%a} {local.day} {local:%b %H:%M %Z}{utc}"


def _who(row: Row | None) -> str:
    return row["name"] if row else "nobody"


def _hit(row: Row) -> str:
    return f" ({', '.join(row['services'])})" if row["services"] else ""


def _incident(row: Row) -> str:
    drill = "DRILL " if row["drill"] else ""
    leads = f", led by {row['commander']}" if row["commander"] else ""
    last = f": {row['last']}" if row["last"] else ""
    return f"{drill}{row['severity']} {row['title']}{_hit(row)}, {row['state']}{leads}, {row['id']}{last}"


def _past(row: Row, zone: str) -> str:
    drill = "DRILL " if row["drill"] else ""
    fix = f"; fixed by: {row['fix']}" if row["fix"] else ""
    return f"{clock(row['at'], zone)} {drill}{row['severity']} {row['title']}{_hit(row)}, {row['state']}, {row['id']}{fix}"


def _alert(row: Row, zone: str) -> str:
    ended = "" if row["ended_at"] else ", still firing"
    return f"{clock(row['at'], zone)} {row['name']}{_hit(row)}{ended}"


def _change(row: Row, zone: str) -> str:
    author = f", by {row['author']}" if row["author"] else ""
    status = f", {row['status']}" if row["status"] not in ("succeeded", "planned") else ""
    return f"{clock(row['at'], zone)} {row['title']}{_hit(row)}{author}{status}"


def _follow_up(row: Row) -> str:
    owner = row["owner"] or "nobody"
    late = ", overdue" if row["overdue"] else ""
    return f"{row['due']} {row['title']}, {owner}{late}, {row['incident']}"


def _grant(row: Row) -> str:
    return f"{row['until']} {row['title']}"


def _waiver(row: Row) -> str:
    return f"{row['last_day']} is the last day of waiver {row['id']}: {row['rule']} of {row['service']}"


def _gap(row: Row, zone: str) -> str:
    named = f", though {row['person']} is named" if row["person"] else ""
    return f"nobody from {clock(row['start'], zone)} until {clock(row['end'], zone)}{named}"


def counted(told: Row) -> str:
    """In one line: '2 open incidents, 5 alerts, 3 follow-ups due'."""
    counts = (
        plural(len(told["open_incidents"]), "open incident"),
        plural(len(told["happened"]["alerts"]), "alert"),
        f"{plural(len(told['follow_ups']), 'follow-up')} due",
    )
    return ", ".join(counts)
