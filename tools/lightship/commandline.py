"""What the commands share: the repository, the moment, the formats, and how findings are printed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from lightship.errors import CouldNotRun, LightshipError

if TYPE_CHECKING:
    from lightship.catalog.cache import Cache
    from lightship.catalog.catalog import Catalog
    from lightship.catalog.settings import Settings
    from lightship.catalog.source import Source
    from lightship.facts.records import Observed
    from lightship.finding import Finding
    from lightship.incidents.book import Book
    from lightship.incidents.ledger import Ledger
    from lightship.journal.entry import Actor, Entry
    from lightship.journal.store import Journal

_Command = TypeVar("_Command", bound=Callable[..., Any])


class _Repository(click.ParamType[Path]):
    name = "dir"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        start = Path(value)
        if not start.is_dir():
            self.fail(f"there is no folder '{value}'", param, ctx)
        return start


class Moment(click.ParamType[datetime]):
    """A moment with a zone, as ISO 8601 writes it; a day alone begins in UTC."""

    name = "iso-8601"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """`value` as an aware datetime; fails where it is none."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"'{value}' is not a moment; write it like 2026-03-01T09:00:00Z", param, ctx)
        if len(value) > 10 and moment.tzinfo is None:
            self.fail(f"'{value}' has no zone; add Z or an offset such as +01:00", param, ctx)
        if not 1971 <= moment.year <= 2199:
            self.fail(f"'{value}' is out of reach; the years 1971 to 2199 can be judged", param, ctx)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def in_repository(command: _Command) -> _Command:
    """Add `-C DIR`; the command gets `root`, the repository's folder."""
    option = click.option(
        "-C",
        "root",
        type=_Repository(),
        default=".",
        metavar="DIR",
        callback=lambda ctx, param, value: repository(value),
        help="The repository, or a folder inside it; default: the current folder.",
    )
    return option(command)


def at_a_moment(command: _Command) -> _Command:
    """Add `--now`; the command gets `now`, an aware datetime."""
    option = click.option(
        "--now",
        type=Moment(),
        default=lambda: datetime.now(UTC),
        metavar="ISO-8601",
        help="Judge as of this moment instead of the clock's.",
    )
    return option(command)


def as_of(command: _Command) -> _Command:
    """Add `--at`; the command gets `at`, an aware datetime."""
    option = click.option(
        "--at",
        type=Moment(),
        default=lambda: datetime.now(UTC),
        metavar="ISO-8601",
        help="As of this moment instead of the clock's.",
    )
    return option(command)


def in_format(*names: str) -> Callable[[_Command], _Command]:
    """Add `--format`, one of `names`, the first by default; the command gets `format`."""
    return click.option(
        "--format",
        "format",
        type=click.Choice(names),
        default=names[0],
        show_default=True,
        help="How to print it.",
    )


def repository(start: Path) -> Path:
    """The nearest folder at or above `start` that holds a portal or a git repository. Raises CouldNotRun."""
    here = start.resolve()
    for folder in (here, *here.parents):
        if any((folder / mark).exists() for mark in ("lightship.yaml", "catalog", ".git")):
            return folder
    raise CouldNotRun(f"looking for a repository at {start}: none here or above; name one with -C DIR")


def cache() -> Cache:
    """The cache of this user: $XDG_CACHE_HOME/lightship, or ~/.cache/lightship."""
    from lightship.catalog.cache import Cache

    return Cache(cache_folder())


def cache_folder() -> Path:
    """The folder of the caches of this user: $XDG_CACHE_HOME/lightship, or ~/.cache/lightship."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "lightship"


def source(root: Path, ref: str | None = None) -> Source:
    """The files of the folder as it stands, or of `ref`."""
    from lightship.catalog.source import commit, folder

    return folder(root) if ref is None else commit(root, ref)


def load(root: Path, ref: str | None = None) -> Catalog:
    """The catalog of the folder as it stands, or of `ref`, with this user's cache."""
    from lightship.catalog.load import load as load_catalog

    return load_catalog(source(root, ref), cache())


def settings(root: Path) -> Settings:
    """The portal's settings alone, quick to read. Where the file cannot be used, the branches that it names, else HEAD's.

    What stands in the way is said on stderr: what records is never stopped by it.
    """
    from lightship.catalog.load import read_settings
    from lightship.catalog.settings import PATH
    from lightship.catalog.source import commit, one

    here = one(root, PATH)
    found, problems = read_settings(here)
    unread = [*here.findings, *(problem.finding(PATH) for problem in problems)]
    if not unread:
        return found
    where = "as far as it can be read"
    if any(finding.rule not in ("field-unknown", "field-invalid", "field-missing") for finding in unread):
        try:
            found, where = read_settings(commit(root, "HEAD"))[0], "as HEAD has it"
        except LightshipError:
            where = "without it"
    click.echo(
        f"{PATH} cannot be used ({unread[0].message}): going on {where}; records go to {found.branches.journal}",
        err=True,
    )
    return found


def judge(catalog: Catalog, now: datetime) -> tuple[Finding, ...]:
    """Everything that is wrong with the catalog, located and in order."""
    from lightship.catalog import rules
    from lightship.catalog.locate import located

    return located((*catalog.findings, *rules.check(catalog, now)), catalog.source, cache())


def print_findings(findings: Iterable[Finding], format: str) -> None:
    """The findings on stdout, in one of the formats of `lightship.report`."""
    import importlib

    click.echo(importlib.import_module(f"lightship.report.{format}").render(tuple(findings)), nl=False)


def exit_code(findings: Iterable[Finding]) -> int:
    """1 where one of the findings is an error, else 0."""
    return int(any(finding.severity == "error" for finding in findings))


def write_or_check(root: Path, files: Mapping[str, str], check: bool, remedy: str) -> int:
    """Write generated `files` (path → text) where they differ, or say which do; the exit code."""
    stale = [path for path, text in files.items() if _text(root / path) != text]
    for path in stale:
        if check:
            click.echo(f"{path}: generated-file-stale: not as the catalog says; run `{remedy}` and commit it")
        else:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(files[path], encoding="utf-8")
            click.echo(path)
    if not stale:
        click.echo(f"{len(files)} generated file{'s' if len(files) != 1 else ''} up to date", err=True)
    return int(check and bool(stale))


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return None


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


def observed(root: Path, settings: Settings) -> Observed:
    """What other systems told: changes, alerts, and who their pagers call."""
    from lightship.facts import store

    return store.observed(root, settings.branches.facts)


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
