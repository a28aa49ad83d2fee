"""`lightship incident close`: nothing more will come; or it was a duplicate, or a part of another."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from lightship.commands import _completing as completing
from lightship.commands.incident._desk import Desk, acting, at_option, id_argument
from lightship.errors import UsageError

if TYPE_CHECKING:
    from lightship.incidents.incident import Incident
    from lightship.journal.entry import Entry


@click.command()
@id_argument
@click.option("--reason", required=True, metavar="WHY", help="Why, in a line.")
@click.option(
    "--duplicate-of",
    metavar="OTHER",
    shell_complete=completing.incidents,
    help="It is the same as OTHER, told twice.",
)
@click.option(
    "--merge-into", metavar="OTHER", shell_complete=completing.incidents,
    help="It is a part of OTHER, whose services it adds to.",
)  # fmt: skip
@at_option
@acting
def command(
    desk: Desk,
    format: str,
    id: str,
    reason: str,
    duplicate_of: str | None,
    merge_into: str | None,
    at: datetime | None,
) -> None:
    """Close incident ID.

    Nothing more will come; or it was none, a duplicate, or a part of another.
    """
    from lightship.incidents import events, lifecycle

    if duplicate_of and merge_into:
        raise UsageError("--duplicate-of and --merge-into: it is one of the two")
    incident, _ = desk.find(id)
    other = desk.find(duplicate_of or merge_into or "")[0] if duplicate_of or merge_into else None
    event = lifecycle.made(
        events.Closed,
        reason=reason,
        at=at,
        duplicate_of=other.id if other and duplicate_of else None,
        merged_into=other.id if other and merge_into else None,
    )
    lifecycle.check_other(incident, event, desk.ledger.incident)
    also = _joined(desk, incident, other) if other and merge_into else ()
    desk.tell(incident.id, event, format, also)


def _joined(desk: Desk, part: Incident, whole: Incident) -> tuple[Entry, ...]:
    """The services of `part` hit `whole` too."""
    from lightship.incidents import events, lifecycle

    more = tuple(each for each in part.services if each not in whole.services)
    if not more:
        return ()
    event = events.Updated(text=f"{part.id} is a part of this: {part.title}", services=more)
    return (lifecycle.entry(whole.id, event, desk.actor, desk.now),)
