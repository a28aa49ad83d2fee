"""A name mixes letters of several scripts in one word."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds import KINDS
from lightship.catalog.lookalikes import mixed
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.WARNING
WORST = Severity.ERROR
WHY = "A Cyrillic letter among Latin ones cannot be seen, and is how one name is made to look like another."
FIX = "Write the word anew, in one script."
BAD = """\
# catalog/services/cart.yaml
name: Cаrt
owner: payments
schedule: nights
"""
GOOD = """\
# catalog/services/cart.yaml
name: Корзина Cart
owner: payments
schedule: nights
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Names in which a word has Latin letters and letters of another script that look like Latin ones.

    An error for people, whose names stand under approvals.
    """
    for kind in KINDS:
        for entity in catalog.entities[kind].values():
            word = mixed(entity.name) if entity.name else None
            if word is not None:
                severity = Severity.ERROR if kind == "person" else None
                foreign = next(char for char in word if not char.isascii())
                message = f"'{word}' mixes scripts: '{foreign}' is U+{ord(foreign):04X}"
                yield Problem(entity.path, ("name",), message, "write it in one script", severity=severity)
