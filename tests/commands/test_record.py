"""`lightship record`: from pipelines, monitoring and pagers; twice is once; what is wrong writes nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests.trees import TEAM, Done, commit, git, lightship

from lightship.facts import schemas

CHANGE = {"id": "deploy-1", "at": "2026-03-04T12:00:00Z", "title": "Cart 2.3", "application": "cart"}
FILES = {
    **TEAM,
    "lightship.yaml": "name: x\n",
    "catalog/people/bo.yaml": "name: Bo Example\npagerduty: PBO1234\n",
    "catalog/schedules/nights.yaml": "timezone: Europe/Berlin\nteam: payments\nsource: facts\n",
    "catalog/schedules/days.yaml": 'timezone: UTC\nlayers:\n  - { people: [ada], starts: 2026-01-05, handover: "09:00", length: 7d }\n',
    "catalog/services/cart.yaml": "name: Cart\nowner: payments\nschedule: nights\nintegrations: { argocd: { application: cart } }\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    commit(tmp_path / "work", FILES)
    return tmp_path / "work"


def record(root: Path, noun: str, held: Any, *more: str) -> Done:
    """Pipe `held` into the command."""
    text = held if isinstance(held, str) else json.dumps(held)
    done = subprocess.run(
        [sys.executable, "-m", "lightship", "record", noun, *more],
        cwd=root, input=text, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return Done(done.returncode, done.stdout, done.stderr)


def facts(root: Path, path: str) -> Any:
    return json.loads(git(root, "show", f"facts:{path}"))


def test_a_change_is_recorded_once_with_its_services_and_source(root: Path) -> None:
    assert json.loads(schemas.schema("change"))
    jsonschema.validate(CHANGE, json.loads(schemas.schema("change")))
    first = record(root, "change", CHANGE, "--source", "argo-cd", "--format", "json")
    assert (first.code, json.loads(first.out)) == (
        0,
        {"recorded": 1, "updated": 0, "unchanged": 0, "unattributed": 0, "pending": []},
    ), first.err
    tip = git(root, "rev-parse", "facts")
    again = record(root, "change", [CHANGE], "--source", "argo-cd")
    assert (again.code, again.out) == (0, "0 recorded, 0 updated, 1 unchanged, 0 unattributed\n")
    assert git(root, "rev-parse", "facts") == tip
    held = facts(root, "changes/argo-cd/2026-03.json")
    assert held == {"source": "argo-cd", "changes": [{**CHANGE, "services": ["cart"]}]}


def test_an_alert_fires_and_ends(root: Path) -> None:
    alert = {
        "id": "p-1",
        "name": "CartErrors",
        "at": "2026-03-04T12:00:00Z",
        "services": ["cart"],
        "text": "5xx",
    }
    assert record(root, "alert", alert, "--source", "dynatrace").code == 0
    ended = {key: value for key, value in alert.items() if key not in ("text", "services")}
    done = record(root, "alert", {**ended, "ended_at": "2026-03-04T12:30:00.5Z"}, "--source", "dynatrace")
    assert done.out.startswith("0 recorded, 1 updated")
    assert facts(root, "alerts/dynatrace.json")["alerts"] == [{**alert, "ended_at": "2026-03-04T12:30:00Z"}]


def test_what_belongs_to_nobody_is_kept_and_said(root: Path) -> None:
    done = record(root, "change", {**CHANGE, "application": "crt"}, "--source", "argo-cd")
    assert (done.code, done.out) == (0, "1 recorded, 0 updated, 0 unchanged, 1 unattributed\n")
    assert done.err == "kept, but 'deploy-1': application 'crt' is no service's; did you mean 'cart'?\n"
    assert facts(root, "changes/argo-cd/2026-03.json")["changes"][0]["application"] == "crt"


@pytest.mark.parametrize(
    ("noun", "held", "said"),
    [
        ("change", [CHANGE, {**CHANGE, "id": "2", "at": "yesterday"}], "[1].at: a moment is written"),
        ("alert", "{", "reading what came through the pipe:1:2: this is not JSON"),
        ("fact", {"services": {"cart": {"Bad Key": 1}}}, "services.cart"),
        ("oncall", {"shifts": []}, "'schedule' is missing"),
        ("oncall", "BEGIN:VCALENDAR\nEND", "add --schedule ID"),
    ],
)
def test_bad_input_writes_nothing(root: Path, noun: str, held: Any, said: str) -> None:
    done = record(root, noun, held)
    assert done.code == 2 and said in done.err, done.err
    assert "Traceback" not in done.err
    assert git(root, "branch", "--list", "facts") == ""


def test_values_are_scored_at_once(root: Path) -> None:
    card = """\
levels:
  - { id: bronze, name: Bronze }
rules:
  - { id: covered, title: Covered, level: bronze, check: facts.coverage >= 80, why: Tests., fix: Write them. }
"""
    commit(root, {"scorecards/basics.yaml": card})

    def outcome() -> str:
        cards = json.loads(lightship(root, "score", "--format", "json").out)["services"]["cart"]
        return str(cards["basics"]["rules"]["covered"]["outcome"])

    assert outcome() == "no_data"
    done = record(
        root, "fact", {"services": {"cart": {"coverage": 81}, "cra": {"coverage": 1}}}, "--source", "ci"
    )
    assert "'cra' is no service of the catalog" in done.err
    assert outcome() == "pass"


def test_shifts_come_from_json_and_count_where_the_schedule_says_so(root: Path) -> None:
    shifts = [
        {"person": "PBO1234", "start": "2026-03-04T00:00:00Z", "end": "2026-03-05T00:00:00Z"},
        {"person": "jo@example.com", "start": "2026-03-05T00:00:00Z", "end": "2026-03-06T00:00:00Z"},
    ]
    rotas = [
        {"schedule": id, "source": "pagerduty", "observed_at": "2026-03-04T08:00:00Z", "shifts": shifts}
        for id in ("nights", "days", "night")
    ]
    jsonschema.validate(rotas[0], json.loads(schemas.schema("oncall")))
    done = record(root, "oncall", rotas, "--format", "json")
    assert done.code == 0 and json.loads(done.out)["recorded"] == 3, done.err
    assert "'jo@example.com', on call by 'nights', is nobody of the catalog" in done.err
    assert "'night' is no schedule of the catalog; did you mean 'nights'?" in done.err
    assert "catalog/schedules/days.yaml says `source: rotations`" in done.err
    assert [
        each["person"] for each in facts(root, "oncall/pagerduty.json")["schedules"]["nights"]["shifts"]
    ] == [
        "bo",
        "jo@example.com",
    ]
    now = lightship(root, "oncall", "cart", "--at", "2026-03-04T12:00:00Z")
    assert "now    Bo Example" in now.out and "then   jo@example.com" in now.out


def test_shifts_come_from_a_calendar(root: Path) -> None:
    text = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260301T000000Z\r\n"
        "DTSTART;TZID=Europe/Berlin:20260302T090000\r\nDTEND;TZID=Europe/Berlin:20260309T090000\r\n"
        "RRULE:FREQ=WEEKLY;COUNT=3\r\nSUMMARY:Bo Example on call\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    (root / "nights.ics").write_bytes(text.encode())
    options = ("nights.ics", "--source", "pagerduty", "--now", "2026-03-04T08:00:00Z")
    wrong = lightship(root, "record", "oncall", *options, "--schedule", "nigts")
    assert (wrong.code, "did you mean 'nights'?" in wrong.err) == (2, True)
    done = lightship(root, "record", "oncall", *options, "--schedule", "nights")
    assert (done.code, done.out) == (0, "1 recorded, 0 updated, 0 unchanged, 0 unattributed\n"), done.err
    held = facts(root, "oncall/pagerduty.json")["schedules"]["nights"]
    assert [shift["start"] for shift in held["shifts"]] == [
        "2026-03-02T08:00:00Z",
        "2026-03-09T08:00:00Z",
        "2026-03-16T08:00:00Z",
    ]


def test_it_is_pushed_unless_offline_and_what_is_pending_is_said(root: Path, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--bare", "origin.git")
    git(root, "remote", "add", "origin", str(tmp_path / "origin.git"))
    done = record(root, "change", CHANGE, "--offline", "--format", "json")
    assert "not asked for" in json.loads(done.out)["pending"][0]
    assert git(tmp_path / "origin.git", "branch", "--list") == ""
    assert record(root, "change", {**CHANGE, "id": "2"}).err == ""
    assert git(tmp_path / "origin.git", "rev-parse", "facts") == git(root, "rev-parse", "facts")


def test_a_broken_catalog_does_not_stop_it(root: Path) -> None:
    commit(root, {"catalog/services/broken.yaml": "name: [\n"})
    assert record(root, "change", CHANGE).code == 0
