"""What a run knows of the journal, and how it writes there beside others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from tests.actions.stage import ACTOR, FakeClock, MemoryRef, T, Trouble

from lightship.actions.records import LEASE, Records, Run, by_lease
from lightship.journal.entry import Entry, new_id

ID = "req-1"


def lives(run: str, since: datetime, now: datetime) -> bool:
    """Only the run 'busy', and only by its own claim."""
    return run == "busy" and since == T and now >= T


def records(ref: MemoryRef, clock: FakeClock | None = None, *, offline: bool = False) -> Records:
    return Records(ref, ref.records(), Run("mine", ACTOR, lives, offline), clock or FakeClock())


def entry(kind: str, about: str, data: Mapping[str, object], at: datetime = T) -> Entry:
    return Entry(new_id(at), kind, about, at, ACTOR, data)


def test_a_step_is_claimed_once_and_known_at_once() -> None:
    ref = MemoryRef()
    mine = records(ref)
    assert mine.hold(ID, "open", {"uses": "a.b"}) == ""
    [claim] = ref.entries
    assert (claim.kind, claim.subject, claim.recorded_at, claim.by) == ("claim", "req-1/open", T, ACTOR)
    assert dict(claim.data) == {"run": "mine", "uses": "a.b"}
    assert mine.written == [claim]
    assert mine.course(ID).step("open").claims == (claim,)
    assert mine.courses.of(ID).step("open").state == "claimed"
    assert records(ref).course("req-2").id == "req-2"
    assert mine.courses.of("req-2").id == "req-2"


def test_a_claim_from_a_run_that_died_is_taken_over_under_a_subject_of_its_own() -> None:
    ref = MemoryRef()
    ref.entries.append(entry("claim", "req-1/open", {"run": "dead"}))
    assert records(ref).hold(ID, "open", {}) == ""
    assert [each.subject for each in ref.entries] == ["req-1/open", "req-1/open/2"]
    assert records(ref).course(ID).step("open").run == "mine"


def test_a_claim_of_a_run_that_lives_is_left_to_it() -> None:
    ref = MemoryRef()
    ref.entries.append(entry("claim", "req-1/open", {"run": "busy"}))
    assert records(ref).hold(ID, "open", {}) == "busy is at it just now"
    assert len(ref.entries) == 1


def test_a_claim_of_our_own_is_no_reason_to_wait() -> None:
    ref = MemoryRef()
    ref.entries.append(entry("claim", "req-1/open", {"run": "mine"}))
    always = Records(ref, ref.records(), Run("mine", ACTOR, lambda *_: True), FakeClock())
    assert always.hold(ID, "open", {}) == ""
    nobody = entry("claim", "req-1/open", {})
    assert records(ref).busy(nobody) == ""
    assert always.busy(nobody) == " is at it just now"


def test_who_was_quicker_is_named_and_known() -> None:
    for data, name in (({"run": "other"}, "other"), ({}, "another run")):
        ref = MemoryRef()
        mine = records(ref)
        theirs = entry("claim", "req-1/open", data)
        ref.entries.append(theirs)
        assert mine.hold(ID, "open", {}) == f"{name} was quicker"
        assert (mine.course(ID).step("open").claims, mine.written) == ((theirs,), [])


def test_where_nobody_can_say_who_has_it_why_is_told() -> None:
    mine = records(MemoryRef(Trouble({1: "retry"})))
    assert mine.hold(ID, "open", {}) == "the remote does not answer"
    assert (mine.written, mine.course(ID).steps) == ([], {})


def test_claims_by_what_lies_here_alone_say_so() -> None:
    ref = MemoryRef()
    records(ref, offline=True).hold(ID, "open", {"uses": "a.b"})
    records(ref).hold(ID, "shut", {"uses": "a.b"})
    assert [each.data.get("offline") for each in ref.entries] == [True, None]
    assert "offline" not in ref.entries[1].data


def test_what_is_written_comes_after_all_that_is_known_whatever_the_clock_says() -> None:
    ref = MemoryRef()
    ahead = T + timedelta(hours=1)
    ref.entries += [entry("claim", "req-1/open", {"run": "dead"}, ahead), entry("claim", "req-2/open", {})]
    mine = records(ref, FakeClock(T + timedelta(microseconds=1500)))
    one = mine.write("receipt", "req-1/open", {"outcome": "done"})
    two = mine.write("receipt", "req-1/shut", {"outcome": "done"})
    other = mine.write("receipt", "req-2/open", {"outcome": "done"})
    millisecond = timedelta(milliseconds=1)
    assert [each.recorded_at for each in (one, two)] == [ahead + millisecond, ahead + 2 * millisecond]
    assert other.recorded_at == T + millisecond, "to the millisecond, as ids are"
    assert ref.entries[0].id < one.id < two.id
    assert mine.written == [one, two, other]
    assert mine.course(ID).step("open").state == "done"


def test_what_is_known_already_is_counted_once() -> None:
    ref = MemoryRef()
    theirs = entry("claim", "req-1/open", {"run": "dead"})
    ref.entries.append(theirs)
    mine = records(ref)
    found = mine.claim("req-1/open", {})
    assert (found.won, found.holder) == (False, theirs)
    assert mine.course(ID).step("open").claims == (theirs,)


def test_a_lease_is_over_after_as_long_as_a_run_may_live() -> None:
    assert by_lease("x", T, T + LEASE - timedelta(seconds=1))
    assert not by_lease("x", T, T + LEASE)
