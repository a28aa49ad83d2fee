"""`lightship reconcile`: end what is past its time, finish what was begun, and hold grants against what vendors say."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lightship import commandline
from lightship.errors import LightshipError

if TYPE_CHECKING:
    from lightship.actions.reconcile import Reconciler
    from lightship.actions.taking import Told
    from lightship.commandline.executing import Acting


@click.command()
@click.option("--offline", is_flag=True, help="By what lies here, while the remote is out of reach.")
@click.option(
    "--at",
    type=commandline.Moment(),
    metavar="ISO-8601",
    help="End already now what ends by this moment; never is anything ended later.",
)
@commandline.in_format("text", "json")
@commandline.in_repository
def command(offline: bool, at: datetime | None, format: str, root: Path) -> None:
    """End access that is past its time, finish what was begun, and compare grants with what vendors have.

    Ending needs no approval, and goes on where the catalog is broken. Exits with 3 where something failed.
    """
    from lightship.actions.reconcile import HEARTBEAT, Reconciler
    from lightship.commandline import executing

    run = executing.Acting(root, offline)
    beats = run.requests.book.records.get(HEARTBEAT, ())
    reconciler = Reconciler(run.records, run.vendors, run.caller, run.people(), beats, at=at)
    told = executing.tell(_all(run, reconciler), "reconciling")
    reconciler.beat(sum(each.outcome == "pending" for each in told))
    whole = run.close()
    for problem in reconciler.problems:
        click.echo(f"problem: {problem}", err=True)
    executing.print_steps(told, format)
    sys.exit(executing.code(told, whole))


def _all(run: Acting, reconciler: Reconciler) -> Iterator[Told]:
    """What is due first; what needs the catalog may not stop it."""
    from lightship.actions.taking import Told

    yield from reconciler.end()
    try:
        executor = run.executor
        for case in run.cases():
            yield from executor.carry_out(case)
    except LightshipError as error:
        reconciler.problems.append(f"finishing what is pending: {error}")
        yield Told("", "", "failed", f"finishing what is pending: {error}")
    yield from reconciler.compare()
