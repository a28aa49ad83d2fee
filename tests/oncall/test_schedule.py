"""What a schedule's file may say."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError
from tests.oncall.rotas import layer, override, schedule

REFUSED: dict[str, tuple[dict[str, Any], tuple[str | int, ...], str]] = {
    "turns that do not fit a day": (
        {"layers": [layer("a", length="36h")]},
        ("layers", 0, "length"),
        "hours that divide a day",
    ),
    "turns of minutes": (
        {"layers": [layer("a", length="30m")]},
        ("layers", 0, "length"),
        "hours that divide a day",
    ),
    "turns of years": ({"layers": [layer("a", length="99999w")]}, ("layers", 0, "length"), "366 days"),
    "a start before clocks": (
        {"layers": [layer("a", starts="0001-01-01")]},
        ("layers", 0, "starts"),
        "1970 to 2199",
    ),
    "an end beyond them": (
        {"layers": [layer("a", ends="9999-12-31")]},
        ("layers", 0, "ends"),
        "1970 to 2199",
    ),
    "a layer that ends first": (
        {"layers": [layer("a", ends="2026-01-05")]},
        ("layers", 0, "ends"),
        "after the day it starts",
    ),
    "an override that ends first": (
        {"overrides": [override("a", "2026-01-02T00:00", "2026-01-02T00:00")]},
        ("overrides", 0, "end"),
        "ends after it starts",
    ),
    "an override beyond the clocks": (
        {"overrides": [override("a", "0001-01-01T00:00", "2026-01-02T00:00")]},
        ("overrides", 0, "start"),
        "1970 to 2199",
    ),
    "a step that calls nobody": ({"escalation": [{"after": 5}]}, ("escalation", 0), "exactly one"),
    "a step that calls two": (
        {"escalation": [{"person": "a", "team": "b"}]},
        ("escalation", 0),
        "exactly one",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    fields, keys, words = REFUSED[case]
    layers = fields.get("layers", [])
    with pytest.raises(ValidationError) as caught:
        schedule(*layers, **{key: value for key, value in fields.items() if key != "layers"})
    [error] = caught.value.errors()
    assert error["loc"] == keys
    assert words in error["msg"]


@pytest.mark.parametrize("length", ["1h", "8h", "90m", "12h", "24h", "1d", "10d", "2w", "366d"])
def test_lengths(length: str) -> None:
    assert schedule(layer("a", length=length)).layers[0].length
