"""`lightship resolve-doubt`: a person says whether a step was done that nobody else can tell of."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lightship import commandline
from lightship.commands import _completing as completing

if TYPE_CHECKING:
    from lightship.actions.requests import Act, Courses


@click.command()
@click.argument("request")
@click.argument("step")
@click.option(
    "--done/--not-done", "done", default=None, help="Whether it was done; look at the vendor first."
)
@click.option("--reason", required=True, metavar="TEXT", help="How you know.")
@click.option(
    "--as",
    "named",
    metavar="PERSON",
    shell_complete=completing.people,
    help="Who says so; default: whose email git uses.",
)
@click.option("--offline", is_flag=True, help="Record it here only.")
@commandline.in_repository
def command(
    request: str, step: str, done: bool | None, reason: str, named: str | None, offline: bool, root: Path
) -> None:
    """Say whether STEP of REQUEST was done, where its outcome is in doubt: --done or --not-done.

    What was not done is done by the next `lightship execute`, if it is still allowed.
    """
    from lightship.actions.requests import RESOLVED, fold
    from lightship.journal.entry import Entry, new_id

    if done is None:
        raise click.UsageError("say --done or --not-done: guessing is what this command is there to avoid")
    if not reason.strip():
        raise click.UsageError("--reason is empty; say how you know")
    settings = commandline.settings(root)
    id = _doubtful(fold(commandline.ledger(root, settings).records()), request, step)
    now = datetime.now(UTC)
    now = now.replace(microsecond=now.microsecond // 1000 * 1000)
    actor = commandline.actor(root, commandline.load(root), named)
    data = {"outcome": "done" if done else "not-done", "reason": reason.strip()}
    entry = Entry(new_id(now), RESOLVED, f"{id}/{step}", now, actor, data)
    for line in commandline.record(root, settings, (entry,), offline):
        click.echo(f"pending: {line}", err=True)
    click.echo(f"{id} {step}: {data['outcome']}")


def _doubtful(courses: Courses, request: str, step: str) -> str:
    """The id of the one request that `request` names, if its step is in doubt. Raises UsageError."""
    from lightship.errors import UsageError

    word = request.strip().lower()
    found = [
        id for id in courses.by_id if id == word or (word and id.startswith("req-") and id.endswith(word))
    ]
    if len(found) != 1:
        hint = f"it may be any of {', '.join(found)}" if found else "nothing of it was ever begun"
        raise UsageError(f"resolving '{request}': {hint}; `lightship request list` lists requests")
    act = courses.of(found[0]).step(step)
    if act.state != "in_doubt":
        others = [name for name, each in courses.of(found[0]).steps.items() if each.state == "in_doubt"]
        hint = f"in doubt: {', '.join(others)}" if others else "none of its steps is in doubt"
        raise UsageError(f"resolving {found[0]} {step}: it is {_plain(act)}; {hint}")
    return found[0]


def _plain(act: Act) -> str:
    return {"none": "no step that was begun", "claimed": "being done, or to be probed by the next run"}.get(
        act.state, act.state
    )
