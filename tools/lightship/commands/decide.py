"""`lightship decide`: may a request be carried out, by whose word, and until when."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from lightship import commandline
from lightship.commands.request._desk import Desk, id_argument


@click.command()
@id_argument
@commandline.at_a_moment
@click.option("--offline", is_flag=True, help="With what lies here alone.")
@commandline.in_format("text", "json")
@commandline.in_repository
@click.pass_context
def command(ctx: click.Context, root: Path, now: datetime, offline: bool, format: str, id: str) -> None:
    """Say whether request ID is allowed, and why.

    Each requirement, who satisfies it in what capacity, who still could, and what expires when. Exits 0 where it is
    allowed, else 1.
    """
    from lightship.report import decision as report

    desk = replace(Desk.at(root, offline), now=now)
    asked = desk.find(id)
    _, decision = desk.judged(asked)
    if format == "json":
        click.echo(json.dumps(report.as_json(decision), ensure_ascii=False))
    else:
        click.echo(report.text(asked.id, decision, now), nl=False)
    ctx.exit(0 if decision.allowed else 1)
