"""One portal is made for all tests of a forge; each gets a copy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.forge.github_people import GitHub
from tests.forge.town import TOKEN, Town, founded, town
from tests.forge.world import World


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The portal that is copied."""
    return World.made(tmp_path_factory.mktemp("template"))


@pytest.fixture
def world(template: World, tmp_path: Path) -> World:
    """A portal for this test alone."""
    return template.copy(tmp_path)


@pytest.fixture(scope="session")
def github(tmp_path_factory: pytest.TempPathFactory) -> GitHub:
    """The small GitHub that is copied."""
    return founded(tmp_path_factory.mktemp("github"))


@pytest.fixture
def there(github: GitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """A portal at a GitHub for this test alone, which the environment names."""
    with town(github, tmp_path) as made:
        monkeypatch.setenv("GITHUB_API_URL", made.answers.url)
        monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
        yield made
