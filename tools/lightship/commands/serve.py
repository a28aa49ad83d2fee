"""`lightship serve`: the portal on this machine, built anew whenever a file changes."""

from __future__ import annotations

import gc
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lightship import commandline
from lightship.commands.build import OUT, publish

if TYPE_CHECKING:
    from lightship.finding import Finding
    from lightship.portal.serve import Portal

_PAUSE = 0.2  # seconds between looks at the files
_SHARE = 5  # looking may take a fifth of the time at most
_SHOWN = 5  # errors printed after a build


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free one."
)
@commandline.in_repository
def command(port: int, root: Path) -> None:
    """Build and serve, following every change.

    The portal is served on 127.0.0.1.
    """
    from lightship import git
    from lightship.portal.serve import Portal, fingerprint

    branches = git.folder(root)
    seen = fingerprint(root, branches)
    _build(root)
    with Portal(root / OUT, port) as portal:
        portal.start()
        click.echo(f"{portal.address}")
        click.echo("Edit a file in catalog/ and the page follows within a second. Ctrl-C ends it.", err=True)
        try:
            _follow(root, branches, portal, seen)
        except KeyboardInterrupt:
            click.echo("\nstopped", err=True)
        finally:
            portal.shutdown()


def _follow(root: Path, branches: Path | None, portal: Portal, seen: frozenset[tuple[str, int, int]]) -> None:
    from lightship.portal.serve import fingerprint

    day = datetime.now(UTC).date()
    while True:
        start = time.perf_counter()
        now = fingerprint(root, branches)
        took = time.perf_counter() - start
        if now != seen or _today() != day:
            seen, day = now, _today()
            _build(root)
            portal.built()
        time.sleep(max(_PAUSE, took * _SHARE))


def _today() -> date:
    return datetime.now(UTC).date()


def _build(root: Path) -> None:
    """Build, and say what was built; what cannot be built is said, and what was built before stays."""
    from lightship.errors import LightshipError

    gc.collect()  # what the last build made is garbage now; the command line looks for it rarely
    start = time.perf_counter()
    try:
        built, findings = publish(root, root / OUT, datetime.now(UTC))
    except LightshipError as error:
        click.echo(f"lightship: {error}", err=True)
        return
    seconds = time.perf_counter() - start
    click.echo(
        f"{datetime.now().astimezone():%H:%M:%S} built {built.written:,} files in {seconds:.1f} s", err=True
    )
    _tell(findings)


def _tell(findings: tuple[Finding, ...]) -> None:
    errors = [found for found in findings if found.severity == "error"]
    for found in errors[:_SHOWN]:
        click.echo(f"  {found.path}:{found.line}:{found.column}: {found.rule}: {found.message}", err=True)
    if len(errors) > _SHOWN:
        click.echo(f"  and {len(errors) - _SHOWN} more errors: `lightship validate` lists them", err=True)
