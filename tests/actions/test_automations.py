"""What triggers ask for: each thing once, only where it holds, and never in the name of whoever writes it down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.incidents.stories import T, declared, told
from tests.trees import write

from lightship.actions.automations import Wish, due, is_genuine
from lightship.catalog.catalog import Catalog
from lightship.catalog.load import load
from lightship.catalog.source import folder
from lightship.forge.asking import text
from lightship.forge.reading import read
from lightship.incidents import events
from lightship.incidents.book import Book
from lightship.incidents.incident import Incident
from lightship.journal.entry import Actor, Entry, new_id

ROOT = Path(__file__).parents[2]
MINUTE = timedelta(minutes=1)
PORTAL = Actor("lightship", "", False, "workflow")


def action(trigger: str, target: str = "") -> str:
    """The file of an action with one trigger."""
    return (
        f"name: Say\ncategory: communication\npolicy: free\nowner: keepers\n{target}"
        "inputs: { type: object, properties: { text: { type: string, maxLength: 200, default: Well } } }\n"
        'steps: [{ id: say, uses: slack.post_message, with: { channel: "#a", text: "{{ inputs.text }}" } }]\n'
        f"triggers: [{trigger}]\n"
    )


TREE = {
    "lightship.yaml": "name: Test\n",
    "catalog/people/ada.yaml": "name: Ada\n",
    "catalog/people/kit.yaml": "name: Kit\n",
    "catalog/teams/payments.yaml": "members: [ada]\n",
    "catalog/teams/keepers.yaml": "members: [kit]\nlead: kit\n",
    "catalog/services/checkout.yaml": "name: Checkout\nowner: payments\ntier: 1\n",
    "actions/policies/free.yaml": "tiers: [{ name: All, auto_approve: 'true' }]\n",
}
SEV1 = declared(severity="SEV1")


def catalog(root: Path, trigger: str, files: Mapping[str, str] | None = None, target: str = "") -> Catalog:
    """A catalog whose one action has `trigger`."""
    found = load(folder(write(root, {**TREE, "actions/say.yaml": action(trigger, target), **(files or {})})))
    assert not found.findings
    return found


def book(*incidents: Incident, records: Mapping[str, tuple[Entry, ...]] | None = None) -> Book:
    return Book("tip", {each.id: each for each in incidents}, records or {})


def recorded(wish: Wish, **changes: object) -> Entry:
    """The wish as the journal has it."""
    data = {
        "automation": dict(wish.why),
        "text": text(wish.said, wish.at).decode(),
        "person": wish.said["requester"],
        **changes,
    }
    return Entry(new_id(wish.at), "request.asked", wish.id, wish.at, PORTAL, data)


def test_a_declaration_asks_once_in_the_name_of_who_keeps_the_action(tmp_path: Path) -> None:
    """The id follows from what happened: whoever looks, whenever, finds the same."""
    inputs = 'inputs: { text: "{{ incident.id }} {{ brief }}" }, reason: "{{ incident.title }}"'
    known = catalog(tmp_path, f"{{ on: incident-declared, when: incident.severity == 'SEV1', {inputs} }}")
    incident = told((211 / 60_000, SEV1[1]))  # at a fraction of a second
    (wish,) = due(known, book(incident), T + MINUTE, lambda each: f"brief of {each.id}")
    assert wish.said["requester"] == "kit"
    assert wish.said["inputs"] == {"text": f"{incident.id} brief of {incident.id}"}
    assert (wish.said["incident"], wish.said["reason"]) == (incident.id, "Checkout fails")
    later = due(known, book(incident), T + 40 * MINUTE)
    assert [each.id for each in later] == [wish.id]
    done = book(incident, records={"request.asked": (recorded(wish),)})
    assert due(known, done, T + 2 * MINUTE) == ()


def test_what_the_file_says_is_a_request(tmp_path: Path) -> None:
    """Whatever it was called by, the bytes can be read back."""
    known = catalog(tmp_path, "{ on: incident-declared }")
    (wish,) = due(known, book(told(declared(title='"#: {{ 7 * 191 }} \\ fails'))), T)
    request, problems = read(wish.id, text(wish.said, wish.at))
    assert request is not None and not problems
    assert request.inputs == {"text": "Well"}
    assert "{{ 7 * 191 }}" in request.reason


@pytest.mark.parametrize(
    ("story", "more", "minutes"),
    [
        pytest.param((declared(severity="SEV3"),), {}, 1, id="another severity"),
        pytest.param((SEV1, (1, events.Resolved(text="over"))), {}, 2, id="over"),
        pytest.param((declared(severity="SEV1", drill=True),), {}, 1, id="a drill"),
        pytest.param((SEV1,), {}, 24 * 60, id="a day ago"),
        pytest.param((SEV1,), {"source": {"system": "x"}}, 1, id="imported"),
    ],
)
def test_what_asks_for_nothing(
    tmp_path: Path, story: tuple[tuple[float, events.Event], ...], more: Mapping[str, object], minutes: int
) -> None:
    """Only an open, real, young incident of the severity does."""
    known = catalog(tmp_path, "{ on: incident-declared, when: incident.severity == 'SEV1' }")
    incident = replace(told(*story), **more)
    assert due(known, book(incident), T + minutes * MINUTE) == ()


def test_nobody_acknowledged_nudges_and_then_escalates(tmp_path: Path) -> None:
    """SEV1 is acknowledged within five minutes: at five somebody is nudged, at ten it escalates; once it is, nothing."""
    both = "{ on: incident-unacknowledged }, { on: incident-unacknowledged, after: 5m }"
    known = catalog(tmp_path, both)
    seen = book(told(SEV1))
    assert [len(due(known, seen, T + minutes * MINUTE)) for minutes in (4, 5, 9, 10, 60)] == [0, 1, 1, 2, 2]
    acknowledged = told(SEV1, (6, events.Acknowledged(text="Mine")))
    assert due(known, book(acknowledged), T + 10 * MINUTE) == ()


def test_each_missed_update_is_another(tmp_path: Path) -> None:
    """SEV1 is told of every half hour; what comes in time stops it, what is missed again asks again."""
    known = catalog(tmp_path, "{ on: update-overdue }")
    silent = told(SEV1, (1, events.Acknowledged(text="Mine")))
    (first,) = due(known, book(silent), T + 31 * MINUTE)
    assert due(known, book(silent), T + 30 * MINUTE) == ()
    news = told(SEV1, (1, events.Acknowledged(text="Mine")), (32, events.Updated(text="Looking")))
    assert due(known, book(news), T + 40 * MINUTE) == ()
    (second,) = due(known, book(news), T + 62 * MINUTE)
    assert first.id != second.id


def test_a_raised_severity_is_noticed_and_a_lowered_one_is_not(tmp_path: Path) -> None:
    known = catalog(tmp_path, "{ on: severity-raised, when: incident.severity == 'SEV1' }")
    raised = told(declared(severity="SEV3"), (5, events.Updated(text="Worse", severity="SEV1")))
    assert len(due(known, book(raised), T + 6 * MINUTE)) == 1
    lowered = told(SEV1, (5, events.Updated(text="Better", severity="SEV3")))
    assert due(known, book(lowered), T + 6 * MINUTE) == ()


def test_the_end_and_a_late_post_mortem(tmp_path: Path) -> None:
    """Five business days after a SEV1 its post-mortem is due."""
    both = "{ on: incident-resolved }, { on: postmortem-overdue }"
    known = catalog(tmp_path, both)
    over = told(SEV1, (30, events.Resolved(text="over")))
    (end,) = due(known, book(over), T + 31 * MINUTE)
    (late,) = due(known, book(over), datetime(2026, 3, 10, 1, tzinfo=UTC))
    assert (end.why["on"], late.why["on"]) == ("incident-resolved", "postmortem-overdue")
    assert due(known, book(over), datetime(2026, 3, 9, 23, tzinfo=UTC)) == ()
    written = replace(over, postmortem_published_at=T + timedelta(days=2))
    assert due(known, book(written), datetime(2026, 3, 10, 1, tzinfo=UTC)) == ()


def test_a_score_that_dropped(tmp_path: Path) -> None:
    """From gold to silver is noticed on the day; up, or the same, is not."""
    card = (
        "levels:\n  - { id: silver, name: Silver }\n  - { id: gold, name: Gold }\nrules:\n"
        "  - { id: owned, title: Owned, level: silver, check: 'service.owner != \"\"', why: So, fix: Own it }\n"
        "  - { id: tiered, title: Tiered, level: gold, check: 'service.tier == 1', why: So, fix: Say it }\n"
    )
    known = catalog(
        tmp_path,
        '{ on: score-dropped, target: "{{ score.service }}", inputs: { text: "{{ score.before }} to {{ score.after }}" } }',
        {"scorecards/ready.yaml": card},
        "target: service\n",
    )

    def days(*levels: str) -> Book:
        those = tuple(
            Entry(new_id(at), "scores.day", f"{at:%Y-%m-%d}", at, PORTAL, {"ready": {"checkout": level}})
            for at, level in ((T + timedelta(days=day), level) for day, level in enumerate(levels))
        )
        return book(records={"scores.day": those})

    at = T + timedelta(days=1, hours=1)
    (wish,) = due(known, days("gold", "silver"), at)
    assert (wish.said["target"], wish.said["inputs"]) == ("checkout", {"text": "gold to silver"})
    assert due(known, days("silver", "gold"), at) == due(known, days("gold", "gold"), at) == ()
    assert len(due(known, days("silver", "none"), at)) == 1


def rounds(known: Catalog, start: datetime, hours: int, step: timedelta = 30 * MINUTE) -> list[datetime]:
    """When a schedule comes round by what is asked for, looking every `step`, each once."""
    asked: dict[str, datetime] = {}
    for number in range(int(hours * 60 * MINUTE / step)):
        for wish in due(known, book(), start + number * step):
            assert asked.setdefault(wish.id, wish.at) == wish.at
    return sorted(asked.values())


def test_a_schedule_comes_round_once_each_time_on_mondays_where_nothing_else_is_said(tmp_path: Path) -> None:
    known = catalog(tmp_path, "{ on: schedule, every: 7d }")
    found = rounds(known, datetime(2026, 3, 1, 12, tzinfo=UTC), 24 * 15)
    assert found == [datetime(2026, 3, day, tzinfo=UTC) for day in (2, 9, 16)]


@pytest.mark.parametrize(
    ("trigger", "start", "found"),
    [
        # Berlin's clocks jump on 2026-03-29: nine is at eight, and then at seven, in UTC.
        ("every: 1d, start: 2026-03-27T09:00, timezone: Europe/Berlin", "2026-03-27", ["27 08", "28 08", "29 07", "30 07"]),
        # Half past two is skipped on the 29th, and comes when the clocks jump.
        ("every: 1d, start: 2026-03-27T02:30, timezone: Europe/Berlin", "2026-03-28", ["27 01:30", "28 01:30", "29 01", "30 00:30"]),
        # Hours are hours.
        ("every: 12h, start: 2026-03-28T21:00, timezone: Europe/Berlin", "2026-03-28", ["28 20", "29 08", "29 20", "30 08", "30 20"]),
        ("every: 14d, start: 2026-03-27T09:00, timezone: Europe/Berlin", "2026-03-27", ["27 08"]),
    ],
)  # fmt: skip
def test_a_schedule_goes_by_the_clocks_on_the_wall(
    tmp_path: Path, trigger: str, start: str, found: list[str]
) -> None:
    known = catalog(tmp_path, f"{{ on: schedule, {trigger} }}")
    begin = datetime.fromisoformat(start).replace(tzinfo=UTC)
    end = datetime(2026, 3, 30, 23, tzinfo=UTC)
    hours = (end - begin) // timedelta(hours=1)
    assert [f"{at:%d %H:%M}".removesuffix(":00") for at in rounds(known, begin, hours)] == found


def test_an_hour_that_comes_twice_is_one(tmp_path: Path) -> None:
    """Berlin's clocks show half past two twice on 2026-10-25."""
    known = catalog(tmp_path, "{ on: schedule, every: 1d, start: 2026-10-25T02:30, timezone: Europe/Berlin }")
    start = datetime(2026, 10, 24, 22, tzinfo=UTC)
    assert rounds(known, start, 20, 10 * MINUTE) == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]


def test_a_schedule_makes_up_for_no_time_before_it_was_there(tmp_path: Path) -> None:
    known = catalog(tmp_path, "{ on: schedule, every: 1d, start: 2026-03-02T09:00 }")
    nine = datetime(2026, 3, 3, 9, tzinfo=UTC)
    assert due(known, book(), datetime(2026, 3, 2, 8, 59, tzinfo=UTC)) == ()

    def asked(now: datetime, since: datetime) -> list[datetime]:
        return [each.at for each in due(known, book(), now, since=lambda action: since)]

    assert asked(nine + MINUTE, since=nine) == [nine]
    assert asked(nine + MINUTE, since=nine + timedelta(seconds=1)) == []
    # What nobody ran for two days is not made up for.
    assert asked(nine + timedelta(days=2), since=nine) == [nine + timedelta(days=2)]


def test_the_shipped_schedule_is_on_mondays_at_the_same_time_all_year_round() -> None:
    known = load(folder(ROOT))
    zone = ZoneInfo(known.settings.timezone)
    days = [datetime(2026, month, 4, tzinfo=UTC) for month in (2, 7, 11)]
    seen = [
        wish
        for day in days
        for hour in range(0, 24 * 8, 3)
        for wish in due(known, book(), day + timedelta(hours=hour))
    ]
    local = {wish.at.astimezone(zone) for wish in seen}
    assert {f"{at:%a %H:%M}" for at in local} == {"Mon 08:45"} and len({wish.id for wish in seen}) == len(
        local
    ) >= 3


def test_what_was_made_up_is_not_taken_for_a_wish_of_the_portal(tmp_path: Path) -> None:
    """Another id, name, beneficiary, trigger or action, and the portal did not ask."""
    known = catalog(
        tmp_path,
        "{ on: incident-declared }",
        {"actions/other.yaml": action("").replace("triggers: []\n", "")},
    )
    (wish,) = due(known, book(told(SEV1)), T)
    request, _ = read(wish.id, text(wish.said, wish.at))
    assert request is not None
    entry = recorded(wish)
    assert is_genuine(request, entry, known)
    for changes in (
        {"requester": "ada"},
        {"for_": "ada"},
        {"break_glass": True},
        {"action": "other"},
        {"id": f"req-{new_id(T).lower()}"},
        {"requested_at": wish.at + MINUTE},
    ):
        assert not is_genuine(request.model_copy(update=changes), entry, known), changes
    for why in (
        None,
        {},
        {**wish.why, "trigger": 1},
        {**wish.why, "trigger": -1},
        {**wish.why, "trigger": "0"},
        {**wish.why, "key": "inc-20260302-else"},
    ):
        assert not is_genuine(request, recorded(wish, automation=why), known), why


def test_nobody_keeps_it(tmp_path: Path) -> None:
    """Where everybody of the team is gone, the portal asks in nobody's name: it does not ask."""
    gone = {"catalog/people/kit.yaml": "name: Kit\nactive: false\n"}
    known = catalog(tmp_path, "{ on: incident-declared }", gone)
    assert due(known, book(told(SEV1)), T) == ()
