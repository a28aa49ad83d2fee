"""What we prove ourselves with at a vendor: read from the environment once, and never shown again."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Mapping
from typing import NoReturn
from urllib.parse import quote

SHOWN = "***"


class Secret:
    """A text that is never shown: printed, formatted, logged or raised it is ***. It cannot be pickled or copied away."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The text itself, for the one header or library that it is for."""
        return self._value

    def __repr__(self) -> str:
        return SHOWN

    __str__ = __repr__

    def __format__(self, _specification: str) -> str:
        return SHOWN

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret stays where it was read")


def secret(environment: Mapping[str, str], name: str) -> Secret | None:
    """The variable `name`; None where it is absent or blank: nothing is configured then."""
    value = environment.get(name, "").strip()
    return Secret(value) if value else None


def without(text: str, secrets: Iterable[Secret]) -> str:
    """`text` with every secret in it as ***, also as addresses and JSON would write it; one line of what can be printed."""
    for each in secrets:
        value = each.reveal()
        for form in {value, quote(value, safe=""), quote(value), json.dumps(value)[1:-1]} - {""}:
            text = text.replace(form, SHOWN)
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
