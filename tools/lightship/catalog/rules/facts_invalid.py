"""A file on the branch of facts is not an observation."""

from __future__ import annotations

from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "Its facts are left out, so the rules that need them have no data."
FIX = "Run the collector of this source again; people do not write this branch."
