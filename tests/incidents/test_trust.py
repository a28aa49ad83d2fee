"""A runbook is trusted by what its file and real incidents prove of it, in its wording of today."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from tests.incidents.stories import T, declared, told

from lightship.catalog.kinds.runbook import Runbook
from lightship.catalog.runbook_hash import content_hash
from lightship.incidents import events
from lightship.incidents.incident import Incident
from lightship.incidents.trust import proofs, said, trust, used

NOW = T + timedelta(days=3)
BARE: dict[str, Any] = {"steps": [{"title": "Look", "manual": "Look."}]}


def runbook(**more: Any) -> Runbook:
    return Runbook.model_validate({"id": "checkout-errors", **BARE, **more})


HASH = content_hash(runbook())


def use(id: str, helped: bool = True, minutes: float = 5, hash: str = HASH, **more: Any) -> Incident:
    event = events.Helped(runbook="checkout-errors", helped=helped, content_hash=hash)
    return told(declared(**more), (minutes, event), id=f"inc-20260302-{id}")


def tried(
    method: str, at: str = "2026-02-28", hash: str = HASH, evidence: str | None = None
) -> dict[str, Any]:
    return {"at": at, "by": "ada", "method": method, "content_hash": hash, "evidence": evidence}


@pytest.mark.parametrize(
    ("written", "incidents", "words", "rank"),
    [
        ({}, (), "never tried; never reviewed", 0),
        ({"reviewed_at": "2026-02-01"}, (), "never tried", 2),
        ({"reviewed_at": "2025-01-01"}, (), "never tried; review lapsed 8 months ago", 0),
        ({"reviewed_at": "2026-02-01"}, (use("aaaa"),), "helped in inc-20260302-aaaa 3 days ago", 3),
        ({}, (use("aaaa", hash="0" * 16),), "changed since it was tried 3 days ago; never reviewed", 0),
        ({}, (use("aaaa", helped=False),), "did not help in inc-20260302-aaaa 3 days ago; never reviewed", 0),
        ({}, (use("aaaa", helped=False), use("bbbb", minutes=60 * 24)), "helped in inc-20260302-bbbb 2 days ago; never reviewed", 1),
        ({}, (use("aaaa"), use("bbbb", False, 60 * 24)), "did not help in inc-20260302-bbbb 2 days ago; never reviewed", 0),
        ({}, (use("aaaa", drill=True),), "tried in a drill 3 days ago; never reviewed", 1),
        ({"verifications": [tried("review")]}, (), "checked by review 5 days ago; never reviewed", 1),
        ({"verifications": [tried("incident", evidence="a note")]}, (), "helped in an incident 5 days ago; never reviewed", 1),
        ({"verifications": [tried("drill")]}, (use("aaaa"),), "helped in inc-20260302-aaaa 3 days ago; never reviewed", 1),
    ],
)  # fmt: skip
def test_what_is_said_of_it(
    written: dict[str, Any], incidents: tuple[Incident, ...], words: str, rank: int
) -> None:
    book = runbook(**written)
    known = trust(book, used(incidents).get(book.id, ()), NOW)
    assert said(known, NOW) == words
    assert known.rank == rank


def test_what_is_still_to_come_proves_nothing() -> None:
    known = trust(runbook(), used([use("aaaa", minutes=60 * 24 * 9)])["checkout-errors"], NOW)
    assert known.verified is None


def test_proofs_of_both_sorts_the_newest_first() -> None:
    book = runbook(verifications=[tried("review")])
    assert [proof.at for proof in proofs(book, used([use("aaaa")])[book.id])] == [
        date(2026, 3, 2),
        date(2026, 2, 28),
    ]
