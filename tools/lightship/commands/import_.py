"""`lightship import`: catalogs of other tools, carried over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lightship import commandline

if TYPE_CHECKING:
    from lightship.imports.documents import Document, Left
    from lightship.imports.files import Change

_STATES = {
    "new": "new",
    "changed": "changed at its source",
    "same": "imported before, unchanged",
    "kept": "kept as it is: not written by an import, or changed since",
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

    result = carry(_documents(paths))
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
    if not plan and any(change.state in ("new", "changed") for change in changes):
        click.echo("next: lightship validate, then lightship build", err=True)


def _print_changes(changes: tuple[Change, ...], plan: bool) -> None:
    for state, meaning in _STATES.items():
        paths = [change.path for change in changes if change.state == state]
        if paths and state != "same":
            click.echo(f"{'would be ' if plan and state != 'kept' else ''}{meaning} ({len(paths)}):")
            for path in paths:
                click.echo(f"  {path}")


def _documents(paths: tuple[Path, ...]) -> Iterator[Document | Left]:
    from lightship.imports.documents import Left, documents

    for start in paths:
        files = sorted(_yaml(start)) if start.is_dir() else [start]
        for file in files:
            name = file.relative_to(start.parent).as_posix()
            try:
                content = file.read_bytes()
            except OSError as error:
                yield Left(name, 1, "the file", f"it cannot be read: {error.strerror}")
                continue
            if (
                start.is_dir()
                and b"backstage.io/" not in content
                and not file.name.startswith("catalog-info.")
            ):
                continue
            yield from documents(name, content)


def _yaml(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.suffix in (".yaml", ".yml") and path.is_file() and ".git" not in path.parts:
            yield path
