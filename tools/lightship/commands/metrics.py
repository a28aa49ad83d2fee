"""`lightship metrics`: what incidents and deployments say about how we work."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lightship import commandline

if TYPE_CHECKING:
    from lightship.incidents.evidence import Evidence
    from lightship.incidents.figures import Period
    from lightship.incidents.metrics import By

_BY = ("service", "team", "severity", "month", "type")
_BEFORE = re.compile(r"^([1-9][0-9]{0,3})([hdw])$")
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


class _Since(click.ParamType[datetime | timedelta]):
    """A moment, or how long before now."""

    name = "iso-8601|90d"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime | timedelta:
        if isinstance(value, str) and (found := _BEFORE.match(value)):
            return timedelta(**{_UNITS[found[2]]: int(found[1])})
        return commandline.Moment().convert(value, param, ctx)


@click.command()
@click.option("--by", type=click.Choice(_BY), help="The same for each of these.")
@click.option(
    "--since",
    type=_Since(),
    metavar="T|90d",
    help="Only what began then or later; beside it, the period before.",
)
@click.option("--until", type=commandline.Moment(), metavar="T", help="Only what began before.")
@commandline.in_format("text", "json", "markdown")
@commandline.at_a_moment
@commandline.in_repository
def command(
    by: By | None,
    since: datetime | timedelta | None,
    until: datetime | None,
    format: str,
    now: datetime,
    root: Path,
) -> None:
    """Print how fast incidents are detected, acknowledged, mitigated and resolved, and DORA's four.

    With the formula of each figure, and what it leaves out. Drills never count.
    """
    from lightship.incidents.figures import Period
    from lightship.incidents.metrics import grouped, metrics, uncounted
    from lightship.report import metrics as report

    begin = now - since if isinstance(since, timedelta) else since
    period = Period(begin, until)
    if begin and begin >= (until or now):
        raise click.UsageError(f"--since {begin:%Y-%m-%dT%H:%MZ} is not before the end of the period")
    known = _evidence(root, now)
    if by is not None:
        click.echo(report.of_groups(grouped(known, by, period), period, format), nl=False)
    elif format == "json":
        click.echo(report.as_json(metrics(known, period)), nl=False)
    else:
        before = _before(period, now)
        earlier = metrics(known, before) if before else None
        aside = uncounted(known, period)
        click.echo(report.table(metrics(known, period), earlier, aside, period, format), nl=False)


def _before(period: Period, now: datetime) -> Period | None:
    """As much time as `period` has, just before it."""
    if period.since is None:
        return None
    length = (period.until or now) - period.since
    return type(period)(period.since - length, period.since)


def _evidence(root: Path, now: datetime) -> Evidence:
    from lightship.facts.store import observed
    from lightship.incidents.evidence import evidence

    catalog = commandline.load(root)
    book, _, unread = commandline.book(root, catalog.settings)
    for finding in unread:
        click.echo(finding.message, err=True)
    seen = observed(root, catalog.settings.branches.facts)
    for finding in seen.findings:
        click.echo(f"{finding.path}: {finding.message}", err=True)
    merged = commandline.postmortems(root, catalog.settings)
    return evidence(catalog, book.incidents.values(), now, seen.changes, merged)
