"""`lightship incident declare`: an incident begins to be known; the record comes first, whatever else is broken."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from lightship import commandline
from lightship.commands import _completing as completing
from lightship.commands.incident._desk import Desk, When, acting, as_json, at_option, reason_option, roles
from lightship.commands.incident._severity import Severity
from lightship.plain import visible

if TYPE_CHECKING:
    from lightship.incidents.events import Declared, Event
    from lightship.incidents.incident import Incident

_EXAMPLE = 'lightship incident declare --service checkout --severity SEV2 --title "Payments are refused"'
_TYPES = ("incident", "notice", "maintenance")
_RESTRICTED = (
    "--restricted: an incident that only some may see cannot be kept here: whoever reads the repository reads its "
    "journal. Declare it without details, and keep those where access is limited; name that place with --channel"
)


@click.command()
@click.option(
    "--service", "services", multiple=True, metavar="ID", shell_complete=completing.services,
    help="What is hit: id, name or former id; may be repeated.",
)  # fmt: skip
@click.option("--symptom", metavar="TEXT", help="What is seen; enough where nobody knows the service yet.")
@click.option(
    "--severity",
    type=Severity(),
    metavar="SEV1-5",
    help="How bad it is; lightship.yaml says what each means.",
)
@click.option("--title", metavar="TEXT", help="What is wrong, in a line.")
@at_option
@click.option(
    "--impact-started", type=When(), metavar="WHEN", help="When it began to hurt, where that is known."
)
@click.option("--detected", type=When(), metavar="WHEN", help="When somebody or something noticed.")
@reason_option
@click.option("--drill", is_flag=True, help="An exercise: marked, and never counted.")
@click.option("--type", "kind", type=click.Choice(_TYPES), default="incident", show_default=True)
@click.option(
    "--role", "given", multiple=True, metavar="ROLE=PERSON", shell_complete=completing.roles, help="Such as commander=ada."
)  # fmt: skip
@click.option("--restricted", is_flag=True, hidden=True)
@acting
def command(
    desk: Desk,
    format: str,
    services: tuple[str, ...],
    symptom: str | None,
    severity: str | None,
    title: str | None,
    at: datetime | None,
    impact_started: datetime | None,
    detected: datetime | None,
    reason: str | None,
    drill: bool,
    kind: str,
    given: tuple[str, ...],
    restricted: bool,
) -> None:
    """Declare an incident.

    A service or a symptom, a severity and a title are enough; at a terminal, what is missing is asked for. It is
    recorded here first, and then pushed: no network and no vendor is needed.
    """
    from lightship.errors import UsageError
    from lightship.incidents import events, lifecycle

    if restricted:
        raise UsageError(_RESTRICTED)
    if not ((services or symptom) and severity and title):
        asked = _ask(desk, format, services, symptom, severity, title)
        services, symptom, severity, title = asked
    held = dict(roles(desk, given))
    event = lifecycle.made(
        events.Declared,
        title=title,
        severity=severity,
        services=tuple(dict.fromkeys(desk.service(each) for each in services)),
        symptom=symptom,
        at=at,
        impact_started=impact_started,
        detected=detected,
        reason=reason,
        drill=drill,
        type=kind,
        commander=held.pop("commander", None) or None,
    )
    others = (lifecycle.made(events.Updated, roles=held),) if held else ()
    lifecycle.check_declared(event, desk.now)
    _declare(desk, event, others, format)


def _ask(
    desk: Desk,
    format: str,
    services: tuple[str, ...],
    symptom: str | None,
    severity: str | None,
    title: str | None,
) -> tuple[tuple[str, ...], str | None, str, str]:
    """What is missing, from the keyboard; raises UsageError where nobody sits at one."""
    from lightship.commands.incident import _asking as asking
    from lightship.errors import UsageError

    if format != "text" or not (sys.stdin.isatty() and sys.stderr.isatty()):
        lacking = {"--service (or --symptom)": services or symptom, "--severity": severity, "--title": title}
        missing = ", ".join(name for name, value in lacking.items() if not value)
        raise UsageError(f"declaring an incident: {missing} missing; as in `{_EXAMPLE}`")
    if not (services or symptom):
        services, symptom = asking.service(desk.catalog)
    return (
        services,
        symptom,
        severity or asking.severity(desk.settings, Severity()),
        title or asking.title(),
    )


def _declare(desk: Desk, event: Declared, others: Sequence[Event], format: str) -> None:
    """Record, then brief, then push, then say."""
    from lightship.incidents import events, lifecycle
    from lightship.incidents.fold import fold

    before = lifecycle.declared_again(desk.ledger.outlines(desk.open), event, desk.actor, desk.now)
    if before is not None:
        click.echo(f"you declared this a moment ago as {before.id}: it is recorded once", err=True)
        id, entries = before.id, desk.ledger.entries(before.id)
    else:
        id = lifecycle.new_id(event.at or desk.now, desk.ledger.ids())
        entries = lifecycle.in_turn(id, (event, *others), desk.actor, desk.now)
        desk.ledger.journal.append(entries)
    incident = fold(entries)
    assert incident is not None  # it begins with its declaration
    if format == "text":
        # The id first: whatever comes now may take its time.
        click.echo(_head(incident))
    brief = incident.brief or _brief(desk, incident)
    told = events.Briefed(brief=dict(brief)) if brief and incident.brief is None else None
    behind = desk.now + timedelta(milliseconds=1)  # ids of one moment have no order
    briefed = [lifecycle.entry(id, told, desk.actor, behind)] if told else []
    pending = commandline.record(desk.root, desk.settings, briefed, desk.offline)
    if format == "json":
        click.echo(as_json(incident, pending))
        return
    _say(desk, incident, brief, pending)


def _brief(desk: Desk, incident: Incident) -> dict[str, Any] | None:
    """What is known now; None where that cannot be said, for the declaration stands without it."""
    from lightship.commands.brief import around
    from lightship.errors import LightshipError

    try:
        return around(desk.root, incident, desk.catalog, desk.ledger.anew(), desk.now)
    except (LightshipError, OSError, ValueError) as error:
        click.echo(f"there is no brief: {error}", err=True)
        return None


def _head(incident: Incident) -> str:

    services = ", ".join(incident.services)
    hit = f"  ({services})" if services else ""
    return f"{incident.id}  {incident.severity}  {visible(incident.title)}{hit}"


def _say(desk: Desk, incident: Incident, brief: Any, pending: tuple[str, ...]) -> None:
    from lightship.report import incident as report

    for line in report.first_minutes(brief or {}):
        click.echo(f"  {line}")
    rule = desk.settings.severities.of(incident.severity)
    if rule.commander and not incident.holder("commander"):
        click.echo(f"  missing  a commander, whom every {incident.severity} needs")
    desk.print_steps(incident, pending)
