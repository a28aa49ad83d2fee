"""Whoever can write to the journal can write anything: it is read without a word, and gives nobody a say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.forge.world import MINUTE, World

from lightship import commandline
from lightship.actions.gather import Gathering
from lightship.forge.local import ASKED, CANCELLED, ENDED, MERGED, VOTED, Local
from lightship.incidents.book import Book
from lightship.journal.entry import Actor, Entry, new_id

KINDS = (ASKED, VOTED, MERGED, CANCELLED, ENDED, "claim")
TEXTS = st.one_of(
    st.text(max_size=20),
    st.just("\ud800"),
    st.just("approve"),
    st.just("2026-11-20T09:00:00"),
    st.just("ben"),
)
VALUES = st.one_of(TEXTS, st.none(), st.booleans(), st.integers(), st.lists(TEXTS, max_size=2))
NAMES = "digest person signature key verdict at reason text break_glass requested_at commit base glass automation outcome"
DATA = st.dictionaries(st.sampled_from(NAMES.split()), VALUES)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(told=st.lists(st.tuples(st.sampled_from(KINDS), DATA), min_size=10, max_size=60))
def test_anything_in_the_journal_is_read_and_gives_nobody_a_say(
    template: World, told: list[tuple[str, Mapping[str, Any]]]
) -> None:
    before = template.requests
    ids = [f"req-01m7w3000000000000000000{number:02d}" for number in range(9)]
    records: dict[str, list[Entry]] = {}
    for number, (kind, data) in enumerate(told):
        at = template.now + number * MINUTE
        subject = ids[number % len(ids)] + ("/post" if kind == "claim" else "")
        entry = Entry(new_id(at), kind, subject, at, Actor("x", "x", True), data)
        records.setdefault(kind, []).append(entry)
    book = Book(before.book.tip, {}, {kind: tuple(those) for kind, those in records.items()})
    forge = Local(template.root, before.settings, book, None)
    gathering = Gathering(before.catalogs, book, before.gathering._observed)
    for asked in (*forge.requests(), *forge.requests(ids)):
        assert not any(voice.proven for voice in asked.votes)
        question = gathering.question(asked, template.now)
        assert question is None or not commandline.Requests.judged(before, asked, template.now)[1].allowed
