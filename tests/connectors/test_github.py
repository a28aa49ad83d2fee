"""Temporary membership of GitHub teams, against the emulator, with every fault at every call."""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Iterator
from typing import Any

import pytest
from tests import emulators
from tests.connectors.times import START, Clock
from tests.faulty_vendor import KINDS, Answer, Fault, Kind, Vendor, elsewhere, said, serving

from lightship.actions.calling import Caller
from lightship.actions.vendor import Refused, Retry, Unknown, VendorError
from lightship.catalog.settings import Connectors
from lightship.catalog.settings import Github as Where
from lightship.connectors.base import Bound
from lightship.connectors.http import Limits
from lightship.connectors.vendors import Connected, Setup

CANARY = emulators.Github.token
KEY = "k" * 32


@pytest.fixture(scope="module")
def github(tmp_path_factory: pytest.TempPathFactory) -> Iterator[emulators.Github]:
    with emulators.github(tmp_path_factory.mktemp("github")) as found:
        yield found


def vendors(address: str, clock: Clock | None = None, temporary: tuple[str, ...] = ()) -> Connected:
    settings = Connectors(github=Where(api=address, temporary=temporary))
    limits = Limits(connect=2, read=0.3, answer=0.5, tries=3)
    environment = {"LIGHTSHIP_GITHUB_TOKEN": CANARY}
    return Connected(Setup(settings, environment, clock or Clock(), random.Random(3), limits))


def membership(address: str, clock: Clock | None = None, temporary: tuple[str, ...] = ()) -> Bound:
    found = vendors(address, clock, temporary).find("github.add_team_member")
    assert found is not None
    return found


def of(team: str, user: str = "ada", role: str = "member") -> dict[str, str]:
    return {"team": team, "user": user, "role": role}


def test_somebody_joins_is_read_back_leaves_and_is_gone(github: emulators.Github) -> None:
    team, operation = github.team(), membership(github.address)
    for params in (of(team), of(f"@{team}", "Grace", "maintainer")):
        login = params["user"].lower()
        assert operation.probe(params, KEY) is None
        assert not operation.verify(params, KEY)
        refs = operation.ensure(params, KEY)
        assert refs == {"team": team, "user": login, "role": params["role"]}
        assert operation.probe(params, KEY) == refs
        assert operation.verify(params, KEY)
        assert github.members(team) == [login]
        operation.undo(params, KEY, refs)
        assert operation.probe(params, KEY) is None
        assert github.members(team) == []


def test_doing_it_twice_is_doing_it_once(github: emulators.Github) -> None:
    team, operation = github.team(), membership(github.address)
    assert operation.ensure(of(team), KEY) == operation.ensure(of(team), KEY)
    assert github.members(team) == ["ada"]
    for _ in range(2):
        operation.undo(of(team), KEY, {})
    assert github.members(team) == []


def test_who_was_there_before_is_told_of_and_others_are_left_alone(github: emulators.Github) -> None:
    team, operation = github.team(), membership(github.address)
    github.put(team, "grace")
    github.put(team, "edsger", "maintainer")
    assert operation.probe(of(team, "grace"), KEY) == {"team": team, "user": "grace", "role": "member"}
    assert not operation.verify(of(team, "grace", "maintainer"), KEY)
    assert operation.verify(of(team, "edsger"), KEY), "a maintainer is no less than a member"
    operation.undo(of(team), KEY, operation.ensure(of(team), KEY))
    assert github.members(team) == ["edsger", "grace"]


def test_an_unknown_team_or_person_is_refused_and_never_there(github: emulators.Github) -> None:
    operation = membership(github.address)
    for params in (of("shop/nowhere"), of(github.team(), "nobody")):
        assert operation.probe(params, KEY) is None
        with pytest.raises(Refused, match="404"):
            operation.ensure(params, KEY)
        assert operation.undo(params, KEY, {}) == {}
    for wrong in (of("../../user"), of("shop/team", "ada/../x"), of("shop/team", role="owner")):
        with pytest.raises(Refused, match="add_team_member"):
            operation.ensure(wrong, KEY)


def test_who_is_in_a_team_that_nobody_is_in_for_good_is_listed(github: emulators.Github) -> None:
    team = github.team()
    operation = membership(github.address, temporary=(f"@{team}",))
    assert list(operation.listing() or ()) == []
    for login in ("ada", "grace"):
        github.put(team, login)
    found = sorted(operation.listing() or (), key=lambda each: each.label)
    assert [each.refs for each in found] == [{"team": team, "user": login} for login in ("ada", "grace")]
    assert membership(github.address).listing() is None


def test_writes_are_a_second_apart(github: emulators.Github) -> None:
    clock = Clock()
    operation = membership(github.address, clock)
    team = github.team()
    for login in ("ada", "grace", "edsger"):
        operation.ensure(of(team, login), KEY)
    assert clock.slept == [1.0, 1.0]


def _survives(
    github: emulators.Github, front: Vendor, operation: Bound, clock: Clock, team: str, plan: dict[int, Fault]
) -> bool:
    """Joined and left once, whatever `plan` holds; whether any of it was met."""
    front.begin(plan)
    caller = Caller(clock, random.Random(7))
    called = caller.do(operation, of(team), KEY, fresh=True)
    assert (called.outcome, github.members(team)) == ("done", ["ada"]), (plan, called)
    called = caller.undo(operation, of(team), KEY, called.refs)
    assert (called.outcome, github.members(team)) == ("done", []), (plan, called)
    return bool(front.met)


@pytest.mark.parametrize("kind", KINDS)
def test_no_fault_at_any_call_loses_or_doubles_it(github: emulators.Github, kind: Kind) -> None:
    team, clock, number = github.team(), Clock(), 1
    with serving(elsewhere(github.address)) as front:
        operation = membership(front.address, clock)
        while _survives(github, front, operation, clock, team, {number: Fault(kind)}):
            number += 1
    assert number > 5, "probe, put, read back, probe, delete"


@pytest.mark.slow
@pytest.mark.parametrize("effect", [True, False])
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("429", "429-after", "not-ok")])
def test_neither_with_its_effect_nor_without(github: emulators.Github, kind: Kind, effect: bool) -> None:
    team, clock, number = github.team(), Clock(), 1
    with serving(elsewhere(github.address)) as front:
        operation = membership(front.address, clock)
        while _survives(github, front, operation, clock, team, {number: Fault(kind, effect)}):
            number += 1
    assert number > 5


@pytest.mark.parametrize(
    ("headers", "message", "after"),
    [
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(START.timestamp()) + 90)}, "no", 90.0),
        ({"Retry-After": "33"}, "You have exceeded a secondary rate limit", 33.0),
        ({}, "You have exceeded a secondary rate limit", None),
    ],
)
def test_a_403_about_the_rate_is_for_later(
    headers: dict[str, str], message: str, after: float | None
) -> None:
    answer = Answer(403, json.dumps({"message": message}).encode(), headers)
    with serving(lambda *_: answer) as vendor, pytest.raises(Retry) as caught:
        membership(vendor.address).ensure(of("shop/team"), KEY)
    assert caught.value.after == after


def test_a_403_about_the_right_is_refused() -> None:
    answer = said({"message": "Must be an organisation owner"}, 403)
    with serving(lambda *_: answer) as vendor, pytest.raises(Refused, match="Must be an organisation owner"):
        membership(vendor.address).ensure(of("shop/team"), KEY)


@pytest.mark.parametrize(
    "data", [{}, {"role": "member"}, {"role": 7, "state": "active"}, [], "text", {"ok": False}]
)
def test_an_answer_that_is_no_membership_tells_nothing(data: Any) -> None:
    with serving(lambda *_: said(data)) as vendor, pytest.raises(Unknown):
        membership(vendor.address).probe(of("shop/team"), KEY)


def test_an_answer_that_is_always_not_yet_ends_with_the_step() -> None:
    clock = Clock()
    with serving(lambda *_: Answer(202, b"{}")) as vendor:
        operation = membership(vendor.address, clock)
        with pytest.raises(VendorError):
            operation.probe(of("shop/team"), KEY)
        assert len(vendor.calls) < 10


@pytest.mark.parametrize("status", [301, 302, 307])
def test_a_redirect_takes_the_token_nowhere(status: int) -> None:
    with serving(lambda *_: said({})) as other:
        moved = Answer(status, b"", {"Location": f"{other.address}/orgs/shop"})
        with serving(lambda *_: moved) as vendor, pytest.raises(Refused, match="no redirect"):
            membership(vendor.address).probe(of("shop/team"), KEY)
        assert other.calls == []


def test_a_next_page_elsewhere_is_not_asked() -> None:
    with serving(lambda *_: said([])) as other:
        page = Answer(200, b'[{"login": "ada"}]', {"Link": f'<{other.address}/members?page=2>; rel="next"'})
        with serving(lambda *_: page) as vendor:
            operation = membership(vendor.address, temporary=("shop/team",))
            with pytest.raises(VendorError):
                list(operation.listing() or ())
        assert other.calls == []


def test_nothing_secret_is_in_any_message_or_log(
    github: emulators.Github, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    words, team = [], github.team()
    with serving(elsewhere(github.address)) as front:
        for kind in KINDS:
            front.begin({n: Fault(kind) for n in range(1, 40)})
            operation = membership(front.address)
            for call in (operation.ensure, operation.probe):
                try:
                    words.append(repr(call(of(team), KEY)))
                except VendorError as error:
                    words += [repr(error), repr(error.__cause__), repr(error.__context__)]
            words.append(repr(operation))
        assert CANARY in str(dict(front.calls[0].headers)), "the canary is really in use"
    printed = capfd.readouterr()
    assert CANARY not in "\n".join([*words, caplog.text, printed.out, printed.err])


def test_without_a_token_or_settings_it_is_simulated() -> None:
    settings = Connectors(github=Where())
    for given, environment in (
        (settings, {}),
        (settings, {"LIGHTSHIP_GITHUB_TOKEN": " "}),
        (Connectors(), {"LIGHTSHIP_GITHUB_TOKEN": "x"}),
    ):
        assert Connected(Setup(given, environment, Clock())).find("github.add_team_member") is None
