"""What holds of every decision, whatever the question."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.actions.asking import (
    BYTES,
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
    action,
    changed,
    glass_question,
    people,
    person,
    policy,
    question,
    rules,
    team,
    tier,
    vote,
)
from tests.actions.cases import CLOCKED, NAMES, Case, case

from lightship.actions.decide import decide
from lightship.actions.question import Decision, OpenIncident, Question, Rules, Span, Vote
from lightship.catalog.kinds.policy import Approvers

NOW = T0 + 10 * MINUTE
CASES = range(200_000, 200_900)
TEAM = Approvers(capacity="team", team="payments")


def cases(*states: str) -> Iterator[tuple[Case, Decision]]:
    """Generated cases that come to one of `states`, with their decisions."""
    for found in map(case, CASES):
        decision = decide(found.question, found.now)
        if decision.state in states:
            yield found, decision


def test_a_denial_more_never_allows() -> None:
    random = Random(1)
    for found, _ in cases("pending", "denied", "expired"):
        at = found.question.request.requested_at + random.choice(CLOCKED)
        no = Vote(random.choice(("0", "zz")), random.choice(NAMES), "deny", at, random.choice((BYTES, "e")))
        more = replace(found.question, votes=(*found.question.votes, no))
        assert not decide(more, found.now).allowed, (found, no)


def test_an_approval_less_never_allows() -> None:
    """All that somebody approved is taken away; not of who has a delegate, who then speaks for them."""
    for found, _ in cases("pending", "denied", "expired"):
        asked = found.question
        for who in {each.person for each in asked.votes}:
            stands_in = any(by.people[who].delegate for by in (asked.base, asked.settled) if who in by.people)
            less = tuple(each for each in asked.votes if (each.person, each.verdict) != (who, "approve"))
            if not stands_in:
                assert not decide(replace(asked, votes=less), found.now).allowed, (found, who)


def test_the_order_in_which_votes_are_told_does_not_matter() -> None:
    random = Random(2)
    for found, decision in cases("allowed", "pending", "denied"):
        votes = random.sample(found.question.votes, len(found.question.votes))
        assert decide(replace(found.question, votes=tuple(votes)), found.now) == decision


def test_a_decision_holds_until_it_says() -> None:
    """Where nobody leaves, and no condition looks at the time, it holds to the last second, and no longer."""
    tried = 0
    for found, decision in cases("allowed"):
        asked = found.question
        if asked.request.break_glass or any(
            each.active_until
            for by in (asked.base, asked.settled, asked.current)
            for each in by.people.values()
        ):
            continue
        assert decision.expires_at is not None and decision.expires_at > found.now
        policies = [by.policy for by in (asked.base, asked.settled) if by.policy]
        if any(each.escalation for by in policies for each in by.tiers):
            continue  # who may speak, and say no, changes with time
        assert decide(asked, max(decision.expires_at - SECOND, found.now)).allowed, found
        if not any(each.reason.strip() for each in asked.votes):  # nobody overrides
            tried += 1
            assert not decide(asked, decision.expires_at).allowed, found
    assert tried > 5


def test_what_satisfies_is_told_honestly() -> None:
    for found, decision in cases("allowed", "pending"):
        asked = found.question
        out = {asked.request.requester, asked.request.beneficiary, *asked.involved}
        approved = {each.person for each in asked.votes if each.verdict == "approve"}
        for each in decision.requirements:
            names = [held.person for held in each.satisfied_by]
            assert len(names) == len(set(names)) <= each.needed
            assert out.isdisjoint((*names, *each.could_satisfy))
            assert approved.issuperset(names)
            assert not each.is_met or not each.could_satisfy
        if decision.how == "quorum" and asked.settled == asked.base:
            assert all(each.is_met for each in decision.requirements)


def test_who_could_satisfy_would_and_nobody_else() -> None:
    """Everybody in turn approves now: whoever was named fills a place, whoever was not does not."""
    tried = 0
    for found, decision in cases("pending"):
        asked = found.question
        if asked.settled != asked.base or decision.families[0] != "lacking" or asked.merged_at is not None:
            continue
        for who in asked.base.people:
            said = Vote("zz", who, "approve", found.now, asked.digest)
            after = decide(replace(asked, votes=(*asked.votes, said)), found.now)
            more = [
                len(now.satisfied_by) > len(was.satisfied_by)
                for was, now in zip(decision.requirements, after.requirements, strict=True)
            ]
            named = any(who in each.could_satisfy for each in decision.requirements)
            assert any(more) is named or after.families[0] == "no", (found, who)
            tried += named
    assert tried > 5


def seats(*options: str, counts: tuple[int, ...] = (), distinct: bool = True) -> tuple[int, ...]:
    """How many places are filled for roles a, b, c …, where each of `options` is the roles of one who approves."""
    named = {f"p{number}": roles for number, roles in enumerate(options)}
    crowd = people(person("ada"), *(person(id, roles=list(roles)) for id, roles in named.items()))
    crowd |= people(*(person(f"idle-{role}", roles=[role]) for role in "abc"))
    numbers = counts or (1, 1, 1)
    approvers = [
        Approvers(capacity="role", role=role, count=n) for role, n in zip("abc", numbers, strict=False)
    ]
    by = rules(policy(tier(*approvers, distinct=distinct)), people=crowd)
    asked = question(by, votes=tuple(vote(id, at=T0 + n * SECOND) for n, id in enumerate(named)))
    return tuple(len(each.satisfied_by) for each in decide(asked, NOW).requirements)


@pytest.mark.parametrize(
    ("options", "filled"),
    [
        (("abc", "ab", "a"), 3),
        (("a", "ab", "abc"), 3),
        (("ab", "ab", "ab"), 2),
        (("abc",), 1),
        (("ab", "bc", "ca"), 3),
        (("c", "c", "c"), 1),
        (("", "", ""), 0),
    ],
)
def test_as_many_places_are_filled_as_can_be(options: tuple[str, ...], filled: int) -> None:
    assert sum(seats(*options)) == filled


def test_numbers_and_people_who_need_not_be_distinct() -> None:
    assert seats("ab", "a", "b", counts=(2, 1)) == (2, 1)
    assert seats("ab", "a", counts=(2, 1)) in ((2, 0), (1, 1))
    assert seats("ab", "a", counts=(2, 1), distinct=False) == (2, 1)
    assert seats("abc", distinct=False) == (1, 1, 1)
    assert seats("a", "a", "a", counts=(2,), distinct=False) == (2,)


def deputy(**fields: Any) -> Question:
    """Cy is Bo's delegate, and approves; both platform and owner are asked of two people."""
    crowd = {**PEOPLE, **people(person("bo", delegate="gus"))}
    own = {"payments": team("payments", "ada", "bo"), "platform": TEAMS["platform"]}
    return question(
        rules(policy(tier(OWNER)), people=crowd, teams=own), **{"votes": (vote("gus"),), **fields}
    )


def test_a_delegate_sits_in_the_place_of_who_is_away() -> None:
    decision = decide(deputy(), NOW)
    assert decision.allowed
    assert decision.requirements[0].satisfied_by[0].capacity == "target-owner, for bo"
    pending = decide(deputy(votes=(), merged_at=None), NOW)
    assert pending.requirements[0].could_satisfy == ("bo", "gus")


def test_a_delegate_says_nothing_where_the_other_has_spoken() -> None:
    for word in ("deny", "dismissed"):
        assert not decide(deputy(votes=(vote("gus"), vote("bo", word))), NOW).allowed
    both = decide(deputy(votes=(vote("gus"), vote("bo"))), NOW)
    assert [held.capacity for held in both.requirements[0].satisfied_by] == ["target-owner"]
    old = changed(
        deputy(votes=(vote("gus", at=T0 + HOUR), vote("bo")), merged_at=T0 + HOUR), not_after=T0 + 48 * HOUR
    )
    assert decide(old, T0 + 24 * HOUR).requirements[0].satisfied_by[0].capacity == "target-owner"
    assert (
        decide(old, T0 + 24 * HOUR + MINUTE).requirements[0].satisfied_by[0].capacity
        == "target-owner, for bo"
    )


def test_a_delegate_is_one_by_the_base_and_now_and_works_here() -> None:
    fine = deputy()
    for changes in (
        {"bo": person("bo")},
        {"bo": person("bo", delegate="cy")},
        {"bo": person("bo", delegate="gus", active=False)},
        {"gus": person("gus", active=False)},
    ):
        other = replace(fine.base, people={**fine.base.people, **changes})
        assert not decide(replace(fine, base=other, settled=other), NOW).allowed
        assert not decide(replace(fine, current=other), NOW).allowed


def test_a_delegates_delegate_is_nobody_and_a_delegate_does_not_override() -> None:
    chain = {**PEOPLE, **people(person("bo", delegate="gus"), person("gus", delegate="eve"))}
    by = rules(policy(tier(OWNER)), people=chain, teams={"payments": team("payments", "ada", "bo")})
    assert not decide(question(by, votes=(vote("eve"),)), NOW).allowed
    led = {**PEOPLE, "di": person("di", roles=["leader"], delegate="gus")}
    by = rules(policy(tier(OWNER), override=("leader",)), people=led)
    assert not decide(question(by, votes=(vote("gus", reason="It burns"),)), NOW).allowed


def test_a_delegates_no_is_heard() -> None:
    asked = deputy(votes=(vote("gus", "deny"),))
    assert decide(asked, NOW).state == "denied"
    gone = replace(asked.base, people={**asked.base.people, "gus": person("gus", active=False)})
    assert decide(replace(asked, base=gone, settled=gone), NOW).state == "pending"


@pytest.mark.parametrize(
    "approvers",
    [
        Approvers(capacity="role"),
        Approvers(capacity="role", role="plattform"),
        Approvers(capacity="role", role="platform", team="payments"),
        Approvers(capacity="role", team="payments"),
        Approvers(capacity="team"),
        Approvers(capacity="team", team="paymentz"),
        Approvers(capacity="team", team="empty"),
        Approvers(capacity="person"),
        Approvers(capacity="person", person="nobody"),
        Approvers(capacity="person", person="left"),
        Approvers(capacity="target-owner", person="bo"),
        Approvers(capacity="requester-manager"),
        Approvers(capacity="incident-commander"),
    ],
)
def test_a7_a_group_that_nobody_can_be_in_denies(approvers: Approvers) -> None:
    crowd = {**PEOPLE, "left": person("left", active=False)}
    by = rules(policy(tier(OWNER, approvers)), people=crowd, teams={**TEAMS, "empty": team("empty")})
    asked = question(by, votes=tuple(vote(each, reason="So be it") for each in PEOPLE))
    decision = decide(asked, NOW)
    assert (decision.state, decision.families) == ("denied", ("group",))


@pytest.mark.parametrize("approvers", [ON_CALL, OWNER])
def test_a7_without_a_target_nobody_owns_it_or_is_on_call(approvers: Approvers) -> None:
    by = rules(policy(tier(approvers)), target=None)
    asked = changed(question(by, on_call=(Span("bo", T0, NOW),)), target=None)
    assert decide(asked, NOW).families == ("group",)


def test_a7_no_tier_no_approvers_and_a_misnamed_escalation_deny() -> None:
    late = {"after": timedelta(days=3), "approvers": [{"capacity": "team"}]}
    for broken in (tier(), tier(OWNER, escalation=(late,))):
        assert decide(question(rules(policy(broken))), NOW).families == ("group",)
    for never in (tier(OWNER, when="false"), tier(OWNER, when="nobody.knows"), tier(OWNER, when="1 + 1")):
        assert decide(question(rules(policy(never))), NOW).families == ("tier",)


def test_a7_a_tier_that_lost_its_condition_denies() -> None:
    assert decide(question(rules(policy(tier(OWNER, when="1 == 2"), tier(OWNER)))), NOW).allowed
    assert decide(question(rules(policy(tier(OWNER, when="1 == 1"), tier(PLATFORM)))), NOW).allowed
    assert decide(question(rules(policy(tier(OWNER), tier(OWNER)))), NOW).families == ("tier",)
    assert decide(question(rules(policy(tier(OWNER, when=" true "), tier(OWNER)))), NOW).families == ("tier",)


@pytest.mark.parametrize("source", ["false", "nobody.knows", "1", "((", "request.inputs.hours == 1"])
def test_a7_whoever_may_not_ask_is_denied(source: str) -> None:
    by = rules(action=action(source))
    asked = question(by, facts={"request": {"inputs": {}}})
    decision = decide(asked, NOW)
    assert (decision.state, decision.families) == ("denied", ("allow",))
    assert source in decision.reasons[0]
    assert ("cannot be told" in decision.reasons[0]) is (source != "false")


def test_nobody_is_needed_only_where_the_condition_is_true() -> None:
    def auto(source: str) -> Question:
        return question(rules(policy(tier(OWNER, auto_approve=source))), votes=())

    decision = decide(auto("true"), NOW)
    assert (decision.how, decision.expires_at, decision.tier) == ("auto", T0 + 24 * HOUR, "always")
    assert decide(auto("false"), NOW).state == "pending"
    assert decide(auto("nobody.knows"), NOW).state == "pending"


def test_facts_of_a_catalog_go_over_those_of_the_question() -> None:
    by = rules(policy(tier(auto_approve="target.tier == 3")), facts={"target": {"tier": 3}})
    assert decide(question(by, votes=(), facts={"target": {"tier": 1}}), NOW).allowed
    other = replace(by, facts={})
    assert not decide(question(by, votes=(), settled=other, facts={"target": {"tier": 1}}), NOW).allowed


@pytest.mark.parametrize("value", ["\ud800", {1, 2}, object()])
def test_a_value_that_conditions_cannot_look_at_denies(value: object) -> None:
    asked = question(
        rules(action=action("request.inputs.x == 1")), facts={"request": {"inputs": {"x": value}}}
    )
    assert decide(asked, NOW).families == ("allow",)


def test_both_catalogs_are_told_and_the_shorter_time_counts() -> None:
    before = rules(policy(tier(OWNER, PLATFORM, TEAM, lifetime=HOUR)))
    asked = question(settled=before, votes=(vote("bo"), vote("flo"), vote("cy")))
    decision = decide(asked, NOW)
    assert decision.allowed
    assert decision.expires_at == T0 + MINUTE + HOUR
    assert decision.requirements[-1].id == "team payments (as it was before)"
    less = decide(replace(asked, votes=(vote("bo"), vote("flo"))), NOW)
    assert (less.state, less.expires_at) == ("pending", None)
    assert less.reasons[0] == "1 more of team payments, and nobody is left who could (as it was before)"


def test_pending_says_how_much_of_whom_and_from_when_others_help() -> None:
    late = {"after": HOUR, "approvers": [{"capacity": "incident-commander"}]}
    by = rules(policy(tier(OWNER.model_copy(update={"count": 2}), escalation=(late,))))
    decision = decide(question(by, votes=(vote("bo"),), merged_at=None, incident=INCIDENT), NOW)
    assert decision.reasons == (
        "1 more of target-owner",
        "from 2026-03-10 10:00 UTC on, also by incident-commander",
    )
    assert decision.requirements[0].could_satisfy == ("cy",)
    assert decision.expires_at is None
    later = decide(question(by, votes=(vote("bo"),), merged_at=None, incident=INCIDENT), T0 + HOUR)
    assert later.requirements[0].could_satisfy == ("cy", "eve")
    assert len(later.reasons) == 1
    assert COMMANDER.capacity in later.requirements[0].id or later.requirements[0].id == "target-owner"


def ends(asked: Question) -> datetime | None:
    """Until when it is allowed, if nothing but approvals ends it."""
    return decide(changed(asked, not_after=T0 + 7 * 24 * HOUR), NOW).expires_at


def test_what_does_not_count_hides_nothing_that_does() -> None:
    """What comes first, and is nothing, is only left out."""
    for nothing in (
        vote("eve", at=T0, digest="e" * 64),
        vote("eve", "comment", at=T0),
        vote("", at=T0),
        vote("cy", "deny", at=T0, verified=False),
    ):
        assert decide(question(votes=(nothing, vote("bo"), vote("flo"))), NOW).allowed
    leaders = {**PEOPLE, "cy": person("cy", roles=["leader"])}
    by = rules(policy(tier(PLATFORM, PLATFORM), override=("leader",)), people=leaders)
    later = 2 * MINUTE
    quiet = (vote("di", at=T0 + later), vote("cy", reason="It burns"))
    assert decide(question(by, votes=quiet), NOW).how == "override"
    assert decide(question(by, votes=quiet, involved=("di",)), NOW).how == "override"


def test_the_newest_of_what_is_enough_counts() -> None:
    late = T0 + 2 * MINUTE
    said = (vote("bo"), vote("cy", at=late), vote("flo", at=late))
    for distinct in (True, False):
        by = rules(policy(tier(OWNER, PLATFORM, distinct=distinct)))
        assert ends(question(by, votes=said)) == late + 24 * HOUR
    leaders = {**PEOPLE, "cy": person("cy", roles=["leader"])}
    by = rules(policy(tier(PLATFORM), override=("leader",)), people=leaders)
    over = (vote("cy", reason="It burns"), vote("di", at=late, reason="It burns"))
    assert ends(question(by, votes=over)) == late + 24 * HOUR
    assert ends(question(by, votes=over[::-1])) == late + 24 * HOUR


def test_who_overrides_worked_here_by_the_base_when_they_said_so() -> None:
    gone = rules(
        people={**PEOPLE, "di": person("di", roles=["leader"], active_until=(T0 - 24 * HOUR).date())}
    )
    asked = question(votes=(vote("di", reason="It burns"),))
    assert decide(asked, NOW).allowed
    assert not decide(replace(asked, base=gone, settled=gone), NOW).allowed
    stays = rules(people={**PEOPLE, "di": person("di", roles=["leader"], active_until=T0.date())})
    assert decide(replace(asked, base=stays, settled=stays, current=stays), NOW).allowed


def test_a_lead_a_manager_and_a_person_by_name_approve() -> None:
    led = {"payments": team("payments", "ada", lead="gus")}
    assert decide(question(rules(policy(tier(OWNER)), teams=led), votes=(vote("gus"),)), NOW).allowed
    reports = {**PEOPLE, "ada": person("ada", manager="gus")}
    by = rules(policy(tier(Approvers(capacity="requester-manager"))), people=reports)
    assert decide(question(by, votes=(vote("gus"),)), NOW).allowed
    assert not decide(question(by, votes=(vote("bo"),)), NOW).allowed
    by = rules(policy(tier(Approvers(capacity="person", person="gus"))), people=reports)
    decision = decide(question(by, votes=(vote("gus"),)), NOW)
    assert decision.allowed
    assert decision.requirements[0].id == "person gus"
    assert not decide(question(by, votes=(vote("bo"),)), NOW).allowed


def test_who_fills_one_place_may_fill_another_only_where_people_need_not_be_distinct() -> None:
    both = {**PEOPLE, "bo": person("bo", roles=["platform"])}
    for distinct, could in ((True, ("flo",)), (False, ("bo", "flo"))):
        two = Approvers(capacity="role", role="platform", count=2)
        by = rules(policy(tier(OWNER, two, distinct=distinct)), people=both)
        decision = decide(question(by, votes=(vote("bo", at=NOW),), merged_at=None), NOW)
        told = {each.id: each for each in decision.requirements}
        if distinct:
            assert told["role platform"].could_satisfy == could
        else:
            assert told["role platform"].satisfied_by[0].person == "bo"
            assert told["role platform"].could_satisfy == ("flo",)


def test_waiting_helps_only_what_the_present_rules_do_not_forbid() -> None:
    never = replace(rules(), action=None)
    open_ = question(settled=never, merged_at=None)
    for votes in ((vote("bo"), vote("flo")), ()):
        decision = decide(replace(open_, votes=votes), NOW)
        assert (decision.state, "unknown" in decision.families) == ("pending", True)
        assert decision.reasons[-1].endswith("(as it was before)")
    assert decide(replace(open_, base=rules(action=action("false"))), NOW).families == ("allow", "unknown")
    assert decide(replace(open_, base=rules(action=action("false"))), NOW).state == "denied"
    assert decide(replace(open_, base=never, settled=rules()), NOW).state == "denied"
    both = decide(replace(open_, base=never, settled=replace(never, facts={"x": 1})), NOW)
    assert both.families == ("unknown",)


def test_each_no_says_of_which_sort_it_is() -> None:
    no_glass = decide(glass_question(rules(policy(tier(OWNER)))), NOW)
    assert (no_glass.state, no_glass.families, len(no_glass.reasons)) == ("denied", ("glass",), 1)
    assert "break-glass" in no_glass.reasons[0]
    over = decide(glass_question(), T0 + HOUR)
    assert (over.state, over.families) == ("expired", ("void",))
    assert "10:00 UTC" in over.reasons[0]
    void = decide(question(), T0 + 24 * HOUR)
    assert (void.families, "2026-03-11 09:00 UTC" in void.reasons[0]) == (("void",), True)
    assert decide(glass_question(), NOW).tier == "break-glass"
    decision = decide(question(votes=(vote("di", reason="It burns"),)), NOW)
    assert (decision.families, decision.tier) == (("override",), "always")
    assert "It burns" in decision.reasons[0]
    assert decide(question(), NOW).tier == decide(question(votes=()), NOW).tier == "always"
    no = decide(question(votes=(vote("cy", "deny"), vote("bo", "deny", reason="No"))), NOW)
    assert (no.families, no.tier) == (("no", "no"), "always")
    assert sorted(no.reasons) == ["'bo' said no: No", "'cy' said no"]
    assert decide(question(rules(policy(tier()))), NOW).tier == "always"


BAD = rules(action=action("request.inputs.x == 1"))
UNREADABLE = question(BAD, facts={"request": {"inputs": {"x": object()}}})
WORDS: dict[str, tuple[Question, datetime, str]] = {
    "void": (question(), T0 + 24 * HOUR, "it was void from 2026-03-11 09:00 UTC on"),
    "clock": (question(), T0 - HOUR, "it was asked for in the future: a clock is wrong"),
    "merge": (question(merged_at=None), NOW, "it is not merged yet"),
    "now": (question(), T0.replace(tzinfo=None), "now: a moment without a time zone"),
    "id": (
        changed(question(), id="req-1"),
        NOW,
        "'req-1' is no id of a request; `lightship request new` makes one",
    ),
    "action": (question(replace(rules(), action=None)), NOW, "there is no action 'access'"),
    "policy": (question(rules(None)), NOW, "there is no policy 'rule'"),
    "target": (question(rules(target=None)), NOW, "there is no service 'checkout'"),
    "asks": (changed(question(), requester="zed"), NOW, "'zed', who asks, does not work here"),
    "gets": (changed(question(), for_="zed"), NOW, "'zed', who gets it, does not work here"),
    "allow": (question(rules(action=action("1 == 2"))), NOW, "who may ask: `1 == 2` does not hold"),
    "unreadable": (
        UNREADABLE,
        NOW,
        "who may ask: `request.inputs.x == 1` cannot be told: something it could look at is neither text nor number",
    ),
    "missing": (
        question(BAD, facts={"request": {"inputs": {}}}),
        NOW,
        "who may ask: `request.inputs.x == 1` cannot be told: something it looks at is missing",
    ),
    "tier": (
        question(rules(policy(tier(OWNER, when="1 == 2")))),
        NOW,
        "no tier of the policy holds for this",
    ),
    "group": (question(rules(policy(tier()))), NOW, "'always' names nobody who may approve"),
    "glass": (glass_question(rules(policy(tier(OWNER)))), NOW, "the policy knows no break-glass"),
    "glass void": (glass_question(), T0 + HOUR, "break-glass held until 2026-03-10 10:00 UTC"),
    "override": (question(votes=(vote("di", reason="Fire"),)), NOW, "'di' took it upon themselves: Fire"),
}


@pytest.mark.parametrize("what", WORDS)
def test_what_people_read(what: str) -> None:
    asked, now, words = WORDS[what]
    decision = decide(asked, now)
    assert decision.reasons == (words,)
    assert decision.state == {"clock": "pending", "merge": "pending", "override": "allowed"}.get(
        what, "expired" if "void" in what else "denied"
    )


def test_who_counts_elsewhere_could_say_more_only_where_people_need_not_be_distinct() -> None:
    """Bo approved as an owner, and is on call by now: saying so again would fill that place as well."""
    for distinct, could in ((True, ()), (False, ("bo",))):
        by = rules(policy(tier(OWNER, ON_CALL, distinct=distinct)))
        shift = (Span("bo", NOW, NOW + HOUR),)
        decision = decide(question(by, votes=(vote("bo"),), merged_at=None, on_call=shift), NOW)
        assert [each.could_satisfy for each in decision.requirements] == [(), could]


def test_a_no_and_an_override_that_cannot_be_put_in_order_deny() -> None:
    votes = (vote("cy", "deny", id="1"), vote("di", id="1", reason="Fire"))
    assert decide(question(votes=votes), NOW).state == "denied"


def test_a7_a_group_that_was_emptied_since_denies() -> None:
    current = rules(teams={**TEAMS, "payments": team("payments")})
    assert decide(question(current=current), NOW).families == ("group",)


def test_the_newest_is_the_newest_and_not_the_last_by_name() -> None:
    by = rules(policy(tier(OWNER)))
    decision = decide(question(by, votes=(vote("bo", at=T0 + 2 * MINUTE), vote("cy"))), NOW)
    assert [held.person for held in decision.requirements[0].satisfied_by] == ["bo"]
    assert (decision.how, decision.review_due) == ("quorum", None)


def test_who_stands_in_is_named_with_whom() -> None:
    held = decide(deputy(), NOW).requirements[0].satisfied_by[0]
    assert (held.person, held.capacity) == ("gus", "target-owner, for bo")
    over = decide(question(votes=(vote("di", reason="Fire"),)), NOW)
    assert (over.how, over.tier, over.review_due) == ("override", "always", None)


def test_others_who_may_help_later_are_all_named() -> None:
    late = {
        "after": HOUR,
        "approvers": [{"capacity": "incident-commander"}, {"capacity": "role", "role": "leader"}],
    }
    by = rules(policy(tier(OWNER, escalation=(late,))))
    decision = decide(question(by, votes=(), merged_at=None), NOW)
    assert decision.reasons[-1].endswith("on, also by incident-commander, role leader")
    assert decision.families == ("lacking",) * 2


MOMENTS = st.one_of(
    st.datetimes(
        timezones=st.sampled_from([UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-12)), None])
    ),  # type: ignore[arg-type]
    st.sampled_from([T0, NOW, datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)]),
)
TEXTS = st.one_of(st.sampled_from(["bo", "flo", "cy", "ada", ""]), st.text(max_size=5))
WILD_VOTES = st.builds(
    Vote,
    TEXTS,
    TEXTS,
    st.sampled_from(["approve", "deny", "dismissed", "comment"]),
    MOMENTS,
    st.sampled_from([BYTES, ""]),
    st.booleans(),
    TEXTS,
)
LENGTHS = st.timedeltas(min_value=timedelta(0), max_value=timedelta.max)
APPROVERS = st.builds(
    Approvers.model_construct,
    capacity=st.sampled_from(
        [
            "target-owner",
            "target-on-call",
            "role",
            "team",
            "person",
            "requester-manager",
            "incident-commander",
        ]
    ),
    role=st.none() | TEXTS,
    team=st.none() | TEXTS,
    person=st.none() | TEXTS,
    count=st.integers(1, 10),
)


@st.composite
def wild(draw: Any) -> Question:
    """Anything of the right types."""
    one = tier().model_copy(
        update={
            "when": draw(st.sampled_from(["true", "((", "\x00"]) | st.text(max_size=20)),
            "auto_approve": draw(st.none() | st.text(max_size=20)),
            "approvers": tuple(draw(st.lists(APPROVERS, max_size=3))),
            "distinct": draw(st.booleans()),
            "lifetime": draw(st.none() | LENGTHS),
        }
    )
    by = rules(
        policy(
            one,
            override=draw(st.sampled_from([(), ("leader",)])),
            break_glass=glass_question().base.policy.break_glass,
        )
    )  # type: ignore[union-attr]
    if by.policy is not None and by.policy.break_glass is not None:
        broken = by.policy.break_glass.model_copy(
            update={"duration": draw(LENGTHS), "review_within": draw(LENGTHS)}
        )
        by = replace(by, policy=by.policy.model_copy(update={"break_glass": broken}))
    other = draw(st.sampled_from([by, Rules(None, None, {}, {}, None)]))
    incident = OpenIncident(
        draw(TEXTS), draw(TEXTS), draw(TEXTS), ("checkout",), (Span("eve", draw(MOMENTS), draw(MOMENTS)),)
    )
    asked = changed(
        question(),
        id=draw(st.sampled_from([question().request.id]) | st.text(max_size=40)),
        requested_at=draw(MOMENTS),
        not_after=draw(MOMENTS),
        requester=draw(st.sampled_from(["eve"]) | TEXTS),
        break_glass=draw(st.booleans()),
    ).request
    return Question(
        request=asked,
        digest=BYTES,
        base=by,
        settled=draw(st.sampled_from([by, other])),
        current=draw(st.sampled_from([by, other])),
        votes=tuple(draw(st.lists(WILD_VOTES, max_size=5))),
        merged_at=draw(st.none() | MOMENTS),
        on_call=(Span(draw(TEXTS), draw(MOMENTS), draw(MOMENTS)),),
        incident=draw(st.sampled_from([None, incident, INCIDENT])),
        seen=tuple(draw(st.lists(MOMENTS, max_size=3))),
        asked_at=draw(st.none() | MOMENTS),
        facts={"request": {"inputs": draw(st.dictionaries(TEXTS, st.integers() | st.text(max_size=3)))}},
    )


@settings(max_examples=150, deadline=None)
@given(wild(), MOMENTS)
def test_nothing_makes_it_raise_and_it_says_the_same_again(asked: Question, now: datetime) -> None:
    decision = decide(asked, now)
    assert decision == decide(asked, now)
    assert decision.allowed or decision.reasons
    assert len(decision.reasons) == len(decision.families)


FAR = datetime.max.replace(tzinfo=UTC)


def test_at_the_end_of_the_calendar_nothing_overflows() -> None:
    last = FAR - HOUR
    ulid = "req-7zzzzzzzzz0000000000000000"
    asked = changed(question(votes=(vote("bo", at=last), vote("flo", at=last))), not_after=FAR)
    asked = changed(replace(asked, merged_at=last, asked_at=T0), requested_at=T0)
    assert decide(asked, last).expires_at == FAR
    assert decide(changed(asked, id=ulid), last).families == ("id",)
