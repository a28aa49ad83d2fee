"""Ids of requests and the moments that they hold."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lightship.actions.ids import made_at
from lightship.forge.asking import new_id

NOW = datetime(2026, 3, 10, 9, 30, 0, 123000, tzinfo=UTC)
KNOWN = "req-01kkbh9whv0a9z40mhtyce59se"


def test_an_id_holds_the_moment_it_was_made_at() -> None:
    assert made_at(new_id(NOW)) == NOW
    assert made_at(KNOWN) == NOW


@pytest.mark.parametrize(
    "id",
    [
        "",
        "req-",
        KNOWN.upper(),
        KNOWN.removeprefix("req-"),
        f"{KNOWN}\n",
        f"req-{'u' * 26}",
        f"req-8{'0' * 25}",
        f"req-7zzzzzzzzz{'0' * 16}",
    ],
)
def test_what_is_no_id_holds_none(id: str) -> None:
    """The last one is of the year 10889."""
    assert made_at(id) is None
