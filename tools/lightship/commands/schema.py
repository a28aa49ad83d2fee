"""`lightship schema`: the JSON Schemas of the kinds, and of what is recorded."""

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
    from lightship.facts import schemas as records
    from lightship.spelling import did_you_mean

    if kind is None:
        ctx.exit(
            commandline.write_or_check(root, schemas.files() | records.files(), check, "lightship schema")
        )
    names = (*schemas.NAMES, *records.NAMES)
    if kind not in names:
        hint = did_you_mean(kind, names) or f"kinds: {', '.join(names)}"
        raise click.UsageError(f"'{kind}' is not a kind; {hint}")
    click.echo((records if kind in records.NAMES else schemas).schema(kind), nl=False)
