"""What the catalog alone can say of requests that may still have an effect."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from tests.actions import stage
from tests.actions.stage import GRANT, TELL, T, question, request_id

from lightship.actions.waiting import asked, impossible, incident_told, waiting
from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds.action import Action
from lightship.catalog.kinds.request import Request
from lightship.catalog.settings import Settings
from lightship.catalog.source import Source

HOUR = timedelta(hours=1)
INPUTS = {
    "type": "object",
    "properties": {
        "room": {"type": "string", "x-default": "{{ incident.channel }}"},
        "who": {"type": "string", "x-default": "{{ requester.name }}"},
        "broken": {"type": "string", "x-default": "{{ incident"},
        "plain": {"type": "string"},
    },
}


def action(*steps: Mapping[str, Any], **more: Any) -> Action:
    return stage.action(*steps).model_copy(update=more)


def request(**more: Any) -> Request:
    return question(action(GRANT)).request.model_copy(update=more)


def catalog(*requests: Request) -> Catalog:
    """One that knows the people of the stage, and these requests."""
    entities = {"person": stage.PEOPLE, "team": stage.TEAMS, "request": {each.id: each for each in requests}}
    return Catalog(Source("nowhere", {}, ()), Settings(), entities, frozenset(), ())


def test_what_is_over_waits_for_nothing() -> None:
    old, new = request(), request(id=request_id(T, 1), not_after=T + 48 * HOUR)
    known = catalog(old, new)
    assert [each.id for each in waiting(known, T)] == [old.id, new.id]
    assert [each.id for each in waiting(known, T + 24 * HOUR)] == [new.id]


def test_who_asks_for_what_by_the_catalog() -> None:
    told = asked(catalog(), request(target="shop", for_="bo"))
    assert (told.requester, told.beneficiary, told.target, told.incident) == ("ada", "bo", "shop", None)


def test_what_only_the_incident_tells_is_not_said_to_lack() -> None:
    given = action(GRANT, inputs=INPUTS)
    assert incident_told(given, request()) == frozenset()
    assert incident_told(given, request(incident="inc-20260302-abcd")) == {"room", "broken"}


def with_(**more: str) -> Mapping[str, Any]:
    return {**GRANT, "with": {**GRANT["with"], **more}}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (action(GRANT, TELL), []),
        (action(with_(account="12")), ["step grant: "]),
        (action(with_(account="12"), {**with_(account="12"), "id": "again"}), ["step grant: ", "step again: "]),
        (action(with_(principal="{{ requester.gone }}")), ["step grant: there is no 'requester.gone'"]),
        (action(with_(account="12", principal="{{ incident.channel }}")), []),  # it hangs on the incident
        (action(with_(account="12", principal="{{ steps.open.channel }}")), []),
        (action(with_(account="12", principal="{{ broken")), []),  # what is no template is said elsewhere
        (action({**GRANT, "uses": "aws.no_such_thing"}), []),
        (action({**with_(account="12"), "when": "{{ request.reason == 'another' }}"}), []),
        (action({**GRANT, "when": "{{ request.reason }}"}), ["step grant: 'when' gives neither yes nor no: 'look into it'"]),
        (action(GRANT, expires="{{ request.reason }}"), ["'expires': "]),
        (action(with_(account="12"), inputs={**INPUTS, "required": ["plain"]}), []),  # its inputs are wrong
    ],
)  # fmt: skip
def test_what_can_never_be_filled_in(given: Action, said: list[str]) -> None:
    found = list(impossible(catalog(), given, request()))
    assert len(found) == len(said)
    assert all(one.startswith(other) for one, other in zip(found, said, strict=True)), found
