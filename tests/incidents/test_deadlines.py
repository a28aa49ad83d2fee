"""Deadlines in business days: against another library's calendar, and against tables made by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import holidays
import pytest
from dateutil.rrule import DAILY, FR, MO, TH, TU, WE, rrule, rruleset
from hypothesis import given
from hypothesis import strategies as st
from tests.incidents.stories import T, declared, told

from lightship.catalog.settings import Holidays, Settings
from lightship.incidents import events
from lightship.incidents.deadlines import (
    business_days_after,
    follow_up_due,
    is_business_day,
    local_day,
    postmortem_due,
    update_due,
    worst,
)

_BERLIN = Holidays(country="DE", subdivision="BE")
_PLACES = [("DE", "BE"), ("DE", "BY"), ("US", None), ("US", "CA"), ("IN", None), ("GB", "SCT"), ("JP", None)]


@pytest.mark.parametrize(
    ("day", "count", "where", "due"),
    [
        (date(2026, 3, 2), 1, None, date(2026, 3, 3)),
        (date(2026, 3, 6), 1, None, date(2026, 3, 9)),  # a Friday
        (date(2026, 3, 7), 1, None, date(2026, 3, 9)),  # a Saturday
        (date(2026, 3, 8), 5, None, date(2026, 3, 13)),  # a Sunday
        (date(2026, 3, 2), 10, None, date(2026, 3, 16)),
        (date(2026, 3, 2), 0, None, date(2026, 3, 2)),
        # Good Friday and Easter Monday.
        (date(2026, 4, 2), 1, None, date(2026, 4, 3)),
        (date(2026, 4, 2), 1, _BERLIN, date(2026, 4, 7)),
        # Christmas, both days, and the New Year.
        (date(2026, 12, 23), 5, _BERLIN, date(2026, 12, 31)),
        (date(2026, 12, 31), 1, _BERLIN, date(2027, 1, 4)),
        # Epiphany is a holiday in Munich, and not in Berlin; Women's Day the other way round.
        (date(2027, 1, 5), 1, _BERLIN, date(2027, 1, 6)),
        (date(2027, 1, 5), 1, Holidays(country="DE", subdivision="BY"), date(2027, 1, 7)),
        (date(2027, 3, 5), 1, _BERLIN, date(2027, 3, 9)),
        (date(2026, 11, 25), 1, Holidays(country="US"), date(2026, 11, 27)),  # Thanksgiving
    ],
)
def test_business_days_by_hand(day: date, count: int, where: Holidays | None, due: date) -> None:
    assert business_days_after(day, count, where) == due


@pytest.mark.parametrize(("country", "subdivision"), _PLACES)
def test_every_day_of_three_years_is_what_the_library_says(country: str, subdivision: str | None) -> None:
    where = Holidays(country=country, subdivision=subdivision)
    library = holidays.country_holidays(country, subdiv=subdivision)
    for number in range(3 * 365):
        day = date(2026, 1, 1) + timedelta(days=number)
        assert is_business_day(day, where) is library.is_working_day(day), day


@given(
    st.dates(date(2024, 1, 1), date(2030, 1, 1)), st.integers(1, 90), st.sampled_from([None, ("DE", "BE")])
)
def test_counting_agrees_with_a_calendar_library(
    day: date, count: int, place: tuple[str, str] | None
) -> None:
    where = Holidays(country=place[0], subdivision=place[1]) if place else None
    work = rruleset()
    begin = datetime.combine(day, datetime.min.time()) + timedelta(days=1)
    work.rrule(rrule(DAILY, dtstart=begin, byweekday=(MO, TU, WE, TH, FR), count=300))
    years = range(day.year, day.year + 2)
    for off in holidays.country_holidays(place[0], subdiv=place[1], years=years) if place else ():
        work.exdate(datetime.combine(off, datetime.min.time()))
    assert business_days_after(day, count, where) == work[count - 1].date()


_RESOLVED = (60, events.Resolved(text="Rolled back."))


@pytest.mark.parametrize(
    ("severity", "more", "due"),
    [
        ("SEV1", {}, date(2026, 3, 9)),
        ("SEV2", {}, date(2026, 3, 16)),
        ("SEV3", {}, None),
        ("SEV2", {"drill": True}, None),
        ("SEV2", {"type": "maintenance"}, None),
    ],
)
def test_post_mortems_are_due_by_severity(severity: str, more: dict[str, object], due: date | None) -> None:
    assert postmortem_due(told(declared(severity=severity, **more), _RESOLVED), Settings()) == due


def test_a_post_mortem_is_not_due_before_the_end() -> None:
    assert postmortem_due(told(declared()), Settings()) is None


def test_what_was_promised_at_the_worst_stays_promised() -> None:
    incident = told(declared(severity="SEV1"), (5, events.Updated(severity="SEV4")), _RESOLVED)
    assert worst(incident) == "SEV1"
    assert postmortem_due(incident, Settings()) == date(2026, 3, 9)


def test_days_are_those_of_the_portals_zone() -> None:
    late = datetime(2026, 3, 6, 23, 30, tzinfo=UTC)
    assert local_day(late, Settings()) == date(2026, 3, 6)
    assert local_day(late, Settings(timezone="Asia/Kolkata")) == date(2026, 3, 7)
    minutes = (late - T).total_seconds() / 60
    incident = told(declared(), (minutes, events.Resolved()))
    assert postmortem_due(incident, Settings()) == date(2026, 3, 20)
    assert postmortem_due(incident, Settings(timezone="America/New_York")) == date(2026, 3, 20)


def test_follow_ups_have_their_own_day_or_that_of_the_severity() -> None:
    incident = told(
        declared(severity="SEV1"),
        (10, events.FollowedUp(id="own", title="Own day", due=date(2026, 5, 1))),
        (11, events.FollowedUp(id="given", title="By severity")),
    )
    assert [follow_up_due(each, incident, Settings()) for each in incident.follow_ups] == [
        date(2026, 5, 1),
        date(2026, 3, 16),
    ]


def test_updates_are_due_by_the_cadence() -> None:
    silent = told(declared(severity="SEV1"))
    assert update_due(silent, Settings()) == T + timedelta(minutes=30)
    heard = told(declared(severity="SEV1"), (20, events.Updated(text="Looking.")))
    assert update_due(heard, Settings()) == T + timedelta(minutes=50)
    calmer = told(declared(severity="SEV1"), (20, events.Updated(severity="SEV2")))
    assert update_due(calmer, Settings()) == T + timedelta(minutes=80)
    assert update_due(told(declared(), _RESOLVED), Settings()) is None
    assert update_due(told(declared(severity="SEV5")), Settings()) is None
