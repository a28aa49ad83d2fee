"""`lightship incident list`: open ones first."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lightship import commandline
from lightship.commands import _completing as completing
from lightship.commands.incident._severity import Severity

if TYPE_CHECKING:
    from lightship.incidents.ledger import Ledger, Wanted

_STATES = ("open", "declared", "investigating", "identified", "mitigated", "resolved", "closed")
_ENDED = 25  # how many ended ones the table shows without being asked for all


@click.command()
@click.option(
    "--service", "services", multiple=True, metavar="ID", shell_complete=completing.services, help="Only what hit it."
)  # fmt: skip
@click.option(
    "--team", metavar="ID", shell_complete=completing.teams, help="Only what hit a service of this team."
)
@click.option(
    "--severity", "severities", multiple=True, type=Severity(), metavar="SEV1-5", help="Only this severity."
)
@click.option("--state", "states", multiple=True, type=click.Choice(_STATES), help="Only in this state.")
@click.option("--all", "everything", is_flag=True, help=f"All that ended too, not the latest {_ENDED} only.")
@commandline.in_format("text", "json")
@commandline.at_a_moment
@commandline.in_repository
def command(
    root: Path,
    now: datetime,
    format: str,
    services: tuple[str, ...],
    team: str | None,
    severities: tuple[str, ...],
    states: tuple[str, ...],
    everything: bool,
) -> None:
    """List incidents, open ones first.

    As JSON, always all of them.
    """
    from lightship.incidents.incident import OPEN
    from lightship.incidents.ledger import Wanted

    ledger = commandline.ledger(root, commandline.settings(root))
    chosen = {state for each in states for state in (OPEN if each == "open" else (each,))}
    wanted = Wanted(_hit(root, services, team), chosen or None, severities or None)
    if format == "json":
        _print_json(ledger, wanted)
    else:
        _print_table(ledger, wanted, now, everything)


def _print_json(ledger: Ledger, wanted: Wanted) -> None:
    """A list, as `incident show --format json` prints each; the texts are written as they are kept."""
    mark = "["
    for text in ledger.shown(wanted):
        click.echo(f"{mark}{text}", nl=False)
        mark = ",\n"
    click.echo("[]" if mark == "[" else "]")


def _print_table(ledger: Ledger, wanted: Wanted, now: datetime, everything: bool) -> None:
    from dataclasses import replace

    from lightship.incidents.incident import OPEN
    from lightship.report.incident import table

    count = ledger.count(wanted)
    being = ledger.count(replace(wanted, states=set(OPEN) & set(wanted.states or OPEN)))
    most = count if everything else being + _ENDED
    click.echo(table(ledger.outlines(wanted, most), now), nl=False)
    if count > most:
        click.echo(f"{count - most} older ones; --all lists them", err=True)
    if not count:
        click.echo("no incidents", err=True)


def _hit(root: Path, services: tuple[str, ...], team: str | None) -> Collection[str] | None:
    """Ids of the services that are asked for, with those they had before; None for any. Raises UsageError."""
    if not services and team is None:
        return None
    from lightship.errors import UsageError
    from lightship.incidents import lifecycle
    from lightship.spelling import did_you_mean

    catalog = commandline.load(root)
    found = set()
    for text in services:
        match = lifecycle.match_service(text, catalog)
        if match.near and not match.id:
            raise UsageError(f"there is no service '{text}'; did you mean {', '.join(match.near)}?")
        found.add(match.id or text)
    if team is not None:
        if team not in catalog.teams:
            hint = did_you_mean(team, catalog.teams) or f"known: {', '.join(catalog.teams) or 'none'}"
            raise UsageError(f"there is no team '{team}'; {hint}")
        found |= {id for id, each in catalog.services.items() if each.owner == team}
    return found | {old for id in found if id in catalog.services for old in catalog.services[id].formerly}
