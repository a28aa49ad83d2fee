"""What our own records tell: shifts taken, maintenances and frozen services, as the portal's own operations write them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lightship.actions.operations import registry
from lightship.actions.operations.base import Record
from lightship.catalog.kinds.schedule import Schedule
from lightship.facts import ours
from lightship.facts.records import NOTHING, Change, Frozen, Observed
from lightship.journal.entry import Actor, Entry, new_id
from lightship.oncall.pager import resolved
from lightship.oncall.shifts import shifts

T = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
NIGHTS = Schedule.model_validate(
    {
        "id": "nights",
        "timezone": "UTC",
        "layers": [{"people": ["ada"], "starts": "2026-01-05", "handover": "09:00", "length": "7d"}],
    }
)


def entry(uses: str, at: datetime, key: str = "k", **params: Any) -> Entry:
    """The entry that the operation `uses` writes."""
    made = registry()[uses].params.model_validate(params)
    assert isinstance(made, Record)
    data = {**made.model_dump(mode="json", exclude_none=True), "key": key, "run": "r"}
    return Entry(new_id(at, bytes(10)), made.kind, made.subject, at, Actor("run"), data)


def told(*entries: Entry) -> Mapping[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for each in entries:
        found.setdefault(each.kind, []).append(each)
    return found


def shift(uses: str, at: datetime, start: datetime, end: datetime, key: str = "k") -> Entry:
    return entry(uses, at, key, schedule="nights", person="ben", start=start, end=end)


def on_call(
    entries: tuple[Entry, ...], start: datetime, end: datetime
) -> list[tuple[str, datetime, datetime]]:
    seen = ours.with_records(NOTHING, told(*entries), T)
    rota = resolved(NIGHTS, seen, T)
    return [(one.person, one.start, one.end) for one in shifts(rota.schedule, start, end)]


def test_every_record_that_an_operation_writes_is_known_here() -> None:
    kinds = {each.params.kind for each in registry().values() if issubclass(each.params, Record)}
    assert kinds == set(ours.KINDS)


def test_who_takes_a_shift_is_on_call() -> None:
    taken = shift("lightship.override_shift", T, T + HOUR, T + 3 * HOUR)
    assert on_call((taken,), T, T + 4 * HOUR) == [
        ("ada", T, T + HOUR),
        ("ben", T + HOUR, T + 3 * HOUR),
        ("ada", T + 3 * HOUR, T + 4 * HOUR),
    ]


def test_nobody_was_on_call_before_they_said_so() -> None:
    taken = shift("lightship.override_shift", T, T - 5 * HOUR, T + HOUR)
    assert on_call((taken,), T - HOUR, T + HOUR) == [("ada", T - HOUR, T), ("ben", T, T + HOUR)]
    assert on_call((shift("lightship.override_shift", T, T - 5 * HOUR, T - HOUR),), T - 6 * HOUR, T) == [
        ("ada", T - 6 * HOUR, T)
    ]


def test_a_shift_that_is_given_back_is_over_then() -> None:
    taken = shift("lightship.override_shift", T, T, T + 3 * HOUR)
    back = shift("lightship.restore_shift", T + HOUR, T, T + 3 * HOUR)
    assert on_call((taken, back), T, T + 2 * HOUR) == [("ben", T, T + HOUR), ("ada", T + HOUR, T + 2 * HOUR)]
    other = shift("lightship.restore_shift", T + HOUR, T, T + 3 * HOUR, key="another")
    assert on_call((taken, other), T, T + 2 * HOUR) == [("ben", T, T + 2 * HOUR)]


def work(at: datetime, start: datetime, key: str = "k", uses: str = "lightship.open_maintenance") -> Entry:
    return entry(uses, at, key, service="cart", title="Move it", start=start, end=start + 2 * HOUR)


@pytest.mark.parametrize(
    ("now", "status"),
    [(T, "planned"), (T + HOUR, "in-progress"), (T + 3 * HOUR, "succeeded")],
)
def test_a_maintenance_is_a_change_that_correlation_knows(now: datetime, status: str) -> None:
    seen = ours.with_records(Observed("facts"), told(work(T, T + HOUR)), now)
    (change,) = seen.changes
    assert (change.title, change.services, change.at, change.status) == (
        "Maintenance: Move it",
        ("cart",),
        T + HOUR,
        status,
    )
    assert seen.commit != "facts"


def test_a_maintenance_that_was_called_off_is_none_unless_it_had_begun() -> None:
    planned = work(T, T + HOUR)
    early = work(T + HOUR / 2, T + HOUR, uses="lightship.cancel_maintenance")
    late = work(T + 2 * HOUR, T + HOUR, uses="lightship.cancel_maintenance")
    assert ours.with_records(NOTHING, told(planned, early), T).changes == ()
    (change,) = ours.with_records(NOTHING, told(planned, late), T + 2 * HOUR).changes
    assert (
        change.status == "succeeded"
        and change.reason == "Planned from 2026-06-01 13:00 UTC until 2026-06-01 14:00 UTC."
    )


def test_changes_stay_in_order_of_time() -> None:
    before = Change.model_validate(
        {"id": "1", "at": "2026-06-01T14:00Z", "title": "Deploy", "source": "argocd"}
    )
    seen = ours.with_records(
        Observed("facts", (before,)), told(work(T, T + HOUR), work(T, T + 4 * HOUR, "l")), T
    )
    assert [change.at for change in seen.changes] == sorted(change.at for change in seen.changes)


def test_a_service_is_frozen_until_the_last_freeze_ends() -> None:
    one = entry("lightship.lock_service", T, "one", service="cart", reason="Sale")
    two = entry("lightship.lock_service", T + HOUR, "two", service="cart", reason="Audit")
    ended = entry("lightship.unlock_service", T + 2 * HOUR, "two", service="cart", reason="Audit")
    asked = entry("lightship.unlock_service", T + 3 * HOUR, "new", service="cart", reason="Enough")
    frozen = [
        ours.with_records(NOTHING, told(*those), T + 4 * HOUR).frozen
        for those in ((one, two), (one, two, ended), (one, two, ended, asked))
    ]
    assert [each["cart"].reason if each else "" for each in frozen] == ["Audit", "Sale", ""]


def test_a_freeze_is_over_when_its_time_is_and_not_when_it_is_taken_back() -> None:
    lock = entry("lightship.lock_service", T, service="cart", reason="Sale", by="ada")
    claim = Entry(
        new_id(T), "claim", "req-1/lock", T, Actor("x"), {"key": "k", "expires_at": "2026-06-01T14:00:00Z"}
    )
    later = Entry(
        new_id(T), "claim", "req-1/lock/2", T, Actor("x"), {"key": "k", "expires_at": "2026-06-01T18:00:00Z"}
    )
    freezes = ours.freezes({"claim": [claim, later], **told(lock)})
    assert freezes == {"cart": (Frozen(T, "Sale", "ada", T + 2 * HOUR),)}
    assert ours.holding(freezes["cart"], T + 2 * HOUR - MINUTE) == freezes["cart"][0]
    assert ours.holding(freezes["cart"], T + 2 * HOUR) is None
    before, after = (
        ours.with_records(NOTHING, {"claim": [claim], **told(lock)}, now) for now in (T + HOUR, T + 2 * HOUR)
    )
    assert before.frozen and not after.frozen and before.commit != after.commit
    assert not ours.with_records(NOTHING, told(lock), T - MINUTE).frozen


def test_the_freeze_that_holds_longest_is_the_one_that_counts() -> None:
    short, long, open_end = (
        Frozen(T, "a", "", T + HOUR),
        Frozen(T, "b", "", T + 2 * HOUR),
        Frozen(T, "c"),
    )
    assert ours.holding((long, short), T) == long
    assert ours.holding((long, open_end, short), T) == open_end
    assert ours.holding((), T) is None


def test_a_freeze_that_was_lifted_before_its_time_does_not_lift_a_later_one_when_that_comes() -> None:
    """Ending it is written once more when its time is over."""
    one = entry("lightship.lock_service", T, "one", service="cart", reason="Sale")
    lifted = entry("lightship.unlock_service", T + HOUR, "asked", service="cart", reason="Enough")
    two = entry("lightship.lock_service", T + 2 * HOUR, "two", service="cart", reason="Audit")
    late = entry("lightship.unlock_service", T + 3 * HOUR, "one", service="cart", reason="Sale")
    (left,) = ours.freezes(told(one, lifted, two, late))["cart"]
    assert left.reason == "Audit"


def test_maintenances_that_run_are_told_from_their_beginning_until_they_end() -> None:
    records = told(work(T, T + HOUR), work(T, T + 2 * HOUR, "other"))
    running = [
        [each.start for each in ours.with_records(NOTHING, records, now).maintenances]
        for now in (T, T + HOUR, T + 2 * HOUR, T + 3 * HOUR, T + 4 * HOUR)
    ]
    assert running == [[], [T + HOUR], [T + HOUR, T + 2 * HOUR], [T + 2 * HOUR], []]
    tips = {ours.with_records(NOTHING, records, now).commit for now in (T, T + HOUR, T + 2 * HOUR)}
    assert len(tips) == 3


@pytest.mark.parametrize(
    "data",
    [{}, {"start": "x", "end": "y"}, {"start": "2026-06-01T12:00", "end": "2026-06-01T13:00"}, {"person": 7, "start": "2026-06-01T12:00Z", "end": "2026-06-01T13:00Z"}],
)  # fmt: skip
def test_records_that_are_not_valid_tell_nothing(data: dict[str, Any]) -> None:
    entries = [
        Entry(new_id(T, bytes(10)), kind, "a subject", T, Actor("x"), data)
        for kind in ("shift.overridden", "maintenance.planned")
    ]
    seen = ours.with_records(NOTHING, told(*entries), T)
    assert seen.changes == () and not any(seen.overrides.values())


def test_without_records_nothing_changes() -> None:
    observed = Observed("facts")
    assert ours.with_records(observed, {"claim": ()}, T) is observed
