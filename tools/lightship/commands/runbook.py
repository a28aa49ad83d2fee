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
    digest = content_hash(runbook)
    event = _helped(id, not failed, digest, note)
    lifecycle.check(incident, event, now)
    pending = commandline.record(
        root, catalog.settings, [lifecycle.entry(subject, event, actor, now)], offline
    )
    click.echo(f"{subject}: runbook {id} {'did not help' if failed else 'helped'}")
    for line in pending:
        click.echo(f"pending: {line}", err=True)
    if failed:
        click.echo(f"Next: mend {runbook.path}, while it is remembered", err=True)
    elif actor.person:
        method = "drill" if incident.drill else "incident"
        proof = f"at: {now:%Y-%m-%d}, by: {actor.person}, method: {method}, evidence: {subject}"
        _say_proof(runbook, f'{proof}, content_hash: "{digest}"')


def _say_proof(runbook: Runbook, proof: str) -> None:
    click.echo(f"For the scores, add to `verifications` in {runbook.path}:\n  - {{ {proof} }}", err=True)


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
