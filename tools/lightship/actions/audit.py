"""What an auditor gets: everything that was asked, decided and done in a span, and the proof that nothing was taken out. Pure."""

from __future__ import annotations

import csv as writing
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from lightship.actions.standing import Event, Standing
from lightship.journal.entry import stamp

COLUMNS = ("at", "request", "what", "who", "outcome", "detail", "kind", "entry")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def events(
    standings: Iterable[Standing], start: datetime | None = None, end: datetime | None = None
) -> tuple[Event, ...]:
    """Everything that happened to requests in [start, end), in order."""
    found = [
        event
        for standing in standings
        for event in standing.events
        if (start is None or event.at >= start) and (end is None or event.at < end)
    ]
    return tuple(sorted(found, key=lambda each: (each.at, each.id, each.request)))


def csv(those: Iterable[Event]) -> str:
    """As CSV with CRLF (RFC 4180). No cell is a formula: one that begins like one gets an apostrophe before it."""
    told = io.StringIO()
    writer = writing.writer(told, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for each in those:
        row = (
            stamp(each.at),
            each.request,
            each.what,
            each.who,
            each.outcome,
            each.detail,
            each.kind,
            each.id,
        )
        writer.writerow([plain(cell) for cell in row])
    return told.getvalue()


def plain(cell: str) -> str:
    """`cell` as no spreadsheet takes it for a formula, whatever white space stands before."""
    return f"'{cell}" if cell.startswith(_FORMULA) or cell.lstrip().startswith(_FORMULA) else cell


def pack(
    standings: Mapping[str, Standing],
    start: datetime,
    end: datetime,
    proof: Mapping[str, Any],
    as_of: datetime,
) -> dict[str, Any]:
    """The whole as JSON-able data: requests that anything happened to in [start, end), and the `proof` of the journal."""
    happened = events(standings.values(), start, end)
    touched = dict.fromkeys(event.request for event in happened)
    those = [standings[id] for id in sorted(touched)]
    return {
        "from": stamp(start),
        "to": stamp(end),
        "as_of": stamp(as_of),
        "journal": dict(proof),
        "counts": _counts(those),
        "requests": [_request(each) for each in those],
        "overrides": [each.id for each in those if each.decided.get("how") == "override"],
        "break_glass": [_glass(each) for each in those if each.is_glass],
        "events": [_event(event) for event in happened],
    }


def _counts(those: Sequence[Standing]) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in those:
        found[each.state] = found.get(each.state, 0) + 1
    return dict(sorted(found.items()))


def _request(each: Standing) -> dict[str, Any]:
    return {
        "id": each.id,
        "state": each.state,
        "request": each.request.model_dump(mode="json", by_alias=True) if each.request else None,
        "decision": dict(each.decided) or None,
        "merged_at": stamp(each.merged_at) if each.merged_at else None,
        "receipts": [
            {"step": f"{step}/undo" if undo else step, "state": act.state, "uses": act.intent.get("uses"), "run": act.run,
             "refs": dict(act.refs), "detail": act.detail,
             "expires_at": stamp(act.expires_at) if act.expires_at else None}
            for acts, undo in ((each.course.steps, False), (each.course.undone, True))
            for step, act in acts.items()
        ],
    }  # fmt: skip


def _glass(each: Standing) -> dict[str, Any]:
    return {
        "request": each.id,
        "by": each.request.requester if each.request else None,
        "incident": each.request.incident if each.request else None,
        "used": each.course.has_begun,
        "review_due": stamp(each.review_due) if each.review_due else None,
        "reviewed": _event(each.review) if each.review else None,
    }


def _event(each: Event) -> dict[str, str]:
    told = (stamp(each.at), each.request, each.what, each.who, each.outcome, each.detail, each.kind, each.id)
    return dict(zip(COLUMNS, told, strict=True))
