"""A severity on the command line."""

from __future__ import annotations

from typing import Any

import click

from lightship.commands import _completing as completing


class Severity(click.ParamType[str]):
    """SEV1 to SEV5, also as 1 to 5."""

    name = "severity"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The severity's name; fails where it is none."""
        word = str(value).strip().upper()
        name = word if word.startswith("SEV") else f"SEV{word}"
        if name not in completing.SEVERITIES:
            self.fail(f"'{value}' is no severity; SEV1 (the worst) to SEV5", param, ctx)
        return name

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[click.shell_completion.CompletionItem]:
        """The severities, with their meaning."""
        return completing.severities(ctx, param, incomplete)
