"""`lightship request show`: one request, who said what about it, and how it stands."""

from __future__ import annotations

import json

import click

from lightship.commands.request._desk import Desk, at_a_desk, id_argument, next_steps


@click.command()
@id_argument
@at_a_desk
def command(desk: Desk, format: str, id: str) -> None:
    """Show request ID: what is asked for, the words that count, and the decision."""
    from lightship.report import decision as report
    from lightship.report.incident import clean

    asked = desk.find(id)
    question, decision = desk.judged(asked)
    ended = desk.ends.get(asked.id)
    votes = question.votes if question else ()
    if format == "json":
        told = {
            "id": asked.id,
            "state": ended or decision.state,
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
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for name, value in report.facts(asked.request) if asked.request else ():
        click.echo(f"  {name:<12} {clean(value)}")
    for vote in votes:
        doubt = "" if vote.verified else "  (not verified)"
        doubt = doubt or ("" if vote.digest == asked.digest else "  (of other bytes)")
        click.echo(f"  {vote.verdict:<12} {clean(vote.person)}, {report.stamp(vote.at)}{doubt}")
    if ended:
        click.echo(f"{asked.id}  {ended}")
        return
    click.echo(report.text(asked.id, decision, desk.now), nl=False)
    for number, step in enumerate(next_steps(asked, decision, desk.offline)):
        click.echo(f"  {'' if number else 'next':<8} {step}")
