"""Requests through the real executor and the real connectors, to other people's servers that go wrong at any call.

Nothing is doubled, nothing lost, nothing left alive; and what was there before stays.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from tests import emulators
from tests.actions.stage import Stage, action, question
from tests.faulty_vendor import KINDS, Fault, Kind, Vendor, elsewhere, serving

from lightship.catalog.settings import Aws, Connectors, Github
from lightship.connectors.http import Limits
from lightship.connectors.vendors import Connected, Setup

KEYS = {
    "AWS_ACCESS_KEY_ID": "key",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "LIGHTSHIP_GITHUB_TOKEN": emulators.Github.token,
}
LIMITS = Limits(connect=2, read=0.3, answer=0.5, tries=3)


@dataclass
class Partner:
    """A server with what a step does there. `has` counts how often somebody has it; `give` gives it from elsewhere."""

    front: Vendor
    settings: Connectors
    step: dict[str, Any]
    has: Callable[[], int]
    give: Callable[[], None]

    def stage(self) -> Stage:
        """A journal and a clock that are new, and vendors that are connected."""
        world = Stage(living=lambda *_: False)
        world.vendors = Connected(Setup(self.settings, KEYS, world.clock, random.Random(5), LIMITS))  # type: ignore[assignment]
        return world


@pytest.fixture(scope="module")
def moto() -> Iterator[emulators.Aws]:
    with emulators.aws() as found:
        yield found


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[emulators.Github]:
    with emulators.github(tmp_path_factory.mktemp("github")) as found:
        yield found


@pytest.fixture
def aws(moto: emulators.Aws) -> Iterator[Partner]:
    moto.anew()
    with serving(elsewhere(moto.address)) as front:
        settings = Connectors(aws=Aws(region=moto.region, endpoint=front.address))
        params = {
            "account": moto.account,
            "permission_set": "Operator",
            "principal": "{{ request.for }}@example.com",
        }
        step = {"id": "grant", "uses": "aws.grant_access", "with": params, "undo": "aws.revoke_access"}
        ada = "ada@example.com"
        yield Partner(
            front, settings, step, lambda: moto.has(ada, "Operator"), lambda: moto.assign(ada, "Operator")
        )


@pytest.fixture
def github(emulator: emulators.Github) -> Iterator[Partner]:
    team = emulator.team()
    with serving(elsewhere(emulator.address)) as front:
        settings = Connectors(github=Github(api=front.address))
        params = {"team": team, "user": "{{ request.for }}"}
        step = {
            "id": "grant",
            "uses": "github.add_team_member",
            "with": params,
            "undo": "github.remove_team_member",
        }
        yield Partner(
            front,
            settings,
            step,
            lambda: emulator.members(team).count("ada"),
            lambda: emulator.put(team, "ada"),
        )


def _lives(partner: Partner, plan: dict[int, Fault]) -> bool:
    """Asked for, had once, and ended after two hours, whatever `plan` holds; whether any of it was met."""
    partner.front.begin(plan)
    world, asked = partner.stage(), question(action(partner.step))
    for _ in range(3):
        world.execute(asked)
        if world.course(asked.request.id).step("grant").state == "done":
            break
        world.clock.sleep(60)
    assert world.course(asked.request.id).step("grant").state == "done", plan
    assert partner.has() == 1, plan
    world.clock.sleep(timedelta(hours=2).total_seconds())
    for _ in range(3):
        world.reconcile(asked)
        if partner.has() == 0:
            break
        world.clock.sleep(60)
    world.reconcile(asked)
    assert partner.has() == 0, plan
    assert list(world.receipts())[-1] == ("grant/undo", "revoked"), plan
    met, entries = bool(partner.front.met), len(world.ref.entries)
    before = len(partner.front.calls)
    world.execute(asked)
    world.reconcile(asked)
    assert (len(world.ref.entries), len(partner.front.calls)) == (entries, before), (
        "run again, it changes nothing"
    )
    return met


@pytest.mark.parametrize("kind", KINDS)
def test_a_member_for_two_hours_whatever_goes_wrong(github: Partner, kind: Kind) -> None:
    number = 1
    while _lives(github, {number: Fault(kind)}):
        number += 1
    assert number > 6


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_access_for_two_hours_whatever_goes_wrong(aws: Partner, kind: Kind) -> None:
    number = 1
    while _lives(aws, {number: Fault(kind)}):
        number += 1
    assert number > 15


def test_access_for_two_hours_by_a_vendor_that_goes_wrong_now_and_then(aws: Partner) -> None:
    kinds = random.Random(11).sample(KINDS, 6)
    assert _lives(aws, {3 + 4 * number: Fault(kind) for number, kind in enumerate(kinds)})


@pytest.mark.parametrize("name", ["aws", "github"])
def test_who_had_it_before_has_it_after(name: str, request: pytest.FixtureRequest) -> None:
    partner: Partner = request.getfixturevalue(name)
    partner.give()
    world, asked = partner.stage(), question(action(partner.step))
    (told,) = [each for each in world.execute(asked) if each.step == "grant"]
    assert told.outcome == "done"
    world.clock.sleep(timedelta(hours=3).total_seconds())
    world.reconcile(asked)
    world.reconcile(asked)
    assert partner.has() == 1
    assert ("grant/undo", "revoked") not in set(world.receipts())
