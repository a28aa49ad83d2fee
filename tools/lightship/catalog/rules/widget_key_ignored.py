"""A widget has a key that its type does not show."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.WARNING
WHY = "Somebody believes that it is shown."
FIX = "Take the key out, or change the widget's type."
BAD = """\
# catalog/dashboards/board.yaml
widgets: [{ type: services, scorecard: ready }]
"""
GOOD = """\
# catalog/dashboards/board.yaml
widgets: [{ type: scorecard, scorecard: ready }]
"""

_OF_ONE_TYPE = ("scorecard", "initiative", "text")


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """The keys scorecard, initiative and text on widgets of another type."""
    for dashboard in catalog.dashboards.values():
        for at, widget in enumerate(dashboard.widgets):
            for key in _OF_ONE_TYPE:
                if key != widget.type and getattr(widget, key) is not None:
                    message = f"a widget of type {widget.type} does not show `{key}`"
                    keys = ("widgets", at, key)
                    yield Problem(
                        dashboard.path, keys, message, f"take it out, or use type {key}", at_key=True
                    )
