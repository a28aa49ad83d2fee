"""Who is on call, for a terminal; rendered from `oncall.answer`'s mappings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from lightship.plain import relative, visible
from lightship.report.handover import clock

_SHOWN = 5
_LOAD = ("who", "hours", "nights", "weekend h", "alerts", "incidents", "at night", "share", "h ahead")

Row = Mapping[str, Any]


def render(rows: Sequence[Row], only_next: bool = False) -> str:
    """Each schedule in a few lines, an empty line between."""
    blocks = (
        "".join(f"{visible(line)}\n" for line in (_next(row) if only_next else _whole(row))) for row in rows
    )
    return ("" if only_next else "\n").join(blocks)


def _next(row: Row) -> Iterator[str]:
    yield f"{row['schedule']}: {_who(row['next'], row) if row['next'] else _nobody(row)}"


def _nobody(row: Row) -> str:
    return row["why"] if not row["known"] else "nobody else is planned for the next six weeks"


def _whole(row: Row) -> Iterator[str]:
    service = f", for {row['service']}" if row["service"] else ""
    yield f"{row['title']} ({row['schedule']}{service})"
    yield f"  now    {_now(row)}"
    if row["known"]:
        yield f"  then   {_who(row['next'], row) if row['next'] else _nobody(row)}"
    for number, step in enumerate(row["escalation"]):
        yield f"  {'' if number else 'else':<6} after {step['after']} min {_step(step)}"
    yield from _wrong(row)
    if row["observed_at"]:
        yield f"  source {row['source']}, {relative(_moment(row['observed_at']), _moment(row['at']))}"
    yield from _loads(row.get("load", ()))


def _now(row: Row) -> str:
    if not row["known"]:
        return str(row["why"])
    if row["now"]:
        return _who(row["now"], row)
    return "nobody, and somebody should be" if row["promised"] else "nobody, as agreed"


def _who(turn: Row, row: Row) -> str:
    until = f"until {clock(turn['until'], row['timezone'])}" if turn["until"] else "with no end in sight"
    since = f"from {clock(turn['since'], row['timezone'])} " if turn["since"] > row["at"] else ""
    return f"{_named(turn)}, {since}{until}"


def _named(person: Row) -> str:
    ways = [way for way in (person["phone"], person["slack"]) if way] or [person["email"]]
    return ", ".join(filter(None, (person["name"], *ways)))


def _step(step: Row) -> str:
    what = {"schedule": f" (on call by {step['id']})", "team": f" (leads {step['id']})"}.get(step["kind"], "")
    return f"{_named(step) or 'nobody'}{what}"


def _wrong(row: Row) -> Iterator[str]:
    def span(each: Row) -> str:
        return f"{clock(each['start'], row['timezone'])} until {clock(each['end'], row['timezone'])}"

    yield from _few("gap", [f"nobody {span(each)}" for each in row["gaps"]])
    yield from _few("double", [f"{' and '.join(each['people'])}, {span(each)}" for each in row["doubles"]])
    yield from _few(
        "clash",
        [
            f"{each['person']} also for {', '.join(each['schedules'])}, {span(each)}"
            for each in row["clashes"]
        ],
    )


def _few(label: str, lines: Sequence[str]) -> Iterator[str]:
    for number, line in enumerate(lines[:_SHOWN]):
        yield f"  {'' if number else label:<6} {line}"
    if len(lines) > _SHOWN:
        yield f"         and {len(lines) - _SHOWN} more"


def _loads(rows: Sequence[Row]) -> Iterator[str]:
    if not rows:
        return
    table = [_LOAD, *map(_load, rows)]
    widths = [max(len(line[column]) for line in table) for column in range(len(_LOAD))]
    yield "  the last twelve weeks, and hours of the next six"
    for line in table:
        cells = (text.rjust(width) for text, width in zip(line[1:], widths[1:], strict=True))
        yield f"    {line[0].ljust(widths[0])}  {'  '.join(cells)}"


def _load(row: Row) -> tuple[str, ...]:
    return (
        row["name"],
        f"{row['hours']:.0f}",
        str(row["nights"]),
        f"{row['weekend_hours']:.0f}",
        str(row["alerts"]),
        str(row["incidents"]),
        str(row["pages_at_night"]),
        f"{row['share']:.2f}",
        f"{row['hours_ahead']:.0f}",
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
