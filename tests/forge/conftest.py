"""One portal is made for all tests of the local forge; each gets a copy."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.forge.world import World


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The portal that is copied."""
    return World.made(tmp_path_factory.mktemp("template"))


@pytest.fixture
def world(template: World, tmp_path: Path) -> World:
    """A portal for this test alone."""
    return template.copy(tmp_path)
