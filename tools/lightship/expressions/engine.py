"""The CEL library, without its command line: that costs ten times what the rest does to import, and nothing here uses it."""

from __future__ import annotations

import sys
from types import ModuleType

sys.modules.setdefault("cel.cli", ModuleType("cel.cli"))

from cel import Context, Program, compile  # noqa: E402

__all__ = ["Context", "Program", "compile"]
