"""Somebody acted without an approval, and nobody has looked at it in time."""

from __future__ import annotations

from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "Break-glass is for when asking takes too long; what nobody looks at afterwards is no exception but a way around."
FIX = "Look at what was done, and say whether it was right: `lightship request review`."
