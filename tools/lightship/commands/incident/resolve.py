"""`lightship incident resolve`: it is over."""

from __future__ import annotations

from datetime import datetime

import click

from lightship.commands.incident._desk import (
    Desk,
    acting,
    at_option,
    id_argument,
    public_option,
    reason_option,
    said,
)


@click.command()
@id_argument
@click.argument("text", nargs=-1)
@click.option("--cause", metavar="CHANGE", help="The id of the change that caused it.")
@public_option
@at_option
@reason_option
@acting
def command(
    desk: Desk,
    format: str,
    id: str,
    text: tuple[str, ...],
    cause: str | None,
    public: bool,
    at: datetime | None,
    reason: str | None,
) -> None:
    """Say that incident ID is over.

    TEXT says what fixed it.
    """
    from lightship.incidents import events, lifecycle

    event = lifecycle.made(events.Resolved, text=said(text), cause=cause, public=public, at=at, reason=reason)
    desk.tell(id, event, format)
