"""`lightship brief`: what somebody has to know in the first minutes, of an incident or of a service."""

from __future__ import annotations

import importlib
import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lightship import commandline
from lightship.commands import _completing as completing

if TYPE_CHECKING:
    from lightship.catalog.catalog import Catalog
    from lightship.incidents.known import Subject
    from lightship.incidents.ledger import Ledger


@click.command()
@click.argument("subject", metavar="SERVICE|INCIDENT", shell_complete=completing.subjects)
@commandline.in_format("text", "markdown", "json")
@commandline.as_of
@commandline.in_repository
def command(subject: str, at: datetime, format: str, root: Path) -> None:
    """Tell what is known around SERVICE or INCIDENT, on one screen.

    Who is on call, suspected changes, runbooks, similar incidents, experts, what hangs on it, and what is not known.
    """
    told = of(root, subject, at)
    if format == "json":
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    module = "brief" if format == "text" else "brief_markdown"
    click.echo(importlib.import_module(f"lightship.report.{module}").render(told), nl=False)


def of(root: Path, name: str, now: datetime) -> dict[str, Any]:
    """The brief of a service or an incident, as of `now`. Raises UsageError where there is no such thing."""
    catalog = commandline.load(root)
    ledger = commandline.ledger(root, catalog.settings)
    return around(root, _subject(name, catalog, ledger), catalog, ledger, now)


def around(root: Path, subject: Subject, catalog: Catalog, ledger: Ledger, now: datetime) -> dict[str, Any]:
    """The brief of `subject`, with what was observed of the times that matter."""
    from lightship.facts import ours, snapshot, store
    from lightship.incidents.brief import brief
    from lightship.incidents.known import gather, spans

    branch = catalog.settings.branches.facts
    known = gather(subject, catalog, ledger, facts=snapshot.read(root, branch))
    told = store.observed(root, branch, spans(subject, known.incidents, now))
    observed = ours.with_records(told, ledger.records(), now)
    return brief(subject, replace(known, observed=observed), now)


def _subject(name: str, catalog: Catalog, ledger: Ledger) -> Subject:
    """A service's id wins over an incident's abbreviated one."""
    from lightship.errors import UsageError
    from lightship.incidents.lifecycle import find
    from lightship.spelling import did_you_mean

    if name in catalog.services:
        return catalog.services[name]
    if ("service", name) in catalog.unreadable:
        path = f"catalog/services/{name}.yaml"
        raise UsageError(f"the file of '{name}' is not valid; `lightship validate {path}` says why")
    try:
        found = ledger.incident(name) or ledger.incident(find(ledger.ids(), name))
    except UsageError as error:
        near = did_you_mean(name, catalog.services)
        raise UsageError(
            f"there is no service '{name}'{f'; {near}' if near else f', and {error}'}"
        ) from error
    assert found is not None
    return found
