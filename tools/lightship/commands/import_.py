"""`lightship import`: catalogs and histories of other tools, carried over."""

from __future__ import annotations

import json
import shlex
from collections import Counter
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lightship import commandline

if TYPE_CHECKING:
    from lightship.catalog.catalog import Catalog
    from lightship.imports.documents import Left
    from lightship.imports.files import Change
    from lightship.imports.incidents.carry import Carried

_MANY = 20  # lines that can be read one by one
_REASONS = 8
_TYPES = {"incident": "incidents", "notice": "notices", "maintenance": "maintenance"}
_STATES = {
    "new": "new",
    "changed": "changed at its source",
    "same": "imported before, unchanged",
    "kept": "kept as it is: written or changed by hand, or described by another import",
}


@click.group()
def command() -> None:
    """Carry over what other tools know."""


@command.command()
@click.argument(
    "paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(exists=True, path_type=Path)
)
@click.option("--plan", is_flag=True, help="Show what would be written, and write nothing.")
@commandline.in_repository
def backstage(paths: tuple[Path, ...], plan: bool, root: Path) -> None:
    """Read Backstage's catalog files (folders are searched) and write ours.

    Only what is new, or what an import wrote and nobody changed since, is written.
    """
    from lightship.imports.backstage import carry
    from lightship.imports.files import compare, write
    from lightship.imports.sources import read

    result = carry(read(paths))
    changes = compare(root, result.files)
    if not plan:
        write(root, changes)
    _print_changes(changes, plan)
    for left in result.left:
        click.echo(f"{left.path}:{left.line}: left out: {left.what}: {left.why}")
    if not result.files and not result.left:
        click.echo(f"nothing of Backstage's in {', '.join(map(str, paths))}", err=True)
        return
    counts = [f"{sum(change.state == state for change in changes)} {state}" for state in _STATES]
    click.echo(
        f"{len(result.files)} files: {', '.join(counts)}; {len(result.left)} things left out, named above",
        err=True,
    )
    _print_reasons(result.left)
    if not plan and any(change.state in ("new", "changed") for change in changes):
        click.echo("next: lightship validate, then lightship build", err=True)


@command.command()
@click.option(
    "--from",
    "system",
    required=True,
    type=click.Choice(["cstate", "upptime", "csv", "json"]),
    help="Which tool kept them; csv and json as `lightship schema past-incident` says.",
)
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--map",
    "pairs",
    multiple=True,
    metavar="NAME=SERVICE",
    help="The service that a name at the source means.",
)
@click.option("--plan", is_flag=True, help="Show what would be recorded, and record nothing.")
@click.option("--as", "named", metavar="PERSON", help="Who imports; default: whose address git uses.")
@click.option("--offline", is_flag=True, help="Write here only.")
@commandline.in_format("text", "json")
@commandline.at_a_moment
@commandline.in_repository
def incidents(
    system: str,
    path: Path,
    pairs: tuple[str, ...],
    plan: bool,
    named: str | None,
    offline: bool,
    format: str,
    now: datetime,
    root: Path,
) -> None:
    """Read the incidents that another tool kept (a file, or a folder that is searched) into the journal.

    Running again adds nothing. What is wrong is named with its place, and kept out of the averages.

    Columns of a CSV file (commas, semicolons or tabs; names in `services` parted by |): title and began_at; and, where
    known, key, severity, type, services, detected_at, acknowledged_at, mitigated_at, resolved_at, open, text, fix, url.
    """
    from lightship.imports.incidents.carry import carry, run

    catalog = commandline.load(root)
    mapping = _mapping(pairs, catalog)
    items = import_module(f"lightship.imports.incidents.{system}").read(path)
    known = commandline.ledger(root, catalog.settings).book().incidents.values()
    done = carry(items, system, catalog, mapping, known, now)
    pending: tuple[str, ...] = ()
    if done.entries and not plan:
        actor = commandline.actor(root, catalog, named, "import")
        entries = [*done.entries, run(done, system, actor, now)]
        pending = commandline.record(root, catalog.settings, entries, offline)
    if format == "json":
        click.echo(json.dumps(_as_json(done, pending, plan), ensure_ascii=False))
    else:
        _print_carried(done, pending, plan, f"{system} at {path}")


def _mapping(pairs: tuple[str, ...], catalog: Catalog) -> dict[str, str]:
    from lightship.spelling import did_you_mean

    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, service = pair.rpartition("=")
        if not (equals and name.strip() and service):
            raise click.UsageError(f"--map '{pair}' is not NAME=SERVICE")
        if service not in catalog.services:
            hint = did_you_mean(service, catalog.services) or "the folder catalog/services/ holds them all"
            raise click.UsageError(f"--map '{pair}': '{service}' is not a service; {hint}")
        found[name.strip()] = service
    return found


def _as_json(done: Carried, pending: tuple[str, ...], plan: bool) -> dict[str, object]:
    problems = sorted(done.problems, key=lambda each: (each.path, each.line))
    return {
        "imported": len(done.imported),
        "unchanged": done.unchanged,
        "ended": done.ended,
        "problems": [{"path": each.path, "line": each.line, "reason": each.reason} for each in problems],
        "labels": [{"name": each.name, "count": each.count, "near": each.near} for each in done.labels],
        "plan": plan,
        "pending": list(pending),
    }


def _print_carried(done: Carried, pending: tuple[str, ...], plan: bool, where: str) -> None:
    types = Counter(each.type for each in done.imported)
    told = (f"{count:,} {_TYPES[type] if count > 1 else type}" for type, count in types.most_common())
    kinds = f" ({', '.join(told)})" if types else ""
    click.echo(
        f"{'would import' if plan else 'imported'} {len(done.imported):,}{kinds} from {where}; "
        f"{done.unchanged:,} unchanged, {done.ended:,} ended since"
    )
    if not (done.imported or done.unchanged or done.ended or done.problems):
        click.echo(f"nothing to import was found in {where}", err=True)
    for problem in sorted(done.problems, key=lambda each: (each.path, each.line)):
        click.echo(f"{problem.path}:{problem.line}: {problem.reason}")
    if done.labels:
        click.echo(f"names that are no service of the catalog ({len(done.labels)}), kept as labels:")
    for label in done.labels:
        offer = f"  --map {shlex.quote(f'{label.name}={label.near}')}" if label.near else ""
        click.echo(f"  {label.count:>4} × {label.name}{offer}")
    for name in done.unused:
        click.echo(f"--map: nothing is called '{name}' there", err=True)
    called = sum(each.type == "incident" and "maintenance" in each.title.lower() for each in done.imported)
    if called:
        click.echo(
            f"{called:,} are called maintenance, and count as incidents since their severity says so; "
            "`lightship incident correct ID` changes that",
            err=True,
        )
    for line in pending:
        click.echo(f"pending: {line}", err=True)


def _print_changes(changes: tuple[Change, ...], plan: bool) -> None:
    for state, meaning in _STATES.items():
        paths = [change.path for change in changes if change.state == state]
        if paths and state != "same":
            click.echo(f"{'would be ' if plan and state != 'kept' else ''}{meaning} ({len(paths)}):")
            for path in paths:
                click.echo(f"  {path}")


def _print_reasons(left: tuple[Left, ...]) -> None:
    """The commonest reasons, since thousands of lines may stand above."""
    reasons = Counter(one.why for one in left).most_common()
    if len(left) > _MANY:
        for why, count in reasons[:_REASONS]:
            click.echo(f"  {count:,} ×: {why}", err=True)
        rest = sum(count for _, count in reasons[_REASONS:])
        if rest:
            click.echo(f"  {rest:,} for other reasons", err=True)
