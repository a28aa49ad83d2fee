"""`lightship rehearse`: would an incident, at any hour ahead, find people and a way?"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lightship import commandline

if TYPE_CHECKING:
    from lightship.actions.holes import Gap, Hole
    from lightship.catalog.catalog import Catalog


@click.command()
@click.option(
    "--weeks", type=click.IntRange(1, 6), default=4, show_default=True, help="How far ahead it is looked."
)
@click.option(
    "--against", metavar="REF", help="Only holes that the folder opens over REF, the branch that it is for."
)
@commandline.in_format("text", "json", "markdown", "github")
@commandline.at_a_moment
@commandline.in_repository
@click.pass_context
def command(
    ctx: click.Context, weeks: int, against: str | None, format: str, now: datetime, root: Path
) -> None:
    """Rehearse an incident on every tier-1 service, at every hour ahead.

    Somebody answers; somebody else may approve each action that it may need; a runbook can be relied on; and the escalation
    ends at a leader who can be called. Prints where that is not so, when, and what would close each hole. Exits 1 where
    there are any; with --against always 0, for what a change opens is shown, and is for people to weigh.
    """
    from lightship.actions.holes import holes, opened
    from lightship.actions.rehearse import tier_one

    catalog = commandline.load(root)
    gaps = _rehearsed(root, catalog, now, weeks)
    if against is not None:
        gaps = opened(_rehearsed(root, _base(root, against), now, weeks), gaps)
    found = holes(gaps)
    services = [service.id for service in tier_one(catalog)]
    _print(found, services, format, now, weeks, against is not None)
    ctx.exit(int(bool(found) and against is None))


def _rehearsed(root: Path, catalog: Catalog, now: datetime, weeks: int) -> tuple[Gap, ...]:
    from lightship.actions.rehearse import rehearse
    from lightship.incidents.trust import used

    book = commandline.book(root, catalog.settings)[0]
    observed = commandline.observed(root, catalog.settings, now)
    return rehearse(catalog, observed, used(book.incidents.values()), now, timedelta(weeks=weeks))


def _base(root: Path, against: str) -> Catalog:
    """The catalog that the folder's change starts from."""
    from lightship import git

    return commandline.load(root, git.merge_base(root, against, "HEAD"))


def _print(
    found: tuple[Hole, ...], services: list[str], format: str, now: datetime, weeks: int, new: bool
) -> None:
    from lightship.report import github, rehearsal

    if format == "json":
        text = rehearsal.as_json(found, services, now, now + timedelta(weeks=weeks), new)
    elif format == "markdown":
        text = rehearsal.markdown(found, len(services), weeks, new)
    elif format == "github":
        text = github.render(rehearsal.findings(found))
    else:
        text = rehearsal.render(found)
    click.echo(text, nl=False)
    for line in rehearsal.summary(found, len(services), weeks, new):
        click.echo(line, err=True)
