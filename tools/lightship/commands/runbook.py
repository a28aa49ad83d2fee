"""`lightship runbook`: what runbooks are worth."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lightship import commandline
from lightship.errors import CouldNotRun, UsageError

if TYPE_CHECKING:
    from lightship.catalog.catalog import Catalog
    from lightship.catalog.kinds.runbook import Runbook
    from lightship.incidents.events import Helped
    from lightship.incidents.incident import Incident
    from lightship.journal.entry import Actor


@click.group()
def command() -> None:
    """Questions about runbooks."""


@command.command("hash")
@click.argument("id")
@commandline.in_repository
def hash_(id: str, root: Path) -> None:
    """Print the content hash of the runbook ID, for the `content_hash` of a verification."""
    from lightship.catalog.runbook_hash import content_hash

    click.echo(content_hash(_runbook(commandline.load(root), id)))


@command.command("helped")
@click.argument("id", metavar="RUNBOOK")
@click.option("--incident", "text", required=True, metavar="ID", help="The incident in which it was used.")
@click.option("--not", "failed", is_flag=True, help="It did not help.")
@click.option("--note", metavar="TEXT", help="What was good, missing or wrong, in a line.")
@click.option("--as", "named", metavar="PERSON", help="Who used it; default: git's user.")
@click.option("--offline", is_flag=True, help="Record it here only; `lightship journal sync` pushes later.")
@commandline.at_a_moment
@commandline.in_repository
def helped(
    id: str,
    text: str,
    failed: bool,
    note: str | None,
    named: str | None,
    offline: bool,
    now: datetime,
    root: Path,
) -> None:
    """Say that RUNBOOK helped in an incident, or with --not that it did not.

    It counts as tried out for as long as its content stays as it is. Scores rest on files alone: the lines that make
    it count there are printed.
    """
    from lightship.catalog.runbook_hash import content_hash
    from lightship.incidents import lifecycle

    catalog = commandline.load(root)
    runbook = _runbook(catalog, id)
    ledger = commandline.ledger(root, catalog.settings)
    subject = lifecycle.find(ledger.ids(), text)
    incident = ledger.incident(subject)
    assert incident is not None, "the ledger knows its own ids"
    actor = commandline.actor(root, catalog, named)
    event = _helped(id, not failed, content_hash(runbook), note)
    lifecycle.check(incident, event, now)
    entry = lifecycle.entry(subject, event, actor, now)
    for line in commandline.record(root, catalog.settings, [entry], offline):
        click.echo(f"pending: {line}", err=True)
    click.echo(f"{subject}: runbook {id} {'did not help' if failed else 'helped'}")
    _say_next(runbook, event, incident, actor, now)


def _say_next(runbook: Runbook, event: Helped, incident: Incident, actor: Actor, now: datetime) -> None:
    if not event.helped:
        click.echo(f"Next: mend {runbook.path}, while it is remembered", err=True)
    elif actor.person:
        method = "drill" if incident.drill else "incident"
        proof = f"at: {now:%Y-%m-%d}, by: {actor.person}, method: {method}, evidence: {incident.id}"
        line = f'  - {{ {proof}, content_hash: "{event.content_hash}" }}'
        click.echo(f"For the scores, add to `verifications` in {runbook.path}:\n{line}", err=True)


def _helped(runbook: str, helped: bool, digest: str, note: str | None) -> Helped:
    from pydantic import ValidationError

    from lightship.incidents.events import Helped

    try:
        return Helped(runbook=runbook, helped=helped, content_hash=digest, note=note)
    except ValidationError as error:
        raise UsageError(
            f"reading --note: {error.errors()[0]['msg'].lower()}; write it in one line"
        ) from error


def _runbook(catalog: Catalog, id: str) -> Runbook:
    from lightship.spelling import did_you_mean

    if ("runbook", id) in catalog.unreadable:
        path = f"catalog/runbooks/{id}.yaml"
        raise CouldNotRun(f"reading {path}: it is not valid; `lightship validate {path}` says why")
    if id not in catalog.runbooks:
        hint = did_you_mean(id, catalog.runbooks) or "its file would lie in catalog/runbooks/"
        raise UsageError(f"there is no runbook '{id}'; {hint}")
    return catalog.runbooks[id]
