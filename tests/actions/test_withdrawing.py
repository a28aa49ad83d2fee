"""Whose word it is that nobody asks for it any more; `tests/forge/test_withdrawals.py` has the signatures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from tests.actions.stage import GRANT, PEOPLE, T, action, question

from lightship.actions.question import Decision
from lightship.actions.withdrawing import taken_back, withdrawn
from lightship.catalog.catalog import Catalog
from lightship.catalog.settings import Settings
from lightship.catalog.source import Source
from lightship.forge.base import Asked, Voice

KEYS = {id: f"ssh-ed25519 {id * 9}" for id in ("ada", "bo", "cy")}
WHO = {id: PEOPLE[id].model_copy(update={"ssh_signing_keys": (key,)}) for id, key in KEYS.items()}
DIGEST = "d" * 64


def said(person: str, reason: str = "not needed", proven: bool = True, digest: str = DIGEST) -> Voice:
    return Voice("v1", f"key:{KEYS.get(person, person)}", "comment", T, digest, proven, person, reason)


def why(
    *voices: Voice, asker: Voice | None = None, bytes_are_none: bool = False, **known: object
) -> str | None:
    """Of ada's request for bo, by a catalog of ada, bo and cy."""
    request = question(action(GRANT)).request.model_copy(update={"for_": "bo"})
    asked = Asked(
        request.id, "", b"", None if bytes_are_none else request, DIGEST, "", "", asker, withdrawals=voices
    )
    people: Mapping[str, Any] = {**WHO, **known}
    return withdrawn(
        asked, Catalog(Source("nowhere", {}, ()), Settings(), {"person": people}, frozenset(), ())
    )


@pytest.mark.parametrize(
    ("voices", "reason"),
    [
        ((), None),
        ((said("ada"),), "not needed"),
        ((said("bo", ""),), ""),
        ((said("cy"),), None),
        ((said("zoe"),), None),
        ((said("ada", proven=False),), None),
        ((said("ada", digest="e" * 64),), None),
        ((said("cy", "no"), said("ada", proven=False), said("bo", "yes"), said("ada", "later")), "yes"),
    ],
)
def test_only_who_asks_or_gets_it(voices: tuple[Voice, ...], reason: str | None) -> None:
    assert why(*voices) == reason


def test_a_key_that_two_people_claim_is_nobodys() -> None:
    assert why(said("ada"), di=PEOPLE["di"].model_copy(update={"ssh_signing_keys": (KEYS["ada"],)})) is None


@pytest.mark.parametrize(
    ("asker", "by", "reason"),
    [
        (said("cy"), "cy", "not needed"),
        (said("cy"), "ada", None),
        (said("cy", proven=False), "cy", None),
        (said("zoe"), "zoe", None),
        (None, "cy", None),
    ],
)
def test_bytes_that_are_none_are_theirs_who_brought_them(
    asker: Voice | None, by: str, reason: str | None
) -> None:
    assert why(said(by), asker=asker, bytes_are_none=True) == reason


def test_what_is_taken_back_is_decided_so() -> None:
    decision = Decision("allowed", (), ("a",), T, "auto", "all", None, ("no",))
    assert taken_back(decision, None) is decision
    told = replace(decision, state="cancelled", expires_at=None, families=())
    assert taken_back(decision, "not needed") == replace(told, reasons=("not needed",))
    assert taken_back(decision, "") == replace(told, reasons=())
