"""The portal's own operations: an entry is their effect, and another one takes it back."""

from __future__ import annotations

import pytest
from tests.actions.stage import Stage

from lightship.actions.recording import Recording, WithRecords
from lightship.actions.vendor import Refused

PARAMS = {"service": "shop", "reason": "the release is broken"}
KEY = "k" * 32


def lock(world: Stage, uses: str = "lightship.lock_service") -> Recording:
    found = WithRecords(world.vendors, world.records(), world.ref.records()).find(uses)
    assert isinstance(found, Recording)
    return found


def test_it_is_written_found_and_taken_back() -> None:
    world = Stage()
    assert lock(world).probe(PARAMS, KEY) is None
    refs = lock(world).ensure(PARAMS, KEY)
    [entry] = world.ref.entries
    assert (entry.kind, entry.subject, refs) == ("service.locked", "shop", {"entry": entry.id})
    assert {name: entry.data[name] for name in PARAMS} == PARAMS
    assert lock(world).probe(PARAMS, KEY) == refs
    assert lock(world).probe(PARAMS, "other") is None
    assert lock(world).verify(PARAMS, KEY)
    lock(world).undo(PARAMS, KEY, refs)
    assert world.ref.entries[-1].kind == "service.unlocked"
    assert lock(world).probe(PARAMS, KEY) is None


def test_what_this_run_wrote_is_found_without_reading_anew() -> None:
    world = Stage()
    one = lock(world)
    one.ensure(PARAMS, KEY)
    assert one.verify(PARAMS, KEY)


def test_what_cannot_be_taken_back_says_so() -> None:
    world = Stage()
    with pytest.raises(Refused):
        lock(world, "lightship.unlock_service").undo(PARAMS, KEY, {})


def test_others_do_what_is_theirs() -> None:
    world = Stage()
    mine = world.vendor("aws.grant_access", "state")
    vendors = WithRecords(world.vendors, world.records(), {})
    assert vendors.find("aws.grant_access") is mine
    assert vendors.find("aws.reboot_instance") is None
    assert [uses for uses, _ in vendors.all()] == ["aws.grant_access"]
    assert lock(world).listing() is None


def test_parameters_of_another_day_are_refused_and_stop_nobody_else() -> None:
    """What was granted before the operation's parameters changed has to end like everything else."""
    world = Stage()
    lock(world).ensure(PARAMS, KEY)
    with pytest.raises(Refused, match=r"lightship\.unlock_service: 'service'"):
        lock(world).undo({"reason": "x"}, KEY, {})
