"""`lightship execute`: carry out every request that is allowed, as far as it goes now."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lightship import commandline


@click.command()
@click.option("--dry-run", "dry", is_flag=True, help="Say what would be done, and do nothing.")
@click.option(
    "--offline",
    is_flag=True,
    help="Break-glass alone, by what lies here, while the remote is out of reach.",
)
@commandline.in_format("text", "json")
@commandline.in_repository
def command(dry: bool, offline: bool, format: str, root: Path) -> None:
    """Carry out what was asked for and is allowed; what others must do first is left to them.

    May be run at any time, and again: each step has its effect once. Exits with 3 where something failed.
    """
    from lightship.commandline import executing

    run = executing.Acting(root, offline, dry)
    executor = run.executor
    told = executing.tell((each for case in run.cases() for each in executor.carry_out(case)), "executing")
    whole = run.close()
    executing.print_steps(told, format)
    sys.exit(executing.code(told, whole))
