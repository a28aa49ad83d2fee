"""`lightship demo`: a year of records for the shop that is shipped as an example."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lightship import commandline
from lightship.errors import UsageError

if TYPE_CHECKING:
    from lightship.catalog.catalog import Catalog
    from lightship.catalog.settings import Settings
    from lightship.demo.year import Year

_SEED = 1


class _Day(click.ParamType[date]):
    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            day = date.fromisoformat(value)
        except ValueError:
            self.fail(f"'{value}' is not a day; write it like 2026-03-01", param, ctx)
        if not 2027 <= day.year + 1 <= 2100:
            self.fail(f"'{value}' is out of reach; the demo's shop opened in 2026", param, ctx)
        return day


@click.group()
def command() -> None:
    """Records for the demo."""


@command.command("year")
@click.option(
    "--until",
    type=_Day(),
    default=lambda: datetime.now(UTC).date(),
    metavar="DAY",
    help="The year ends at midnight (UTC), when this day begins; default: today.",
)
@commandline.in_repository
def year(until: date, root: Path) -> None:
    """Make up twelve months of incidents, changes, alerts, hand-overs and levels for the demo.

    Through the engine itself, with simulated time, on the branches demo-journal and demo-facts, here only. The same day
    gives the same year; on a later day, what is new is added. What people recorded stays.
    """
    from lightship.catalog.load import read_settings
    from lightship.demo import year as years
    from lightship.facts import store
    from lightship.journal.store import Journal

    settings = read_settings(commandline.source(root))[0]
    _refuse_others(settings)
    if until > datetime.now(UTC).date():
        raise UsageError(f"making up a year: {until} is still to come; the year ends today at the latest")
    journal = Journal(root, settings.branches.journal)
    before = years.known(journal.entries())
    made = _made(commandline.load(root), until, before)
    if made.entries:
        observed = store.update(made.changes, made.alerts)
        store.record(
            root, settings.branches.facts, observed, _end(until), "Record the demo's changes and alerts"
        )
        journal.append(made.entries)
    click.echo(f"the demo's year: {made.incidents:,} incidents, {made.total_changes:,} changes")


@command.command("keys")
@commandline.in_repository
def keys(root: Path) -> None:
    """Make throw-away keys for the demo's people, so that you can ask and approve in their names.

    The secret halves lie under .git; the public ones are committed to your local main branch. From then on this clone
    keeps everything to itself (`git config lightship.remote none`): never push that commit.
    """
    from lightship import git
    from lightship.commands import _keys
    from lightship.errors import CouldNotRun

    if not git.is_repository(root):
        raise CouldNotRun(
            f"making keys in {root.name}: not a git repository; run `git init` and commit first"
        )
    settings = commandline.settings(root)
    _refuse_others(settings)
    made = _keys.make(root, settings.branches.main, datetime.now(UTC))
    git.run(root, "config", "lightship.remote", "none")
    click.echo(
        f"{len(made)} new keys; ask and approve in anybody's name: --as {made[0] if made else 'PERSON'}"
    )


def _refuse_others(settings: Settings) -> None:
    from lightship.starter import DEMO_FACTS, DEMO_JOURNAL

    mine = (settings.branches.journal, settings.branches.facts)
    if mine != (DEMO_JOURNAL, DEMO_FACTS):
        raise UsageError(
            f"making things up: lightship.yaml keeps records on '{mine[0]}' and facts on '{mine[1]}', so this is no demo; "
            f"what is made up goes to '{DEMO_JOURNAL}' and '{DEMO_FACTS}' only"
        )


def _made(catalog: Catalog, until: date, before: Any) -> Year:
    from lightship.demo import year as years
    from lightship.demo.world import World, midnight

    world = World(catalog, _SEED, midnight(until - timedelta(days=years.DAYS)), midnight(until))
    today, ladders = _levels(catalog, _end(until))
    return years.year(world, until, today, ladders, before)


def _levels(catalog: Catalog, now: datetime) -> tuple[Any, dict[str, tuple[str, ...]]]:
    """The levels of the services as the scorer sees them at `now`, and the ladder of each scorecard."""
    from lightship.facts.snapshot import NONE
    from lightship.scorecards import history
    from lightship.scorecards.score import score

    scores = score(catalog, NONE, now, cache=commandline.cache())
    ladders = {card.id: tuple(level.id for level in card.model.levels) for card in scores.rulebook.cards}
    return history.levels(scores), ladders


def _end(until: date) -> datetime:
    return datetime(until.year, until.month, until.day, tzinfo=UTC)
