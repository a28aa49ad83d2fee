"""`lightship codeowners`: CODEOWNERS from the catalog."""

from __future__ import annotations

from pathlib import Path

import click

from lightship import commandline


@click.command()
@click.option(
    "--check", is_flag=True, help="Write nothing; exit 1 where the file is not as it would be written."
)
@commandline.in_repository
@click.pass_context
def command(ctx: click.Context, check: bool, root: Path) -> None:
    """Write .github/CODEOWNERS from the catalog.

    Files belong to the owners of what they describe.
    """
    from lightship.catalog.codeowners import PATH, codeowners

    written = codeowners(commandline.load(root))
    for team in written.unnamed:
        click.echo(
            f"team '{team}' owns files but GitHub does not know it: set its `github`, or its members'",
            err=True,
        )
    ctx.exit(commandline.write_or_check(root, {PATH: written.text}, check, "lightship codeowners"))
