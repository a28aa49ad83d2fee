"""`lightship audit`: everything that was asked, decided and done in a span, for an auditor."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lightship import commandline

if TYPE_CHECKING:
    from lightship.catalog.settings import Settings


@click.command()
@click.option(
    "--from",
    "start",
    type=commandline.Moment(),
    required=True,
    metavar="ISO-8601",
    help="From this moment on.",
)
@click.option(
    "--to", "end", type=commandline.Moment(), metavar="ISO-8601", help="Until just before it; default: now."
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where to write it; default: stdout.",
)
@commandline.in_format("json", "csv")
@commandline.at_a_moment
@commandline.in_repository
@click.pass_context
def command(
    ctx: click.Context,
    start: datetime,
    end: datetime | None,
    out: Path | None,
    format: str,
    now: datetime,
    root: Path,
) -> None:
    """Pack what was asked, decided and done.

    Requests with their decisions, receipts, overrides, uses of break-glass, and the proof that the journal is whole; with
    --format csv the events alone, safe to open in a spreadsheet. Exits 1 where the journal is not whole.
    """
    end = end or now
    if start >= end:
        raise click.UsageError("--from lies before --to")
    text, proof = _packed(root, start, end, now, format)
    _write(text, out)
    ctx.exit(0 if proof["whole"] else 1)


def _packed(
    root: Path, start: datetime, end: datetime, now: datetime, format: str
) -> tuple[str, dict[str, Any]]:
    """The whole as text, and what holds of the journal; on stderr, how much it is."""
    from lightship import git
    from lightship.actions import audit
    from lightship.errors import CouldNotRun
    from lightship.plain import plural

    if not git.is_repository(root):
        raise CouldNotRun(f"looking for a journal in {root.name}: not a git repository; run `git init`")
    catalog = commandline.load(root)
    proof = _proof(root, catalog.settings)
    book = commandline.ledger(root, catalog.settings).book()
    standings, unasked = commandline.standings(root, catalog, book, now)
    if unasked:
        click.echo(f"open requests are not among it: {unasked}", err=True)
    happened = audit.events(standings.values(), start, end)
    whole = "whole" if proof["whole"] else f"NOT whole: {plural(len(proof['troubles']), 'trouble')}"
    requests = plural(len({event.request for event in happened}), "request")
    click.echo(f"{requests}, {plural(len(happened), 'event')}; the journal is {whole}", err=True)
    if format == "csv":
        return audit.csv(happened), proof
    return _json(audit.pack(standings, start, end, {**proof, "unasked": unasked}, now)), proof


def _proof(root: Path, settings: Settings) -> dict[str, Any]:
    """What holds of the journal, and its end: to be kept where nobody who writes to it can."""
    from dataclasses import asdict

    from lightship.journal.inspection import inspect
    from lightship.journal.store import Journal

    journal = Journal(root, settings.branches.journal)
    report = inspect(journal)
    return {
        "branch": journal.branch,
        "tip": report.tip,
        "entries": report.entries,
        "whole": not report.troubles,
        "troubles": [asdict(trouble) for trouble in report.troubles],
        "notes": list(report.notes),
        "anchors": report.anchors,
        "anchor": json.loads(journal.anchor(report.tip).as_json())
        if report.tip and not report.troubles
        else None,
        "check": "lightship journal verify --anchor FILE",
    }


def _json(told: dict[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _write(text: str, out: Path | None) -> None:
    if out is None:
        click.echo(text, nl=False)
        return
    from lightship.errors import CouldNotRun

    try:
        out.write_bytes(text.encode())
    except OSError as error:
        raise CouldNotRun(f"writing {out}: {error.strerror}; name another file with --out") from error
    click.echo(str(out))
