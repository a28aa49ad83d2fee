"""Secrets are never shown, whatever is done with them."""

from __future__ import annotations

import copy
import json
import logging
import pickle
import traceback

import pytest

from lightship.connectors.credentials import Secret, secret, without

CANARY = 'canary "q" /+=é 7c1'


def test_a_secret_is_shown_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    found = Secret(CANARY)
    logging.getLogger("x").error("%s %r %s", found, found, [found])
    shown = [
        str(found),
        repr(found),
        f"{found}",
        f"{found:>40}",
        f"{found!r}",
        str({"token": found}),
        caplog.text,
    ]
    try:
        raise ValueError(found)
    except ValueError:
        shown.append(traceback.format_exc())
    assert not any("canary" in each for each in shown)
    assert str(found) == "***"
    assert found.reveal() == CANARY
    assert not hasattr(found, "__dict__")


def test_a_secret_is_not_carried_away() -> None:
    for take in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="stays where it was read"):
            take(Secret(CANARY))
    with pytest.raises(TypeError):
        json.dumps(Secret(CANARY))


def test_secrets_are_equal_by_what_they_are() -> None:
    assert Secret("a") == Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1


@pytest.mark.parametrize("value", ["", " ", "\n"])
def test_nothing_is_configured_by_a_blank(value: str) -> None:
    assert secret({"TOKEN": value}, "TOKEN") is None
    assert secret({}, "TOKEN") is None
    assert secret({"TOKEN": " a \n"}, "TOKEN") == Secret("a")


def test_a_message_is_told_without_secrets_in_any_writing() -> None:
    written = f"{CANARY} {json.dumps(CANARY)} canary%20%22q%22%20%2F%2B%3D%C3%A9%207c1 canary%20%22q%22%20/%2B%3D%C3%A9%207c1"
    assert without(written, [Secret(CANARY)]) == '*** "***" *** ***'
    assert without("a\n::stop-commands::x\x1b[1m\u202e b", []) == "a ::stop-commands::x [1m b"
    assert without("nothing", [Secret("")]) == "nothing"
