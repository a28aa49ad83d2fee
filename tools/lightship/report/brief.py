"""A brief for a terminal: one screen of at most 100 columns, what matters most at the top."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from lightship.plain import plural, relative, visible

WIDTH = 100
_LABEL = 11
_ROWS = {"suspects": 4, "runbooks": 3, "similar": 3, "experts": 3, "alerts": 3, "open": 3, "unknown": 3}
_NAMES = 6

Row = Mapping[str, Any]


def render(brief: Row) -> str:
    """The text. `brief` is the mapping of `lightship.incidents.brief`."""
    now = datetime.fromisoformat(brief["as_of"])
    lines = [*_head(brief, now), *_parts(brief, now)]
    return "".join(f"{visible(line.rstrip())}\n" for line in lines)


def _head(brief: Row, now: datetime) -> Iterator[str]:
    subject = brief["subject"]
    if subject["kind"] == "incident":
        drill = "DRILL " if subject["drill"] else ""
        yield _cut(f"{drill}{subject['severity']} {subject['title']}", WIDTH)
        hit = ", ".join(brief["services"]) or "no service named"
        began = relative(datetime.fromisoformat(subject["began_at"]), now)
        yield _cut(f"{subject['id']}, {subject['state']}, began {began}, hits {hit}", WIDTH)
    else:
        tier = f", tier {subject['tier']}" if subject["tier"] else ""
        yield _cut(f"{subject['title']} ({subject['id']}{tier}, {subject['lifecycle']})", WIDTH)
    yield ""


def _parts(brief: Row, now: datetime) -> Iterator[str]:
    yield from _listed("on call", brief["on_call"], _on_call, 4)
    yield from _listed("frozen", brief["frozen"], _frozen, 3)
    yield from _listed("maintenance", brief["maintenance"], _maintenance, 3)
    yield from _listed("suspects", brief["changes"], _suspect, _ROWS["suspects"])
    yield from _listed("runbooks", brief["runbooks"], _runbook, _ROWS["runbooks"])
    yield from _listed("open now", brief["open_incidents"], _incident, _ROWS["open"])
    yield from _listed("alerts", brief["alerts"], lambda row: _alert(row, now), _ROWS["alerts"])
    yield from _listed("similar", brief["similar"], lambda row: _similar(row, now), _ROWS["similar"])
    yield from _listed(
        "experts", brief["experts"], lambda row: f"{row['name']}: {row['reason']}", _ROWS["experts"]
    )
    yield from _one("owner", _owner(brief["owner"]))
    yield from _one("needed by", _ties(brief["blast_radius"]["downstream"]))
    yield from _one("needs", _ties(brief["blast_radius"]["upstream"]))
    yield from _one("features", _names(brief["features"]))
    yield from _one("customers", _names(brief["customers"]))
    yield from _one("SLOs", _names(brief["slos"]))
    yield from _one("initiatives", _names(brief["initiatives"]))
    yield from _one("links", "  ".join(row["url"] for row in brief["links"][:2]))
    yield from _listed("unknown", brief["unknown"], str, _ROWS["unknown"], 3)


def _one(label: str, text: str) -> Iterator[str]:
    if text:
        yield from _row(label, text)


def _listed(
    label: str, rows: Sequence[Any], line: Callable[[Any], str], most: int, lines: int = 2
) -> Iterator[str]:
    for number, row in enumerate(rows[:most]):
        yield from _row(label if number == 0 else "", line(row), lines)
    if len(rows) > most:
        yield from _row("", f"and {len(rows) - most} more")


def _row(label: str, text: str, most: int = 2) -> Iterator[str]:
    """A text of at most so many lines beside its label."""
    lines = textwrap.wrap(text, WIDTH - _LABEL - 1, break_on_hyphens=False) or [""]
    if len(lines) > most:
        lines = [*lines[: most - 1], _cut(" ".join(lines[most - 1 :]), WIDTH - _LABEL - 1)]
    for number, each in enumerate(lines):
        yield f"{label if number == 0 else '':<{_LABEL}} {each}"


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1].rstrip()}…"


def _on_call(row: Row) -> str:
    who = row["name"] or "nobody"
    if not row["known"]:
        return f"not known for {row['service']} ({row['schedule']})"
    phone = f" {row['phone']}" if row["phone"] else ""
    until = f", until {_clock(row['until'])}" if row["until"] else ""
    then = f", then {row['then']}" if row["then"] else ""
    source = f", says {row['source']}" if row["source"] != "rotations" else ""
    return f"{who}{phone} for {row['service']}{until}{then}{source}"


def _frozen(row: Row) -> str:
    until = f"until {_clock(row['until'])}" if row["until"] else "until it is unlocked"
    return f"{row['service']} {until}, by {row['name'] or 'nobody knows whom'}: {' '.join(row['reason'].split())}"


def _maintenance(row: Row) -> str:
    return f"{row['service']} since {_clock(row['start'])}, until {_clock(row['end'])}: {row['title']}"


def _owner(row: Row | None) -> str:
    if row is None:
        return ""
    parts = [
        row["name"],
        *([f"lead {row['lead']}"] if row["lead"] else []),
        *([row["slack"]] if row["slack"] else []),
    ]
    return ", ".join(parts)


def _incident(row: Row) -> str:
    where = f" ({', '.join(row['services'])})" if row["services"] else ""
    return f"{row['severity']} {row['title']}{where}, {row['state']}: {row['id']}"


def _alert(row: Row, now: datetime) -> str:
    return f"{row['name']} on {', '.join(row['services'])}, since {_age(row['at'], now)}"


def _suspect(row: Row) -> str:
    author = f", by {row['author']}" if row["author"] else ""
    return f"{row['score']:.2f} {row['title']}{author}: {row['reason']}"


def _runbook(row: Row) -> str:
    first = f". First: {row['first_step']}" if row["first_step"] else ""
    return f"{row['name']} ({row['id']}): {row['reason']}; {row['trust']}{first}"


def _similar(row: Row, now: datetime) -> str:
    fix = f"{row['fix'].rstrip('.')}. " if row["fix"] else ""
    state = "" if row["state"] in ("resolved", "closed") else f", {row['state']}"
    reason = f"{row['reason'][:1].upper()}{row['reason'][1:]}" if fix else row["reason"]
    return f"{row['title']} ({row['id']}, {_age(row['at'], now)} ago{state}): {fix}{reason}"


def _ties(rows: Sequence[Row]) -> str:
    """The critical ones by name, the others counted."""
    firm = [row["service"] for row in rows if row["critical"]]
    loose = len(rows) - len(firm)
    also = f"{loose} that can do without" if firm else f"{plural(loose, 'service')} that can do without"
    return ", ".join([*_few(firm), *([also] if loose else [])])


def _names(rows: Sequence[Row]) -> str:
    return ", ".join(_few([row["name"] for row in rows]))


def _few(names: Sequence[str]) -> list[str]:
    return [*names[:_NAMES], *([f"{len(names) - _NAMES} more"] if len(names) > _NAMES else [])]


def _age(text: str, now: datetime) -> str:
    return relative(datetime.fromisoformat(text), now).removesuffix(" ago")


def _clock(text: str) -> str:
    return f"{datetime.fromisoformat(text):%a %H:%M} UTC"
