"""`lightship incident reopen`: it was not over."""

from __future__ import annotations

from datetime import datetime

import click

from lightship.commands.incident._desk import Desk, acting, at_option, id_argument


@click.command()
@id_argument
@click.option("--reason", required=True, metavar="WHY", help="What shows that it is not over.")
@at_option
@acting
def command(desk: Desk, format: str, id: str, reason: str, at: datetime | None) -> None:
    """Say that incident ID is not over."""
    from lightship.incidents import events, lifecycle

    desk.tell(id, lifecycle.made(events.Reopened, reason=reason, at=at), format)
