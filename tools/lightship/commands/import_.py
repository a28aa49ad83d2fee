"""`lightship import`: catalogs of other tools, carried over."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lightship import commandline

if TYPE_CHECKING:
    from lightship.imports.documents import Left
    from lightship.imports.files import Change

_MANY = 20  # lines that can be read one by one
_REASONS = 8
_STATES = {
    "new": "new",
    "changed": "changed at its source",
    "same": "imported before, unchanged",
    "kept": "kept as it is: written or changed by hand, or described by another import",
}


@click.group()
def command() -> None:
    """Carry over what other tools know."""


@command.command()
@click.argument(
    "paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(exists=True, path_type=Path)
)
@click.option("--plan", is_flag=True, help="Show what would be written, and write nothing.")
@commandline.in_repository
def backstage(paths: tuple[Path, ...], plan: bool, root: Path) -> None:
    """Read Backstage's catalog files (folders are searched) and write ours.

    Only what is new, or what an import wrote and nobody changed since, is written.
    """
    from lightship.imports.backstage import carry
    from lightship.imports.files import compare, write
    from lightship.imports.sources import read

    result = carry(read(paths))
    changes = compare(root, result.files)
    if not plan:
        write(root, changes)
    _print_changes(changes, plan)
    for left in result.left:
        click.echo(f"{left.path}:{left.line}: left out: {left.what}: {left.why}")
    if not result.files and not result.left:
        click.echo(f"nothing of Backstage's in {', '.join(map(str, paths))}", err=True)
        return
    counts = [f"{sum(change.state == state for change in changes)} {state}" for state in _STATES]
    click.echo(
        f"{len(result.files)} files: {', '.join(counts)}; {len(result.left)} things left out, named above",
        err=True,
    )
    _print_reasons(result.left)
    if not plan and any(change.state in ("new", "changed") for change in changes):
        click.echo("next: lightship validate, then lightship build", err=True)


def _print_changes(changes: tuple[Change, ...], plan: bool) -> None:
    for state, meaning in _STATES.items():
        paths = [change.path for change in changes if change.state == state]
        if paths and state != "same":
            click.echo(f"{'would be ' if plan and state != 'kept' else ''}{meaning} ({len(paths)}):")
            for path in paths:
                click.echo(f"  {path}")


def _print_reasons(left: tuple[Left, ...]) -> None:
    """The commonest reasons, since thousands of lines may stand above."""
    reasons = Counter(one.why for one in left).most_common()
    if len(left) > _MANY:
        for why, count in reasons[:_REASONS]:
            click.echo(f"  {count:,} ×: {why}", err=True)
        rest = sum(count for _, count in reasons[_REASONS:])
        if rest:
            click.echo(f"  {rest:,} for other reasons", err=True)
