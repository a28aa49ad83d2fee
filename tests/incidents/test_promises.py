"""What is promised, when it is late, and which warnings that gives."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.incidents.stories import ID, T, declared, told

from lightship.catalog import rules
from lightship.catalog.settings import Settings
from lightship.incidents import events, postmortem
from lightship.incidents.incident import Incident
from lightship.incidents.promises import Promise, findings, promises

_RESOLVED = (60, events.Resolved(text="Rolled back."))
_LED = declared(commander="ada")


def _kept(incident: Incident, minutes: float, merged: frozenset[str] = frozenset()) -> tuple[Promise, ...]:
    return promises([incident], Settings(), T + timedelta(minutes=minutes), merged)


def _days(days: float) -> float:
    return days * 24 * 60


def test_an_update_is_late_by_the_minute() -> None:
    (update,) = _kept(told(_LED), 60)
    assert (update.kind, update.late, update.who, update.at) == (
        "update",
        False,
        "ada",
        T + timedelta(hours=1),
    )
    (update,) = _kept(told(_LED), 61)
    assert update.late
    assert _kept(told(_LED, _RESOLVED), 61)[0].kind == "postmortem"


@pytest.mark.parametrize(
    ("severity", "roles", "missing"),
    [("SEV2", {}, True), ("SEV2", {"commander": "ada"}, False), ("SEV3", {}, False)],
)
def test_somebody_has_to_lead(severity: str, roles: dict[str, str], missing: bool) -> None:
    incident = told(declared(severity=severity), (1, events.Updated(text="Hm.", roles=roles)))
    found = [promise for promise in _kept(incident, 2) if promise.kind == "commander"]
    assert [promise.late for promise in found] == [True] * missing


@pytest.mark.parametrize(
    ("days", "merged", "state", "late"),
    [
        (1, (), "due", False),
        (14, (), "due", False),  # the tenth business day itself
        (15, (), "overdue", True),
        (15, (postmortem.path(ID),), "published", None),
    ],
)
def test_post_mortems(days: float, merged: tuple[str, ...], state: str, late: bool | None) -> None:
    incident = told(_LED, _RESOLVED)
    now = T + timedelta(days=days)
    standing = postmortem.standing(incident, Settings(), now, merged)
    assert standing is not None and standing.state == state
    found = _kept(incident, _days(days), frozenset(merged))
    assert [(promise.day, promise.late, promise.who) for promise in found] == (
        [] if late is None else [(date(2026, 3, 16), late, "ada")]
    )


def test_a_draft_is_not_yet_published_and_goes_overdue_all_the_same() -> None:
    drafted = told(_LED, _RESOLVED, (70, events.PostmortemDrafted(path=postmortem.path(ID))))
    standings = [postmortem.standing(drafted, Settings(), T + timedelta(days=days)) for days in (1, 15)]
    assert [standing.state for standing in standings if standing] == ["drafted", "overdue"]
    done = told(_LED, _RESOLVED, (70, events.PostmortemPublished(path="https://notes.example/1", at=T)))
    published = postmortem.standing(done, Settings(), T + timedelta(days=15))
    assert published is not None
    assert (published.state, published.path) == ("published", "https://notes.example/1")


def test_no_post_mortem_where_none_is_asked_for() -> None:
    incident = told(declared(severity="SEV4"), _RESOLVED)
    assert postmortem.standing(incident, Settings(), T + timedelta(days=90)) is None
    assert _kept(incident, _days(90)) == ()


def test_duplicates_promise_nothing_but_their_follow_ups() -> None:
    double = told(
        declared(),
        (5, events.FollowedUp(id="f1", title="Mend the alert", owner="bo", due=date(2026, 3, 4))),
        (10, events.Closed(reason="the same", duplicate_of="inc-20260302-zzzz")),
    )
    assert [(promise.kind, promise.late) for promise in _kept(double, _days(30))] == [("follow-up", True)]


def test_follow_ups_are_late_once_their_day_is_over() -> None:
    story = (declared(severity="SEV4"), _RESOLVED)
    opened = (61, events.FollowedUp(id="f1", title="Mend it", owner="bo", due=date(2026, 3, 4)))
    for days, late in ((2, False), (3, True)):
        (promise,) = _kept(told(*story, opened), _days(days))
        assert (promise.day, promise.late, promise.who, promise.subject) == (
            date(2026, 3, 4),
            late,
            "bo",
            "f1",
        )
    done = (90, events.FollowedUp(id="f1", state="done"))
    assert _kept(told(*story, opened, done), _days(3)) == ()


def test_the_earliest_comes_first() -> None:
    first = told(_LED, _RESOLVED, id="inc-20260302-bbbb")
    second = told(declared(severity="SEV1", commander="ada"), id="inc-20260302-cccc")
    found = promises([first, second], Settings(), T + timedelta(hours=2))
    assert [promise.kind for promise in found] == ["update", "postmortem"]


def test_what_is_late_is_a_warning_that_can_be_explained() -> None:
    incident = told(
        declared(),
        (5, events.FollowedUp(id="f1", title="Mend it", owner="bo", due=date(2026, 3, 4))),
    )
    over = told(_LED, _RESOLVED, id="inc-20260302-bbbb")
    now = T + timedelta(days=20)
    found = findings(promises([incident, over], Settings(), now), now, "journal")
    assert {each.rule: each.path for each in found} == {
        "update-overdue": f"journal:{ID}",
        "commander-missing": f"journal:{ID}",
        "follow-up-overdue": f"journal:{ID}",
        "postmortem-overdue": "catalog/postmortems/inc-20260302-bbbb.md",
    }
    for each in found:
        assert each.severity == "warning" and each.message and "lightship" in each.fix
        assert each.rule in rules.registry()
    assert findings(promises([over], Settings(), T + timedelta(days=3)), T, "journal") == ()
