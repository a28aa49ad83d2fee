"""`lightship journal`: what was recorded, whether it is whole, and bringing clones together."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lightship import commandline
from lightship.plain import visible

if TYPE_CHECKING:
    from lightship.incidents.both import Both
    from lightship.journal.anchor import Anchor
    from lightship.journal.inspection import Report
    from lightship.journal.publishing import Published
    from lightship.journal.store import Journal


@click.group()
def command() -> None:
    """Show, check and share what was recorded."""


@command.command()
@click.option("--subject", metavar="ID", help="Only what is about this: an incident, a schedule, a day.")
@click.option(
    "--kind", metavar="KIND", help="Only this kind, or those that begin with it: incident, scores.day."
)
@click.option(
    "--since", type=commandline.Moment(), metavar="ISO-8601", help="Only what was recorded since then."
)
@commandline.in_format("text", "json")
@commandline.in_repository
def log(root: Path, subject: str | None, kind: str | None, since: datetime | None, format: str) -> None:
    """List what was recorded, oldest first; with --format json an entry a line, byte for byte."""
    count = 0
    for entry in _journal(root).entries():
        if (
            (subject and entry.subject != subject)
            or (kind and not f"{entry.kind}.".startswith(f"{kind}."))
            or (since and entry.recorded_at < since)
        ):
            continue
        count += 1
        if format == "json":
            click.echo(entry.to_bytes().decode(), nl=False)
        else:
            doubt = "" if entry.by.verified else " (unverified)"
            at = f"{entry.recorded_at.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z"
            click.echo(f"{at}  {entry.id}  {entry.kind}  {entry.subject}  {visible(entry.by.label)}{doubt}")
    click.echo(f"{count} {'entry' if count == 1 else 'entries'}", err=True)


@command.command()
@click.option(
    "--anchor",
    "anchors",
    multiple=True,
    metavar="FILE|LINK",
    help="Hold it against what `lightship journal anchor` printed, or a link alone; may be given again.",
)
@commandline.in_format("text", "json")
@commandline.in_repository
@click.pass_context
def verify(ctx: click.Context, root: Path, anchors: tuple[str, ...], format: str) -> None:
    """Check that nothing was changed, taken out, put in, moved or doubled; exit 1 with what and where.

    What was cut off the end, or written anew with a chain of its own, shows against an anchor: the one that was kept when
    this clone last pushed, what it last fetched, and those given.
    """
    from lightship.journal.inspection import inspect

    journal = _journal(root)
    report = inspect(journal, [(_where(text), _anchor(text)) for text in anchors])
    if format == "json":
        click.echo(json.dumps(_report_json(journal, report), ensure_ascii=False))
    else:
        _print_report(journal, report)
    ctx.exit(int(bool(report.troubles)))


@command.command()
@commandline.in_repository
@click.pass_context
def anchor(ctx: click.Context, root: Path) -> None:
    """Print the end of the journal as JSON, to be kept where nobody who writes to it can.

    With a remote, the end of what is there: what is only here may still be put behind what others pushed.
    """
    from lightship import git

    journal = _journal(root)
    remote = git.remote(root)
    tips = git.tips(root, journal.ref, f"refs/remotes/{remote or 'origin'}/{journal.branch}")
    pushed = tips.get(f"refs/remotes/{remote}/{journal.branch}")
    tip = pushed if remote else tips.get(journal.ref)
    if not tip:
        first = "; run `lightship journal sync` first" if remote and tips else ""
        click.echo(
            f"nothing is recorded on {journal.branch}{' at the remote' if remote else ''} yet{first}",
            err=True,
        )
        ctx.exit(1)
    click.echo(journal.anchor(tip).as_json(), nl=False)
    if waiting := journal.pending():
        click.echo(
            f"{waiting} entries are not pushed yet and not anchored; `lightship journal sync`", err=True
        )


@command.command()
@commandline.in_format("text", "json")
@commandline.in_repository
@click.pass_context
def sync(ctx: click.Context, root: Path, format: str) -> None:
    """Bring what was recorded here to the remote, and what others recorded here.

    Nothing is lost: what both did is kept, and said. Exits 3 where the remote cannot be reached.
    """
    from lightship import git
    from lightship.incidents.both import both

    journal = _journal(root)
    commandline.finish(journal)
    before, waiting = journal.tip(), journal.pending()
    done = journal.publish()
    fetched = len(journal.entries(before))
    met = both(done.ours, done.theirs)
    left = journal.pending()
    pushed = max(0, waiting - left)
    if format == "json":
        click.echo(json.dumps(_sync_json(journal, done, met, pushed, fetched, left), ensure_ascii=False))
    else:
        _print_sync(journal, done, met, pushed, fetched, left, bool(git.remote(root)))
    ctx.exit(0 if done.done else 3)


def _journal(root: Path) -> Journal:
    from lightship.journal.store import Journal

    return Journal(root, commandline.settings(root).branches.journal)


def _where(text: str) -> str:
    return f"the anchor in {Path(text).name}" if Path(text).is_file() else "the anchor that was given"


def _anchor(text: str) -> Anchor:
    from lightship.errors import UsageError
    from lightship.journal.anchor import Anchor, NoAnchor

    try:
        return Anchor.parse(Path(text).read_text(encoding="utf-8") if Path(text).is_file() else text)
    except (NoAnchor, OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"reading the anchor '{text}': it is no file with an anchor, and no link of 64 hex digits: {error}"
        ) from error


def _report_json(journal: Journal, report: Report) -> dict[str, object]:
    from dataclasses import asdict

    return {
        "branch": journal.branch,
        "tip": report.tip,
        "entries": report.entries,
        "whole": not report.troubles,
        "troubles": [asdict(trouble) for trouble in report.troubles],
        "notes": list(report.notes),
        "anchors": report.anchors,
    }


def _print_report(journal: Journal, report: Report) -> None:
    for trouble in report.troubles:
        place = f"entry {trouble.seq}: " if trouble.seq else ""
        lies = " ".join(filter(None, (trouble.commit[:10], visible(trouble.path))))
        where = f" ({lies})" if lies else ""
        click.echo(f"{journal.branch}: {place}{trouble.what}: {visible(trouble.message)}{where}")
    for note in report.notes:
        click.echo(note, err=True)
    if not report.troubles:
        held = (
            f", held against {report.anchors} anchor{'s' if report.anchors != 1 else ''}"
            if report.anchors
            else ""
        )
        click.echo(f"{journal.branch}: {report.entries} entries, whole{held}")
        if not report.anchors:
            click.echo(
                "nothing shows what may be missing at its end: keep `lightship journal anchor`", err=True
            )


def _sync_json(
    journal: Journal, done: Published, met: tuple[Both, ...], pushed: int, fetched: int, left: int
) -> dict[str, object]:
    from dataclasses import asdict

    return {
        "done": done.done,
        "why": done.why,
        "pushed": pushed,
        "fetched": fetched,
        "pending": left,
        "finished": [entry.id for entry in journal.finished],
        "mended": done.mended,
        "both": [asdict(each) for each in met],
    }


def _print_sync(
    journal: Journal,
    done: Published,
    met: tuple[Both, ...],
    pushed: int,
    fetched: int,
    left: int,
    remote: bool,
) -> None:
    if not remote:
        click.echo("there is no remote to sync with; everything stays here")
        return
    for each in met:
        click.echo(f"both: {each.subject}: {visible(each.message)}")
    if done.mended:
        click.echo(f"the remote had lost {done.mended} entries that were pushed before; they are there again")
    click.echo(f"{journal.branch}: {pushed} pushed, {fetched} fetched, {left} pending")
    if not done.done:
        click.echo(f"{visible(done.why)}; what is pending is kept here: run this again", err=True)
