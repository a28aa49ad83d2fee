"""Records by key: what putting new ones over known ones changes, and how they are written."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.facts import tables
from lightship.facts.records import Alert, Change, PagerSchedule, PagerShift
from lightship.facts.tables import Counts, Table

T = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
CHANGES = Table("changes", "argo-cd")


def change(id: str = "1", **fields: object) -> Change:
    return Change.model_validate({"id": id, "at": T, "title": "Deploy", "source": "argo-cd", **fields})


@pytest.mark.parametrize(
    ("path", "table"),
    [
        ("argo-cd.json", Table("values", "argo-cd")),
        ("changes/argo-cd/2026-03.json", CHANGES),
        ("alerts/dynatrace.json", Table("alerts", "dynatrace")),
        ("oncall/pagerduty.json", Table("oncall", "pagerduty")),
        ("changes/argo-cd.json", None),
        ("alerts/x/2026-03.json", None),
        ("oncall/UPPER.json", None),
        ("README.md", None),
    ],
)
def test_a_path_says_whose_records_it_holds(path: str, table: Table | None) -> None:
    assert tables.table_of(path) == table


def test_what_is_written_is_read_again_one_record_a_line() -> None:
    records = tables.of_models([change("2", services=("cart",)), change("1")])[CHANGES]
    files = tables.files(CHANGES, records)
    assert list(files) == ["changes/argo-cd/2026-03.json"]
    data = files["changes/argo-cd/2026-03.json"]
    assert tables.read(CHANGES, data) == records
    assert [json.loads(line.rstrip(b","))["id"] for line in data.splitlines()[1:-1]] == ["1", "2"]


def test_the_month_is_that_of_utc() -> None:
    late = change(at=datetime.fromisoformat("2026-04-01T00:30:00+02:00"))
    assert list(tables.files(CHANGES, tables.of_models([late])[CHANGES])) == ["changes/argo-cd/2026-03.json"]


def test_only_what_is_said_is_kept_and_to_the_second() -> None:
    made = change(at=T + timedelta(microseconds=5), reason=None)
    assert tables.of_models([made])[CHANGES] == {
        "1": {"id": "1", "at": "2026-03-31T22:30:00Z", "title": "Deploy"}
    }


def test_recording_again_adds_nothing_and_more_is_an_update() -> None:
    first = tables.of_models([change(services=("cart",), reason="Faster")])[CHANGES]
    known, counts = tables.put("changes", {}, first)
    assert counts == Counts(1, 0, 0)
    assert tables.put("changes", known, first) == (known, Counts(0, 0, 1))
    ended, counts = tables.put("changes", known, tables.of_models([change(status="failed")])[CHANGES])
    assert counts == Counts(0, 1, 0)
    assert ended["1"] == {**known["1"], "status": "failed"}


def test_an_end_does_not_take_away_what_the_alert_said() -> None:
    fired = Alert(id="a", name="High", at=T, text="Too many", source="dynatrace")
    ended = Alert(id="a", name="High", at=T, ended_at=T + timedelta(hours=1), source="dynatrace")
    table = Table("alerts", "dynatrace")
    known, _ = tables.put("alerts", {}, tables.of_models([fired])[table])
    after, counts = tables.put("alerts", known, tables.of_models([ended])[table])
    assert (after["a"]["text"], after["a"]["ended_at"], counts.updated) == (
        "Too many",
        "2026-03-31T23:30:00Z",
        1,
    )


def values(at: datetime, **services: dict[str, object]) -> dict[str, tables.Record]:
    return tables.of_values("ci", at, services)[Table("values", "ci")]


def test_values_keep_their_own_age_and_the_older_ones_lose() -> None:
    known, _ = tables.put("values", {}, values(T, cart={"coverage": 1}, ad={"coverage": 5}))
    known, counts = tables.put("values", known, values(T + timedelta(days=1), cart={"coverage": 2}))
    assert counts == Counts(0, 1, 0)
    assert tables.put("values", known, values(T, cart={"coverage": 9}))[1] == Counts(0, 0, 1)
    data = tables.files(Table("values", "ci"), known)["ci.json"]
    assert json.loads(data) == {
        "source": "ci",
        "observed_at": "2026-04-01T22:30:00Z",
        "services": {"cart": {"coverage": 2}, "ad": {"coverage": 5}},
        "earlier": {"ad": "2026-03-31T22:30:00Z"},
    }
    assert tables.read(Table("values", "ci"), data) == known


def rota(seen: datetime, *spans: tuple[int, int]) -> dict[str, tables.Record]:
    shifts = tuple(PagerShift(T + timedelta(days=a), T + timedelta(days=b), "ada") for a, b in spans)
    return tables.of_schedules({"nights": PagerSchedule("pagerduty", seen, shifts)})[
        Table("oncall", "pagerduty")
    ]


def test_a_pager_takes_shifts_back_but_not_those_that_are_over() -> None:
    known, _ = tables.put("oncall", {}, rota(T, (0, 1), (1, 2), (2, 3), (5, 6)))
    after, _ = tables.put("oncall", known, rota(T + timedelta(days=2), (3, 4)))
    starts = [shift["start"][:10] for shift in after["nights"]["shifts"]]
    assert starts == ["2026-03-31", "2026-04-01", "2026-04-03"]
    assert tables.put("oncall", after, rota(T, (0, 9)))[0] == after


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{}", b'{"source": "other", "changes": []}', b'{"source": "argo-cd", "changes": [1]}'],
)
def test_what_is_no_such_file_says_why(data: bytes) -> None:
    with pytest.raises(tables.Unreadable):
        tables.read(CHANGES, data)


_RECORDS = st.dictionaries(
    st.sampled_from("abc"),
    st.fixed_dictionaries({"at": st.just("2026-03-01T00:00:00Z")}, optional={"x": st.integers(0, 2)}),
)


@given(_RECORDS, _RECORDS)
def test_putting_twice_is_putting_once(
    known: dict[str, tables.Record], new: dict[str, tables.Record]
) -> None:
    once, counts = tables.put("changes", known, new)
    assert sum(counts) == len(new)
    assert tables.put("changes", once, new) == (once, Counts(0, 0, len(new)))
