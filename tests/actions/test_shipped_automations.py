"""The shipped triggers, with the shipped actions and policies in a repository of their own: each fires through real commands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from tests.actions.shop import Shop
from tests.trees import commit, git

from lightship.catalog.kinds.action import Event
from lightship.catalog.load import load
from lightship.catalog.source import folder
from lightship.forge.reading import read
from lightship.incidents import events, lifecycle
from lightship.journal.entry import Actor

ROOT = Path(__file__).parents[2]
BEN = Actor("Ben", "ben", True)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
PAY = """\
name: Pay
owner: payments
tier: 2
integrations:
  pagerduty: { service_id: PPAY }
  slack: { channel: "#svc-pay" }
  statuspage: { component: pay }
  notion: { page: https://notion.example.com/pay }
"""
READY = """\
levels: [{ id: silver, name: Silver }, { id: gold, name: Gold }]
rules:
  - { id: owned, title: Owned, level: silver, check: 'service.owner != ""', why: So, fix: Own it }
"""


def _shipped() -> Iterator[tuple[str, str]]:
    """Every action and policy that is shipped; the team that keeps them is the one that there is."""
    for path in sorted((ROOT / "actions").rglob("*.yaml")):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        if "requests" not in path.parts:
            kept = ("owner: keepers\n" if line.startswith("owner:") else line for line in lines)
            yield path.relative_to(ROOT).as_posix(), "".join(kept)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    files = {
        **dict(_shipped()),
        "catalog/teams/keepers.yaml": "name: Keepers\nmembers: [ada]\nslack: '#keepers'\n",
        "catalog/teams/payments.yaml": "name: Payments\nmembers: [ben]\nslack: '#payments'\n",
        "catalog/services/pay.yaml": PAY,
        "scorecards/ready.yaml": READY,
    }
    shop = Shop.made(tmp_path_factory.mktemp("automations") / "root", files)
    git(shop.root, "config", "user.email", "ada@example.com")
    return shop


@pytest.fixture
def shop(template: Shop, tmp_path: Path) -> Shop:
    return template.copy(tmp_path / "shop")


def story(shop: Shop, began: timedelta, *told: tuple[timedelta, events.Event], severity: str = "SEV1") -> str:
    """An incident that was declared so long ago, and what came so long after that; its id."""
    start = datetime.now(UTC).replace(microsecond=0) - began
    declared = events.Declared(title="Nobody can pay", severity=severity, services=("pay",))
    id = lifecycle.new_id(start, ())
    shop.journal.append(
        [lifecycle.entry(id, event, BEN, start + after) for after, event in ((0 * MINUTE, declared), *told)]
    )
    return id


def asked(shop: Shop) -> set[tuple[str, str, str]]:
    """What the portal asked for so far: (event, action, incident)."""
    found = set()
    for entry in shop.journal.entries():
        if entry.kind == "request.asked" and "automation" in entry.data:
            request, problems = read(entry.subject, entry.data["text"].encode())
            assert request is not None and not problems
            found.add((entry.data["automation"]["on"], request.action, request.incident or ""))
    return found


def after(shop: Shop, command: str = "execute") -> set[tuple[str, str, str]]:
    """What the portal has asked for after a run."""
    done = shop.run(command)
    assert done.code == 0, done.err
    return asked(shop)


def by_action(shop: Shop) -> dict[str, str]:
    """The ids of requests by action."""
    entries = (entry for entry in shop.journal.entries() if entry.kind == "request.asked")
    return {entry.data["action"]: entry.subject for entry in entries}


def test_declaring_a_sev1_opens_pages_drafts_notes_and_briefs(shop: Shop) -> None:
    words = ("incident", "declare", "--service", "pay", "--severity", "SEV1", "--title", "Nobody can pay")
    declared = shop.run(*words, "--as", "ben", "--role", "commander=ben", "--format", "json")
    incident = json.loads(declared.out)["id"]
    done = shop.run("execute", "--format", "json")
    assert done.code == 0, done.err
    ids = by_action(shop)
    assert ids.keys() == {"incident-channel", "page-on-call", "statuspage-open", "notes-page"}
    steps = json.loads(done.out)["steps"]
    outcomes = {(each["request"], each["step"]): each["outcome"] for each in steps}
    assert outcomes == {
        (ids["incident-channel"], "open"): "simulated",
        (ids["incident-channel"], "brief"): "simulated",
        (ids["incident-channel"], "tell-team"): "simulated",
        (ids["page-on-call"], "page"): "simulated",
        (ids["notes-page"], "begin"): "simulated",
        (ids["statuspage-open"], "publish"): "pending",
    }

    def planned(action: str) -> list[dict[str, object]]:
        told = json.loads(shop.run("request", "plan", ids[action], "--format", "json").out)
        return [each["with"] for each in told["steps"]]

    channel, brief, _ = planned("incident-channel")
    assert channel["channel"] == brief["channel"] == incident and brief["pin"] is True
    assert "SEV1 Nobody can pay" in str(brief["text"]) and "hits `pay`" in str(brief["text"])
    assert planned("page-on-call")[0] == {
        "service": "PPAY",
        "alert": incident,
        "summary": f"SEV1 {incident}: Nobody can pay",
        "details": f"The portal asks: incident declared, {incident} (Nobody can pay)",
    }
    assert planned("notes-page")[0]["reference"] == incident
    draft = planned("statuspage-open")[0]
    assert (draft["components"], draft["state"]) == (["pay"], "major_outage")

    # The draft waits for whoever leads the incident, and for nobody else; nothing is asked for twice.
    said = ("--key", str(shop.root / ".git/ben"))
    tip = git(shop.root, "rev-parse", "journal")
    assert shop.run("execute").out == "1 pending\n" and git(shop.root, "rev-parse", "journal") == tip
    assert shop.run("approve", ids["statuspage-open"], "--as", "ben", *said).code == 0
    assert shop.steps("execute") == [("publish", "simulated")]
    assert shop.steps("reconcile") == []


UNACKNOWLEDGED = (
    ("SEV1", 4, ""),
    ("SEV1", 6, "nudge"),
    ("SEV2", 19, "nudge"),
    ("SEV2", 21, "nudge, escalate"),
    ("SEV4", 600, ""),
)
OVERDUE = (
    ("SEV2", 59, ""),
    ("SEV2", 61, "nudge"),
    ("SEV1", 44, "nudge"),
    ("SEV1", 46, "nudge, escalate"),
    ("SEV3", 300, "nudge"),
)


@pytest.mark.parametrize("command", ["execute", "reconcile"])
def test_silence_nudges_and_then_escalates(shop: Shop, command: str) -> None:
    had = (MINUTE, events.Acknowledged(text="Mine"))
    expected = {}
    for on, cases, told in (
        ("incident-unacknowledged", UNACKNOWLEDGED, ()),
        ("update-overdue", OVERDUE, (had,)),
    ):
        for severity, minutes, says in cases:
            expected[on, story(shop, minutes * MINUTE, *told, severity=severity)] = says
    words = {"channel-update": "nudge", "escalate-page": "escalate"}
    found: dict[tuple[str, str], set[str]] = {}
    for on, action, incident in after(shop, command):
        found.setdefault((on, incident), set()).add(words.get(action, action))
    for key, says in expected.items():
        assert ", ".join(sorted(found.get(key, ()), reverse=True)) == says, key


def test_who_acknowledges_in_between_is_not_escalated(shop: Shop) -> None:
    """The nudge is a request of its own: what comes ten minutes later is looked at then."""
    id = story(shop, 6 * MINUTE)
    assert ("incident-unacknowledged", "channel-update", id) in after(shop)
    assert shop.run("incident", "ack", id, "--as", "ben").code == 0
    later = story(shop, 30 * MINUTE, (MINUTE, events.Acknowledged(text="Mine")), severity="SEV3")
    assert not {each for each in after(shop) if each[1] == "escalate-page" or each[2] == later}


def test_what_gets_worse_opens_and_pages(shop: Shop) -> None:
    id = story(shop, 5 * MINUTE, (MINUTE, events.Updated(text="Worse", severity="SEV2")), severity="SEV3")
    assert after(shop) >= {("severity-raised", "page-on-call", id)}
    assert ("severity-raised", "incident-channel", id) not in asked(shop)
    assert shop.run("incident", "update", id, "Worse still", "--severity", "SEV1", "--as", "ben").code == 0
    assert after(shop) >= {("severity-raised", "incident-channel", id)}


def test_the_end_is_told_and_written_down(shop: Shop) -> None:
    id = story(shop, 9 * MINUTE, (MINUTE, events.Acknowledged(text="Mine")))
    after(shop)
    assert shop.run("incident", "resolve", id, "Rolled back", "--as", "ben").code == 0
    found = {(on, action) for on, action, _ in after(shop) if on == "incident-resolved"}
    assert found == {("incident-resolved", "postmortem-page"), ("incident-resolved", "statuspage-resolve")}


def test_a_post_mortem_that_is_late_is_asked_for_on_the_day(shop: Shop) -> None:
    """One of each day: what is due counts business days, so on the day after one, one of these is late since midnight."""
    for days in range(1, 16):
        story(shop, days * DAY, (MINUTE, events.Resolved(text="Rolled back")))
    late = {each for each in after(shop) if each[0] == "postmortem-overdue"}
    yesterday = datetime.now(UTC) - DAY
    assert {action for _, action, _ in late} == ({"remind-team"} if yesterday.weekday() < 5 else set())
    assert after(shop) >= late


def test_a_score_that_dropped_is_told_to_its_team(shop: Shop) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    for at, level in ((now - DAY, "gold"), (now, "silver")):
        day = {"ready": {"pay": level}}
        shop.journal.append([shop.entry("scores.day", f"{at:%Y-%m-%d}", day, at)])
    assert after(shop) == {("score-dropped", "remind-team", "")}


def test_the_week_comes_round_and_not_for_the_time_before(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it is shipped but hourly: an occurrence before the file was there is nobody's; one after it is asked for once."""
    path = "actions/weekly-handover.yaml"
    text = (shop.root / path).read_text(encoding="utf-8")
    hourly = text.replace("every: 7d, start: 2026-01-05T08:45", "every: 1h")
    assert hourly != text
    commit(shop.root, {path: hourly})
    last_hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    schedule = {("schedule", "weekly-handover", "")}
    assert after(shop) == (set() if datetime.now(UTC) - last_hour > timedelta(seconds=30) else schedule)
    before = (last_hour - MINUTE).isoformat()
    monkeypatch.setenv("GIT_COMMITTER_DATE", before)
    commit(shop.root, {path: f"{hourly}# Since before the hour.\n"})
    monkeypatch.delenv("GIT_COMMITTER_DATE")
    assert after(shop) == schedule
    hours = shop.count("request.asked")
    assert after(shop, "reconcile") == schedule and shop.count("request.asked") - hours <= 1


def test_every_event_has_a_shipped_action_that_waits_for_it() -> None:
    actions = load(folder(ROOT)).actions.values()
    assert {trigger.on for action in actions for trigger in action.triggers} == set(get_args(Event))


def test_no_policy_is_shipped_that_no_shipped_action_needs() -> None:
    catalog = load(folder(ROOT))
    assert {action.policy for action in catalog.actions.values()} == set(catalog.policies)
