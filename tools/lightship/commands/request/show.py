"""`lightship request show`: one request, who said what about it, and how it stands."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from lightship.commands.request._desk import Desk, at_a_desk, id_argument, next_steps

if TYPE_CHECKING:
    from lightship.actions.question import Decision, Vote
    from lightship.forge.base import Asked


@click.command()
@id_argument
@at_a_desk
def command(desk: Desk, format: str, id: str) -> None:
    """Show request ID: what is asked for, the words that count, and the decision."""
    asked = desk.find(id)
    question, decision = desk.judged(asked)
    votes = question.votes if question else ()
    if format == "json":
        click.echo(json.dumps(_json(desk, asked, votes, decision), ensure_ascii=False))
    else:
        _print(desk, asked, votes, decision)


def _json(desk: Desk, asked: Asked, votes: Sequence[Vote], decision: Decision) -> Mapping[str, Any]:
    from lightship.report import decision as report

    return {
        "id": asked.id,
        "state": desk.ends.get(asked.id) or decision.state,
        "digest": asked.digest,
        "path": asked.path,
        "merged": asked.merged or None,
        "merged_at": report.stamp(asked.merged_at),
        "url": asked.url or None,
        "request": report.shown(asked.request) if asked.request else None,
        "votes": [
            {
                "person": vote.person,
                "verdict": vote.verdict,
                "at": report.stamp(vote.at),
                "counts": vote.verified and vote.digest == asked.digest,
                "reason": vote.reason,
            }
            for vote in votes
        ],
        "decision": report.as_json(decision),
    }


def _print(desk: Desk, asked: Asked, votes: Sequence[Vote], decision: Decision) -> None:
    from lightship.plain import visible
    from lightship.report import decision as report

    for line in report.request_lines(asked.request) if asked.request else ():
        click.echo(line)
    for vote in votes:
        doubt = "" if vote.verified else "  (not verified)"
        doubt = doubt or ("" if vote.digest == asked.digest else "  (of other bytes)")
        click.echo(f"  {vote.verdict:<12} {visible(vote.person)}, {report.stamp(vote.at)}{doubt}")
    if asked.id in desk.ends:
        click.echo(f"{asked.id}  {desk.ends[asked.id]}")
        return
    click.echo(report.text(asked.id, decision, desk.now), nl=False)
    for number, step in enumerate(next_steps(asked, decision, desk.offline)):
        click.echo(f"  {'' if number else 'next':<8} {step}")
