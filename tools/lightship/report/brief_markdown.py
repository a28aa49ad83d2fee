"""A brief as Markdown for a chat or a ticket: what matters most at the top, what others wrote kept as text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from lightship.plain import relative, visible

_MOST = 5
_MARKS = re.compile(r"([\\`*_\[\]<>#|~@!])")

Row = Mapping[str, Any]


def render(brief: Row) -> str:
    """The document. `brief` is the mapping of `lightship.incidents.brief`."""
    now = datetime.fromisoformat(brief["as_of"])
    return "\n".join((*_head(brief, now), *_parts(brief, now))).rstrip() + "\n"


def _head(brief: Row, now: datetime) -> Iterator[str]:
    subject = brief["subject"]
    if subject["kind"] == "incident":
        drill = "DRILL " if subject["drill"] else ""
        yield f"**{drill}{subject['severity']} {_plain(subject['title'])}**"
        hit = ", ".join(f"`{id}`" for id in brief["services"]) or "no service named"
        began = relative(datetime.fromisoformat(subject["began_at"]), now)
        yield f"`{subject['id']}`, {subject['state']}, began {began}, hits {hit}"
    else:
        yield f"**{_plain(subject['title'])}** (`{subject['id']}`)"
    yield ""


def _parts(brief: Row, now: datetime) -> Iterator[str]:
    def age(row: Row) -> str:
        return relative(datetime.fromisoformat(row["at"]), now)

    yield from _listed("On call", brief["on_call"], _on_call)
    yield from _listed("Frozen", brief["frozen"], _frozen)
    yield from _listed("In maintenance", brief["maintenance"], _maintenance)
    yield from _listed("Open now", brief["open_incidents"], _incident)
    yield from _listed(
        "Alerts", brief["alerts"], lambda row: f"{_linked(row['name'], row['url'])}, {age(row)}"
    )
    yield from _listed("Suspects", brief["changes"], _suspect)
    yield from _listed("Runbooks", brief["runbooks"], _runbook)
    yield from _listed("Similar", brief["similar"], lambda row: _similar(row, age(row)))
    yield from _listed(
        "Experts", brief["experts"], lambda row: f"{_plain(row['name'])}: {_plain(row['reason'])}"
    )
    yield from _listed("Hit", _hit(brief), str)
    yield from _listed("Links", brief["links"], lambda row: _linked(row["title"], row["url"]))
    yield from _listed("Not known", brief["unknown"], _told)


def _listed(title: str, rows: Sequence[Any], line: Callable[[Any], str]) -> Iterator[str]:
    if not rows:
        return
    yield f"**{title}**"
    yield ""
    for row in rows[:_MOST]:
        yield f"- {line(row)}"
    if len(rows) > _MOST:
        yield f"- and {len(rows) - _MOST} more"
    yield ""


def _on_call(row: Row) -> str:
    who = _plain(row["name"] or "nobody") if row["known"] else "not known"
    phone = f", {row['phone']}" if row["phone"] else ""
    return f"{who} for `{row['service']}`{phone}"


def _frozen(row: Row) -> str:
    until = f"until {_clock(row['until'])}" if row["until"] else "until it is unlocked"
    by = f", by {_plain(row['name'])}" if row["name"] else ""
    return f"`{row['service']}` {until}{by}: {_plain(row['reason'])}"


def _maintenance(row: Row) -> str:
    return f"`{row['service']}` until {_clock(row['end'])}: {_plain(row['title'])}"


def _incident(row: Row) -> str:
    return f"{row['severity']} {_plain(row['title'])}, {row['state']}: `{row['id']}`"


def _suspect(row: Row) -> str:
    author = f", by {_plain(row['author'])}" if row["author"] else ""
    return f"{row['score']:.2f} {_linked(row['title'], row['url'])}{author}: {_plain(row['reason'])}"


def _runbook(row: Row) -> str:
    first = f" First: {_plain(row['first_step'])}" if row["first_step"] else ""
    return f"{_plain(row['name'])} (`{row['id']}`): {_plain(row['reason'])}; {_plain(row['trust'])}.{first}"


def _similar(row: Row, age: str) -> str:
    fix = f" Fixed by: {_plain(row['fix'])}" if row["fix"] else ""
    return f"{_plain(row['title'])} (`{row['id']}`, {age}): {_plain(row['reason'])}.{fix}"


def _hit(brief: Row) -> list[str]:
    needing = [f"`{row['service']}`" for row in brief["blast_radius"]["downstream"] if row["critical"]]
    parts = [("services", needing)]
    parts += [(part, [_plain(row["name"]) for row in brief[part]]) for part in ("features", "customers")]
    parts.append(("SLOs", [_plain(row["name"]) for row in brief["slos"]]))
    return [f"{name}: {', '.join(names[:8])}" for name, names in parts if names]


def _linked(text: str, url: str | None) -> str:
    return f"[{_plain(text)}](<{url}>)" if url else _plain(text)


def _clock(text: str) -> str:
    return f"{datetime.fromisoformat(text):%a %H:%M} UTC"


def _told(text: str) -> str:
    """One of our own sentences: what stands between backticks stays a command."""
    parts = text.split("`")
    return "".join(f"`{part}`" if at % 2 else _MARKS.sub(r"\\\1", part) for at, part in enumerate(parts))


def _plain(text: str) -> str:
    """What others wrote, in one line, with nothing of it markup."""
    return _MARKS.sub(r"\\\1", visible(" ".join(text.split())))
