"""`lightship oncall`: who is on call, until when, who comes next, and how to reach them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lightship import commandline
from lightship.commands import _completing as completing

if TYPE_CHECKING:
    from lightship.catalog.catalog import Catalog
    from lightship.catalog.kinds.service import Service
    from lightship.facts.records import Observed
    from lightship.incidents.book import Book
    from lightship.oncall.current import Duty


@click.command()
@click.argument("name", metavar="[SERVICE|SCHEDULE]", required=False, shell_complete=completing.on_call)
@click.option("--next", "only_next", is_flag=True, help="Only who comes next.")
@click.option(
    "--load", "with_load", is_flag=True, help="Also hours, nights, weekends and pages of each person."
)
@click.option(
    "--person",
    metavar="ID",
    shell_complete=completing.people,
    help="With --format ics: the calendar of one person, of all schedules.",
)
@commandline.in_format("text", "json", "ics")
@commandline.as_of
@commandline.in_repository
@click.pass_context
def command(
    ctx: click.Context,
    name: str | None,
    only_next: bool,
    with_load: bool,
    person: str | None,
    format: str,
    at: datetime,
    root: Path,
) -> None:
    """Say who is on call for SERVICE, or by SCHEDULE; by every schedule where nothing is named.

    Until when (in the schedule's zone and in UTC), who then, how to reach them, who is called next, and what is wrong
    ahead: gaps, double bookings, people who are on call twice.
    """
    from lightship.oncall.answer import answer
    from lightship.oncall.current import duties as all_duties

    if person and format != "ics":
        raise click.UsageError("--person goes with --format ics")
    catalog = commandline.load(root)
    observed = commandline.observed(root, catalog.settings, at)
    if format == "ics":
        click.echo(_calendar(catalog, observed, name, person, at), nl=False)
        return
    service, schedules = _asked(catalog, name)
    if service and not schedules:
        ctx.exit(_print_nobody(catalog, service, format))
    duties = all_duties(catalog, datetime.now(UTC), observed, at)
    rows = [answer(catalog, duties, id, at, service) for id in schedules]
    if with_load:
        book = commandline.ledger(root, catalog.settings).book()
        rows = [{**row, "load": _load(catalog, duties[row["schedule"]], book, observed, at)} for row in rows]
    _print(rows, name, only_next, format)


def _print(rows: list[dict[str, Any]], name: str | None, only_next: bool, format: str) -> None:
    if format == "json":
        shown = [{"schedule": row["schedule"], "known": row["known"], "next": row["next"]} for row in rows]
        told: Any = shown if only_next else rows
        click.echo(json.dumps(told[0] if name else told, ensure_ascii=False, indent=2))
        return
    from lightship.report.oncall import render

    click.echo(render(rows, only_next), nl=False)
    if not rows:
        click.echo("there is no schedule yet: add one to catalog/schedules", err=True)


def _asked(catalog: Catalog, name: str | None) -> tuple[Service | None, tuple[str, ...]]:
    """The service, where one is named, and the schedules that are asked for: none where it names none."""
    from lightship.errors import UsageError
    from lightship.spelling import did_you_mean

    if name is None:
        return None, tuple(catalog.schedules)
    service = catalog.services.get(name)
    if service is not None:
        schedule = service.schedule or ""
        return service, (schedule,) if schedule in catalog.schedules else ()
    if name in catalog.schedules:
        return None, (name,)
    hint = did_you_mean(name, (*catalog.services, *catalog.schedules))
    raise UsageError(
        f"there is no service or schedule '{name}'; {hint or '`lightship oncall` alone shows all schedules'}"
    )


def _print_nobody(catalog: Catalog, service: Service, format: str) -> int:
    """Say whom to ask instead; the exit code."""
    why = f"nobody is on call for '{service.id}': {_instead(catalog, service)}"
    row = {"schedule": None, "service": service.id, "known": False, "why": why, "now": None, "next": None}
    click.echo(json.dumps(row, ensure_ascii=False, indent=2) if format == "json" else why)
    return 1


def _instead(catalog: Catalog, service: Service) -> str:
    """Whom to ask where no schedule is named."""
    team = catalog.teams.get(service.owner)
    lead = catalog.people.get(team.lead or "") if team else None
    ask = (
        f"; ask {lead.label}, who leads {service.owner}{f', {lead.phone}' if lead.phone else ''}"
        if lead
        else ""
    )
    return f"name a schedule in {service.path}{ask}"


def _calendar(
    catalog: Catalog, observed: Observed, name: str | None, person: str | None, at: datetime
) -> bytes:
    from lightship.oncall import feed
    from lightship.oncall.pager import resolved
    from lightship.spelling import did_you_mean

    if bool(name) == bool(person):
        raise click.UsageError(
            "a calendar is one schedule's, or one person's: name a SCHEDULE, or --person ID"
        )
    schedules = tuple(catalog.schedules) if person else _asked(catalog, name)[1]
    if not schedules:
        raise click.UsageError("no schedule is named for it, so there is no calendar")
    shifts = [
        shift
        for id in schedules
        for shift in feed.taken(resolved(catalog.schedules[id], observed, at), catalog.people, at)
    ]
    if not person:
        return feed.of_schedule(catalog, schedules[0], shifts)
    if person not in catalog.people:
        hint = did_you_mean(person, catalog.people) or "`lightship oncall` shows who is on call"
        raise click.UsageError(f"there is no person '{person}'; {hint}")
    return feed.of_person(catalog, person, shifts)


def _load(catalog: Catalog, duty: Duty, book: Book, observed: Observed, at: datetime) -> list[dict[str, Any]]:
    """What paged: critical alerts of the schedule's services, and incidents whose severity wakes who is on call."""
    from lightship.oncall.answer import load

    services = {id for id, each in catalog.services.items() if each.schedule == duty.schedule.id}
    alerts = [
        each.at for each in observed.alerts if each.severity == "critical" and services & set(each.services)
    ]
    return load(catalog, duty, at, alerts, [*_paging(catalog, book, services)])


def _paging(catalog: Catalog, book: Book, services: set[str]) -> Iterator[datetime]:
    waking: Mapping[str, bool] = {
        name: "on-call" in severity.pages for name, severity in catalog.settings.severities
    }
    for incident in book.incidents.values():
        if incident.counts and waking[incident.severity] and services & set(incident.services):
            yield incident.declared_at
