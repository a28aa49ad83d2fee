"""The attacks of the threat model on time, on who is there, and on break-glass, each with its number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.actions.asking import (
    COMMANDER,
    HOUR,
    INCIDENT,
    MINUTE,
    ON_CALL,
    OWNER,
    PEOPLE,
    PLATFORM,
    SECOND,
    T0,
    TEAMS,
    changed,
    glass,
    glass_question,
    person,
    policy,
    question,
    request,
    rules,
    service,
    tier,
    ulid,
    vote,
)

from lightship.actions.decide import decide
from lightship.actions.question import Question, Span
from lightship.catalog.kinds.policy import Approvers, PolicyEscalation

NOW = T0 + 10 * MINUTE
DAY = 24 * HOUR
LEADER = Approvers(capacity="role", role="leader")
NIGHT = rules(policy(tier(ON_CALL)))


def on_call(start: datetime, end: datetime, at: datetime) -> Question:
    """Gus, on call from `start` until `end`, approves at `at`."""
    return question(
        NIGHT, votes=(vote("gus", at=at),), on_call=(Span("gus", start, end),), merged_at=T0 + HOUR
    )


@pytest.mark.parametrize(
    ("start", "end", "fine"),
    [
        (-HOUR, HOUR, True),
        (timedelta(), HOUR, True),
        (SECOND, HOUR, False),
        (-HOUR, SECOND, True),
        (-HOUR, timedelta(), False),
        (-HOUR, -SECOND, False),
    ],
)
def test_a13_on_call_is_from_the_first_second_until_before_the_last(
    start: timedelta, end: timedelta, fine: bool
) -> None:
    at = T0 + MINUTE
    assert decide(on_call(at + start, at + end, at), T0 + HOUR).allowed is fine
    led = replace(INCIDENT, commanders=(Span("gus", at + start, at + end),))
    asked = question(rules(policy(tier(COMMANDER))), votes=(vote("gus", at=at),), incident=led)
    assert decide(asked, T0 + HOUR).allowed is fine


def test_a13_a_rota_that_says_nothing_has_nobody_on_call() -> None:
    assert decide(question(NIGHT, votes=tuple(map(vote, PEOPLE))), NOW).state == "pending"
    theirs = (Span("gus", T0 + HOUR, T0 - HOUR), Span("gus", T0 + MINUTE, T0 + MINUTE))
    assert decide(question(NIGHT, votes=(vote("gus"),), on_call=theirs), NOW).state == "pending"


@pytest.mark.parametrize("state", ["resolved", "closed"])
def test_a13_nobody_leads_an_incident_that_is_over(state: str) -> None:
    by = rules(policy(tier(COMMANDER)))
    assert decide(question(by, votes=(vote("eve"),), incident=INCIDENT), NOW).allowed
    assert not decide(
        question(by, votes=(vote("eve"),), incident=replace(INCIDENT, state=state)), NOW
    ).allowed


# The last day ends at midnight where somebody lives; each day here is one that computers get wrong.
MIDNIGHTS = {
    "plain": ("UTC", date(2026, 3, 10), datetime(2026, 3, 11, tzinfo=UTC)),
    "nowhere": (None, date(2026, 3, 10), datetime(2026, 3, 11, tzinfo=UTC)),
    "east": ("Asia/Tokyo", date(2026, 3, 10), datetime(2026, 3, 10, 15, tzinfo=UTC)),
    "clocks go forward that day": ("Europe/Berlin", date(2026, 3, 29), datetime(2026, 3, 29, 22, tzinfo=UTC)),
    "clocks go back that day": ("America/New_York", date(2026, 11, 1), datetime(2026, 11, 2, 5, tzinfo=UTC)),
    "midnight is skipped": ("Africa/Cairo", date(2026, 4, 23), datetime(2026, 4, 23, 22, tzinfo=UTC)),
    "midnight comes twice": ("America/Havana", date(2026, 10, 31), datetime(2026, 11, 1, 4, tzinfo=UTC)),
    "leap day": ("UTC", date(2028, 2, 29), datetime(2028, 3, 1, tzinfo=UTC)),
    "day before a leap day": ("UTC", date(2028, 2, 28), datetime(2028, 2, 29, tzinfo=UTC)),
    "a day that an island skipped": (
        "Pacific/Apia",
        date(2011, 12, 29),
        datetime(2011, 12, 30, 10, tzinfo=UTC),
    ),
}


def leaving(who: str, case: str, at: datetime) -> Question:
    """`who`'s last day is that of `case`; asked and approved at `at`, and merged then."""
    area, last, _ = MIDNIGHTS[case]
    roles = ["platform"] if who == "flo" else []
    by = rules(people={**PEOPLE, who: person(who, active_until=last, timezone=area, roles=roles)})
    start = at - HOUR
    asked = request(id=ulid(start), requested_at=start)
    return question(by, request=asked, votes=(vote("bo", at=at), vote("flo", at=at)), merged_at=at)


@pytest.mark.parametrize("who", ["ada", "bo", "flo"])
@pytest.mark.parametrize("case", MIDNIGHTS)
def test_a13_who_left_neither_asks_nor_approves_from_midnight_on(case: str, who: str) -> None:
    midnight = MIDNIGHTS[case][2]
    before, after = midnight - SECOND, midnight
    assert decide(leaving(who, case, before), before).allowed
    assert not decide(leaving(who, case, before), after).allowed, "left since"
    assert not decide(leaving(who, case, after), after).allowed, "was gone"
    area = ZoneInfo(MIDNIGHTS[case][0] or "UTC")
    assert before.astimezone(area).date() <= MIDNIGHTS[case][1] < after.astimezone(area).date()


@pytest.mark.parametrize("who", ["ada", "bo", "flo"])
def test_a13_who_is_not_active_is_nobody(who: str) -> None:
    off = {**PEOPLE, who: PEOPLE[who].model_copy(update={"active": False})}
    assert not decide(question(rules(people=off)), NOW).allowed
    assert not decide(question(current=rules(people=off)), NOW).allowed
    assert not decide(question(base=rules(people=off)), NOW).allowed


def test_a13_membership_holds_at_the_vote_and_now() -> None:
    without = rules(
        teams={**TEAMS, "payments": TEAMS["payments"].model_copy(update={"members": ("ada", "cy")})}
    )
    assert not decide(question(current=without), NOW).allowed
    assert not decide(question(base=without), NOW).allowed


NAIVE: dict[str, Callable[[datetime], Question]] = {
    "requested": lambda at: changed(question(), requested_at=at),
    "not_after": lambda at: changed(question(), not_after=at + DAY),
    "merged": lambda at: question(merged_at=at),
    "asked": lambda at: question(asked_at=at),
    "voted": lambda at: question(votes=(vote("bo", at=at), vote("flo"))),
    "shift begins": lambda at: on_call(at, T0 + DAY, T0 + MINUTE),
    "shift ends": lambda at: on_call(T0 - DAY, at + DAY, T0 + MINUTE),
    "command": lambda at: question(incident=replace(INCIDENT, commanders=(Span("eve", at, T0 + DAY),))),
    "glass": lambda at: question(seen=(at,)),
}


@pytest.mark.parametrize("where", NAIVE)
def test_a13_a_moment_without_a_zone_is_refused(where: str) -> None:
    assert decide(NAIVE[where](T0), T0 + HOUR).state in ("allowed", "pending")
    assert decide(NAIVE[where](T0.replace(tzinfo=None)), T0 + HOUR).families == ("moment",)


def test_a13_a_now_without_a_zone_is_refused() -> None:
    assert decide(question(), T0.replace(tzinfo=None)).families == ("moment",)


@pytest.mark.parametrize("lifetime", [None, MINUTE, HOUR, 4 * HOUR])
def test_a14_approvals_age(lifetime: timedelta | None) -> None:
    by = rules(policy(tier(OWNER, PLATFORM, lifetime=lifetime), override=("leader",)))
    holds = lifetime or DAY
    asked = changed(question(by), not_after=T0 + 7 * DAY)
    ends = T0 + MINUTE + holds
    assert decide(asked, ends - SECOND).expires_at == ends
    assert decide(asked, ends - SECOND).allowed
    assert decide(asked, ends).state == "pending"
    alone = replace(asked, votes=(vote("di", reason="It burns"),))
    assert decide(alone, ends - SECOND).how == "override"
    assert decide(alone, ends).state == "pending"


def test_a14_what_holds_longest_counts() -> None:
    """Of three owners, the two who spoke last; and the override that was given last."""
    by = rules(policy(tier(OWNER), override=("leader",)))
    votes = (vote("cy", at=T0 + 2 * MINUTE), vote("bo"))
    decision = decide(changed(question(by, votes=votes), not_after=T0 + 7 * DAY), NOW)
    assert decision.expires_at == T0 + 2 * MINUTE + DAY
    assert [held.person for held in decision.requirements[0].satisfied_by] == ["cy"]


def test_a14_escalation_adds_people_and_lowers_no_number() -> None:
    more = PolicyEscalation(after=HOUR, approvers=(LEADER, COMMANDER))
    by = rules(policy(tier(OWNER.model_copy(update={"count": 2}), escalation=(more,))))
    asked = question(by, votes=(vote("bo"), vote("di")), incident=INCIDENT)
    before, after = decide(asked, T0 + HOUR - SECOND), decide(asked, T0 + HOUR)
    assert (before.state, after.state) == ("pending", "allowed")
    assert [each.needed for each in (*before.requirements, *after.requirements)] == [2, 2]
    assert after.requirements[0].satisfied_by[1].capacity == "role leader"
    assert not decide(replace(asked, votes=(vote("di"),)), T0 + HOUR).allowed
    assert decide(replace(asked, votes=(vote("bo"), vote("eve"))), T0 + HOUR).allowed


def test_a14_dating_a_request_back_brings_no_escalation_forward() -> None:
    more = PolicyEscalation(after=HOUR, approvers=(LEADER,))
    asked = question(rules(policy(tier(OWNER, escalation=(more,)))), votes=(vote("di"),))
    assert decide(asked, T0 + HOUR).allowed
    assert not decide(replace(asked, asked_at=T0 + MINUTE), T0 + HOUR).allowed
    assert decide(replace(asked, asked_at=T0 + MINUTE), T0 + HOUR + MINUTE).allowed


@pytest.mark.parametrize("word", ["override", "deny", "silence"])
@pytest.mark.parametrize("hours", [0, 1, 5, 23])
def test_a14_with_one_leader_within_reach_everything_ends(word: str, hours: int) -> None:
    """Nobody else ever answers. A clock that ticks by the hour; what is allowed is merged and done."""
    asked = question(votes=(), merged_at=None)
    for tick in range(200):
        now = T0 + tick * HOUR
        if tick == hours and word != "silence":
            verdict = "deny" if word == "deny" else "approve"
            asked = replace(asked, votes=(vote("di", verdict, at=now, reason="So be it"),))
        decision = decide(asked, now)
        if decision.families[-1:] == ("merge",):
            decision = decide(replace(asked, merged_at=now), now)
        if decision.state != "pending":
            break
    expected = {"override": ("allowed", hours), "deny": ("denied", hours), "silence": ("expired", 24)}
    assert (decision.state, tick) == expected[word]


GLASS: dict[str, Question] = {
    "policy": glass_question(rules(policy(tier(OWNER)))),
    "listed": changed(glass_question(), requester="ada"),
    "lost the role": glass_question(current=rules(people={**PEOPLE, "eve": person("eve")})),
    "had no role": glass_question(base=rules(people={**PEOPLE, "eve": person("eve")})),
    "another role": glass_question(
        rules(policy(tier(OWNER), break_glass=glass(roles=("commander", "leader")))),
        current=rules(people={**PEOPLE, "eve": person("eve", roles=["leader"])}),
    ),
    "works here": glass_question(current=rules(people={**PEOPLE, "eve": person("eve", active=False)})),
    "for themselves": changed(glass_question(), for_="ada"),
    "no incident": glass_question(incident=None),
    "another incident": glass_question(incident=replace(INCIDENT, id="inc-20260310-zzzz")),
    "incident not named": changed(glass_question(), incident=None),
    "over": glass_question(incident=replace(INCIDENT, state="resolved")),
    "severe": glass_question(incident=replace(INCIDENT, severity="SEV3")),
    "no severity": glass_question(incident=replace(INCIDENT, severity="")),
    "hits": glass_question(incident=replace(INCIDENT, services=("search",))),
    "target": changed(glass_question(), target=None),
    "target known": glass_question(rules(target=None)),
    "quota": glass_question(seen=(T0, T0 - DAY, T0 - 29 * DAY)),
    "asked for": changed(glass_question(needs_merge=False), break_glass=False),
    "problem": glass_question(problems=("its signature is wrong",)),
    "not listed lately": glass_question(
        settled=rules(policy(tier(OWNER), break_glass=glass(roles=("leader",))))
    ),
}


@pytest.mark.parametrize("without", GLASS)
def test_a15_each_condition_of_break_glass_is_needed(without: str) -> None:
    assert decide(glass_question(), NOW).how == "break-glass"
    assert not decide(GLASS[without], NOW).allowed


@pytest.mark.parametrize(
    "fine",
    [
        glass_question(incident=replace(INCIDENT, severity="SEV1")),
        glass_question(rules(policy(tier(OWNER), break_glass=glass(roles=(), people=("eve",))))),
        changed(glass_question(), for_="eve"),
        glass_question(seen=(T0, T0 - DAY, T0 - 30 * DAY)),
        glass_question(votes=(vote("bo", "deny"),)),
    ],
)
def test_a15_and_nothing_else_is(fine: Question) -> None:
    assert decide(fine, NOW).how == "break-glass"


@pytest.mark.parametrize("duration", [30 * MINUTE, HOUR, 2 * HOUR, 7 * DAY])
def test_a15_it_holds_an_hour_at_the_most_and_is_reviewed(duration: timedelta) -> None:
    by = rules(policy(tier(OWNER), break_glass=glass(duration=duration)))
    end = T0 + min(duration, HOUR)
    decision = decide(glass_question(by), end - SECOND)
    assert (decision.state, decision.expires_at, decision.review_due) == ("allowed", end, T0 + DAY)
    assert decide(glass_question(by), end).state == "expired"
    short = changed(glass_question(by), not_after=T0 + 5 * MINUTE)
    assert decide(short, T0 + MINUTE).expires_at == T0 + 5 * MINUTE
    assert decide(short, T0 + 5 * MINUTE).state == "expired"


def test_a15_the_base_and_the_earlier_policy_both_bound_it() -> None:
    less = rules(policy(tier(OWNER), break_glass=glass(duration=10 * MINUTE)))
    decision = decide(glass_question(settled=less), T0 + MINUTE)
    assert decision.expires_at == T0 + 10 * MINUTE
    assert decide(glass_question(settled=less), T0 + 10 * MINUTE).state == "expired"


def test_a15_every_reason_is_told() -> None:
    asked = changed(glass_question(incident=None, seen=(T0,) * 3), requester="ada", for_="bo")
    assert decide(asked, NOW).families == ("glass",) * 4


def test_a13_whose_the_target_is_the_base_says() -> None:
    theirs = rules(policy(tier(OWNER)), target=service("checkout", "platform"))
    assert decide(question(theirs, votes=(vote("gus"),)), NOW).allowed
    assert decide(question(theirs, votes=(vote("gus"),), current=rules()), NOW).allowed
    assert not decide(question(rules(policy(tier(OWNER))), votes=(vote("gus"),), current=theirs), NOW).allowed


def test_a14_a_merge_before_enough_approvals_is_told() -> None:
    late = decide(question(votes=(vote("bo"),)), NOW)
    assert (late.state, late.families) == ("pending", ("lacking", "lacking"))
    assert [each.could_satisfy for each in late.requirements] == [(), ()]
    early = decide(question(votes=(vote("bo"),), merged_at=None), NOW)
    assert [each.could_satisfy for each in early.requirements] == [(), ("flo",)]
    assert [each.id for each in early.requirements] == ["target-owner", "role platform"]
    assert PLATFORM.role == "platform"
