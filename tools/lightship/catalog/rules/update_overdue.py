"""An open incident is silent for longer than its severity allows."""

from __future__ import annotations

from lightship.finding import Severity

SEVERITY = Severity.WARNING
WHY = "Those who wait assume the worst, and ask those who should be working."
FIX = "Say where it stands, also where there is nothing new: `lightship incident update`."
