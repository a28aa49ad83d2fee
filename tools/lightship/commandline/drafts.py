"""Drafts that people finish: a file on a branch of its own, begun from the main branch. The folder stays as it is."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lightship.catalog.settings import Settings


def begin(root: Path, branch: str, tip: str, path: str, text: str, message: str, now: datetime) -> str:
    """Write `text` to `path` (seen from `root`) on the new branch `branch`, onto the commit `tip`; the commit.

    Raises RefMoved where there is such a branch.
    """
    from lightship import git

    prefix = git.run(root, "rev-parse", "--show-prefix").decode().strip()
    drafted = git.Draft(message, {f"{prefix}{path}": text.encode()}, now)
    return git.rewrite_ref(root, f"refs/heads/{branch}", tip, [drafted], "")


def there(root: Path, branch: str) -> str:
    """The ref by which `branch` is known here, its own or as it was fetched; '' where it is not."""
    from lightship import git

    refs = (f"refs/heads/{branch}", f"refs/remotes/{git.remote(root) or 'origin'}/{branch}")
    found = git.tips(root, *refs)
    return next((ref for ref in refs if ref in found), "")


def pull_request(settings: Settings, branch: str, title: str) -> str:
    """How a person asks for a review of `branch`."""
    if settings.forge == "github":
        return f"gh pr create --head {branch} --title '{title}' --fill"
    if settings.repository:
        return f"open {settings.repository.rstrip('/')}/compare/{settings.branches.main}...{branch}"
    return f"ask for a review of {branch}, and merge it to {settings.branches.main}"
