"""Who knows of requests and approvals: this repository alone, or GitHub. `lightship.yaml` chooses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from lightship.catalog.cache import Cache
from lightship.catalog.settings import Settings
from lightship.errors import CouldNotRun
from lightship.forge.base import Forge
from lightship.incidents.book import Book

if TYPE_CHECKING:
    from lightship.connectors.http import Clock
    from lightship.forge.hub import Hub

_HOSTED = re.compile(r"https://(?P<host>[^/]+)/(?P<name>[^/]+/[^/]+?)(?:\.git)?/?")
_ENDED = "request.ended"


def of(
    root: Path,
    settings: Settings,
    book: Book,
    cache: Cache | None,
    environment: Mapping[str, str],
    clock: Clock,
    offline: bool = False,
) -> Forge:
    """The forge of the repository `root`; what is asked for `offline` is always a matter of this repository alone."""
    if settings.forge == "github" and not offline:
        from lightship.forge.github import GitHub

        ended = {entry.subject for entry in book.records.get(_ENDED, ())}
        return GitHub(root, settings, at_github(settings, environment, clock), ended)
    from lightship.forge.local import Local

    return Local(root, settings, book, cache, offline)


def at_github(settings: Settings, environment: Mapping[str, str], clock: Clock, itself: bool = False) -> Hub:
    """GitHub, with a token of `environment`; `itself`: the one with which the portal writes what it asks for.

    Raises CouldNotRun where it is not said which repository that is.
    """
    from lightship.connectors.credentials import secret
    from lightship.connectors.vendors import Setup
    from lightship.forge.hub import OWN_TOKEN, TOKENS, Access, Hub

    hosted = _HOSTED.fullmatch(str(settings.repository or ""))
    if hosted is None:
        raise CouldNotRun(
            "asking GitHub: write `repository: https://github.com/OWNER/NAME` into lightship.yaml"
        )
    names = (OWN_TOKEN, *TOKENS) if itself else TOKENS
    token = next((found for name in names if (found := secret(environment, name))), None)
    own = "https://api.github.com" if hosted["host"] == "github.com" else f"https://{hosted['host']}/api/v3"
    api = (environment.get("GITHUB_API_URL") or own).rstrip("/")
    web = Setup(settings.connectors, environment, clock).web("github", (api,), (token,) if token else ())
    return Hub(Access(hosted["name"], token, api), web)
