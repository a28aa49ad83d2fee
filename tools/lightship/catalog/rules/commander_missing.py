"""Nobody leads an open incident whose severity asks for it."""

from __future__ import annotations

from lightship.finding import Severity

SEVERITY = Severity.WARNING
WHY = "Everybody looks, and nobody decides."
FIX = "Name somebody: `lightship incident update ID --role commander=PERSON`."
