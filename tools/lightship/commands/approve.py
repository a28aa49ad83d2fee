"""`lightship approve`: say yes or no to a request, signed: it counts for the bytes that were seen, and for no others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lightship.commands.request._desk import Desk, as_option, at_a_desk, id_argument, key_option, say
from lightship.errors import UsageError

if TYPE_CHECKING:
    from lightship.actions.question import Verdict


@click.command()
@id_argument
@click.option("--deny", is_flag=True, help="Say no instead.")
@click.option("--reason", default="", metavar="TEXT", help="Why; an override needs one.")
@as_option
@key_option
@at_a_desk
def command(desk: Desk, format: str, id: str, deny: bool, reason: str, named: str, key: Path | None) -> None:
    """Approve request ID: sign its bytes as they lie here now."""
    from lightship.actions.votes import excluded
    from lightship.forge import statements

    asked = desk.find(id)
    desk.check_open(asked)
    if asked.is_merged:
        raise UsageError(f"approving {asked.id}: it is merged, and what is said after that does not count")
    question, _ = desk.judged(asked)
    if question is not None and not deny and named in excluded(question):
        raise UsageError(
            f"approving {asked.id}: '{named}' asks for it, gets it, or had a hand in it; somebody else has to approve"
        )
    verdict: Verdict = "deny" if deny else "approve"
    if (forge := desk.github) is not None:
        from lightship.commands.request import _github

        _github.review(desk, forge, asked, verdict, reason, named, format)
        return
    at = desk.now.replace(microsecond=desk.now.microsecond // 1000 * 1000)
    said = statements.voting(asked.digest, named, verdict, reason, at)
    person, proof = desk.sign(named, key, said, statements.APPROVAL)
    told = {
        "digest": asked.digest,
        "person": person,
        "verdict": verdict,
        "at": at.isoformat(),
        **proof,
        **({"reason": reason} if reason else {}),
    }
    pending = desk.record(desk.entry("request.voted", asked.id, person, told))
    after = desk.anew()
    (seen,) = after.requests.forge.requests((asked.id,))
    say(after, seen, after.judged(seen)[1], pending, format)
