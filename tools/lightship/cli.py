"""The command line: finds the command, runs it, and turns every outcome into an exit code.

Exit codes: 0 clean · 1 errors found or blocked · 2 usage · 3 could not run.
"""

from __future__ import annotations

import gc
import sys

import click

from lightship.commands import ByFolder
from lightship.errors import LightshipError


@click.command(
    cls=ByFolder,
    package="lightship.commands",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="lightship", message="lightship %(version)s")
def lightship() -> None:
    """The incident-management developer portal that lives in a git repository."""


def main() -> None:
    """Run the command line of this process; never returns."""
    # A command lives for seconds and keeps nearly all that it makes: looking for garbage would cost a third of it.
    gc.set_threshold(500_000, 20, 1_000)
    try:
        lightship(prog_name="lightship")
    except LightshipError as error:
        click.echo(f"lightship: {error}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # Whoever read our output has seen enough; do not complain once more while the interpreter ends.
        sys.stdout = None
        sys.exit(0)
