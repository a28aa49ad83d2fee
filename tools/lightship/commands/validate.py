"""`lightship validate`: everything that is wrong with the catalog, with its place and its remedy."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lightship import commandline

if TYPE_CHECKING:
    from lightship.catalog.settings import Settings
    from lightship.finding import Finding


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--ref", metavar="REF", help="Judge this commit instead of the folder as it stands.")
@click.option("--changed-since", metavar="REF", help="Only what the change since REF brought in or touched.")
@commandline.in_format("text", "json", "github", "sarif", "markdown")
@commandline.at_a_moment
@commandline.in_repository
@click.pass_context
def command(
    ctx: click.Context,
    paths: tuple[str, ...],
    ref: str | None,
    changed_since: str | None,
    format: str,
    now: datetime,
    root: Path,
) -> None:
    """Check the catalog, the scorecards and the actions.

    Everything is read; with PATHs, only findings in these files or folders are shown.
    """
    wanted = tuple(_inside(root, path) for path in paths)
    catalog = commandline.load(root, ref)
    findings = commandline.judge(catalog, now)
    if changed_since is not None:
        findings = _since(root, changed_since, ref, findings, now)
    else:
        # What is overdue in the journal is no change's fault.
        findings = _in_order((*findings, *_overdue(root, catalog.settings, now)))
    if wanted:
        findings = tuple(found for found in findings if _under(found.path, wanted))
    commandline.print_findings(findings, format)
    click.echo(_summary(len(catalog.source.files), findings), err=True)
    if not catalog.source.files:
        click.echo(f"there is no catalog in {root}; -C DIR names another repository", err=True)
    ctx.exit(commandline.exit_code(findings))


def _overdue(root: Path, settings: Settings, now: datetime) -> tuple[Finding, ...]:
    """What incidents and break-glass asked for by a day that is over, as the journal says."""
    from lightship.actions import reviews
    from lightship.incidents import promises

    book, _, unread = commandline.book(root, settings)
    journal = settings.branches.journal
    found = (*unread, *reviews.findings(book.records, now, journal))
    if not book.incidents:
        return found
    merged = commandline.postmortems(root, settings)
    kept = promises.promises(book.incidents.values(), settings, now, merged)
    return (*found, *promises.findings(kept, now, journal))


def _in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda found: found.order))


def _since(
    root: Path, base_ref: str, head_ref: str | None, findings: tuple[Finding, ...], now: datetime
) -> tuple[Finding, ...]:
    """Findings in files that changed, and those elsewhere that the merge base did not have."""
    from lightship import git

    base = git.merge_base(root, base_ref, head_ref or "HEAD")
    changed = set(git.changed_paths(root, base, head_ref))
    before = {
        (found.rule, found.path, found.message)
        for found in commandline.judge(commandline.load(root, base), now)
    }
    return tuple(
        found
        for found in findings
        if found.path in changed or (found.rule, found.path, found.message) not in before
    )


def _inside(root: Path, path: str) -> str:
    here = Path(path).absolute()
    for start in (here, (root / path).absolute()):
        if start.exists() or start.is_symlink():
            resolved = start.parent.resolve() / start.name
            if resolved.is_relative_to(root):
                return "" if resolved == root else resolved.relative_to(root).as_posix()
    raise click.UsageError(f"there is no file or folder '{path}' in the repository {root.name}")


def _under(path: str, wanted: tuple[str, ...]) -> bool:
    return any(not start or path == start or path.startswith(f"{start}/") for start in wanted)


def _summary(files: int, findings: tuple[Finding, ...]) -> str:
    counts = [
        f"{count} {name}{'s' if count != 1 else ''}"
        for name in ("error", "warning")
        if (count := sum(found.severity == name for found in findings))
    ]
    notes = sum(found.severity == "info" for found in findings)
    counts += [f"{notes} note{'s' if notes != 1 else ''}"] if notes else []
    return f"{files} files read: {', '.join(counts) or 'nothing to fix'}"
