"""The attacks of the threat model on approvals, as far as the decision alone has to withstand them. Each has its number.

Every table begins with what is allowed, so that a line that denies shows that its one difference does.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.actions.asking import (
    COMMANDER,
    HOUR,
    INCIDENT,
    MANAGER,
    MINUTE,
    ON_CALL,
    OWNER,
    PEOPLE,
    PLATFORM,
    SECOND,
    T0,
    TEAMS,
    TWO,
    action,
    changed,
    people,
    person,
    policy,
    question,
    request,
    rules,
    service,
    team,
    tier,
    ulid,
    vote,
)

from lightship.actions.decide import decide
from lightship.actions.question import Question, Rules, Span
from lightship.catalog.kinds.policy import Approvers
from lightship.catalog.kinds.request import RESERVED

NOW = T0 + 10 * MINUTE
TEAM = Approvers(capacity="team", team="payments")
LEADER = Approvers(capacity="role", role="leader")
BO = Approvers(capacity="person", person="bo")
CAPACITIES = (OWNER, ON_CALL, MANAGER, COMMANDER, PLATFORM, TEAM, BO)
# Bo is everything that one can be.
ALL = rules(
    people={
        **PEOPLE,
        **people(person("ada", manager="bo"), person("bo", roles=["leader", "platform", "commander"])),
    }
)
HELD = (Span("bo", T0, T0 + HOUR),)


def allowed(asked: Question, now: datetime = NOW) -> bool:
    """Whether it may be carried out."""
    return decide(asked, now).allowed


def by_bo(approvers: Approvers, **fields: object) -> Question:
    """Bo alone approves, in the one capacity that is asked for."""
    by = replace(ALL, policy=policy(tier(approvers)))
    whole = {
        "votes": (vote("bo", reason="I take it upon me"),),
        "on_call": HELD,
        "incident": replace(INCIDENT, commanders=HELD),
    }
    return question(by, **{**whole, **fields})


@pytest.mark.parametrize("approvers", CAPACITIES, ids=lambda each: each.capacity)
def test_a1_nobody_approves_their_own_in_any_capacity(approvers: Approvers) -> None:
    fine = by_bo(approvers)
    assert allowed(fine)
    assert not allowed(changed(fine, for_="bo"))
    assert not allowed(replace(fine, involved=("cy", "bo")))
    own = replace(
        ALL,
        policy=policy(tier(approvers)),
        people={**ALL.people, "bo": person("bo", manager="bo", roles=["platform"])},
    )
    assert not allowed(changed(by_bo(approvers, base=own, settled=own, current=own), requester="bo"))


@pytest.mark.parametrize("relation", ["requester", "for", "involved"])
def test_a1_nobody_overrides_for_themselves(relation: str) -> None:
    over = replace(ALL, policy=policy(tier(LEADER, LEADER), override=("leader",)))
    fine = question(over, votes=(vote("bo", reason="It burns"),))
    assert decide(fine, NOW).how == "override"
    own = {
        "requester": changed(fine, requester="bo"),
        "for": changed(fine, for_="bo"),
        "involved": replace(fine, involved=("bo",)),
    }
    assert not allowed(own[relation])


def test_a1_nobody_sends_a_delegate_to_approve_for_them() -> None:
    deputies = people(person("ada", delegate="gus"), person("bo", delegate="gus"))
    by = rules(
        policy(tier(OWNER)), people={**PEOPLE, **deputies}, teams={"payments": team("payments", "ada", "bo")}
    )
    assert allowed(question(by, votes=(vote("gus"),)))  # for bo
    assert not allowed(question(by, votes=(vote("gus"),), involved=("bo",)))
    assert not allowed(question(by, votes=(vote("gus"),), involved=("gus",)))


def test_a2_one_person_counts_once() -> None:
    twice = policy(tier(OWNER.model_copy(update={"count": 2})))
    assert allowed(question(rules(twice), votes=(vote("bo"), vote("cy"))))
    accounts = (vote("bo", id="1"), vote("bo", id="2", at=T0 + 2 * MINUTE))
    assert not allowed(question(rules(twice), votes=accounts))
    assert not allowed(
        question(
            rules(twice.model_copy(update={"tiers": (tier(twice.tiers[0].approvers[0], distinct=False),)})),
            votes=accounts,
        )
    )


def test_a2_two_capacities_are_still_one_person() -> None:
    both = policy(tier(OWNER, PLATFORM))
    by = rules(both, people={**PEOPLE, "bo": person("bo", roles=["platform"])})
    assert not allowed(question(by, votes=(vote("bo"),)))
    assert allowed(question(by, votes=(vote("bo"), vote("cy"))))
    assert allowed(
        question(replace(by, policy=policy(tier(OWNER, PLATFORM, distinct=False))), votes=(vote("bo"),))
    )


@pytest.mark.parametrize("who", ["", "bo[bot]", "github-actions", "stranger", "payments"])
def test_a2_whoever_the_catalog_does_not_know_is_nobody(who: str) -> None:
    assert not allowed(question(votes=(vote(who), vote("flo"))))


def test_a3_an_approval_of_other_bytes_is_of_something_else() -> None:
    assert allowed(question())
    assert not allowed(question(votes=(vote("bo", digest="e" * 64), vote("flo"))))
    assert not allowed(question(digest="e" * 64))


def test_a3_bytes_that_come_back_are_what_was_approved() -> None:
    between = vote("bo", id="bo-2", at=T0 + MINUTE + SECOND, digest="e" * 64)
    assert allowed(question(votes=(vote("bo"), between, vote("flo"))))


def test_a4_whoever_pushed_is_out_though_others_wrote_it() -> None:
    assert not allowed(question(involved=("bo",)))
    assert allowed(question(involved=("eve",)))


EDITS: dict[str, Callable[[Rules], Rules]] = {
    "policy": lambda by: replace(by, policy=policy(tier(OWNER))),
    "tier": lambda by: replace(by, policy=policy(tier(auto_approve="true"))),
    "override": lambda by: replace(by, policy=policy(tier(PLATFORM, PLATFORM), override=("leader", "owner"))),
    "role": lambda by: replace(
        by, people={**PEOPLE, "bo": person("bo", roles=["owner"]), "cy": person("cy", roles=["platform"])}
    ),
    "team": lambda by: replace(by, teams={"payments": team("payments", "bo", "gus")}),
    "owner": lambda by: replace(by, target=service("checkout", "platform")),
    "delegate": lambda by: replace(
        by, people={**PEOPLE, "flo": person("flo", roles=["platform"], delegate="cy")}
    ),
    "newcomer": lambda by: replace(by, people={**PEOPLE, "mal": person("mal", roles=["platform"])}),
    "allow": lambda by: by,
}
VOTES = {
    "owner": (vote("gus"), vote("flo")),
    "team": (vote("gus"), vote("flo")),
    "newcomer": (vote("bo"), vote("mal")),
    "override": (vote("di", reason="So be it"),),
}


@pytest.mark.parametrize("what", EDITS)
def test_a5_a6_what_was_changed_in_the_same_merge_or_lately_helps_nobody(what: str) -> None:
    before = rules(policy(tier(OWNER, PLATFORM)))
    if what == "allow":
        before = replace(before, action=action("false"))
    after = EDITS[what](replace(before, action=action()))
    votes = VOTES.get(what, (vote("bo"), vote("cy")) if what != "allow" else (vote("bo"), vote("flo")))
    asked = question(after, votes=votes)
    assert allowed(asked), "the change would help if it counted"
    assert not allowed(replace(asked, base=before, settled=before)), "in the same merge"
    assert not allowed(replace(asked, settled=before)), "not long enough ago"


def test_a6_what_only_waiting_forbids_is_pending_before_the_merge() -> None:
    before = replace(rules(), action=None)
    assert decide(question(settled=before), NOW).state == "denied"
    assert decide(question(settled=before, merged_at=None), NOW).state == "pending"


LEADERS = {**PEOPLE, "gus": person("gus", roles=["leader"])}
VOUCHING = (vote("di", reason="Now"), vote("gus", reason="It cannot wait"))


def _new(**fields: Any) -> Question:
    """An action that was not there before; di and gus lead, and want it to be carried out at once."""
    now = rules(people=LEADERS)
    votes = (vote("bo"), vote("flo"), *VOUCHING)
    return question(now, **{"settled": replace(now, action=None), "votes": votes, **fields})


def test_a6_two_leaders_let_newer_rules_count_at_once() -> None:
    """As long as their words are not older than a day; what the newer rules need is needed all the same."""
    decision = decide(_new(), NOW)
    assert (decision.state, decision.how, decision.families) == ("allowed", "quorum", ("vouched",))
    assert decision.reasons == ("'di' and 'gus', who lead, let the newer rules count at once",)
    week = request(not_after=T0 + 72 * HOUR)
    by = policy(tier(OWNER, PLATFORM, lifetime=48 * HOUR))
    long = replace(_new(request=week), base=rules(by, people=LEADERS))
    assert decide(long, NOW).expires_at == T0 + MINUTE + 24 * HOUR
    assert decide(long, T0 + MINUTE + 24 * HOUR).state == "denied"
    assert decide(_new(request=week), NOW).expires_at == T0 + MINUTE + 24 * HOUR
    three = rules(people={**LEADERS, "cy": person("cy", roles=["leader"])})
    newest = vote("cy", at=T0 + 2 * MINUTE, reason="Now")
    told = decide(
        _new(base=three, settled=replace(three, action=None), current=three, votes=(*_new().votes, newest)),
        NOW,
    )
    assert told.reasons[0].startswith("'cy' and 'gus', who lead"), "those whose words hold longest"
    alone = rules(policy(tier(OWNER, PLATFORM)), people=LEADERS)
    assert not allowed(_new(base=alone, votes=VOUCHING)), "nobody approved by the newer rules"
    assert decide(_new(merged_at=None), NOW).families == ("vouched", "merge")
    assert decide(question(rules(people=LEADERS), votes=_new().votes), NOW).families == (), "nothing is new"


UNHEARD: dict[str, dict[str, Any]] = {
    "one of them": {"votes": (vote("bo"), vote("flo"), VOUCHING[0])},
    "the same one twice": {
        "votes": (vote("bo"), vote("flo"), VOUCHING[0], vote("di", id="di-2", reason="Now"))
    },
    "without a word": {"votes": (vote("bo"), vote("flo"), VOUCHING[0], vote("gus", reason=" "))},
    "of other bytes": {
        "votes": (vote("bo"), vote("flo"), VOUCHING[0], vote("gus", reason="x", digest="e" * 64))
    },
    "after the merge": {
        "votes": (vote("bo"), vote("flo"), VOUCHING[0], vote("gus", at=T0 + 3 * MINUTE, reason="x"))
    },
    "one asked for it": {"request": request(requester="gus")},
    "one gets it": {"request": request(**{"for": "gus"})},
    "one had a hand in it": {"involved": ("gus",)},
    "one leads by the newer rules alone": {"settled": rules(action=None)},
    "one leads no more": {"current": rules()},
    "one is gone": {
        "current": rules(people={**LEADERS, "gus": person("gus", roles=["leader"], active=False)})
    },
    "somebody said no by the earlier rules": {
        "settled": rules(policy(tier(Approvers(capacity="person", person="cy"))), people=LEADERS),
        "votes": (vote("bo"), vote("flo"), *VOUCHING, vote("cy", "deny")),
        "base": rules(policy(tier(Approvers(capacity="person", person="bo"))), people=LEADERS),
    },
}


@pytest.mark.parametrize("how", UNHEARD)
def test_a6_newer_rules_wait_where_two_leaders_do_not_say_so(how: str) -> None:
    assert allowed(_new())
    assert not allowed(_new(**UNHEARD[how]))


def test_a6_taking_an_objector_out_takes_no_objection_away() -> None:
    no = question(votes=(vote("bo"), vote("flo"), vote("cy", "deny")))
    assert decide(no, NOW).families == ("no",)
    gone = {"left the team": rules(teams={**TEAMS, "payments": team("payments", "bo")})}
    gone["left"] = rules(people={**PEOPLE, "cy": person("cy", active=False)})
    gone["forgotten"] = rules(people={id: each for id, each in PEOPLE.items() if id != "cy"})
    for current in gone.values():
        assert decide(replace(no, current=current), NOW).state == "denied"


SEQUENCES = {
    "approve": True,
    "comment": False,
    "dismissed": False,
    "deny": False,
    "approve comment": True,
    "comment approve": True,
    "approve deny": False,
    "deny approve": True,
    "approve dismissed": False,
    "approve deny dismissed": False,
    "deny dismissed approve": True,
    "deny comment approve dismissed": False,
    "dismissed approve comment": True,
}


@pytest.mark.parametrize("sequence", SEQUENCES)
@pytest.mark.parametrize("ties", [False, True], ids=["by moment", "by id"])
def test_a8_the_last_word_counts_and_a_dismissal_never_revives(sequence: str, ties: bool) -> None:
    words = sequence.split()
    said = tuple(
        vote("bo", word, id=f"bo-{number}", at=T0 + (SECOND if ties else number * SECOND))
        for number, word in enumerate(words)
    )
    for order in (said, said[::-1]):
        assert allowed(question(votes=(*order, vote("flo")))) is SEQUENCES[sequence]


def test_a8_any_eligible_no_blocks_though_enough_others_agree() -> None:
    decision = decide(question(votes=(vote("bo"), vote("flo"), vote("cy", "deny", reason="Not today"))), NOW)
    assert (decision.state, decision.families) == ("denied", ("no",))
    assert "Not today" in decision.reasons[0]
    assert allowed(question(votes=(vote("bo"), vote("flo"), vote("gus", "deny"))))  # may not speak here
    assert not allowed(question(votes=(vote("bo"), vote("flo"), vote("ada", "deny"))))  # an owner, and asks
    assert not allowed(question(votes=(vote("bo"), vote("flo"), vote("di", "deny"))))  # could override


def test_a8_a_review_after_the_merge_comes_too_late() -> None:
    merged = T0 + 2 * MINUTE
    for late, fine in ((timedelta(), True), (SECOND, False)):
        assert allowed(question(votes=(vote("bo", at=merged + late), vote("flo")))) is fine
    late_yes = vote("cy", id="cy-2", at=merged + SECOND)
    assert not allowed(question(votes=(vote("bo"), vote("flo"), vote("cy", "deny"), late_yes)))


def test_a8_an_override_comes_after_every_no() -> None:
    no, yes = vote("cy", "deny"), vote("di", reason="It burns", at=T0 + MINUTE + SECOND)
    assert decide(question(votes=(no, yes)), NOW).how == "override"
    assert not allowed(question(votes=(replace(no, at=T0 + 2 * MINUTE), yes)))
    assert not allowed(question(votes=(no, replace(yes, reason=" "))))
    assert not allowed(question(votes=(no, replace(yes, at=no.at, id="a"))))
    assert allowed(question(votes=(no, replace(yes, at=no.at, id="z"))))


@pytest.mark.parametrize("words", ["/approve", "LGTM, approved", "approve"])
def test_a9_what_a_comment_says_approves_nothing(words: str) -> None:
    assert not allowed(question(votes=(vote("bo", "comment", reason=words), vote("flo"))))


@pytest.mark.parametrize("who", sorted(PEOPLE))
def test_a10_only_the_capacity_counts_and_not_that_one_may_read(who: str) -> None:
    assert allowed(question(votes=(vote(who), vote("flo")))) is (who in ("bo", "cy"))
    assert not allowed(question(votes=(vote("bo"), vote(who)))) or who == "flo"


def test_a10_what_nobody_proved_was_not_said() -> None:
    assert not allowed(question(votes=(vote("bo", verified=False), vote("flo"))))
    assert allowed(question(votes=(vote("bo"), vote("flo"), vote("cy", "deny", verified=False))))


LOOKALIKES = "аАеЕоОсСсуіІӏԁɡһոꞓϲαονιϳｂ０Ｏο⁰₀ℊ𝐛𝖻𝚋ｏⓑⓞºᴏᏏЬ"


def lookalikes(name: str, letters: str) -> Iterator[str]:
    """Names that look like `name`, or that some software would take for it."""
    yield from (name.upper(), name.title(), f" {name}", f"{name} ", f"{name}\n", f"@{name}", f"{name}\0")
    for at in range(len(name) + 1):
        for mark in (
            "\u200b",
            "\u200c",
            "\u200d",
            "\u2060",
            "\ufeff",
            "\u00ad",
            "\u0301",
            "\u202e",
            "\u2066",
        ):
            yield name[:at] + mark + name[at:]
    for at in range(len(name)):
        for letter in letters:
            yield name[:at] + letter + name[at + 1 :]


def folds_to_ascii(letter: str) -> bool:
    """Whether software that normalises would read an ASCII letter or digit."""
    folded = unicodedata.normalize("NFKD", letter).casefold()
    return not letter.isascii() and any(each.isascii() and each.isalnum() for each in folded)


@pytest.mark.parametrize("name", ["bo", "cy", "flo", "di"])
def test_a12_lookalikes_are_nobody(name: str) -> None:
    letters = LOOKALIKES + "".join(filter(folds_to_ascii, map(chr, range(0x110000))))
    assert len(letters) > 1000
    votes = tuple(
        vote(each, id=str(number), reason="So be it") for number, each in enumerate(lookalikes(name, letters))
    )
    decision = decide(question(votes=votes), NOW)
    assert decision.state == "pending"
    assert not any(each.satisfied_by for each in decision.requirements)


@pytest.mark.parametrize("name", ["Ada", "аda", "ada\u200b", "ADA", "ada "])
def test_a12_who_asks_is_somebody_of_the_catalog(name: str) -> None:
    assert decide(changed(question(), requester=name), NOW).families == ("gone",)
    assert decide(changed(question(), for_=name), NOW).families == ("gone",)


@pytest.mark.parametrize("key", sorted(RESERVED))
def test_a16_what_the_asker_fills_in_approves_nothing(key: str) -> None:
    said = {key: "approved", "by": ["bo", "flo"]}
    asked = changed(question(votes=()), inputs={**said, "request": said})
    assert decide(replace(asked, facts={"request": {"inputs": said}}), NOW).state == "pending"


def test_r1_an_id_belongs_to_its_day() -> None:
    day = 24 * HOUR
    for off, fine in ((timedelta(), True), (day, True), (day + SECOND, False)):
        for each in (off, -off):
            assert allowed(changed(question(asked_at=T0), id=ulid(T0 + each))) is fine
    kept = changed(question(votes=(), merged_at=T0 + day + SECOND), not_after=T0 + 7 * day)
    assert decide(kept, T0 + day + MINUTE).families == ("id",)
    assert decide(replace(kept, asked_at=T0), T0 + day + MINUTE).state == "pending"
    assert decide(replace(kept, asked_at=T0 + day + SECOND), T0 + day + MINUTE).families == ("id",)


@pytest.mark.parametrize(
    "id",
    [
        "req-1",
        "inc-20260310-abcd",
        "",
        "req-" + "8" + "z" * 25,
        "req-" + "u" * 26,
        "req-" + "0" * 27,
        ulid(T0)[4:],
        "req-" + ulid(T0)[4:].upper(),
    ],
)
def test_r1_what_is_no_id_is_denied(id: str) -> None:
    assert decide(changed(question(), id=id), NOW).families == ("id",)


def test_r7_a_clock_that_is_wrong_begins_nothing() -> None:
    for skew, fine in ((-120 * SECOND, True), (-121 * SECOND, False)):
        assert (decide(question(votes=()), T0 + skew).families != ("clock",)) is fine
    assert decide(question(), T0 - 24 * HOUR).families == ("clock",)
    assert decide(question(), T0 + 24 * HOUR - SECOND).allowed
    assert decide(question(), T0 + 24 * HOUR).state == "expired"
    assert decide(question(asked_at=T0 + HOUR), T0 + HOUR - 121 * SECOND).families == ("clock",)
    assert not allowed(question(votes=(vote("bo", at=NOW + SECOND), vote("flo")), merged_at=NOW + HOUR))


def test_what_gathering_found_denies() -> None:
    decision = decide(question(problems=("it was edited", "it came with a policy")), NOW)
    assert decision.families == ("problem", "problem")
    assert decision.reasons == ("it was edited", "it came with a policy")


def test_unmerged_is_not_allowed_yet() -> None:
    decision = decide(question(merged_at=None), NOW)
    assert (decision.state, decision.how, decision.families) == ("pending", "quorum", ("merge",))
    assert allowed(question(merged_at=None, needs_merge=False))


@pytest.mark.parametrize("by", [replace(rules(), action=None), rules(None), replace(rules(), target=None)])
def test_a7_what_is_not_known_is_denied(by: Rules) -> None:
    assert decide(question(by), NOW).families == ("unknown",)


def test_allowed_says_who_in_what_capacity_and_until_when() -> None:
    decision = decide(question(rules(TWO)), NOW)
    who = [[(held.person, held.capacity) for held in each.satisfied_by] for each in decision.requirements]
    assert who == [[("bo", "target-owner")], [("flo", "role platform")]]
    assert decision.expires_at == T0 + MINUTE + timedelta(hours=24) - MINUTE  # void by itself, before that
    assert not decision.reasons
