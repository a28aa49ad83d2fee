"""`lightship request preview`: what a pull request with a request would do, and who must agree; advice, never authority."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lightship import commandline

if TYPE_CHECKING:
    from lightship.actions.gather import Gathering
    from lightship.forge.base import Asked

_REPOSITORY = "preview"  # nothing is bound to what is only looked at


@click.command()
@click.option(
    "--against", metavar="REF", required=True, help="The branch that the change is for, such as origin/main."
)
@commandline.in_format("text", "json", "markdown")
@commandline.at_a_moment
@commandline.in_repository
@click.pass_context
def command(ctx: click.Context, against: str, format: str, now: datetime, root: Path) -> None:
    """Say of each request that the commit at hand adds who must agree, and what would happen.

    As if whoever it names asked for it, and nobody had spoken yet. Exits 1 where a request cannot be carried out as it
    stands, or does not come alone.
    """
    from lightship import git
    from lightship.forge.base import FOLDER

    base = git.merge_base(root, against, "HEAD")
    paths = git.changed_paths(root, base, "HEAD")
    mine = [path for path in paths if path.startswith(f"{FOLDER}/") and path.endswith(".yaml")]
    gathering = _gathering(root, base)
    alone = len(mine) == 1 == len(paths)
    rows = [_judged(gathering, asked, now, alone) for asked in _added(root, gathering, base, mine)]
    click.echo(_shown(rows, format), nl=False)
    ctx.exit(int(any(row["problems"] for row in rows)))


def _gathering(root: Path, base: str) -> Gathering:
    """What a decision rests on, by the commit `base` and what is recorded here."""
    from lightship.actions.catalogs import Catalogs
    from lightship.actions.gather import Gathering
    from lightship.facts import store

    catalogs = Catalogs(root, base, lambda commit: commandline.load(root, commit))
    settings = catalogs.now.settings
    book = commandline.book(root, settings)[0]
    return Gathering(catalogs, book, store.observed(root, settings.branches.facts, ()))


def _added(root: Path, gathering: Gathering, base: str, paths: list[str]) -> Iterator[Asked]:
    """The requests at `paths` as the commit at hand has them, asked for by whom they name."""
    from lightship import git
    from lightship.actions.digest import digest
    from lightship.forge.base import Asked, Voice, identities
    from lightship.forge.reading import of_mode, read

    before = {entry.path for entry in git.tree(root, base, paths)} if paths else set()
    here = {entry.path: entry for entry in git.tree(root, "HEAD", paths)} if paths else {}
    contents = git.blobs(root, (entry.id for entry in here.values()))
    for path in paths:
        id = path.rpartition("/")[2].removesuffix(".yaml")
        if path not in here or path in before:
            problem = "a request is never edited or taken away: `lightship request cancel` withdraws it"
            yield Asked(id, path, b"", None, "", _REPOSITORY, base, problems=(problem,))
            continue
        data = contents[here[path].id]
        request, problems = read(id, data)
        bound = digest(_REPOSITORY, path, data)
        person = gathering.catalogs.at(base).people.get(request.requester) if request else None
        known = identities(person) if person else ()
        asker = Voice("", known[0], "approve", request.requested_at, bound) if request and known else None
        yield Asked(
            id, path, data, request, bound, _REPOSITORY, base, asker,
            problems=(*problems, *of_mode(here[path].mode)),
        )  # fmt: skip


def _judged(gathering: Gathering, asked: Asked, now: datetime, alone: bool) -> dict[str, Any]:
    from lightship.actions import plan as plans
    from lightship.actions.decide import decide
    from lightship.actions.question import Decision
    from lightship.report import decision as report

    question = gathering.question(asked, now)
    decision = decide(question, now) if question else Decision("denied", reasons=asked.problems)
    plan = plans.plan(question, now, decision=decision) if question else plans.Plan(asked.id)
    problems = [] if alone else ["it does not come alone: a request is one new file, and nothing else"]
    if decision.state in ("denied", "expired"):
        problems += decision.reasons
    return {
        "id": asked.id,
        "state": decision.state,
        "tier": decision.tier,
        **report.as_json(decision),
        "steps": [{"id": step.id, "uses": step.uses, "with": dict(step.params)} for step in plan.steps],
        "problems": [*problems, *(each for each in plan.problems if each not in problems)],
    }


def _shown(rows: list[dict[str, Any]], format: str) -> str:
    from lightship.incidents.inert import inert
    from lightship.plain import visible

    if format == "json":
        return json.dumps(rows, ensure_ascii=False, default=str) + "\n"
    if not rows:
        return "No request in this change.\n"
    plain, item = (inert, "- ") if format == "markdown" else (visible, "  ")
    lines = []
    for row in rows:
        lines.append(f"{'### Request ' if format == 'markdown' else ''}{plain(row['id'])}")
        lines.append("")
        for each in row["requirements"]:
            who = ", ".join(each["could_satisfy"][:8]) or "nobody"
            lines.append(f"{item}needs {each['needed']} of {plain(each['id'])}: {plain(who)}")
        for number, step in enumerate(row["steps"], 1):
            given = ", ".join(f"{name} = {value}" for name, value in step["with"].items())
            lines.append(f"{item}step {number}, {plain(step['uses'])}: {plain(given)}")
        lines += [f"{item}**stands in the way**: {plain(why)}" for why in row["problems"]]
        lines.append("")
    return "\n".join(lines)
