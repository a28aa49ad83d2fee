"""`lightship incident ack`: somebody has it."""

from __future__ import annotations

from datetime import datetime

import click

from lightship.commands.incident._desk import Desk, acting, at_option, id_argument, reason_option, said


@click.command()
@id_argument
@click.argument("text", nargs=-1)
@at_option
@reason_option
@acting
def command(
    desk: Desk, format: str, id: str, text: tuple[str, ...], at: datetime | None, reason: str | None
) -> None:
    """Acknowledge incident ID: somebody has it."""
    from lightship.incidents import events, lifecycle

    event = lifecycle.made(events.Acknowledged, text=said(text), at=at, reason=reason)
    desk.tell(id, event, format)
