"""`lightship incident show`: an incident as it stands, or everything that was told of it."""

from __future__ import annotations

import json
from pathlib import Path

import click

from lightship import commandline
from lightship.commands.incident._desk import id_argument


@click.command()
@id_argument
@click.option("--timeline", is_flag=True, help="Everything that was told, in the order of its telling.")
@commandline.in_format("text", "json", "markdown")
@commandline.in_repository
def command(root: Path, format: str, id: str, timeline: bool) -> None:
    """Show incident ID.

    The end of an id is enough where only one has it.
    """
    from lightship.incidents import lifecycle

    ledger = commandline.ledger(root, commandline.settings(root))
    incident = ledger.incident(lifecycle.find(ledger.ids(), id))
    assert incident is not None  # the ledger lists no others
    related = ledger.related(incident.id)
    if format == "json":
        from lightship.incidents.shown import as_json

        click.echo(json.dumps({**as_json(incident), **related}, ensure_ascii=False, indent=2))
        return
    from lightship.report import incident as report

    render = report.markdown if format == "markdown" else report.one
    click.echo(render(incident, related, timeline), nl=False)
