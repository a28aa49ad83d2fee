"""The commands, a module or a folder each: found by name, and imported when they are asked for."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from typing import Any

import click


class ByFolder(click.Group):
    """A group whose commands are the modules of `package`, each with a click command named `command`.

    An underscore at a name's end keeps it apart from a keyword; one at its beginning says that it is no command.
    """

    def __init__(self, *arguments: Any, package: str, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._package = package

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands."""
        found = importlib.import_module(self._package).__path__
        names = (info.name for info in pkgutil.iter_modules(found))
        return sorted(name.rstrip("_").replace("_", "-") for name in names if not name.startswith("_"))

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command `name`, or None."""
        if name not in self.list_commands(ctx):
            return None
        module = f"{self._package}.{name.replace('-', '_')}"
        if importlib.util.find_spec(module) is None:
            module += "_"
        command = importlib.import_module(module).command
        assert isinstance(command, click.Command)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does, with a hint for options that stand too early."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            hint = (
                f"options follow the command, as in `{ctx.command_path} {self.list_commands(ctx)[-1]} -C DIR`"
            )
            raise click.UsageError(f"there is no option '{error.option_name}' here; {hint}", ctx) from error

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with the near miss of a name that is none."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from lightship.spelling import did_you_mean

            known = self.list_commands(ctx)
            hint = did_you_mean(args[0], known) or f"`{ctx.command_path} --help` lists the commands"
            raise click.UsageError(f"there is no command '{args[0]}'; {hint}", ctx) from error
