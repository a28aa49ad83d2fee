"""Figures of incidents, by tables worked out by hand; and what never changes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import quantiles

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.incidents.stories import T, declared, told

from lightship.catalog.settings import Settings
from lightship.incidents import events
from lightship.incidents.evidence import Evidence
from lightship.incidents.figures import Excluded, Figure, Period, quantile
from lightship.incidents.incident import Incident
from lightship.incidents.metrics import grouped, metrics, uncounted

NOW = T + timedelta(days=60)


def _at(minutes: float) -> datetime:
    return T + timedelta(minutes=minutes)


def _id(number: int) -> str:
    return f"inc-20260302-{number:04d}"


def _incident(
    number: int, impact: float | None, resolved: float | None, severity: str = "SEV4", **more: object
) -> Incident:
    """Impact and end in minutes after T; declared at T plus 10."""
    start, event = declared(
        f"Story {number}",
        severity,
        impact_started=_at(impact) if impact is not None else None,
        at=_at(10),
        **more,
    )
    story = [(start, event)]
    if resolved is not None:
        story.append((20, events.Resolved(at=_at(resolved))))
    return told(*story, id=_id(number))


def _figures(incidents: Sequence[Incident], period: Period | None = None) -> dict[str, Figure]:
    return metrics(Evidence(tuple(incidents), Settings(), NOW), period or Period())


def test_the_four_times_by_hand() -> None:
    one = told(
        declared(impact_started=_at(-12), detected=_at(-2)),
        (3, events.Acknowledged()),
        (30, events.Mitigated()),
        (60, events.Resolved()),
        id=_id(1),
    )
    two = told(
        declared(impact_started=_at(-20), detected=_at(0)),
        (9, events.Acknowledged()),
        (50, events.Mitigated(at=_at(40))),
        (90, events.Resolved()),
        id=_id(2),
    )
    found = _figures([one, two])
    by_hand = {"mttd": (10, 20), "mtta": (3, 9), "mttm": (42, 60), "mttr": (72, 110), "mtbf": (8,)}
    for key, values in by_hand.items():
        assert sorted(found[key].values) == list(values)
    assert (found["mttr"].mean, found["mttr"].median, found["mttr"].p90) == (91, 91, pytest.approx(106.2))
    assert found["mttr"].formula == "resolved − impact_started"
    assert found["mtbf"].excluded == (Excluded(_id(2), "the first: there is none before it"),)


def test_what_is_left_out_is_named_with_its_reason() -> None:
    negative = _incident(1, 0, -30)
    missing = _incident(2, None, 60)
    still = _incident(3, 0, None)
    closed = told(
        declared(impact_started=T), (5, events.Closed(reason="nobody knows when it ended")), id=_id(4)
    )
    good = _incident(5, 0, 60)
    mttr = _figures([negative, missing, still, closed, good])["mttr"]
    assert mttr.values == (60,)
    assert {each.id: each.reason for each in mttr.excluded} == {
        _id(
            1
        ): "negative: it was resolved at 2026-03-02 08:30 UTC, and the impact started at 2026-03-02 09:00 UTC",
        _id(2): "when the impact started is not recorded",
        _id(3): "still open",
        _id(4): "closed without being resolved: nobody knows when it ended",
    }


def test_what_never_counts() -> None:
    drill = _incident(1, 0, 60, drill=True)
    notice = _incident(2, 0, 60, type="notice")
    maintenance = _incident(3, 0, 60, type="maintenance")
    other = _id(9)
    double = told(
        declared(impact_started=T), (5, events.Closed(reason="the same", duplicate_of=other)), id=_id(4)
    )
    part = told(declared(impact_started=T), (5, events.Closed(reason="a part", merged_into=other)), id=_id(5))
    evidence = Evidence((drill, notice, maintenance, double, part), Settings(), NOW)
    assert all(not each.n and not each.excluded for each in metrics(evidence).values())
    assert {each.id: each.reason for each in uncounted(evidence)} == {
        _id(1): "a drill",
        _id(2): "a notice",
        _id(3): "maintenance",
        _id(4): "a duplicate",
        _id(5): "merged into another",
    }
    by_type = grouped(evidence, "type")
    assert {name: figures["mttr"].n for name, figures in by_type.groups.items()} == {
        "maintenance": 1,
        "notice": 1,
    }
    assert by_type.whole["mttr"].n == 2


def test_a_period_is_when_it_began() -> None:
    early, late = _incident(1, -60 * 24 * 3, 60), _incident(2, -5, 60)
    assert _figures([early, late], Period(since=_at(-60)))["mttr"].n == 1
    assert _figures([early, late], Period(until=_at(-60)))["mttr"].n == 1
    assert _figures([early, late], Period(_at(-5), _at(-4)))["mttr"].values == (65,)


def test_groups_share_incidents_and_the_whole_counts_them_once() -> None:
    both = _incident(1, 0, 60, "SEV1", services=("checkout", "cart"))
    one = _incident(2, 5, 25, services=("cart",))
    none = _incident(3, 0, 90, services=(), labels=("old.example.com",))
    evidence = Evidence((both, one, none), Settings(), NOW, teams={"checkout": "pay", "cart": "pay"})
    by_service = grouped(evidence, "service")
    assert {name: figures["mttr"].values for name, figures in by_service.groups.items()} == {
        "cart": (60, 20),
        "checkout": (60,),
    }
    assert by_service.whole["mttr"].n == 3
    assert by_service.without == (_id(3),)
    assert grouped(evidence, "team").groups["pay"]["mttr"].values == (60, 20)
    assert list(grouped(evidence, "severity").groups) == ["SEV1", "SEV4"]


def test_a_month_is_that_of_the_portals_zone() -> None:
    late = Settings.model_validate({"timezone": "Asia/Tokyo"})
    midnight = told(
        declared(at=datetime.fromisoformat("2026-02-28T16:00:00Z"), reason="found late"), id=_id(1)
    )
    assert list(grouped(Evidence((midnight,), late, NOW), "month").groups) == ["2026-03"]
    assert list(grouped(Evidence((midnight,), Settings(), NOW), "month").groups) == ["2026-02"]


@pytest.mark.parametrize(
    ("moments", "kept", "missed"),
    [
        # SEV2 wants an update every 60 minutes; resolving is one.
        ([50, 100, 150], 3, 0),
        ([60, 120], 2, 0),
        ([61], 1, 1),
        ([185], 1, 3),
        ([30, 200], 2, 2),
    ],
)
def test_updates_in_time(moments: list[float], kept: int, missed: int) -> None:
    *news, end = moments
    story = [(minutes, events.Updated(text="We look into it.")) for minutes in news]
    found = _figures([told(declared(), *story, (end, events.Resolved(text="Over.")))])["update_punctuality"]
    assert (sum(found.values), found.n) == (kept, kept + missed)


def test_updates_of_an_open_incident_are_judged_until_now() -> None:
    evidence = Evidence((told(declared()),), Settings(), _at(150))
    assert metrics(evidence)["update_punctuality"].values == (0.0, 0.0)
    early = Evidence((told(declared()),), Settings(), _at(50))
    assert metrics(early)["update_punctuality"].excluded[0].reason == "no update fell due"


def test_a_severity_asks_for_its_own_cadence_from_when_it_holds() -> None:
    # SEV4 asks for none; SEV1 from minute 200 on for one every 30.
    raised = told(
        declared(severity="SEV4"),
        (200, events.Updated(severity="SEV1")),
        (225, events.Resolved(text="Over.")),
    )
    assert _figures([raised])["update_punctuality"].values == (1.0,)


def test_postmortems_on_time() -> None:
    # Resolved on Monday; SEV2 has ten business days, until 16 March.
    def story(*more: tuple[float, events.Event], severity: str = "SEV2") -> Incident:
        return told(declared(severity=severity), (60, events.Resolved()), *more)

    def published(day: float) -> tuple[float, events.Event]:
        return day * 24 * 60, events.PostmortemPublished(path="catalog/postmortems/x.md")

    def judged(incident: Incident, now: datetime = NOW, merged: frozenset[str] = frozenset()) -> Figure:
        return metrics(Evidence((incident,), Settings(), now, merged=merged))["postmortems_on_time"]

    assert judged(story(published(14))).values == (1.0,)
    assert judged(story(published(15))).values == (0.0,)
    assert judged(story()).values == (0.0,)
    assert judged(story(), _at(60 * 24 * 14)).excluded[0].reason == "not due before the end of 2026-03-16"
    assert judged(story(severity="SEV4")).excluded[0].reason == "SEV4 asks for none"
    assert judged(told(declared())).excluded[0].reason == "still open"
    merged = frozenset({f"catalog/postmortems/{story().id}.md"})
    assert judged(story(), merged=merged).excluded[0].reason == "published, but when is not recorded"


def test_follow_ups_on_time() -> None:
    def follow(minutes: float, id: str, **more: object) -> tuple[float, events.Event]:
        return minutes, events.FollowedUp.model_validate({"id": id, "title": id, "due": "2026-03-09", **more})

    day = 24 * 60
    incident = told(
        declared(),
        *(follow(1, id) for id in ("done", "late", "open", "dropped")),
        follow(2, "later", due="2026-12-24"),
        follow(7 * day, "done", state="done"),
        follow(8 * day, "late", state="done"),
        follow(8 * day, "dropped", state="dropped"),
    )
    found = _figures([incident])["follow_ups_on_time"]
    assert sorted(found.values) == [0.0, 0.0, 1.0]
    assert {each.id.partition("/")[2]: each.reason for each in found.excluded} == {
        "dropped": "dropped",
        "later": "not due before the end of 2026-12-24",
    }


@pytest.mark.parametrize(
    ("first", "second", "days", "again"),
    [
        ({"title": "Checkout is slow again"}, {"title": "Checkout is slow"}, 89, True),
        ({"title": "Checkout is slow"}, {"title": "Checkout is slow"}, 91, False),
        ({"title": "Checkout is slow"}, {"title": "Mails are lost"}, 5, False),
        ({"title": "It is slow", "services": ("cart",)}, {"title": "It is slow"}, 5, False),
        (
            {"title": "It is slow", "services": (), "labels": ("x",)},
            {"title": "It is slow", "labels": ("x",)},
            5,
            True,
        ),
        ({"title": "One", "cause": "deploy-7"}, {"title": "Another", "cause": "deploy-7"}, 1, True),
        ({"title": "One", "runbook": "restart"}, {"title": "Another", "runbook": "restart"}, 1, True),
        ({"title": "One", "drill": True}, {"title": "One"}, 1, False),
    ],
)
def test_what_came_back(first: dict[str, object], second: dict[str, object], days: int, again: bool) -> None:
    incidents = []
    for number, story in enumerate((first, second)):
        held = dict(story)
        cause, runbook = held.pop("cause", None), held.pop("runbook", None)
        begin = T + timedelta(days=days * number)
        helped = [(1, events.Helped(runbook=str(runbook), content_hash="0" * 16))] if runbook else []
        over = (2, events.Resolved(cause=cause))
        incidents.append(told(declared(**held, at=begin), *helped, over, id=_id(number)))
    found = _figures(incidents)["recurrence"]
    assert found.values[-1] == float(again)
    assert sum(found.values) == float(again)


def test_quantiles_are_those_of_type_seven() -> None:
    values = (5.0, 1.0, 9.0, 2.0, 2.5, 30.0)
    tenths = quantiles(values, n=10, method="inclusive")
    assert quantile(values, 0.5) == tenths[4]
    assert quantile(values, 0.9) == pytest.approx(tenths[8])
    assert quantile((), 0.5) is None
    assert quantile((4.0,), 0.9) == 4.0


_PLAN = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(-600, 10)),
        st.one_of(st.none(), st.integers(-700, 900)),
        st.sampled_from(["SEV1", "SEV2", "SEV3", "SEV5"]),
        st.sampled_from([(), ("cart",), ("cart", "checkout")]),
    ),
    max_size=8,
)


def _made(plan: Sequence[tuple[int | None, int | None, str, tuple[str, ...]]]) -> list[Incident]:
    return [
        _incident(number, impact, resolved, severity, services=services)
        for number, (impact, resolved, severity, services) in enumerate(plan)
    ]


@given(_PLAN)
def test_values_and_what_is_left_out_are_all_that_counts(
    plan: list[tuple[int, int, str, tuple[str, ...]]],
) -> None:
    found = _figures(_made(plan))
    for key in ("mttd", "mtta", "mttm", "mttr", "mtbf", "postmortems_on_time", "recurrence"):
        assert found[key].n + len(found[key].excluded) == len(plan)
        assert all(value >= 0 for value in found[key].values)


@given(_PLAN, st.booleans())
def test_a_drill_changes_nothing(plan: list[tuple[int, int, str, tuple[str, ...]]], resolved: bool) -> None:
    incidents = _made(plan)
    drill = _incident(99, 0, 60 if resolved else None, "SEV1", services=("cart",), drill=True)
    for by in (None, "service", "severity", "month", "type"):
        with_it, without = (Evidence((*incidents, *more), Settings(), NOW) for more in ((drill,), ()))
        if by is None:
            assert metrics(with_it) == metrics(without)
        else:
            assert grouped(with_it, by) == grouped(without, by)


@given(_PLAN, st.randoms())
def test_the_order_of_incidents_changes_nothing(
    plan: list[tuple[int, int, str, tuple[str, ...]]], random: object
) -> None:
    incidents = _made(plan)
    shuffled = list(incidents)
    random.shuffle(shuffled)

    def said(those: Sequence[Incident]) -> object:
        found = _figures(those)
        return {key: (sorted(each.values), set(each.excluded)) for key, each in found.items()}

    assert said(incidents) == said(shuffled)
