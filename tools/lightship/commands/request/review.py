"""`lightship request review`: somebody else looked at what was done by break-glass."""

from __future__ import annotations

import json
from pathlib import Path

import click

from lightship import commandline
from lightship.commands.request._desk import Desk, as_option, at_a_desk, id_argument, key_option
from lightship.errors import UsageError


@click.command()
@id_argument
@click.argument("text")
@click.option(
    "--verdict",
    type=click.Choice(("justified", "not-justified")),
    required=True,
    help="Whether it was right to act first.",
)
@as_option
@key_option
@at_a_desk
def command(desk: Desk, format: str, id: str, text: str, verdict: str, named: str, key: Path | None) -> None:
    """Say what came of looking at request ID, which broke the glass: TEXT, in a sentence or two.

    Anybody who works here can, but who asked for it: that is why it is signed.
    """
    from lightship.actions.reviews import REVIEWED
    from lightship.forge import statements

    asked = desk.find(id)
    if asked.request is None or not asked.request.break_glass:
        raise UsageError(f"reviewing {asked.id}: it did not break the glass, so there is nothing to review")
    _refuse_unless_it_waits(desk, asked.id)
    person = commandline.person(desk.requests.catalog, named)
    if person in (asked.request.requester, asked.request.beneficiary):
        raise UsageError(f"reviewing {asked.id}: '{person}' asked for it; somebody else looks at it")
    if not text.strip():
        raise UsageError(f"reviewing {asked.id}: say what you found")
    found = " ".join(text.split())
    said = statements.reviewing(asked.digest, person, verdict, found)
    _, proof = desk.sign(named, key, said, statements.REVIEW)
    told = {"digest": asked.digest, "verdict": verdict, "text": found, "person": person, **proof}
    pending = desk.record(desk.entry(REVIEWED, asked.id, person, told))
    if format == "json":
        click.echo(json.dumps({"id": asked.id, "verdict": verdict, "pending": list(pending)}))
        return
    click.echo(f"{asked.id}  reviewed: {verdict}")
    for what in pending:
        click.echo(f"  pending  {what}")


def _refuse_unless_it_waits(desk: Desk, id: str) -> None:
    """Raises UsageError where nothing was done yet, or somebody looked at it already."""
    from lightship.actions.standing import standings

    stands = standings((), desk.requests.catalog.requests, desk.requests.book.records).get(id)
    if stands is None or not stands.course.has_begun:
        raise UsageError(f"reviewing {id}: nothing was done for it, so there is nothing to review")
    if stands.review is not None:
        raise UsageError(
            f"reviewing {id}: {stands.review.who} did, on {stands.review.at:%Y-%m-%d}: {stands.review.outcome}"
        )
