"""A widget does not say what to show."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "It stays empty on everybody's page."
FIX = "Name the scorecard or the initiative, or write the text."
BAD = """\
# catalog/dashboards/board.yaml
widgets: [{ type: scorecard }]
"""
GOOD = """\
# catalog/dashboards/board.yaml
widgets: [{ type: scorecard, scorecard: ready }]
"""

_NEEDED = ("scorecard", "initiative", "text")


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Widgets of type scorecard, initiative and text without the key of that name."""
    for dashboard in catalog.dashboards.values():
        for at, widget in enumerate(dashboard.widgets):
            if widget.type in _NEEDED and getattr(widget, widget.type) is None:
                message = f"a widget of type {widget.type} has no `{widget.type}`"
                yield Problem(dashboard.path, ("widgets", at), message, f"add `{widget.type}:`")
