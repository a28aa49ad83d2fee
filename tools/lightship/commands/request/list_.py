"""`lightship request list`: what is asked for, and how it stands."""

from __future__ import annotations

import json

import click

from lightship.commands.request._desk import Desk, at_a_desk


@click.command()
@click.option("--all", "everything", is_flag=True, help="Those that ended, too.")
@at_a_desk
def command(desk: Desk, format: str, everything: bool) -> None:
    """List requests, oldest first, with their decisions as of now."""
    from lightship.report import decision as report

    asked = desk.all() if everything else desk.requests.forge.requests()
    ended = desk.ends
    states = [(each, ended.get(each.id) or desk.judged(each)[1].state) for each in asked]
    told = [(each, state) for each, state in states if everything or state != "cancelled"]
    if format == "json":
        rows = [
            {
                "id": each.id,
                "state": state,
                "merged": each.is_merged,
                "url": each.url or None,
                "request": report.shown(each.request) if each.request else None,
            }
            for each, state in told
        ]
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    click.echo(report.table(((each.id, state, each.request) for each, state in told), desk.now), nl=False)
    click.echo(f"{len(told)} request{'s' if len(told) != 1 else ''}", err=True)
