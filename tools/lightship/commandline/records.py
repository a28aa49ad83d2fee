"""The journal and the facts as commands read and write them, and who acts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lightship.commandline.catalogs import cache_folder
from lightship.errors import LightshipError

if TYPE_CHECKING:
    from datetime import datetime

    from lightship.catalog.catalog import Catalog
    from lightship.catalog.settings import Settings
    from lightship.facts.records import Observed
    from lightship.finding import Finding
    from lightship.incidents.book import Book
    from lightship.incidents.ledger import Ledger
    from lightship.journal.entry import Actor, Entry
    from lightship.journal.store import Journal


def ledger(root: Path, settings: Settings) -> Ledger:
    """The journal's book, kept in this user's cache."""
    from lightship.incidents.ledger import Ledger
    from lightship.journal.store import Journal

    return Ledger(Journal(root, settings.branches.journal), cache_folder())


def book(root: Path, settings: Settings) -> tuple[Book, Ledger | None, tuple[Finding, ...]]:
    """What the journal says; where it cannot be read, nothing, and a finding that says so."""
    from lightship import git
    from lightship.finding import Finding, Severity
    from lightship.incidents.book import EMPTY

    if not git.is_repository(root):
        return EMPTY, None, ()
    kept = ledger(root, settings)
    try:
        return kept.book(), kept, ()
    except LightshipError as error:
        message = f"the journal on branch {settings.branches.journal} cannot be read: {error}"
        fix = "`lightship journal verify` says what is damaged; `git fetch` brings what is missing"
        return EMPTY, None, (Finding("journal-unreadable", Severity.ERROR, "lightship.yaml", message, fix),)


def record(root: Path, settings: Settings, entries: Sequence[Entry], offline: bool) -> tuple[str, ...]:
    """Write `entries` to the journal here, and bring them to the remote unless `offline`; what is still to be done."""
    from lightship import git
    from lightship.incidents.both import both
    from lightship.journal.store import Journal

    journal = Journal(root, settings.branches.journal)
    finish(journal)
    journal.append(entries)
    if offline:
        return ("push: not asked for (--offline); `lightship journal sync` does it",)
    if not git.remote(root):
        if git.settings_of(root, "lightship.remote"):
            return ()  # this clone was told to keep everything to itself
        return ("push: this repository has no remote yet; `lightship journal sync` pushes once it has one",)
    done = journal.publish()
    for each in both(done.ours, done.theirs):
        click.echo(f"both: {each.subject}: {each.message}", err=True)
    return () if done.done else (f"push: {done.why}; `lightship journal sync` tries again",)


def finish(journal: Journal) -> None:
    """Write to the journal what killed processes had begun to record, and say so on stderr."""
    journal.finish()
    for entry in journal.finished:
        what = f"{entry.kind} of {entry.subject} ({entry.recorded_at:%Y-%m-%d %H:%M} UTC)"
        click.echo(f"recorded what an interrupted command had begun: {what}", err=True)


def observed(root: Path, settings: Settings, now: datetime) -> Observed:
    """What other systems told, and our own records at `now`: changes, alerts, who is called, what is frozen."""
    from lightship.facts import ours, store

    return ours.with_records(
        store.observed(root, settings.branches.facts), book(root, settings)[0].records, now
    )


def actor(root: Path, catalog: Catalog, named: str | None, via: str = "cli") -> Actor:
    """Who acts: the person `named` with --as, else the one whose address git uses; unverified where the catalog knows none.

    Where a workflow runs the command, whoever started it: its context holds them.
    """
    from lightship import git
    from lightship.journal.entry import Actor

    context = click.get_current_context(silent=True)
    if context is not None and (sender := context.find_object(Actor)) is not None:
        return sender
    if named:
        person = catalog.people.get(named)
        known = person is not None and person.active
        return Actor(person.label if person else named, named if known else "", known, via)
    name, email = git.identity(root)
    found = next(
        (
            each
            for each in catalog.people.values()
            if email and each.email and each.email.lower() == email.lower()
        ),
        None,
    )
    if found is not None and found.active:
        return Actor(found.label, found.id, True, via)
    return Actor(name or email or "somebody", "", False, via)


def main_tip(root: Path, settings: Settings) -> str:
    """The last commit of the main branch, here or as it was fetched; '' where there is none, or no repository."""
    from lightship import git

    here, fetched = (f"refs/{where}/{settings.branches.main}" for where in ("heads", "remotes/origin"))
    found = git.tips(root, here, fetched) if git.is_repository(root) else {}
    return found.get(here) or found.get(fetched, "")


def postmortems(root: Path, settings: Settings) -> frozenset[str]:
    """The paths of the post-mortems that lie on the main branch."""
    from lightship import git
    from lightship.incidents.postmortem import FOLDER

    tip = main_tip(root, settings)
    return frozenset(entry.path for entry in git.tree(root, tip, [f"{FOLDER}/"])) if tip else frozenset()
