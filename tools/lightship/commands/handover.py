"""`lightship handover`: what the next person on call has to know, and that they know it."""

from __future__ import annotations

import importlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lightship import commandline
from lightship.commands import _completing as completing

if TYPE_CHECKING:
    from lightship.catalog.catalog import Catalog
    from lightship.oncall.handovers import HandOver


@click.command()
@click.argument("schedule", shell_complete=completing.schedules)
@click.option(
    "--accept", is_flag=True, help="Say that you have it: only who takes over can, from a day before."
)
@click.option("--note", metavar="TEXT", help="With --accept: what was agreed.")
@click.option(
    "--as",
    "named",
    metavar="PERSON",
    shell_complete=completing.people,
    help="Who accepts; default: whose email git uses.",
)
@click.option("--offline", is_flag=True, help="Record it here only.")
@commandline.in_format("text", "markdown", "json")
@commandline.as_of
@commandline.in_repository
def command(
    schedule: str,
    accept: bool,
    note: str | None,
    named: str | None,
    offline: bool,
    format: str,
    at: datetime,
    root: Path,
) -> None:
    """Tell what is handed over with SCHEDULE at the hand-over nearest to --at.

    Open incidents, what happened during the shift, what ends or is planned, follow-ups due, gaps ahead.
    """
    from lightship.incidents import handover

    if (note or named) and not accept:
        raise click.UsageError("--note and --as go with --accept")
    catalog = commandline.load(root)
    _check(catalog, schedule)
    observed = commandline.observed(root, catalog.settings, at)
    found = handover.near(catalog, observed, schedule, at)
    pending: tuple[str, ...] = ()
    if accept:
        pending = _accept(root, catalog, schedule, found, note or "", named, offline)
    book = commandline.ledger(root, catalog.settings).book()
    told = handover.at_handover(catalog, book, observed, schedule, found, at)
    if format == "json":
        click.echo(json.dumps({**told, "pending": pending}, ensure_ascii=False, indent=2))
        return
    module = "handover" if format == "text" else "handover_markdown"
    click.echo(importlib.import_module(f"lightship.report.{module}").render(told), nl=False)
    for line in pending:
        click.echo(f"pending: {line}", err=True)


def _check(catalog: Catalog, id: str) -> None:
    from lightship.spelling import did_you_mean

    if id not in catalog.schedules:
        hint = (
            did_you_mean(id, catalog.schedules) or f"schedules: {', '.join(catalog.schedules) or 'none yet'}"
        )
        raise click.UsageError(f"'{id}' is not a schedule; {hint}")


def _accept(
    root: Path,
    catalog: Catalog,
    schedule: str,
    found: HandOver | None,
    note: str,
    named: str | None,
    offline: bool,
) -> tuple[str, ...]:
    """Record it, unless it is recorded already; what is pending. Raises UsageError where the actor may not."""
    from lightship.errors import UsageError
    from lightship.incidents import acceptance
    from lightship.journal.entry import Entry, new_id

    now = datetime.now(UTC)
    actor = commandline.actor(root, catalog, named)
    why = acceptance.refusal(catalog, schedule, found, actor.person, now)
    if why or found is None:
        raise UsageError(f"accepting as {actor.label}: {why}")
    if acceptance.acceptance(commandline.ledger(root, catalog.settings).book(), schedule, found):
        click.echo("it is accepted already, and nothing was recorded", err=True)
        return ()
    moment = now.replace(microsecond=now.microsecond // 1000 * 1000)
    entry = Entry(new_id(moment), acceptance.KIND, schedule, moment, actor, acceptance.data(found, note))
    return commandline.record(root, catalog.settings, (entry,), offline)
