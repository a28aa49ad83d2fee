"""A runbook has changed since it was last tried out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lightship.catalog.catalog import Catalog
from lightship.catalog.rules import Problem
from lightship.catalog.runbook_hash import content_hash
from lightship.finding import Severity

SEVERITY = Severity.WARNING
WHY = "What was proven is not what is written there now."
FIX = "Try it again, in a drill or by review, and add a verification with the hash of today."
BAD = """\
# catalog/runbooks/cart-errors.yaml
reviewed_at: 2026-05-01
steps: [{ title: Look, manual: Look at the graph. }]
verifications:
  - { at: 2026-05-01, by: ada, method: drill, content_hash: "0000000000000000" }
"""
GOOD = """\
# catalog/runbooks/cart-errors.yaml
reviewed_at: 2026-05-01
steps: [{ title: Look, manual: Look at the graph. }]
"""


def check(catalog: Catalog, now: datetime) -> Iterator[Problem]:
    """Runbooks with verifications, none of which is of the content of today; at the latest of them."""
    for runbook in catalog.runbooks.values():
        if not runbook.verifications:
            continue
        today = content_hash(runbook)
        if any(verification.content_hash == today for verification in runbook.verifications):
            continue
        latest = max(range(len(runbook.verifications)), key=lambda at: runbook.verifications[at].at)
        message = f"the runbook has changed since it was tried out on {runbook.verifications[latest].at}"
        keys = ("verifications", latest, "content_hash")
        yield Problem(runbook.path, keys, message, f"try it again; its hash is {today} now")
