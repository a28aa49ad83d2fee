"""A generated file is not as the catalog says."""

from __future__ import annotations

from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "CODEOWNERS, schemas and references are written from the catalog and the code. One that lags behind protects and promises something else."
FIX = "Run the command that the message names, and commit what it writes."
