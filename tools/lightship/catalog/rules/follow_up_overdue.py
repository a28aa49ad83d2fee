"""Work that an incident left behind is not done in time."""

from __future__ import annotations

from lightship.finding import Severity

SEVERITY = Severity.WARNING
WHY = "It is what keeps the incident from coming back."
FIX = "Do it, give it another day with a reason, or drop it: `lightship incident follow-up`."
