"""The content hash of a runbook: it changes when what a reader would do changes, and with nothing else."""

from __future__ import annotations

import hashlib
import json

from lightship.catalog.kinds.runbook import Runbook

# Review dates, verifications, owners and links may change without voiding a verification.
_CONTENT = {"alerts", "symptoms", "steps"}


def content_hash(runbook: Runbook) -> str:
    """16 hexadecimal digits of the SHA-256 of the canonical JSON of the steps, the alerts and the symptoms.

    Values that equal their default count as absent, so a field added to the format voids nothing.
    """
    content = runbook.model_dump(mode="json", include=_CONTENT, exclude_defaults=True)
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
