"""`lightship request`: from asking to merging; each verb is a module of this folder."""

from __future__ import annotations

import click

from lightship.commands import ByFolder


@click.group(cls=ByFolder, package=__name__)
def command() -> None:
    """Ask for what the portal can do, and see what became of it."""
