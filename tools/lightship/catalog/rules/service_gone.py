"""A service was deleted without being retired or renamed."""

from __future__ import annotations

from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "Its history, its rules and its dependents' knowledge of it end without a word."
FIX = "Say `lifecycle: retired` instead, or name the old id in the `formerly` of its successor."
