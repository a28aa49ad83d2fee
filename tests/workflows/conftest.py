"""What running workflows needs: act, and a repository made from this one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.workflows.runner import ROOT, Repository, repository


@pytest.fixture(scope="session")
def act() -> Path:
    """The program; where it could not be built, the test is skipped."""
    found = shutil.which("act", path=str(ROOT / "build/tools")) or shutil.which("act")
    if found is None:
        pytest.skip("no act: `make test-workflows` builds it where there is Go")
    return Path(found)


@pytest.fixture
def made(tmp_path: Path, act: Path, demo: Path) -> Repository:
    """A repository made from this one, whose demo the tests change."""
    return repository(tmp_path, act)
