"""`lightship request cancel`: who asked does not ask for it any more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lightship.commands.request._desk import Desk, as_option, at_a_desk, id_argument, key_option
from lightship.errors import UsageError

if TYPE_CHECKING:
    from lightship.forge.base import Asked


@click.command()
@id_argument
@click.option("--reason", default="", metavar="TEXT", help="Why.")
@as_option
@key_option
@at_a_desk
def command(desk: Desk, format: str, id: str, reason: str, named: str, key: Path | None) -> None:
    """Withdraw request ID.

    Only who asked for it, or gets it, can. The next run ends it, and takes back what it had begun; anybody else who may
    approve it can say no.
    """
    asked = desk.find(id)
    desk.check_open(asked)
    asker = asked.asker.person if asked.asker else ""
    may = (asked.request.requester, asked.request.beneficiary) if asked.request else (asker,)
    if named not in may:
        raise UsageError(
            f"withdrawing {asked.id}: '{may[0]}' asked for it, and can withdraw it; "
            f"`lightship approve {asked.id} --deny --as {named}` says no"
        )
    if (forge := desk.github) is not None:
        from lightship.commands.request import _github

        _github.cancel(desk, forge, asked, reason, named, format)
        return
    pending = _withdraw(desk, asked, reason, named, key)
    if format == "json":
        ended = {"id": asked.id, "state": "cancelled", "pending": list(pending)}
        click.echo(json.dumps(ended, ensure_ascii=False))
        return
    click.echo(f"{asked.id}  cancelled")
    for what in pending:
        click.echo(f"  pending  {what}")


def _withdraw(desk: Desk, asked: Asked, reason: str, named: str, key: Path | None) -> tuple[str, ...]:
    """Sign and record it, and let go of the branch once others know; what is still to be done."""
    from lightship.forge import statements

    said = statements.withdrawing(asked.digest, named, reason)
    person, proof = desk.sign(named, key, said, statements.REQUEST)
    told = {"digest": asked.digest, "person": person, "reason": reason, **proof}
    pending = desk.record(desk.entry("request.cancelled", asked.id, person, told))
    return pending or desk.drop_branch(asked.id, desk.local)
