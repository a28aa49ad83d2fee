"""`lightship record`: changes, alerts, values and another system's shifts, from a file or a pipe."""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lightship import commandline
from lightship.commands import _completing as completing

if TYPE_CHECKING:
    from lightship.catalog.catalog import Catalog
    from lightship.facts.gathering import Gathered

_BEHIND, _AHEAD = timedelta(days=35), timedelta(days=190)  # how much of a calendar that repeats is kept
_SAID = 20


@click.command()
@click.argument("noun", type=click.Choice(["change", "alert", "fact", "oncall"]))
@click.argument("file", default="-", type=click.Path(dir_okay=False, allow_dash=True))
@click.option(
    "--source", metavar="NAME", default="manual", show_default=True, help="Where it names none: who told us."
)
@click.option(
    "--schedule",
    metavar="ID",
    shell_complete=completing.schedules,
    help="With an .ics file: whose shifts they are.",
)
@click.option("--offline", is_flag=True, help="Write here only.")
@commandline.in_format("text", "json")
@commandline.at_a_moment
@commandline.in_repository
def command(
    noun: str,
    file: str,
    source: str,
    schedule: str | None,
    offline: bool,
    format: str,
    now: datetime,
    root: Path,
) -> None:
    """Record what another system tells: FILE, or what comes through a pipe.

    JSON, one object or a list, as `lightship schema NOUN` says; for oncall also an iCalendar file (.ics).
    What is recorded a second time adds nothing; an alert that ended is updated.
    """
    from lightship.facts import gathering, store

    name, data = _read(file)
    catalog = commandline.load(root)
    branch = catalog.settings.branches.facts
    if noun == "oncall" and gathering.is_calendar(data):
        span = now - _BEHIND, now + _AHEAD
        gathered = gathering.calendar(
            catalog, data, name, _source(source), _schedule(catalog, schedule), now, span
        )
    else:
        if schedule:
            raise click.UsageError("--schedule goes with an .ics file; JSON names the schedule itself")
        gathered = gathering.gather(catalog, noun, data, name, _source(source), now)
    counts = store.record(root, branch, gathered.update, now)
    pending = _pending(root, branch, offline)
    _print(gathered, counts._asdict(), pending, format)


def _read(file: str) -> tuple[str, bytes]:
    if file != "-":
        try:
            return file, Path(file).read_bytes()
        except OSError as error:
            raise click.UsageError(
                f"reading {file}: {error.strerror}; name another file, or - for a pipe"
            ) from error
    if sys.stdin.isatty():
        raise click.UsageError("nothing comes through a pipe; name a FILE, or pipe JSON into this command")
    return "what came through the pipe", sys.stdin.buffer.read()


def _source(name: str) -> str:
    import re

    from lightship.catalog.kinds.base import ID_PATTERN

    if not re.match(ID_PATTERN, name):
        raise click.UsageError(
            f"'{name}' cannot be a source; write it with a-z, 0-9 and dashes, such as argo-cd"
        )
    return name


def _schedule(catalog: Catalog, id: str | None) -> str:
    from lightship.spelling import did_you_mean

    if id is None:
        raise click.UsageError("an .ics file does not say which schedule it is; add --schedule ID")
    if id not in catalog.schedules:
        hint = (
            did_you_mean(id, catalog.schedules) or f"schedules: {', '.join(catalog.schedules) or 'none yet'}"
        )
        raise click.UsageError(f"'{id}' is not a schedule; {hint}")
    return id


def _pending(root: Path, branch: str, offline: bool) -> tuple[str, ...]:
    from lightship.facts import store

    if offline:
        return ("push: not asked for (--offline); the next `lightship record` without it does it",)
    why = store.publish(root, branch)
    return (f"push: {why}; the next `lightship record` tries again",) if why else ()


def _print(gathered: Gathered, counts: dict[str, int], pending: tuple[str, ...], format: str) -> None:
    from lightship.plain import visible

    for note in gathered.notes[:_SAID]:
        click.echo(f"kept, but {visible(note)}", err=True)
    if len(gathered.notes) > _SAID:
        click.echo(f"and {len(gathered.notes) - _SAID} more", err=True)
    counts["unattributed"] = gathered.unattributed
    if format == "json":
        click.echo(json.dumps({**counts, "pending": pending}))
        return
    click.echo(", ".join(f"{count} {name}" for name, count in counts.items()))
    for line in pending:
        click.echo(f"pending: {line}", err=True)
