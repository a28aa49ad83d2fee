"""The command line: finds the command, runs it, and turns every outcome into an exit code.

Exit codes: 0 clean · 1 errors found or blocked · 2 usage · 3 could not run.
"""

from __future__ import annotations

import gc
import importlib
import pkgutil
import sys
from pathlib import Path

import click

from lightship.errors import LightshipError

_COMMANDS = Path(__file__).parent / "commands"


class _ByFolder(click.Group):
    """Commands are modules of `lightship.commands`, imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(info.name.rstrip("_") for info in pkgutil.iter_modules([str(_COMMANDS)]))

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        for module in (name, f"{name}_"):
            if "." not in name and (_COMMANDS / f"{module}.py").is_file():
                command = importlib.import_module(f"lightship.commands.{module}").command
                assert isinstance(command, click.Command)
                return command
        return None

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            hint = "options follow the command, as in `lightship validate -C DIR`"
            raise click.UsageError(f"there is no option '{error.option_name}' here; {hint}", ctx) from error

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from lightship.spelling import did_you_mean

            hint = did_you_mean(args[0], self.list_commands(ctx)) or "`lightship --help` lists the commands"
            raise click.UsageError(f"there is no command '{args[0]}'; {hint}", ctx) from error


@click.command(
    cls=_ByFolder, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
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
