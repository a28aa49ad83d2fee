"""Who knows of requests and approvals: this repository alone, or GitHub. `lightship.yaml` chooses."""

from __future__ import annotations

from pathlib import Path

from lightship.catalog.cache import Cache
from lightship.catalog.settings import Settings
from lightship.forge.base import Forge
from lightship.incidents.book import Book


def of(root: Path, settings: Settings, book: Book, cache: Cache | None, offline: bool = False) -> Forge:
    """The forge of the repository `root`; what is asked for `offline` is always a matter of this repository alone."""
    from lightship.forge.local import Local

    if settings.forge == "github" and not offline:
        return github(root, settings, book)
    return Local(root, settings, book, cache, offline)


def github(root: Path, settings: Settings, book: Book) -> Forge:
    """GitHub, as it is reached from here. Raises CouldNotRun."""
    from lightship.errors import CouldNotRun

    raise CouldNotRun("reading requests from GitHub: not here yet; `forge: local` in lightship.yaml")
