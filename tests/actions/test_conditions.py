"""What conditions see: every variable is there, and the time is that of the target's owner."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.actions.asking import request
from tests.trees import write

from lightship import commandline
from lightship.actions.conditions import Conditions
from lightship.actions.question import OpenIncident, Span
from lightship.actions.vocabulary import VARIABLES
from lightship.catalog.catalog import Catalog

NIGHT = '{ timezone: Europe/Berlin, days: [fri], start: "22:00", end: "06:00" }'
DAY = '{ timezone: Asia/Kolkata, days: [mon], start: "09:00", end: "17:00" }'


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    """Two teams, at work by day and by night, and one that does not say."""
    files = {
        "catalog/people/ada.yaml": "name: Ada\nroles: [leader]\n",
        "catalog/teams/day.yaml": f"name: Day\nmembers: [ada]\nworking_hours: {DAY}\n",
        "catalog/teams/night.yaml": f"name: Night\nlead: ada\nworking_hours: {NIGHT}\n",
        "catalog/teams/free.yaml": "name: Free\n",
        **{
            f"catalog/services/{id}.yaml": f"name: {id}\nowner: {id}\ntier: 1\n"
            for id in ("day", "night", "free")
        },
    }
    return commandline.load(write(tmp_path, files))


@pytest.mark.parametrize(
    ("target", "at", "weekday", "hour", "working"),
    [
        ("day", "2026-11-23T03:30:00Z", "mon", 9, True),
        ("day", "2026-11-23T03:29:59Z", "mon", 8, False),
        ("day", "2026-11-23T11:30:00Z", "mon", 17, False),
        ("day", "2026-11-22T20:00:00Z", "mon", 1, False),
        ("night", "2026-11-27T21:00:00Z", "fri", 22, True),
        ("night", "2026-11-28T04:59:59Z", "sat", 5, True),
        ("night", "2026-11-28T05:00:00Z", "sat", 6, False),
        ("night", "2026-11-28T21:30:00Z", "sat", 22, False),
        ("night", "2026-11-27T04:00:00Z", "fri", 5, False),
        ("free", "2026-11-27T12:00:00Z", "fri", 12, False),
    ],
)
def test_the_time_is_that_of_the_owner(
    catalog: Catalog, target: str, at: str, weekday: str, hour: int, working: bool
) -> None:
    now = datetime.fromisoformat(at)
    time = Conditions(catalog).facts(request(target=target), (), None, now)["time"]
    assert (time["weekday"], time["hour"], time["working_hours"]) == (weekday, hour, working)
    assert time["now"] == now


def test_every_variable_and_field_is_there(catalog: Catalog) -> None:
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    incident = OpenIncident("inc-1", "SEV1", "declared", ("day",))
    for asked in (request(target="day"), request(target=None), request(target="gone", requester="nobody")):
        facts = Conditions(catalog).facts(asked, (), incident, now)
        assert facts.keys() == VARIABLES.keys()
        for name in ("request", "target", "requester", "time"):
            assert facts[name].keys() == VARIABLES[name].fields.keys(), name


def test_who_asks_is_seen_with_their_teams_and_whether_they_are_on_call(catalog: Catalog) -> None:
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    conditions = Conditions(catalog)
    for start, end, awake in ((now, now + timedelta(hours=1), True), (now - timedelta(hours=1), now, False)):
        seen = conditions.facts(request(target="day"), (Span("ada", start, end),), None, now)["requester"]
        assert (seen["id"], seen["roles"], seen["on_call"]) == ("ada", ["leader"], awake)
        assert sorted(seen["teams"]) == ["day", "night"]
