"""Somebody's GitHub login is known, and not their GitHub id."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.absence import gone
from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.finding import Severity

SEVERITY = Severity.WARNING
WHY = "A login that was given up can be claimed by anybody; the numeric id cannot. Approvals are checked against it."
FIX = "Add `github_id`; `https://api.github.com/users/LOGIN` shows it."
BAD = """\
# lightship.yaml
forge: github
# catalog/people/ben.yaml
name: Ben Sample
email: ben@example.com
github: ben-sample
"""
GOOD = """\
# lightship.yaml
forge: github
# catalog/people/ben.yaml
name: Ben Sample
email: ben@example.com
github: ben-sample
github_id: 1234
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Active people with a login and no id, where GitHub knows of approvals."""
    if catalog.settings.forge != "github":
        return
    for person in catalog.people.values():
        if person.github and person.github_id is None and gone(catalog, person.id, now) is None:
            message = f"'{person.github}' has no `github_id`, so their approvals do not count"
            yield Problem(person.path, ("github",), message, "add `github_id`")
