"""The branch of the journal cannot be read."""

from __future__ import annotations

from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "The portal is built without incidents, hand-overs and score history."
FIX = "Run `lightship journal verify`: it names what is damaged. `git fetch` brings objects that are missing here."
