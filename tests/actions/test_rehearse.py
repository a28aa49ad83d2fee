"""What an incident ahead would not find: each lack is seen at its hours, and gone once it is mended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.trees import write

from lightship.actions.holes import Gap, Hole, holes, opened
from lightship.actions.rehearse import rehearse
from lightship.catalog.load import load
from lightship.catalog.source import folder
from lightship.facts.records import NOTHING

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)  # a Monday
WEEK = timedelta(weeks=1)
PERSON = "name: {id}\nemail: {id}@example.com\ngithub_id: {number}\nphone: +49 30 123456\n"
RUNBOOK = "name: Restart it\nreviewed_at: 2026-02-20\nsteps: [{ title: Restart it, action: restart }]\n"
ACTION = """\
name: Restart
category: remediation
target: service
policy: someone
steps: [{ id: go, uses: argocd.restart_application, with: { service: "{{ target.id }}" } }]
"""
POLICY = "tiers: [{ name: Always, approvers: [{ capacity: target-owner }] }]\n"
TREE = {
    **{
        f"catalog/people/{id}.yaml": PERSON.format(id=id, number=number)
        for number, id in enumerate(("ada", "ben", "cleo"), 1)
    },
    "catalog/people/dana.yaml": PERSON.format(id="dana", number=9) + "roles: [leader]\n",
    "catalog/teams/payments.yaml": "members: [ada, ben, cleo]\nlead: dana\n",
    "catalog/schedules/nights.yaml": (
        "timezone: UTC\nteam: payments\nlayers:\n"
        '  - { people: [ada, ben], starts: 2026-03-01, handover: "09:00", length: 1d }\n'
        "escalation: [{ team: payments }]\n"
    ),
    "catalog/services/cart.yaml": (
        "name: Cart\nowner: payments\ntier: 1\nschedule: nights\nrunbooks: [restart]\n"
    ),
    "catalog/runbooks/restart.yaml": RUNBOOK,
    "actions/restart.yaml": ACTION,
    "actions/policies/someone.yaml": POLICY,
}


def _gaps(
    root: Path, changes: Mapping[str, str | None], now: datetime = NOW, ahead: timedelta = WEEK
) -> tuple[Gap, ...]:
    write(root, {path: text for path, text in {**TREE, **changes}.items() if text is not None})
    catalog = load(folder(root))
    assert not catalog.findings
    return rehearse(catalog, NOTHING, {}, now, ahead)


def _holes(root: Path, changes: Mapping[str, str | None]) -> tuple[Hole, ...]:
    return holes(_gaps(root, changes))


def test_nothing_is_missing_where_all_is_there(tmp_path: Path) -> None:
    """Somebody answers, three may approve, a runbook is fresh, and a leader is last."""
    assert _gaps(tmp_path, {}) == ()


def test_services_below_tier_1_are_not_rehearsed(tmp_path: Path) -> None:
    """They may have nobody."""
    assert _gaps(tmp_path, {"catalog/services/side.yaml": "name: Side\nowner: payments\ntier: 2\n"}) == ()


def test_a_leaver_opens_a_hole_from_the_last_midnight_on(tmp_path: Path) -> None:
    """Every second day from the second on is theirs, and nobody's."""
    gone = TREE["catalog/people/ben.yaml"] + "active_until: 2026-03-02\n"
    found = _holes(tmp_path, {"catalog/people/ben.yaml": gone})
    assert [hole.what for hole in found] == ["answer"]
    assert found[0].spans[0] == (
        datetime(2026, 3, 3, tzinfo=UTC),
        datetime(2026, 3, 3, 9, tzinfo=UTC),
    )
    assert found[0].why == "nobody is on call"
    assert "catalog/schedules/nights.yaml" in found[0].fix


def test_who_cannot_be_called_does_not_answer(tmp_path: Path) -> None:
    """On call without phone or pager is on call for nothing."""
    mute = "name: Ben\nemail: ben@example.com\ngithub_id: 2\n"
    found = _holes(tmp_path, {"catalog/people/ben.yaml": mute})
    assert [(hole.what, hole.fix) for hole in found] == [
        ("answer", "give ben a phone or a pager in catalog/people/ben.yaml")
    ]


def test_what_a_pager_has_not_told_is_a_hole_with_its_remedy(tmp_path: Path) -> None:
    """Who is on call is not known, so nobody answers for certain."""
    theirs = "timezone: UTC\nteam: payments\nsource: facts\nescalation: [{ team: payments }]\n"
    found = _holes(tmp_path, {"catalog/schedules/nights.yaml": theirs})
    assert [(hole.what, round(hole.hours)) for hole in found] == [("answer", 168)]
    assert "lightship record oncall" in found[0].fix


def test_nobody_as_agreed_is_no_hole_where_the_escalation_answers(tmp_path: Path) -> None:
    """Outside the promised hours, who is next answers; where nobody is next, it is one."""
    hours = '{ days: [mon, tue, wed, thu, fri], start: "09:00", end: "17:00" }'
    office = (
        "timezone: UTC\nteam: payments\nlayers:\n"
        '  - { people: [ada, ben], starts: 2026-03-01, handover: "09:00", length: 1d,\n'
        f"      restrictions: [{hours}] }}\n"
        f"coverage: {{ hours: [{hours}] }}\n"
    )
    with_next = office + "escalation: [{ team: payments }]\n"
    assert _gaps(tmp_path, {"catalog/schedules/nights.yaml": with_next}) == ()
    found = _holes(tmp_path, {"catalog/schedules/nights.yaml": office})
    assert {hole.what for hole in found} == {"answer", "escalation"}


def test_who_is_on_call_never_approves_what_they_ask_for(tmp_path: Path) -> None:
    """A policy for one's own on call leaves nobody; an escalation in time, or a leader's word, closes the hole."""
    alone = "tiers: [{ name: Always, approvers: [{ capacity: target-on-call }] }]\n"
    found = _holes(tmp_path, {"actions/policies/someone.yaml": alone})
    assert [(hole.what, hole.subjects, round(hole.hours)) for hole in found] == [
        ("approval", ("restart",), 168)
    ]
    assert "nobody is left who could" in found[0].why
    assert _gaps(tmp_path, {"actions/policies/someone.yaml": alone + "override: [leader]\n"}) == ()
    late = alone.replace(
        "] }]", "], escalation: [{ after: %s, approvers: [{ capacity: role, role: leader }] }] }]"
    )
    assert _gaps(tmp_path, {"actions/policies/someone.yaml": late % "15m"}) == ()
    assert _gaps(tmp_path, {"actions/policies/someone.yaml": late % "2h"}) != ()


def test_two_approvals_need_two_people_beside_who_asks(tmp_path: Path) -> None:
    """One person is never two."""
    two = "tiers: [{ name: Always, approvers: [{ capacity: target-owner, count: 3 }] }]\n"
    assert _gaps(tmp_path, {"actions/policies/someone.yaml": two}) == ()  # two members, and the lead
    more = two.replace("count: 3", "count: 4")
    assert {gap.what for gap in _gaps(tmp_path, {"actions/policies/someone.yaml": more})} == {"approval"}


def test_who_could_approve_and_cannot_be_called_is_named(tmp_path: Path) -> None:
    """The way out is a phone, not another policy."""
    cleo = {
        "catalog/people/cleo.yaml": "name: Cleo\nemail: cleo@example.com\ngithub_id: 3\n",
        "actions/policies/someone.yaml": POLICY.replace("target-owner", "person, person: cleo"),
    }
    found = _holes(tmp_path, cleo)
    assert [hole.fix for hole in found] == ["give cleo a phone or a pager in catalog/people/cleo.yaml"]


def test_an_action_that_a_runbook_asks_for_must_be_allowed_to_who_is_on_call(tmp_path: Path) -> None:
    """Others may be kept from them."""
    closed = ACTION + "allow: '\"leader\" in requester.roles'\n"
    found = _holes(tmp_path, {"actions/restart.yaml": closed})
    assert {hole.what for hole in found} == {"approval"}
    assert all("may not ask for it" in hole.why for hole in found)
    other = {"actions/other.yaml": closed}
    assert _gaps(tmp_path, {**other, "actions/restart.yaml": ACTION}) == ()


def test_a_policy_of_hours_is_rehearsed_by_the_hour(tmp_path: Path) -> None:
    """From nine to five on working days one of the team, at other hours nobody."""
    hours = "tiers:\n  - { name: By day, when: 'time.hour >= 9 && time.hour < 17', approvers: [{ capacity: target-owner }] }\n"
    found = _holes(tmp_path, {"actions/policies/someone.yaml": hours})
    assert [(hole.what, round(hole.hours)) for hole in found] == [("approval", 112)]
    assert all((start.hour, end.hour) in ((17, 9), (0, 9), (17, 0)) for start, end in found[0].spans)


def test_a_runbook_counts_until_its_review_lapses(tmp_path: Path) -> None:
    """The hole begins on the day after."""
    lapsing = RUNBOOK + "review_every: 12d\n"
    found = _holes(tmp_path, {"catalog/runbooks/restart.yaml": lapsing})
    assert [(hole.what, hole.spans) for hole in found] == [
        ("runbook", ((datetime(2026, 3, 5, tzinfo=UTC), NOW + WEEK),))
    ]
    missing = TREE["catalog/services/cart.yaml"].replace("runbooks: [restart]", "runbooks: []")
    found = _holes(tmp_path, {"catalog/services/cart.yaml": missing})
    assert [(hole.what, hole.why) for hole in found] == [("runbook", "it has no runbook")]


@pytest.mark.parametrize(
    ("escalation", "why"),
    [
        ("[]", "nobody is next"),
        ("[{ person: cleo }]", "who leads nobody"),
        ("[{ person: ada }]", "who leads nobody"),
        ("[{ schedule: nights }]", "who was called first"),
    ],
)
def test_an_escalation_ends_at_a_leader_who_can_be_called(tmp_path: Path, escalation: str, why: str) -> None:
    """Not at nobody, not at who was called first, not at one of the team."""
    text = TREE["catalog/schedules/nights.yaml"].replace("[{ team: payments }]", escalation)
    found = _holes(tmp_path, {"catalog/schedules/nights.yaml": text})
    assert {hole.what for hole in found} == {"escalation"}
    assert any(why in hole.why for hole in found)


def test_only_what_a_change_opens_is_new(tmp_path: Path) -> None:
    """A hole that was there is not; where it grows, the part by which it does is."""

    def left(day: str) -> Mapping[str, str]:
        return {"catalog/people/ben.yaml": TREE["catalog/people/ben.yaml"] + f"active_until: {day}\n"}

    before = _gaps(tmp_path / "before", left("2026-03-04"))
    after = _gaps(tmp_path / "after", left("2026-03-02"))
    new = opened(before, after)
    assert [(gap.start, gap.end) for gap in new] == [
        (datetime(2026, 3, 3, tzinfo=UTC), datetime(2026, 3, 3, 9, tzinfo=UTC)),
        (datetime(2026, 3, 4, 9, tzinfo=UTC), datetime(2026, 3, 5, tzinfo=UTC)),
    ]
    assert opened(after, before) == ()


def test_spans_say_what_every_single_hour_says(tmp_path: Path) -> None:
    """Looked at by the hour, every second one, the same is missing."""
    broken = {
        "catalog/people/ben.yaml": TREE["catalog/people/ben.yaml"] + "active_until: 2026-03-04\n",
        "catalog/people/dana.yaml": TREE["catalog/people/dana.yaml"] + "active_until: 2026-03-06\n",
        "actions/policies/someone.yaml": "tiers:\n  - { name: By day, when: 'time.hour >= 9 && time.hour < 17', "
        "approvers: [{ capacity: target-owner, count: 2 }] }\n  - { name: By night, approvers: [{ capacity: role, role: leader }] }\n",
        "catalog/runbooks/restart.yaml": RUNBOOK + "review_every: 14d\n",
    }
    gaps = _gaps(tmp_path, broken)
    assert {gap.what for gap in gaps} == {"answer", "approval", "runbook", "escalation"}
    catalog = load(folder(tmp_path))
    for hour in range(0, 7 * 24, 2):
        at = NOW + timedelta(hours=hour, minutes=10)
        alone = rehearse(catalog, NOTHING, {}, at, timedelta(minutes=1))
        assert {gap[:3] for gap in alone} == {gap[:3] for gap in gaps if gap.start <= at < gap.end}, at
