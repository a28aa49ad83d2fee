"""What an entry may be, and that its bytes are the only ones it can have."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.journal import clones
from tests.journal.clones import entry

from lightship.errors import UsageError
from lightship.journal.anchor import Anchor, NoAnchor
from lightship.journal.entry import Actor, Entry, NoEntry, canonical, final, new_id, parse, stamp

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
WHOLE = entry("inc-1", at=clones.START)


@given(st.dictionaries(st.text(), JSON, max_size=4))
def test_bytes_come_back_as_they_were(data: dict[str, object]) -> None:
    held = final(replace(WHOLE, data=data))
    assert parse(held).to_bytes() == held
    assert held.count(b"\n") == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "../../etc/passwd"},
        {"id": "inc-1"},
        {"kind": "Not A Kind"},
        {"kind": "a\nb"},
        {"subject": ""},
        {"subject": "two\nlines"},
        {"subject": " padded"},
        {"subject": "x" * 400},
        {"v": 2},
        {"recorded_at": "2026-03-01T09:00:00"},
        {"data": []},
        {"by": {}},
        {"more": 1},
    ],
    ids=str,
)
def test_what_is_no_entry(wrong: dict[str, object]) -> None:
    held = {
        "v": 1,
        "id": WHOLE.id,
        "kind": "test.said",
        "subject": "x",
        "recorded_at": "2026-03-01T09:00:00.000Z",
        "by": {"name": "Ada", "via": "cli", "verified": True},
        "data": {},
    }
    assert parse(canonical(held)).subject == "x"
    with pytest.raises(NoEntry):
        parse(canonical({**held, **wrong}))


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff", b"[" * 100_000, b"null"])
def test_what_is_no_json_of_ours(data: bytes) -> None:
    with pytest.raises(NoEntry):
        parse(data)


@pytest.mark.parametrize(
    "wrong",
    [
        {"data": {"n": float("nan")}},
        {"data": {"text": "half a letter \ud800"}},
        {"data": {"at": datetime(2026, 1, 1, tzinfo=UTC)}},
        {"subject": "two\nlines"},
        {"id": "x"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_what_could_not_be_read_back_is_not_recorded(tmp_path: Path, wrong: dict[str, object]) -> None:
    journal = clones.clone(clones.origin(tmp_path), "a")
    with pytest.raises(UsageError, match=r"recording test\.said"):
        journal.append([WHOLE, replace(WHOLE, **wrong)])  # type: ignore[arg-type]
    assert journal.tip() == ""


def test_a_day_is_that_of_utc(tmp_path: Path) -> None:
    late = replace(WHOLE, recorded_at=datetime(2026, 3, 1, 1, tzinfo=timezone(timedelta(hours=2))))
    journal = clones.clone(clones.origin(tmp_path), "a")
    with pytest.raises(UsageError, match="UTC"):
        journal.append([late])


def test_the_same_entry_is_written_once(tmp_path: Path) -> None:
    journal = clones.clone(clones.origin(tmp_path), "a")
    first = journal.append([WHOLE, WHOLE])
    assert journal.append([WHOLE]) == first
    assert journal.append([]) == first
    assert journal.entries() == (WHOLE,)


def test_entries_come_in_order_of_their_ids(tmp_path: Path) -> None:
    journal = clones.clone(clones.origin(tmp_path), "a")
    those = clones.entries(30)
    journal.append(those[10:])
    tip = journal.tip()
    journal.append(those[:10])
    assert journal.entries() == those
    assert journal.entries(tip) == those[:10]
    assert journal.entries(journal.tip()) == ()


def test_an_anchor_is_what_was_printed_or_a_link() -> None:
    anchor = Anchor("a" * 64, 3, "b" * 40, datetime(2026, 3, 1, tzinfo=UTC))
    assert Anchor.parse(anchor.as_json()) == anchor
    assert Anchor.parse(f" {'a' * 64}\n") == Anchor("a" * 64)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "{}",
        "[]",
        "a" * 63,
        '{"link": 1}',
        Anchor("a" * 64, 0, "b" * 40, datetime(2026, 3, 1, tzinfo=UTC)).as_json(),
    ],
)
def test_what_is_no_anchor(text: str) -> None:
    with pytest.raises(NoAnchor):
        Anchor.parse(text)


def test_an_entry_of_the_demo_is_what_it_always_was() -> None:
    """The bytes are final: a change here would break every journal there is."""
    made = Entry(
        "01JNPZ0XG00000000000000000",
        "incident.declared",
        "inc-20260301-abcd",
        clones.START,
        clones.ADA,
        {"é": 1},
    )
    assert final(made) == (
        b'{"by":{"name":"Ada Example","person":"ada","verified":true,"via":"cli"},"data":{"\xc3\xa9":1},'
        b'"id":"01JNPZ0XG00000000000000000","kind":"incident.declared","recorded_at":"2026-03-01T09:00:00.000Z",'
        b'"subject":"inc-20260301-abcd","v":1}\n'
    )


def test_who_is_called_what() -> None:
    assert (clones.ADA.label, Actor("Bo").label) == ("ada", "Bo")
    assert (Actor("Bo").verified, Actor("Bo").via) == (False, "cli")


def test_an_actor_comes_back_as_it_was() -> None:
    for actor in (clones.ADA, Actor("Bo", via="workflow")):
        held = final(replace(WHOLE, by=actor))
        assert parse(held).by == actor
        assert (b"person" in held) == bool(actor.person)


def test_an_id_with_given_randomness_is_the_same_each_time() -> None:
    one = new_id(clones.START, bytes(10))
    assert one == "01KJMA0FM00000000000000000"
    assert new_id(clones.START, bytes(range(10))) > one
    assert new_id(clones.START + timedelta(milliseconds=1), bytes(10)) == "01KJMA0FM10000000000000000"
    assert new_id(clones.START)[:10] == one[:10]


def test_a_moment_is_stamped_in_utc_to_the_millisecond(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    there = datetime(2026, 3, 1, 10, 0, 0, 1999, tzinfo=timezone(timedelta(hours=2)))
    stamped = stamp(there)
    monkeypatch.undo()
    time.tzset()
    assert stamped == "2026-03-01T08:00:00.001Z"


def test_what_is_wrong_is_said() -> None:
    held = json.loads(WHOLE.to_bytes())
    for wrong, said in (
        ({"more": 1}, "it needs exactly the keys by, data, id, kind, recorded_at, subject, v"),
        ({"v": 2}, "its format is 2, and this version of Lightship reads 1"),
        ({"recorded_at": "2026-03-01T09:00:00"}, "'recorded_at' has no zone, or 'data' is no object"),
        ({"data": []}, "'recorded_at' has no zone, or 'data' is no object"),
        ({"id": "x"}, "its id is 'x', which is no ULID"),
        ({"kind": "A"}, "its kind is 'A'; kinds are words of a-z, 0-9 and '-', joined by '.'"),
        ({"subject": ""}, "its subject is empty, or holds what cannot be printed in a line"),
        ({"subject": "x" * 292}, "kind and subject are longer than 300 characters"),
        ({"by": {"name": "Bo", "verified": True}}, "it cannot be read: KeyError: 'via'"),
    ):
        with pytest.raises(NoEntry) as raised:
            parse(canonical({**held, **wrong}))
        assert str(raised.value) == said
    assert len(parse(canonical({**held, "subject": "x" * 291})).subject) == 291
    with pytest.raises(NoEntry, match="it cannot be written as JSON: "):
        final(replace(WHOLE, data={"n": float("inf")}))
    with pytest.raises(NoEntry, match=r"^'recorded_at' is not in UTC$"):
        final(replace(WHOLE, recorded_at=datetime(2026, 3, 1, 1, tzinfo=timezone(timedelta(hours=2)))))


@pytest.mark.parametrize("verified", [False, 1, "true", None])
def test_only_what_says_so_is_verified(verified: object) -> None:
    held = json.loads(WHOLE.to_bytes())
    assert not parse(
        canonical({**held, "by": {"name": "Bo", "via": "cli", "verified": verified}})
    ).by.verified


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"link": "A" * 64}, "its link or its commit is not in hex digits"),
        ({"link": "a" * 65}, "its link or its commit is not in hex digits"),
        ({"commit": "b" * 41}, "its link or its commit is not in hex digits"),
        ({"commit": ""}, "its link or its commit is not in hex digits"),
        ({"seq": 0}, "its number is not 1 or more, or its time has no zone"),
        ({"seq": True}, "its number is not 1 or more, or its time has no zone"),
        ({"seq": 1.0}, "its number is not 1 or more, or its time has no zone"),
        ({"at": "2026-03-01T09:00:00"}, "its number is not 1 or more, or its time has no zone"),
        (
            {"at": None},
            "it needs the keys at, commit, link, seq, as `lightship journal anchor` prints",
        ),
        (
            {"at": "today"},
            "it needs the keys at, commit, link, seq, as `lightship journal anchor` prints",
        ),
        ({"link": 1}, "it needs the keys at, commit, link, seq, as `lightship journal anchor` prints"),
    ],
    ids=str,
)
def test_what_is_wrong_with_an_anchor_is_said(change: dict[str, object], said: str) -> None:
    held = json.loads(Anchor("a" * 64, 1, "b" * 40, clones.START).as_json())
    assert Anchor.parse(json.dumps(held)).seq == 1
    assert Anchor.parse(json.dumps({**held, "commit": "b" * 64})).commit == "b" * 64
    with pytest.raises(NoAnchor) as raised:
        Anchor.parse(json.dumps({**held, **change}))
    assert str(raised.value) == said


def test_an_anchor_is_one_line() -> None:
    anchor = Anchor("a" * 64, 3, "b" * 40, clones.START)
    assert anchor.as_json() == (
        f'{{"commit": "{"b" * 40}", "seq": 3, "link": "{"a" * 64}", "at": "2026-03-01T09:00:00.000Z"}}\n'
    )
    assert json.loads(Anchor("a" * 64).as_json()) == {"commit": "", "seq": 0, "link": "a" * 64, "at": None}
