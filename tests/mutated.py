"""Under `tools/mutation.sh`: quick tests come first, and processes that tests start say which changed functions they ran.

A plugin of pytest, and imported by the changed copy of the package wherever that is.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from mutmut.mutation import trampoline
from mutmut.state import state

_RAN = Path(os.environ["MUTATION_RAN"])  # a line for each function that such a process ran
_told: set[str] = set()


def pytest_configure() -> None:
    """This process counts for itself, and others are those that it starts."""
    os.environ["MUTATION_TESTS"] = str(os.getpid())


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """The first test that notices ends the run."""
    items.sort(key=lambda item: state().duration_by_test.get(item.nodeid, 0.0))


def pytest_runtest_teardown() -> None:
    """Before mutmut notes what the test ran."""
    if _RAN.exists():
        state()._stats |= set(_RAN.read_text(encoding="utf-8").split())
        _RAN.unlink()


def _tell(name: str, caller: str | None = None) -> None:
    """At once, for the process may be killed."""
    if name not in _told:
        _told.add(name)
        with _RAN.open("a", encoding="utf-8") as file:
            file.write(f"{name}\n")


if os.environ.get("MUTATION_TESTS", str(os.getpid())) != str(os.getpid()):
    trampoline.record_trampoline_hit = _tell
