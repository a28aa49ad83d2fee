"""`lightship incident correct`: what was recorded was wrong; the old value stays in the journal."""

from __future__ import annotations

from datetime import datetime

import click

from lightship.commands import _completing as completing
from lightship.commands.incident._desk import Desk, When, acting, id_argument

_MILESTONES = ("impact_started", "detected", "declared", "acknowledged", "mitigated", "resolved", "closed")
_TYPES = ("incident", "notice", "maintenance")


@click.command()
@id_argument
@click.option("--reason", required=True, metavar="WHY", help="Why it is corrected.")
@click.option("--milestone", type=click.Choice(_MILESTONES), help="What happened at another time.")
@click.option("--at", type=When(), metavar="WHEN", help="When that was; without, it never was.")
@click.option("--title", metavar="TEXT", help="What is wrong, in a line.")
@click.option("--type", "kind", type=click.Choice(_TYPES))
@click.option("--drill/--no-drill", default=None, help="Whether it was an exercise.")
@click.option(
    "--service", "services", multiple=True, metavar="ID", shell_complete=completing.services,
    help="What was hit, all of it; may be repeated.",
)  # fmt: skip
@click.option("--cause", metavar="CHANGE", help="The id of the change that caused it.")
@acting
def command(
    desk: Desk,
    format: str,
    id: str,
    reason: str,
    milestone: str | None,
    at: datetime | None,
    title: str | None,
    kind: str | None,
    drill: bool | None,
    services: tuple[str, ...],
    cause: str | None,
) -> None:
    """Correct what was recorded of incident ID.

    Both the old and the new are kept.
    """
    from lightship.errors import UsageError
    from lightship.incidents import events, lifecycle

    if at is not None and milestone is None:
        raise UsageError("--at needs --milestone: which one was at that time?")
    event = lifecycle.made(
        events.Corrected,
        reason=reason,
        milestone=milestone,
        at=at,
        title=title,
        type=kind,
        drill=drill,
        services=tuple(desk.service(each) for each in services) or None,
        cause=cause,
    )
    desk.tell(id, event, format)
