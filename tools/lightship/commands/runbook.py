"""`lightship runbook`: what runbooks are worth."""

from __future__ import annotations

from pathlib import Path

import click

from lightship import commandline


@click.group()
def command() -> None:
    """Questions about runbooks."""


@command.command("hash")
@click.argument("id")
@commandline.in_repository
def hash_(id: str, root: Path) -> None:
    """Print the content hash of the runbook ID, for the `content_hash` of a verification."""
    from lightship.catalog.runbook_hash import content_hash
    from lightship.errors import CouldNotRun, UsageError
    from lightship.spelling import did_you_mean

    catalog = commandline.load(root)
    if ("runbook", id) in catalog.unreadable:
        path = f"catalog/runbooks/{id}.yaml"
        raise CouldNotRun(f"reading {path}: it is not valid; `lightship validate {path}` says why")
    if id not in catalog.runbooks:
        hint = did_you_mean(id, catalog.runbooks) or "its file would lie in catalog/runbooks/"
        raise UsageError(f"there is no runbook '{id}'; {hint}")
    click.echo(content_hash(catalog.runbooks[id]))
