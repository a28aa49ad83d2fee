"""A post-mortem was promised for a day that is over."""

from __future__ import annotations

from lightship.finding import Severity

SEVERITY = Severity.WARNING
WHY = "What nobody wrote down will be learned a second time."
FIX = "Draft it with `lightship postmortem draft`, have it reviewed, and merge it."
