"""`lightship incident`: from declaring to closing; each verb is a module of this folder."""

from __future__ import annotations

import click

from lightship.commands import ByFolder


@click.group(cls=ByFolder, package=__name__)
def command() -> None:
    """Declare incidents, tell what happens, end them."""
