"""What somebody hands over: all of it usable, or every wrong place named and nothing taken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.errors import UsageError
from lightship.facts.reading import read
from lightship.facts.records import Change, Values


def test_one_object_or_a_list_in_order_with_the_source_where_none_is_named() -> None:
    one = b'{"id": "1", "at": "2026-03-04T12:00:00.123456Z", "title": "Deploy"}'
    other = b'{"id": "2", "at": "2026-03-04T13:00+01:00", "title": "Deploy", "source": "github"}'
    assert [each.source for each in read(Change, b"[" + one + b"," + other + b"]", "x", "argo-cd")] == [
        "argo-cd",
        "github",
    ]
    (alone,) = read(Change, b"\xef\xbb\xbf" + one, "x", "argo-cd")
    assert alone.at.isoformat() == "2026-03-04T12:00:00+00:00"
    assert read(Change, b"[]", "x", "argo-cd") == ()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xff", "reading c.json: byte 0 is not UTF-8"),
        (b'{\n  "id": 1,\n}', "reading c.json:3:1: this is not JSON"),
        (b'{"id": NaN}', "reading c.json: this is not JSON that can be kept: NaN is not a number"),
        (b'{"id": "1", "id": "2"}', "the key 'id' stands twice in one object"),
        (b"7", "this has to be an object with at least 'id', 'at', 'title'"),
        (b'{"id": "1", "at": "2026-03-04", "title": "x"}', "  at: a moment is written YYYY-MM-DDTHH:MM"),
        (b'{"id": "1", "at": "2026-03-04T12:00Z"}', "'title' is missing"),
        (b'[{"id": "1", "at": "2026-03-04T12:00Z", "title": "x", "servces": []}]', "  [0].servces: 'servces' is not a field here; did you mean 'services'?"),
        (b'[{"id": "1", "at": "2026-03-04T12:00Z", "title": "x", "services": ["Not An Id"]}]', "  [0].services.0: this has to be an id"),
        (b'{"id": "1", "at": "2026-03-04T12:00Z", "title": "x", "kind": "deploymnt"}', "did you mean 'deployment'?"),
        (b'{"id": "1", "at": "2026-03-04T12:00Z", "title": "x", "source": "Argo CD"}', "  source: this has to be an id"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_place(data: bytes, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(Change, data, "c.json", "argo-cd")
    assert said in str(caught.value)


def test_every_wrong_place_is_named_up_to_ten() -> None:
    with pytest.raises(UsageError) as caught:
        read(Change, b"[" + b",".join([b"{}"] * 5) + b"]", "c.json", "argo-cd")
    lines = str(caught.value).splitlines()
    assert len(lines) == 13
    assert lines[1] == "  [0]: 'id' is missing; add `id:`"
    assert lines[11:] == [
        "and 5 more",
        "nothing was recorded; `lightship schema change` prints what may stand there",
    ]


@pytest.mark.parametrize("value", ['"\\ud800"', "1e400", "[" * 30 + "]" * 30])
def test_values_that_cannot_be_judged_are_refused(value: str) -> None:
    data = f'{{"services": {{"cart": {{"x": {value}}}}}}}'.encode()
    with pytest.raises(UsageError):
        read(Values, data, "f.json", "ci")


@given(st.binary(max_size=60))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    try:
        read(Change, data, "x", "argo-cd")
    except UsageError:
        return
    assert data.strip(b"\xef\xbb\xbf \t\r\n") == b"[]" or b"id" in data or b"[" in data
