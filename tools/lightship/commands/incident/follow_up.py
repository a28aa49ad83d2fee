"""`lightship incident follow-up`: work that an incident leaves behind."""

from __future__ import annotations

from datetime import datetime

import click

from lightship.commands import _completing as completing
from lightship.commands.incident._desk import Desk, acting, at_option, id_argument, said
from lightship.errors import UsageError


@click.command()
@id_argument
@click.argument("title", nargs=-1)
@click.option("--owner", metavar="PERSON", shell_complete=completing.people, help="Who does it.")
@click.option(
    "--due", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="Until when; default: by severity."
)
@click.option("--url", metavar="URL", help="Where it is tracked.")
@click.option("--done", metavar="FOLLOWUP", help="The follow-up of this id is done.")
@click.option(
    "--drop", metavar="FOLLOWUP", help="The follow-up of this id will not be done; say why in --reason."
)
@at_option
@click.option("--reason", metavar="WHY", help="Why it is dropped, or told only now.")
@acting
def command(
    desk: Desk,
    format: str,
    id: str,
    title: tuple[str, ...],
    owner: str | None,
    due: datetime | None,
    url: str | None,
    done: str | None,
    drop: str | None,
    at: datetime | None,
    reason: str | None,
) -> None:
    """Note work that incident ID leaves behind.

    With --done or --drop, say what became of it.
    """
    from lightship.incidents import events, lifecycle

    words = said(title)
    if sum(map(bool, (words, done, drop))) != 1:
        raise UsageError(
            "give a TITLE for a new follow-up, --done FOLLOWUP or --drop FOLLOWUP for one that is there"
        )
    if drop and not reason:
        raise UsageError(f"--drop {drop}: say with --reason why it will not be done")
    incident, _ = desk.find(id)
    event = lifecycle.made(
        events.FollowedUp,
        id=done or drop or lifecycle.follow_up_id(incident, words or "", desk.actor, desk.now),
        state="done" if done else "dropped" if drop else "open",
        title=words,
        owner=desk.person(owner) if owner else None,
        due=due.date() if due else None,
        url=url,
        at=at,
        reason=reason,
    )
    desk.tell(incident.id, event, format)
    if format == "text" and words:
        click.echo(f"  {'done':<8} lightship incident follow-up {incident.id} --done {event.id}")
