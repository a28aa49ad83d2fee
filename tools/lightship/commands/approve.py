"""`lightship approve`: say yes or no to a request, signed: it counts for the bytes that were seen, and for no others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lightship.commands.request._desk import Desk, as_option, at_a_desk, id_argument, key_option, say
from lightship.errors import UsageError

if TYPE_CHECKING:
    from lightship.actions.question import Decision, Verdict
    from lightship.forge.base import Asked


@click.command()
@id_argument
@click.option("--deny", is_flag=True, help="Say no instead.")
@click.option("--reason", default="", metavar="TEXT", help="Why; an override needs one.")
@as_option
@key_option
@at_a_desk
def command(desk: Desk, format: str, id: str, deny: bool, reason: str, named: str, key: Path | None) -> None:
    """Approve request ID: sign its bytes as they lie here now."""
    verdict: Verdict = "deny" if deny else "approve"
    asked = desk.find(id)
    _check(desk, asked, named, verdict)
    _show(asked)
    if (forge := desk.github) is not None:
        from lightship.commands.request import _github

        _github.review(desk, forge, asked, verdict, reason, named, format)
        return
    pending = _vote(desk, asked, named, key, verdict, reason)
    after = desk.anew()
    (seen,) = after.requests.forge.requests((asked.id,))
    decision = after.judged(seen)[1]
    say(after, seen, decision, pending, format)
    if why := _idle(decision, named, verdict):
        click.echo(f"{named}: {why}", err=True)


def _check(desk: Desk, asked: Asked, named: str, verdict: str) -> None:
    """Raises UsageError where the word would not count."""
    from lightship.actions.votes import excluded

    desk.check_open(asked)
    if asked.is_merged and verdict == "approve":
        raise UsageError(f"approving {asked.id}: it is merged, and approvals after that do not count")
    question, _ = desk.judged(asked)
    if question is not None and verdict == "approve" and named in excluded(question):
        raise UsageError(
            f"approving {asked.id}: '{named}' asks for it, gets it, or had a hand in it; somebody else has to approve"
        )


def _show(asked: Asked) -> None:
    """What is judged, as it lies here now: it may have been changed since somebody looked."""
    from lightship.report import decision as report

    for line in report.request_lines(asked.request) if asked.request else ():
        click.echo(line, err=True)


def _idle(decision: Decision, named: str, verdict: str) -> str:
    """Why what `named` said changed nothing; '' where it did, or where nothing is lacking any more."""
    if verdict == "deny":
        return (
            "" if decision.state == "denied" else "this no stops nothing: only who could approve can say no"
        )
    held = {each.person for requirement in decision.requirements for each in requirement.satisfied_by}
    if decision.state != "pending" or named in held or all(each.is_met for each in decision.requirements):
        return ""
    return "this yes is none of those that are still needed"


def _vote(
    desk: Desk, asked: Asked, named: str, key: Path | None, verdict: str, reason: str
) -> tuple[str, ...]:
    """Sign and record it; what is still to be done."""
    from lightship.forge import statements

    at = desk.now.replace(microsecond=desk.now.microsecond // 1000 * 1000)
    said = statements.voting(asked.digest, named, verdict, reason, at)
    person, proof = desk.sign(named, key, said, statements.APPROVAL)
    told = {"digest": asked.digest, "person": person, "verdict": verdict, "at": at.isoformat(), **proof}
    return desk.record(
        desk.entry("request.voted", asked.id, person, {**told, **({"reason": reason} if reason else {})})
    )
