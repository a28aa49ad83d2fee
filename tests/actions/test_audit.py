"""How requests stand by the journal, and what an auditor gets: complete, in order, and safe to open."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lightship.actions import audit
from lightship.actions.standing import open_first, standings
from lightship.catalog.kinds.request import Request
from lightship.journal.entry import Actor, Entry, new_id

T = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ONE, TWO = "req-01kjpmvy00aaaaaaaaaaaaaaaa", "req-01kjpmvy00bbbbbbbbbbbbbbbb"
ADA, BOT = Actor("Ada Example", "ada", True), Actor("lightship", "", False, "workflow")
DECISION = {
    "allowed": True,
    "state": "allowed",
    "how": "override",
    "tier": "All",
    "reasons": [],
    "requirements": [{"id": "target-owner", "needed": 1, "satisfied_by": []}],
    "expires_at": None,
    "review_due": None,
}


def entry(minutes: int, kind: str, subject: str, data: dict[str, Any], by: Actor = BOT) -> Entry:
    at = T + minutes * MINUTE
    return Entry(new_id(at, bytes([minutes]) * 10), kind, subject, at, by, data)


def records(*entries: Entry) -> dict[str, tuple[Entry, ...]]:
    found: dict[str, tuple[Entry, ...]] = {}
    for each in entries:
        found[each.kind] = (*found.get(each.kind, ()), each)
    return found


def request(id: str, **more: Any) -> Request:
    data = {
        "id": id,
        "action": "open-door",
        "reason": "The door is shut",
        "requester": "ada",
        "requested_at": T,
        "not_after": T + timedelta(hours=24),
        **more,
    }
    return Request.model_validate(data)


WHOLE = (
    entry(1, "request.asked", ONE, {"person": "ada", "text": "no: yaml: at all"}, ADA),
    entry(2, "request.voted", ONE, {"verdict": "deny", "reason": "=cmd|' /C calc'!A0"}, ADA),
    entry(3, "request.merged", ONE, {"commit": "c"}),
    entry(4, "claim", f"{ONE}/open", {"run": "r1", "uses": "door.open", "undo": "door.shut"}),
    entry(
        5, "receipt", f"{ONE}/open", {"run": "r1", "outcome": "done", "detail": "done", "refs": {"id": "7"}}
    ),
    entry(6, "claim", f"{ONE}/open/undo", {"run": "r2", "uses": "door.shut"}),
    entry(7, "receipt", f"{ONE}/open/undo", {"run": "r2", "outcome": "revoked", "detail": "gone"}),
    entry(8, "request.ended", ONE, {"outcome": "done", "why": "", "decision": DECISION}),
    entry(9, "request.cancelled", TWO, {"reason": "not needed"}, ADA),
    entry(10, "doubt.resolved", f"{ONE}/open", {"outcome": "done", "reason": "I looked"}, ADA),
)


def test_everything_that_happened_is_told_in_order() -> None:
    """Each entry is one event, in words, by whom."""
    found = standings((), {ONE: request(ONE)}, records(*WHOLE))
    told = [(each.what, each.who) for each in found[ONE].events]
    assert told == [
        ("asked for it", "ada"),
        ("said no", "ada"),
        ("merged it", "lightship"),
        ("began open (door.open)", "lightship"),
        ("open was done", "lightship"),
        ("began to take back open (door.shut)", "lightship"),
        ("open was taken back, and read back", "lightship"),
        ("it ended: done", "lightship"),
        ("said of open: done", "ada"),
    ]
    assert (found[ONE].state, found[ONE].is_over, found[ONE].merged_at) == ("done", True, T + 3 * MINUTE)
    assert (found[TWO].state, found[TWO].request) == ("not known", None), "nobody asked whose word it was"


def test_a_use_of_break_glass_waits_for_its_review() -> None:
    """From the first step on until somebody says what came of looking at it."""
    broken = request(ONE, break_glass=True)
    due = (T + timedelta(days=1)).isoformat()
    ended = entry(8, "request.ended", ONE, {"outcome": "done", "decision": {**DECISION, "review_due": due}})
    acted = (*WHOLE[3:5], ended)
    (waiting,) = standings((), {ONE: broken}, records(*acted)).values()
    assert waiting.waits_for_review
    assert waiting.review_due == T + timedelta(days=1)
    told = {"verdict": "justified", "text": "It was right"}
    for nobody in ({}, {"person": broken.requester}):
        own = entry(9, "break-glass.reviewed", ONE, {**told, **nobody}, ADA)
        (still,) = standings((), {ONE: broken}, records(*acted, own)).values()
        assert still.waits_for_review
    seen = entry(9, "break-glass.reviewed", ONE, {**told, "person": "somebody-else"}, ADA)
    (reviewed,) = standings((), {ONE: broken}, records(*acted, seen)).values()
    assert not reviewed.waits_for_review
    assert reviewed.review_due is None
    assert not standings((), {ONE: broken}, {})[ONE].waits_for_review
    assert not standings((), {ONE: request(ONE)}, records(*acted))[ONE].waits_for_review


def test_what_waits_for_somebody_comes_first() -> None:
    """A doubt before everything, what ended last."""
    doubt = entry(5, "receipt", f"{TWO}/open", {"outcome": "in_doubt", "detail": "?"})
    begun = entry(4, "claim", f"{TWO}/open", {"run": "r1", "uses": "door.open"})
    found = standings((), {}, records(*WHOLE[:8], begun, doubt))
    assert [(each.id, each.state) for each in open_first(found.values())] == [
        (TWO, "in doubt"),
        (ONE, "done"),
    ]


def test_the_pack_holds_the_span_and_nothing_else() -> None:
    """Half-open, with decisions, receipts and overrides of what anything happened to."""
    found = standings((), {ONE: request(ONE)}, records(*WHOLE))
    told = audit.pack(found, T + 3 * MINUTE, T + 8 * MINUTE, {"whole": True}, T)
    assert [each["id"] for each in told["requests"]] == [ONE]
    assert len(told["events"]) == 5
    assert told["overrides"] == [ONE]
    assert told["journal"] == {"whole": True}
    step, undo = told["requests"][0]["receipts"]
    assert (step["step"], step["state"], step["refs"]) == ("open", "done", {"id": "7"})
    assert (undo["step"], undo["state"]) == ("open/undo", "revoked")
    assert audit.pack(found, T - MINUTE, T, {}, T)["requests"] == []


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        " =1",
        "\n=1",
        '=HYPERLINK("https://evil.example")',
        "\u00a0=1",
    ],
)
def test_no_cell_is_a_formula(cell: str) -> None:
    """Whatever white space stands before."""
    assert audit.plain(cell) == f"'{cell}"


def test_other_cells_stay_as_they_are() -> None:
    """A minus inside is none."""
    for cell in ("", "a=1", "2026-03-02", "req-01", "it's - fine"):
        assert audit.plain(cell) == cell


def test_csv_can_be_read_back() -> None:
    """Quotes, commas and lines of reasons stay in their cells."""
    odd = 'He said "no",\nand left'
    found = standings(
        (), {}, records(entry(1, "request.voted", ONE, {"verdict": "deny", "reason": odd}, ADA), WHOLE[1])
    )
    text = audit.csv(audit.events(found.values()))
    head, first, second = csv.reader(io.StringIO(text, newline=""))
    assert tuple(head) == audit.COLUMNS
    assert first[5] == odd
    assert second[5].startswith("'=cmd")
