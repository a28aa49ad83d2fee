"""`lightship build`: the whole portal as static files."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lightship import commandline

if TYPE_CHECKING:
    from lightship.catalog.catalog import Catalog
    from lightship.finding import Finding
    from lightship.portal.build import Built

OUT = Path("build/portal")
_PLACED = 500
_RANK = {"error": 0, "warning": 1, "info": 2}


@click.command()
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Where to write it; default: build/portal.")
@commandline.at_a_moment
@commandline.in_repository
def command(out: Path | None, now: datetime, root: Path) -> None:
    """Build the portal; what is wrong in the catalog is shown on the pages it concerns."""
    start = time.perf_counter()
    out = root / OUT if out is None else out
    built, findings = publish(root, out, now)
    seconds = time.perf_counter() - start
    click.echo(
        f"{built.pages:,} pages, {built.rendered:,} of them rendered, {built.written:,} files written, "
        f"{built.removed:,} removed; {seconds:.1f} s",
        err=True,
    )
    if findings:
        errors = sum(found.severity == "error" for found in findings)
        click.echo(f"{len(findings):,} findings, {errors:,} of them errors: `lightship validate` lists them", err=True)
    click.echo(f"{out}/index.html")


def publish(root: Path, out: Path, now: datetime, frame: Path | None = None) -> tuple[Built, tuple[Finding, ...]]:
    """Build the portal of the repository `root` into `out`; `frame` is where MkDocs drew the frame, if it did already.

    What was built, and everything that is wrong with the catalog.
    """
    from lightship.catalog import rules
    from lightship.facts import snapshot
    from lightship.portal.build import build
    from lightship.portal.frame import draw, repository_of_frame
    from lightship.portal.view import View
    from lightship.scorecards.score import score

    kept = commandline.cache_folder()
    drawn = draw(repository_of_frame(root), kept / "frames") if frame is None else frame
    catalog = commandline.load(root)
    facts = snapshot.read(root, catalog.settings.branches.facts)
    scores = score(catalog, facts, now, cache=commandline.cache())
    problems = (*catalog.findings, *rules.check(catalog, now), *facts.findings, *scores.findings)
    findings = _placed(problems, catalog)
    view = View(catalog, facts, scores, findings, now)
    return build(view, facts, drawn, out, kept / "templates"), findings


def _placed(problems: Iterable[Finding], catalog: Catalog) -> tuple[Finding, ...]:
    """The findings in order, the worst of them with their lines: no page shows the lines of more."""
    from lightship.catalog.locate import located

    worst_first = sorted(set(problems), key=lambda found: (_RANK[found.severity], found.order))
    placed = (*located(worst_first[:_PLACED], catalog.source), *worst_first[_PLACED:])
    return tuple(sorted(placed, key=lambda found: found.order))
