"""`lightship dispatch`: what the workflows of incidents run; it reads the event that started them, never a shell's words."""

from __future__ import annotations

import contextlib
import io
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lightship import commandline
from lightship.commands import ByFolder
from lightship.errors import CouldNotRun, LightshipError, UsageError

if TYPE_CHECKING:
    from lightship.catalog.catalog import Catalog
    from lightship.catalog.settings import Settings
    from lightship.journal.entry import Actor

UNPUSHED = Path("build/unpushed")
_DEEDS = {
    "acknowledge": "ack",
    "update": "update",
    "mitigate": "mitigate",
    "resolve": "resolve",
    "close": "close",
    "reopen": "reopen",
}
_LIGHTSHIP = ByFolder(package="lightship.commands")
_DRAFT = "draft post-mortem"


@click.group()
def command() -> None:
    """Run by workflows: record what their form asks for."""


@command.command()
@commandline.in_repository
def declare(root: Path) -> None:
    """Declare the incident that the event describes; its sender is who declares."""
    inputs, actor = _asked(root)
    words = [
        f"--severity={inputs.get('severity', '')}",
        f"--title={inputs.get('title', '')}",
        *(f"--{name}={inputs[name]}" for name in ("service", "symptom") if inputs.get(name)),
        *(["--drill"] if inputs.get("drill") == "true" else []),
    ]
    _finish(root, _run(root, ["incident", "declare", *words], actor), "declared")


@command.command()
@commandline.in_repository
def update(root: Path) -> None:
    """Record what the event says of an incident; its sender is who says so."""
    inputs, actor = _asked(root)
    deed, id = inputs.get("do", "update"), inputs.get("incident", "")
    if deed == _DRAFT:
        _draft(root, id, actor)
        return
    if deed not in _DEEDS:
        raise UsageError(f"there is no '{deed}'; it is one of {', '.join((*_DEEDS, _DRAFT))}")
    severity = inputs.get("severity", "unchanged")
    graded = [] if severity in ("unchanged", "") else [f"--severity={severity}"]
    if graded and deed != "update":
        # What an incident that is over still allows is not much: the severity comes first.
        told = _run(root, ["incident", "update", *graded, "--", id], actor)
        graded, id = [], told["id"]
    text = inputs.get("text", "")
    if deed in ("close", "reopen"):
        words = [f"--reason={text}", "--", id]
    else:
        public = ["--public"] if inputs.get("public") == "true" and deed != "acknowledge" else []
        words = [*graded, *public, "--", id, *([text] if text else [])]
    _finish(root, _run(root, ["incident", _DEEDS[deed], *words], actor), deed)


def _draft(root: Path, id: str, actor: Actor) -> None:
    """Draft the post-mortem, and push its branch: whoever opens the pull request is a person, so that checks run on it."""
    from lightship import git

    told = _run(root, ["postmortem", "draft", "--", id], actor)
    remote, branch = git.remote(root), told["branch"]
    if remote:
        git.push_branch(root, remote, told["commit"], branch)
    settings = commandline.settings(root)
    server, repository = os.environ.get("GITHUB_SERVER_URL", ""), os.environ.get("GITHUB_REPOSITORY", "")
    link = f"{server}/{repository}/compare/{settings.branches.main}...{branch}?expand=1"
    click.echo(f"{branch}: {told['path']}")
    click.echo(f"open its pull request: {link}")
    _summarise(f"Drafted `{told['path']}`. [Open its pull request]({link}).")
    _refuse_unpushed(root, settings, told["pending"])


def _asked(root: Path) -> tuple[Mapping[str, str], Actor]:
    """The form's fields, all as text, and who sent it. Raises UsageError for a run that may not act."""
    from lightship.commandline.acting import refuse_old_runs

    refuse_old_runs(commandline.settings(root))
    place = os.environ.get("GITHUB_EVENT_PATH", "")
    try:
        event = json.loads(Path(place).read_text(encoding="utf-8"))
        inputs = {str(name): _plain(value) for name, value in (event.get("inputs") or {}).items()}
        sender = event.get("sender") or {}
    except (OSError, ValueError, AttributeError) as error:
        raise CouldNotRun(
            "reading the event: $GITHUB_EVENT_PATH names no event; this command is for workflows, "
            "at a keyboard it is `lightship incident declare`"
        ) from error
    return inputs, _sender(commandline.load(root), sender)


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value).strip()


def _sender(catalog: Catalog, sender: Mapping[str, Any]) -> Actor:
    """The person with the sender's numeric id: a login can be given up, and taken by somebody else."""
    from lightship.journal.entry import Actor

    login, number = str(sender.get("login") or "somebody"), sender.get("id")
    person = next((each for each in catalog.people.values() if each.active and number in each.accounts), None)
    if person is not None and sender.get("type", "User") == "User":
        return Actor(person.label, person.id, True, "workflow")
    click.echo(
        f"the catalog knows nobody with the GitHub id {number} ({login}): recorded as unverified; "
        "`github_id:` in catalog/people/ makes them known",
        err=True,
    )
    return Actor(f"{login} on GitHub", "", False, "workflow")


def _run(root: Path, words: Sequence[str], actor: Actor) -> Mapping[str, Any]:
    """Run one of our commands as `actor`; what it prints as JSON."""
    at = words.index("--") if "--" in words else len(words)
    line = [*words[:at], "-C", str(root), "--format", "json", *words[at:]]
    told = io.StringIO()
    try:
        with contextlib.redirect_stdout(told):
            _LIGHTSHIP.main(line, prog_name="lightship", standalone_mode=False, obj=actor)
    except click.UsageError as error:
        raise UsageError(error.format_message()) from error
    shown: Mapping[str, Any] = json.loads(told.getvalue())
    return shown


def _finish(root: Path, told: Mapping[str, Any], deed: str) -> None:
    """Say what was recorded, here and in the run's summary, with the brief where one can be had."""
    click.echo(f"{told['id']}: {told['state']}")
    _summarise(f"`{told['id']}` {deed}: {told['state']}.")
    brief = io.StringIO()
    try:
        with contextlib.redirect_stdout(brief):
            line = ["brief", "-C", str(root), "--format", "markdown", "--", told["id"]]
            _LIGHTSHIP.main(line, prog_name="lightship", standalone_mode=False)
        _summarise(brief.getvalue())
    except (LightshipError, click.ClickException) as error:
        click.echo(f"there is no brief: {error}", err=True)
    _refuse_unpushed(root, commandline.settings(root), told["pending"])


def _summarise(text: str) -> None:
    if place := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(place).open("a", encoding="utf-8") as summary:
            summary.write(f"{text}\n\n")


def _refuse_unpushed(root: Path, settings: Settings, pending: Sequence[str]) -> None:
    """A runner is thrown away: what could not be pushed from it is bundled for the artifact, and the run fails."""
    from lightship import git

    if not pending or not git.remote(root):
        return
    branch = settings.branches.journal
    bundle = root / UNPUSHED / "journal.bundle"
    bundle.parent.mkdir(parents=True, exist_ok=True)
    git.run(root, "bundle", "create", "--quiet", str(bundle), branch)
    raise CouldNotRun(
        f"pushing the record: {pending[0]}. It is kept as the artifact 'unpushed-records': in a clone, "
        f"`git fetch journal.bundle {branch}:{branch}`, then `lightship journal sync`"
    )
