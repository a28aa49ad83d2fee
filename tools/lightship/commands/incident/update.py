"""`lightship incident update`: news, and whatever changes with it."""

from __future__ import annotations

from datetime import datetime

import click

from lightship.commands import _completing as completing
from lightship.commands.incident._desk import (
    Desk,
    acting,
    at_option,
    id_argument,
    public_option,
    reason_option,
    roles,
    said,
)
from lightship.commands.incident._severity import Severity

_STATUSES = ("investigating", "identified", "mitigated", "resolved")


@click.command()
@id_argument
@click.argument("text", nargs=-1)
@click.option("--status", type=click.Choice(_STATUSES), help="How far it is.")
@click.option("--severity", type=Severity(), metavar="SEV1-5", help="How bad it is now.")
@click.option(
    "--role", "given", multiple=True, metavar="ROLE=PERSON", shell_complete=completing.roles,
    help="Who has which role from now on; `ROLE=` for nobody.",
)  # fmt: skip
@click.option("--bridge", metavar="URL", help="Where people talk.")
@click.option("--channel", metavar="NAME", help="Where people write.")
@click.option(
    "--service",
    "--also-hits", "services", multiple=True, metavar="SERVICE", shell_complete=completing.services,
    help="Another service that is hit.",
)  # fmt: skip
@click.option("--suspect", metavar="CHANGE", help="The id of a change that may have caused it.")
@public_option
@at_option
@reason_option
@acting
def command(
    desk: Desk,
    format: str,
    id: str,
    text: tuple[str, ...],
    status: str | None,
    severity: str | None,
    given: tuple[str, ...],
    bridge: str | None,
    channel: str | None,
    services: tuple[str, ...],
    suspect: str | None,
    public: bool,
    at: datetime | None,
    reason: str | None,
) -> None:
    """Tell news of incident ID.

    A TEXT, and whatever of the options changes with it.
    """
    from lightship.incidents import events, lifecycle

    event = lifecycle.made(
        events.Updated,
        text=said(text),
        status=status,
        severity=severity,
        roles=roles(desk, given),
        bridge=bridge,
        channel=channel,
        services=tuple(desk.service(each) for each in services),
        suspect=suspect,
        public=public,
        at=at,
        reason=reason,
    )
    desk.tell(id, event, format)
