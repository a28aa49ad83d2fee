"""`lightship schema`: the JSON Schemas of the kinds."""

from __future__ import annotations

from pathlib import Path

import click

from lightship import commandline


@click.command()
@click.argument("kind", required=False)
@click.option(
    "--check", is_flag=True, help="Write nothing; exit 1 where a file is not as it would be written."
)
@commandline.in_repository
@click.pass_context
def command(ctx: click.Context, kind: str | None, check: bool, root: Path) -> None:
    """Print the JSON Schema of KIND.

    Without KIND, write all of them to schemas/.
    """
    from lightship.catalog import schemas
    from lightship.spelling import did_you_mean

    if kind is None:
        ctx.exit(commandline.write_or_check(root, schemas.files(), check, "lightship schema"))
    if kind not in schemas.NAMES:
        hint = did_you_mean(kind, schemas.NAMES) or f"kinds: {', '.join(schemas.NAMES)}"
        raise click.UsageError(f"'{kind}' is not a kind; {hint}")
    click.echo(schemas.schema(kind), nl=False)
