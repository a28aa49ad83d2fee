"""What the verbs share: who speaks, which incident, and how what happened is recorded and said."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from lightship import commandline
from lightship.commands import _completing as completing
from lightship.plain import visible

if TYPE_CHECKING:
    from lightship.catalog.catalog import Catalog
    from lightship.catalog.settings import Settings
    from lightship.incidents.events import Event
    from lightship.incidents.incident import Incident
    from lightship.incidents.ledger import Ledger, Wanted
    from lightship.journal.entry import Actor, Entry

_Command = TypeVar("_Command", bound=Callable[..., Any])
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class When(commandline.Moment):
    """A moment with a zone, or how long ago it was: 15m, 2h, 1d."""

    name = "when"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, str) and value[:-1].isdecimal() and value[-1:] in _UNITS and len(value) < 7:
            return datetime.now(UTC) - timedelta(**{_UNITS[value[-1]]: int(value[:-1])})
        return super().convert(value, param, ctx)


at_option = click.option(
    "--at",
    type=When(),
    metavar="WHEN",
    help="When it happened, ISO 8601 or 15m for 15 minutes ago; default: now.",
)
reason_option = click.option(
    "--reason", metavar="WHY", help="Needed where --at lies more than five minutes back."
)
public_option = click.option("--public", is_flag=True, help="Show the text on the public status page too.")
id_argument = click.argument("id", metavar="ID", shell_complete=completing.incidents)


def acting(command: _Command) -> _Command:
    """Add --as, --offline, --format and -C; the command gets `desk` and `format`."""

    @commandline.in_repository
    @commandline.in_format("text", "json")
    @click.option(
        "--offline", is_flag=True, help="Record it here only; `lightship journal sync` pushes later."
    )
    @click.option(
        "--as",
        "named",
        metavar="PERSON",
        shell_complete=completing.people,
        help="Who says so; default: whose email git uses.",
    )
    @functools.wraps(command)
    def opened(*arguments: Any, root: Path, offline: bool, named: str | None, **options: Any) -> Any:
        return command(*arguments, desk=Desk.at(root, named, offline), **options)

    return opened  # type: ignore[return-value]


@dataclass(frozen=True)
class Desk:
    """Where somebody stands who tells of incidents."""

    root: Path
    settings: Settings
    catalog: Catalog
    actor: Actor
    ledger: Ledger
    offline: bool
    now: datetime

    @property
    def open(self) -> Wanted:
        """Incidents that somebody works on."""
        from lightship.incidents.incident import OPEN
        from lightship.incidents.ledger import Wanted

        return Wanted(states=OPEN)

    @classmethod
    def at(cls, root: Path, named: str | None, offline: bool) -> Desk:
        """Open the repository `root`; who speaks is said on stderr where the catalog does not know them."""
        settings = commandline.settings(root)
        catalog = commandline.load(root)
        actor = commandline.actor(root, catalog, named)
        if not actor.verified:
            _say_unverified(actor, catalog, named)
        ledger = commandline.ledger(root, settings)
        # What a killed process had begun to tell counts as told, so that telling it again does not double it.
        commandline.finish(ledger.journal)
        return cls(root, settings, catalog, actor, ledger, offline, datetime.now(UTC))

    def find(self, text: str) -> tuple[Incident, tuple[Entry, ...]]:
        """The incident that `text` names, and its entries; asks the remote where it is not known here."""
        from lightship.errors import UsageError
        from lightship.incidents import lifecycle
        from lightship.incidents.fold import fold

        ledger = self.ledger
        try:
            id = lifecycle.find(ledger.ids(), text)
        except UsageError:
            if self.offline or not ledger.journal.publish(patience=0).done:
                raise
            ledger = ledger.anew()
            id = lifecycle.find(ledger.ids(), text)
        entries = ledger.entries(id)
        incident = fold(entries)
        assert incident is not None  # the ledger lists no others
        return incident, entries

    def tell(self, text: str, event: Event, format: str, also: Sequence[Entry] = ()) -> None:
        """Record that `event` happened to the incident that `text` names, and print how that stands now."""
        from lightship.incidents import lifecycle

        incident, entries = self.find(text)
        fresh: tuple[Entry, ...] = ()
        if lifecycle.told_again(entries, event, self.actor, self.now):
            click.echo("you said the same a moment ago: it is recorded once", err=True)
        else:
            lifecycle.check(incident, event, self.now)
            fresh = (lifecycle.entry(incident.id, event, self.actor, self.now),)
        pending = commandline.record(self.root, self.settings, (*fresh, *also), self.offline)
        # Pushing may have brought what others told meanwhile.
        after = self.ledger.anew().incident(incident.id) or incident
        for flag in after.flags[len(incident.flags) :]:
            click.echo(f"{incident.id}: {flag}", err=True)
        self.print(after, pending, format)

    def print(self, incident: Incident, pending: Sequence[str], format: str) -> None:
        """How the incident stands, what is pending, and what comes next."""
        if format == "json":
            click.echo(as_json(incident, pending))
            return

        title = visible(incident.title)
        click.echo(f"{incident.id}  {incident.severity}  {incident.state}  {title}")
        self.print_steps(incident, pending)

    def print_steps(self, incident: Incident, pending: Sequence[str]) -> None:
        """What is pending, and the next three commands."""
        from lightship.report import incident as report

        for what in pending:
            click.echo(f"  pending  {what}")
        for number, step in enumerate(report.steps(incident, self.settings)):
            click.echo(f"  {'' if number else 'next':<8} {step}")

    def person(self, text: str) -> str:
        """The person's id that `text` is; raises UsageError for somebody whom the catalog could know, and does not."""
        from lightship.errors import UsageError
        from lightship.spelling import did_you_mean

        people = self.catalog.people
        if not text or (text in people and people[text].active):
            return text
        if not people or ("person", text) in self.catalog.unreadable:
            click.echo(f"'{text}' is taken as it is: the catalog cannot be asked", err=True)
            return text
        if text in people:
            raise UsageError(f"'{text}' does not work here any more; name somebody else")
        hint = did_you_mean(text, people) or "ids of people are the names of the files in catalog/people"
        raise UsageError(f"there is no person '{text}'; {hint}")

    def service(self, text: str) -> str:
        """The service's id that `text` names; raises UsageError where it names none that the catalog could know."""
        from lightship.errors import UsageError
        from lightship.incidents import lifecycle

        match = lifecycle.match_service(text, self.catalog)
        if match.id:
            return match.id
        if ("service", text) in self.catalog.unreadable or not self.catalog.services:
            click.echo(f"'{text}' is taken as it is: the catalog cannot be asked", err=True)
            return text
        near = f"did you mean {', '.join(match.near)}? " if match.near else ""
        raise UsageError(f"there is no service '{text}'; {near}`--symptom TEXT` declares without a service")


def said(words: Sequence[str]) -> str | None:
    """What was said, as one text; None for nothing."""
    return " ".join(words).strip() or None


def as_json(incident: Incident, pending: Sequence[str]) -> str:
    """`{"id", "state", "pending"}`."""
    shown = {"id": incident.id, "state": incident.state, "pending": list(pending)}
    return json.dumps(shown, ensure_ascii=False)


def roles(desk: Desk, given: Sequence[str]) -> Mapping[str, str]:
    """ROLE=PERSON as a mapping; nobody where PERSON is empty. Raises UsageError."""
    from lightship.errors import UsageError

    found = {}
    for text in given:
        role, mark, person = (part.strip() for part in text.partition("="))
        if not mark or not role:
            raise UsageError(
                f"--role {text}: write it as ROLE=PERSON, such as commander=ada; `commander=` takes it back"
            )
        found[role.lower()] = desk.person(person)
    return found


def _say_unverified(actor: Actor, catalog: Catalog, named: str | None) -> None:
    from lightship.spelling import did_you_mean

    if named:
        hint = did_you_mean(named, catalog.people)
        click.echo(
            f"the catalog knows nobody '{named}': recorded as unverified{f'; {hint}' if hint else ''}",
            err=True,
        )
    else:
        click.echo(
            f"the catalog does not know git's user ({actor.name}): recorded as unverified; --as PERSON says who you are",
            err=True,
        )
