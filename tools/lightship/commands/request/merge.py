"""`lightship request merge`: bring an approved request to the main branch, from where it is carried out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from lightship import commandline
from lightship.commands import _completing as completing
from lightship.commands.request._desk import Desk, at_a_desk, id_argument, say
from lightship.errors import CouldNotRun, UsageError

if TYPE_CHECKING:
    from lightship.forge.base import Asked
    from lightship.forge.merging import Merge


@click.command()
@id_argument
@click.option(
    "--as", "named", metavar="PERSON", shell_complete=completing.people,
    help="Who merges; default: whose email git uses.",
)  # fmt: skip
@at_a_desk
def command(desk: Desk, format: str, id: str, named: str | None) -> None:
    """Merge request ID into the main branch.

    Its one new file, and nothing else. Approvals come before it.
    """
    _, asked = desk.local, desk.find(id)
    desk.check_open(asked)
    _check(desk, asked)
    pending = _merge(desk, asked, named)
    after = desk.anew()
    (merged,) = after.requests.forge.requests((asked.id,))
    say(after, merged, after.judged(merged)[1], pending, format)


def _check(desk: Desk, asked: Asked) -> None:
    """Raises UsageError unless it may be carried out once it is merged: later approvals do not count."""
    from lightship.actions.decide import decide
    from lightship.report import decision as report

    question, decision = desk.judged(asked)
    if asked.is_merged:
        raise UsageError(f"merging {asked.id}: it is merged already; `lightship execute` carries it out")
    if question is not None:
        decision = decide(replace(question, needs_merge=False), desk.now)
    if not decision.allowed:
        raise UsageError(
            f"merging {asked.id}: it is not approved, and approvals after the merge do not count\n"
            f"{report.text(asked.id, decision, desk.now).rstrip()}"
        )
    if asked.id not in desk.local.head:
        raise UsageError(
            f"merging {asked.id}: its branch request/{asked.id} is not here; `git fetch` brings it"
        )


def _merge(desk: Desk, asked: Asked, named: str | None) -> tuple[str, ...]:
    """Record the merge, then move the branch: a record without its merge counts for nothing, the other way round denies."""
    from lightship import git
    from lightship.forge import merging

    local, branch = desk.local, desk.settings.branches.main
    tip = git.tip(desk.root, f"refs/heads/{branch}")
    if tip != local.tip:
        raise UsageError(
            f"merging into {branch}: it is not where {local.remote or 'the remote'} has it; "
            f"`git pull` on {branch}, or `git push`, first"
        )
    shown = merging.check_work_tree(desk.root, branch, asked.path)
    actor = commandline.actor(desk.root, desk.requests.catalog, named)
    by = f"{actor.name} <{_address(desk, actor.person)}>".replace("\n", " ")
    at = datetime.now(UTC)
    merge = merging.write(desk.root, asked.path, asked.data, tip, local.head[asked.id], by, at)
    pending = _recorded(desk, asked, merge, named or actor.person)
    push = (lambda: git.push_branch(desk.root, local.remote, merge.commit, branch)) if local.remote else None
    merging.move(desk.root, branch, merge, push)
    if shown:
        merging.show(desk.root, asked.path, asked.data, merge.commit)
    return (*pending, *desk.drop_branch(asked.id, local))


def _recorded(desk: Desk, asked: Asked, merge: Merge, named: str) -> tuple[str, ...]:
    told = {"digest": asked.digest, "commit": merge.commit, "base": merge.base}
    entry = desk.entry("request.merged", asked.id, named, told)
    pending = desk.record(entry)
    if pending and desk.local.remote:
        raise CouldNotRun(
            f"merging {asked.id}: others cannot see that it is recorded ({pending[0]}); nothing was merged, try again"
        )
    return pending


def _address(desk: Desk, person: str) -> str:
    from lightship import git

    found = desk.requests.catalog.people.get(person)
    return (found.email if found else None) or git.identity(desk.root)[1] or "nobody@localhost"
