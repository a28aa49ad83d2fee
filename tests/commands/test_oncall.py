"""`lightship oncall`: who, until when by both clocks, how to reach them, who then, what is wrong ahead, who carries how much."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from tests.trees import TEAM, commit, lightship, write

FILES = {
    **TEAM,
    "lightship.yaml": "name: x\n",
    "catalog/people/bo.yaml": "name: Bo Example\nphone: '+49 30 1234567'\nslack: '@bo'\n",
    "catalog/teams/payments.yaml": "name: Payments\nmembers: [ada]\nlead: ada\n",
    "catalog/schedules/nights.yaml": """\
name: Nights
timezone: Europe/Berlin
layers:
  - { people: [ada, bo], starts: 2026-03-02, handover: "10:00", length: 7d, ends: 2026-04-06 }
overrides:
  - { person: bo, start: 2026-03-20T00:00Z, end: 2026-03-21T00:00Z }
  - { person: ada, start: 2026-03-20T12:00Z, end: 2026-03-22T00:00Z }
escalation:
  - { after: 5, schedule: second }
""",
    "catalog/schedules/second.yaml": 'timezone: UTC\nlayers:\n  - { people: [bo], starts: 2026-03-02, handover: "10:00", length: 7d }\n',
    "catalog/schedules/pager.yaml": "timezone: UTC\nsource: facts\n",
    "catalog/services/cart.yaml": "name: Cart\nowner: payments\nschedule: nights\n",
    "catalog/services/web.yaml": "name: Web\nowner: payments\n",
    "catalog/services/box.yaml": "name: Box\nowner: payments\nschedule: nights\nescalation: [{ person: ada }]\n",
}
AT = ("--at", "2026-03-26T12:00:00Z")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    work = tmp_path_factory.mktemp("shop")
    commit(work, FILES)
    return work


def oncall(root: Path, *arguments: str) -> Any:
    done = lightship(root, "oncall", *arguments, "--format", "json")
    assert done.code == 0, done.err
    return json.loads(done.out)


def test_a_service_by_its_schedule_in_both_clocks(root: Path) -> None:
    done = lightship(root, "oncall", "cart", *AT)
    assert done.code == 0, done.err
    assert done.out == (
        "Nights (nights, for cart)\n"
        "  now    Bo Example, +49 30 1234567, @bo, until Mon 30 Mar 10:00 CEST (08:00 UTC)\n"
        "  then   Ada Example, ada@example.com, from Mon 30 Mar 10:00 CEST (08:00 UTC) until Mon 6 Apr 10:00 CEST (08:00 UTC)\n"
        "  else   after 5 min Bo Example, +49 30 1234567, @bo (on call by second)\n"
        "  gap    nobody Mon 6 Apr 10:00 CEST (08:00 UTC) until Thu 7 May 14:00 CEST (12:00 UTC)\n"
        "  clash  bo also for second, Thu 26 Mar 13:00 CET (12:00 UTC) until Mon 30 Mar 10:00 CEST (08:00 UTC)\n"
    )


def test_json_tells_the_same(root: Path) -> None:
    found = oncall(root, "nights", *AT)
    assert (found["now"]["person"], found["now"]["since"]) == ("bo", "2026-03-25T12:00:00Z")
    assert (found["now"]["until"], found["now"]["until_local"]) == (
        "2026-03-30T08:00:00Z",
        "2026-03-30T10:00+02:00",
    )
    assert (found["next"]["person"], found["known"], found["source"], found["age_minutes"]) == (
        "ada",
        True,
        "rotations",
        None,
    )
    assert [each["start"] for each in found["gaps"]] == ["2026-04-06T08:00:00Z"]
    assert found["clashes"][0]["schedules"] == ["second"]


def test_double_bookings_ahead_are_named(root: Path) -> None:
    found = oncall(root, "nights", "--at", "2026-03-10T12:00:00Z")
    assert found["doubles"] == [
        {"start": "2026-03-20T12:00:00Z", "end": "2026-03-21T00:00:00Z", "people": ["bo", "ada"]}
    ]


def test_all_schedules_where_none_is_named_and_unknown_is_said(root: Path) -> None:
    found = {row["schedule"]: row for row in oncall(root, *AT)}
    assert found.keys() == {"nights", "pager", "second"}
    assert (found["second"]["now"]["until"], found["second"]["next"]) == (None, None)
    assert (found["pager"]["known"], found["pager"]["now"]) == (False, None)
    text = lightship(root, "oncall", "pager", *AT).out
    assert (
        "now    unknown: no snapshot of its pager is here: record its shifts with `lightship record oncall`"
        in text
    )


def test_only_the_next(root: Path) -> None:
    assert lightship(root, "oncall", "nights", "--next", *AT).out == (
        "nights: Ada Example, ada@example.com, from Mon 30 Mar 10:00 CEST (08:00 UTC) until Mon 6 Apr 10:00 CEST (08:00 UTC)\n"
    )
    assert oncall(root, "nights", "--next", *AT)["next"]["person"] == "ada"
    assert "nobody else is planned" in lightship(root, "oncall", "second", "--next", *AT).out


def test_the_service_has_an_escalation_of_its_own(root: Path) -> None:
    assert [step["person"] for step in oncall(root, "box", *AT)["escalation"]] == ["ada"]


def test_nobody_is_an_answer_with_whom_to_ask(root: Path) -> None:
    done = lightship(root, "oncall", "web")
    assert done.code == 1
    assert done.out == (
        "nobody is on call for 'web': name a schedule in catalog/services/web.yaml; ask Ada Example, who leads payments\n"
    )
    wrong = lightship(root, "oncall", "crat")
    assert (wrong.code, "did you mean 'cart'?" in wrong.err) == (2, True)


def test_who_carries_how_much_and_was_called_how_often(root: Path, tmp_path: Path) -> None:
    commit(tmp_path, FILES)
    alerts = [
        {"id": str(at), "name": "High", "at": moment, "services": ["cart"], "severity": severity}
        for at, (moment, severity) in enumerate(
            (
                ("2026-03-04T12:00:00Z", "critical"),
                ("2026-03-04T23:00:00Z", "critical"),
                ("2026-03-10T12:00:00Z", "critical"),
                ("2026-03-10T13:00:00Z", "warning"),
                ("2026-02-10T13:00:00Z", "critical"),
            )
        )
    ]
    write(tmp_path, {"alerts.json": json.dumps(alerts)})
    assert lightship(tmp_path, "record", "alert", "alerts.json", "--source", "dynatrace").code == 0
    declared = lightship(
        tmp_path, "incident", "declare", "--service", "cart", "--severity", "SEV3", "--title", "Slow",
        "--at", "2026-03-11T12:00:00Z", "--reason", "noticed late", "--offline",
    )  # fmt: skip
    assert declared.code == 0, declared.err
    rows = {
        row["person"]: row
        for row in oncall(tmp_path, "nights", "--load", "--at", "2026-03-16T09:00:00Z")["load"]
    }
    assert {
        id: (row["hours"], row["alerts"], row["incidents"], row["pages_at_night"]) for id, row in rows.items()
    } == {
        "ada": (168.0, 2, 0, 1),
        "bo": (168.0, 1, 1, 0),
    }
    assert (rows["ada"]["nights"], rows["ada"]["weekend_hours"], rows["ada"]["share"]) == (7, 48.0, 1.0)
    text = lightship(tmp_path, "oncall", "nights", "--load", "--at", "2026-03-16T09:00:00Z").out
    assert "weekend h" in text and "Ada Example" in text


def test_calendars(root: Path) -> None:
    one = lightship(root, "oncall", "cart", "--format", "ics", *AT)
    assert one.code == 0, one.err
    assert {str(event["SUMMARY"]) for event in Calendar.from_ical(one.out).events} == {
        "Ada Example",
        "Bo Example",
    }
    mine = lightship(root, "oncall", "--person", "bo", "--format", "ics", *AT)
    assert {str(event["SUMMARY"]) for event in Calendar.from_ical(mine.out).events} == {
        "On call: Nights",
        "On call: second",
    }
    assert lightship(root, "oncall", "--format", "ics").code == 2
    assert "did you mean 'bo'?" in lightship(root, "oncall", "--person", "boo", "--format", "ics").err
