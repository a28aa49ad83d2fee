"""What an entry may be, and that its bytes are the only ones it can have."""

from __future__ import annotations

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
from lightship.journal.entry import Entry, NoEntry, canonical, final, parse

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
