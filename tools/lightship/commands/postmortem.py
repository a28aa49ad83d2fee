"""`lightship postmortem`: drafts from the timeline, what is due, and what was published."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lightship import commandline
from lightship.errors import CouldNotRun, UsageError

if TYPE_CHECKING:
    from lightship.catalog.settings import Settings
    from lightship.facts.records import Change
    from lightship.incidents.incident import Incident
    from lightship.incidents.postmortem import Standing


@click.group()
def command() -> None:
    """Post-mortems: draft one, list what is due, record what is published."""


@command.command("draft")
@click.argument("id", metavar="INCIDENT")
@click.option("--as", "named", metavar="PERSON", help="Who drafts it; default: git's user.")
@click.option("--offline", is_flag=True, help="Record it here only; `lightship journal sync` pushes later.")
@commandline.in_format("text", "json")
@commandline.at_a_moment
@commandline.in_repository
def draft(id: str, named: str | None, offline: bool, format: str, now: datetime, root: Path) -> None:
    """Draft the post-mortem of INCIDENT from its timeline.

    It becomes catalog/postmortems/INCIDENT.md on a new branch, from the tip of the main branch. The folder stays as it is.
    """
    from lightship.commandline import drafts
    from lightship.incidents import events, lifecycle, postmortem

    catalog = commandline.load(root)
    settings = catalog.settings
    incident = _incident(root, settings, id)
    _refuse_unless_over(incident)
    path, branch = postmortem.path(incident.id), postmortem.branch(incident.id)
    tip = _main(root, settings)
    _refuse_a_second(root, settings, path, branch)
    text = postmortem.draft(incident, catalog, _changes(root, settings))
    message = f"Draft the post-mortem of {incident.id}"
    commit = drafts.begin(root, branch, tip, path, text, message, now)
    event = events.PostmortemDrafted(path=path, branch=branch)
    entry = lifecycle.entry(incident.id, event, commandline.actor(root, catalog, named), now)
    pending = commandline.record(root, settings, [entry], offline)
    if format == "json":
        shown = {"id": incident.id, "path": path, "branch": branch, "commit": commit, "pending": pending}
        click.echo(json.dumps(shown, ensure_ascii=False))
        return
    click.echo(f"{branch}: {path}")
    _say_next(settings, incident, branch, pending)


@command.command("list")
@click.option("--all", "everything", is_flag=True, help="Published ones too.")
@commandline.in_format("text", "json")
@commandline.at_a_moment
@commandline.in_repository
def list_(everything: bool, format: str, now: datetime, root: Path) -> None:
    """List post-mortems: overdue, due and drafted ones; with --all, published ones too."""
    from lightship.incidents import postmortem

    settings = _settings(root)
    incidents = commandline.ledger(root, settings).book().incidents
    merged = commandline.postmortems(root, settings)
    known = [
        found
        for incident in incidents.values()
        if (found := postmortem.standing(incident, settings, now, merged))
        and (everything or found.state != "published")
    ]
    known.sort(key=lambda each: (postmortem.STATES.index(each.state), str(each.due), each.incident))
    if format == "json":
        click.echo(json.dumps([_as_json(each, incidents) for each in known], ensure_ascii=False, indent=2))
        return
    for each in known:
        day = f"{each.due:%Y-%m-%d}" if each.due else "no day   "
        incident = incidents[each.incident]
        click.echo(f"{each.state:<9}  {day}  {each.incident}  {incident.severity}  {incident.title}")
    if not known:
        click.echo("no post-mortem is due, and none is a draft; --all lists published ones", err=True)


@command.command("publish")
@click.argument("ids", nargs=-1, metavar="[INCIDENT]...")
@click.option("--as", "named", metavar="PERSON", help="Who records it; default: git's user.")
@click.option("--offline", is_flag=True, help="Record it here only; `lightship journal sync` pushes later.")
@commandline.at_a_moment
@commandline.in_repository
def publish(ids: tuple[str, ...], named: str | None, offline: bool, now: datetime, root: Path) -> None:
    """Record the post-mortems that lie on the main branch as published, each since the commit that brought it.

    Without INCIDENT, all that are not recorded yet; running again records nothing more.
    """
    from lightship.incidents import events, lifecycle, postmortem

    catalog = commandline.load(root)
    settings = catalog.settings
    merged = commandline.postmortems(root, settings)
    book = commandline.ledger(root, settings).book()
    wanted = [_incident(root, settings, id) for id in ids] or [
        incident for incident in book.incidents.values() if postmortem.path(incident.id) in merged
    ]
    actor = commandline.actor(root, catalog, named)
    entries = []
    for incident in wanted:
        path = postmortem.path(incident.id)
        if path not in merged:
            raise UsageError(
                f"publishing the post-mortem of {incident.id}: there is no {path} on {settings.branches.main}; "
                f"merge it first (`lightship postmortem draft {incident.id}` makes a draft)"
            )
        if incident.postmortem_published_at is None:
            event = events.PostmortemPublished(path=path, at=_merged_at(root, settings, path))
            entries.append(lifecycle.entry(incident.id, event, actor, now))
            click.echo(f"{incident.id}: {path}")
    if not entries:
        click.echo("nothing to record: all post-mortems on the main branch are known", err=True)
        return
    for line in commandline.record(root, settings, entries, offline):
        click.echo(f"pending: {line}", err=True)


def _settings(root: Path) -> Settings:
    from lightship.catalog.load import read_settings

    return read_settings(commandline.source(root))[0]


def _incident(root: Path, settings: Settings, text: str) -> Incident:
    from lightship.incidents import lifecycle

    ledger = commandline.ledger(root, settings)
    found = ledger.incident(lifecycle.find(ledger.ids(), text))
    assert found is not None, "the ledger knows its own ids"
    return found


def _refuse_unless_over(incident: Incident) -> None:
    if incident.duplicate_of or incident.merged_into:
        other = incident.duplicate_of or incident.merged_into
        raise UsageError(
            f"drafting a post-mortem: {incident.id} is a part of {other}; `lightship postmortem draft {other}`"
        )
    if incident.is_open:
        raise UsageError(
            f"drafting a post-mortem: {incident.id} is {incident.state}, and its timeline is not at its end; "
            f"`lightship incident resolve {incident.id}` first"
        )


def _refuse_a_second(root: Path, settings: Settings, path: str, branch: str) -> None:
    from lightship.commandline import drafts

    main = settings.branches.main
    if path in commandline.postmortems(root, settings):
        raise UsageError(f"drafting a post-mortem: there is one, {path} on {main}")
    if (root / path).exists():
        raise UsageError(f"drafting a post-mortem: there is one, {path} in this folder")
    if ref := drafts.there(root, branch):
        raise UsageError(
            f"drafting a post-mortem: there is one, on the branch {branch} "
            f"({ref.removeprefix('refs/').partition('/')[2]}); `git switch {branch}` goes on with it"
        )


def _main(root: Path, settings: Settings) -> str:
    found = commandline.main_tip(root, settings)
    if not found:
        raise CouldNotRun(
            f"drafting a post-mortem: there is no branch '{settings.branches.main}' to begin from; "
            "commit to it, or name your main branch in lightship.yaml (branches: main)"
        )
    return found


def _changes(root: Path, settings: Settings) -> Mapping[str, Change]:
    from lightship.facts import store

    return {change.id: change for change in store.observed(root, settings.branches.facts).changes}


def _merged_at(root: Path, settings: Settings, path: str) -> datetime:
    from lightship import git

    tip = commandline.main_tip(root, settings)
    # With -m, the merge that brought the file counts, and not when it was written on its branch.
    how = ("-1", "--first-parent", "-m", "--diff-filter=A", "--format=%cI")
    return datetime.fromisoformat(git.run(root, "log", *how, tip, "--", path).decode().split()[0])


def _as_json(standing: Standing, incidents: Mapping[str, Incident]) -> dict[str, Any]:
    incident = incidents[standing.incident]
    return {
        "incident": standing.incident,
        "title": incident.title,
        "severity": incident.severity,
        "state": standing.state,
        "due": standing.due.isoformat() if standing.due else None,
        "path": standing.path,
    }


def _say_next(settings: Settings, incident: Incident, branch: str, pending: tuple[str, ...]) -> None:
    from lightship.commandline import drafts

    lines = [
        *(f"pending: {line}" for line in pending),
        "Next:",
        f"  git switch {branch}",
        "      write what only people know where a line begins with “…”, and commit",
        f"  git push --set-upstream origin {branch}",
        f"  {drafts.pull_request(settings, branch, f'Post-mortem of {incident.id}')}",
    ]
    click.echo("\n".join(lines), err=True)
