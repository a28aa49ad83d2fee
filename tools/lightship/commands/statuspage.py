"""`lightship statuspage`: what the public may know, as static files beside the portal."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lightship import commandline
from lightship.commands.build import refuse_sources

if TYPE_CHECKING:
    from lightship.catalog.catalog import Catalog
    from lightship.statuspage.public import PublicView

OUT = Path("build/status")


@click.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where to write it; default: build/status.",
)
@commandline.at_a_moment
@commandline.in_repository
def command(out: Path | None, now: datetime, root: Path) -> None:
    """Build the public status page.

    It shows services with `integrations.statuspage`, and of incidents what was told with `update --public`.
    """
    from lightship.statuspage.site import files, headline

    out = root / OUT if out is None else out
    refuse_sources(root, out.resolve())
    view = _view(root, commandline.load(root), now)
    for path, data in files(view).items():
        _write(out / path, data)
    services = sum(len(group.services) for group in view.groups)
    click.echo(
        f"{headline(view)}; {services} services, {len(view.open)} open, {len(view.past)} over", err=True
    )
    click.echo(f"{out}/index.html")


def _view(root: Path, catalog: Catalog, now: datetime) -> PublicView:
    from lightship import git
    from lightship.statuspage.public import public_view, told_the_public

    if not git.is_repository(root):
        return public_view(catalog, (), None, now)
    ledger = commandline.ledger(root, catalog.settings)
    book = ledger.book()
    told = (ledger.incident(id) for id, incident in book.incidents.items() if told_the_public(incident))
    since = min((each.declared_at for each in book.incidents.values()), default=None)
    return public_view(catalog, [each for each in told if each is not None], since, now)


def _write(path: Path, data: bytes) -> None:
    if path.is_file() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
