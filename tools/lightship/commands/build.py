"""`lightship build`: the whole portal as static files."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lightship import commandline

if TYPE_CHECKING:
    from lightship.catalog.catalog import Catalog
    from lightship.catalog.settings import Settings
    from lightship.finding import Finding
    from lightship.incidents.book import Book
    from lightship.incidents.ledger import Ledger
    from lightship.portal.build import Built

OUT = Path("build/portal")
_PLACED = 500
_SOURCES = {"catalog", "scorecards", "actions", "schemas", "site", "tools", ".git", ".github"}
_RANK = {"error": 0, "warning": 1, "info": 2}


@click.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where to write it; default: build/portal.",
)
@commandline.at_a_moment
@commandline.in_repository
def command(out: Path | None, now: datetime, root: Path) -> None:
    """Build the portal.

    What is wrong in the catalog is shown on the pages it concerns.
    """
    start = time.perf_counter()
    out = root / OUT if out is None else out
    refuse_sources(root, out.resolve())
    built, findings = publish(root, out, now)
    seconds = time.perf_counter() - start
    click.echo(
        f"{built.pages:,} pages, {built.rendered:,} of them rendered, {built.written:,} files written, "
        f"{built.removed:,} removed; {seconds:.1f} s",
        err=True,
    )
    if findings:
        errors = sum(found.severity == "error" for found in findings)
        click.echo(
            f"{len(findings):,} findings, {errors:,} of them errors: `lightship validate` lists them",
            err=True,
        )
    click.echo(f"{out}/index.html")


def refuse_sources(root: Path, out: Path) -> None:
    """The portal's folders are named like those of the catalog: it must not lie among what it is made from."""
    inside = out.relative_to(root).parts if out.is_relative_to(root) else ()
    if root.is_relative_to(out) or inside[:1] and inside[0] in _SOURCES:
        raise click.BadParameter(
            f"'{out}' holds what the portal is made from; name a folder of its own", param_hint="'--out'"
        )


def publish(
    root: Path, out: Path, now: datetime, frame: Path | None = None
) -> tuple[Built, tuple[Finding, ...]]:
    """Build the portal of the repository `root` into `out`; `frame` is where MkDocs drew the frame, if it did already.

    What was built, and everything that is wrong with the catalog.
    """
    from lightship.aside import aside
    from lightship.facts import ours, snapshot, store
    from lightship.portal import postmortems
    from lightship.portal.build import build
    from lightship.portal.frame import draw, repository_of_frame
    from lightship.portal.view import View
    from lightship.scorecards.score import score

    kept = commandline.cache_folder()
    site = repository_of_frame(root)
    drawn = aside(lambda: bytes(draw(site, kept / "frames") if frame is None else frame))
    catalog = commandline.load(root)
    found = _Found(catalog, now)
    facts = snapshot.read(root, catalog.settings.branches.facts)
    scores = score(catalog, facts, now, cache=commandline.cache())
    book, ledger, unread = _journal(root, catalog.settings)
    observed = ours.with_records(store.observed(root, catalog.settings.branches.facts), book.records, now)
    found.more = (*facts.findings, *observed.findings, *scores.findings, *unread)
    texts = postmortems.read(root)
    requests, unasked = commandline.standings(root, catalog, book, now)
    view = View(catalog, facts, scores, found, now, book, ledger, observed, texts, requests, unasked)
    return build(view, Path(os.fsdecode(drawn())), out, kept / "templates"), view.found


def _journal(root: Path, settings: Settings) -> tuple[Book, Ledger | None, tuple[Finding, ...]]:
    """What the journal says; where it cannot be read, nothing, and a finding that says so: the rest is built all the same."""
    from lightship import git
    from lightship.errors import LightshipError
    from lightship.finding import Finding, Severity
    from lightship.incidents.book import EMPTY

    if not git.is_repository(root):
        return EMPTY, None, ()
    ledger = commandline.ledger(root, settings)
    try:
        return ledger.book(), ledger, ()
    except LightshipError as error:
        message = f"the journal on branch {settings.branches.journal} cannot be read: {error}"
        fix = "`lightship journal verify` says what is damaged; `git fetch` brings what is missing"
        return EMPTY, None, (Finding("journal-unreadable", Severity.ERROR, "lightship.yaml", message, fix),)


class _Found:
    """Everything that is wrong with a catalog, in order: judged aside while other work goes on, there when it is looked at.

    The worst have their lines: no page shows the lines of more.
    """

    def __init__(self, catalog: Catalog, now: datetime) -> None:
        from lightship.aside import aside

        # Both processes need the relations, so they are worked out before.
        _ = catalog.graph
        self.more: tuple[Finding, ...] = ()
        self._catalog = catalog
        self._told = aside(lambda: _written(_judged(catalog, now)))
        self._all: tuple[Finding, ...] | None = None

    def __iter__(self) -> Iterator[Finding]:
        from lightship.catalog.locate import located

        if self._all is None:
            more = located(self.more, self._catalog.source)
            self._all = tuple(sorted((*_read(self._told()), *more), key=lambda found: found.order))
        return iter(self._all)


def _judged(catalog: Catalog, now: datetime) -> tuple[Finding, ...]:
    from lightship.catalog import rules
    from lightship.catalog.locate import located

    problems = {*catalog.findings, *rules.check(catalog, now)}
    worst_first = sorted(problems, key=lambda found: (_RANK[found.severity], found.order))
    return (*located(worst_first[:_PLACED], catalog.source), *worst_first[_PLACED:])


def _written(findings: tuple[Finding, ...]) -> bytes:
    from dataclasses import astuple

    return json.dumps([astuple(found) for found in findings]).encode()


def _read(told: bytes) -> Iterator[Finding]:
    from lightship.finding import Finding, Severity

    for rule, severity, path, message, fix, keys, *place in json.loads(told):
        yield Finding(rule, Severity(severity), path, message, fix, tuple(keys), *place)
