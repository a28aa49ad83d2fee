"""The repository holds more files than are read."""

from __future__ import annotations

from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "A bound on the number of files keeps every check fast, and keeps a hostile change from filling the memory."
FIX = "Split the catalog over several repositories."
