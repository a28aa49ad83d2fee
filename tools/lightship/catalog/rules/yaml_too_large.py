"""The file is too large."""

from __future__ import annotations

from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "A description that nobody can read is not one; large files slow down every check of everybody."
FIX = "Split the file, or move long texts to where they can be linked."
