"""`lightship incident mitigate`: nobody is hurt any more."""

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
@public_option
@at_option
@reason_option
@acting
def command(
    desk: Desk,
    format: str,
    id: str,
    text: tuple[str, ...],
    public: bool,
    at: datetime | None,
    reason: str | None,
) -> None:
    """Say that incident ID hurts nobody any more.

    TEXT says what eased it; the cause may still be there.
    """
    from lightship.incidents import events, lifecycle

    event = lifecycle.made(events.Mitigated, text=said(text), public=public, at=at, reason=reason)
    desk.tell(id, event, format)
