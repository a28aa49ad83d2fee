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
    from lightship.imports.incidents import schemas as histories
    from lightship.spelling import did_you_mean

    if kind is None:
        files = schemas.files() | records.files() | histories.files()
        ctx.exit(commandline.write_or_check(root, files, check, "lightship schema"))
    names = (*schemas.NAMES, *records.NAMES, *histories.NAMES)
    if kind not in names:
        hint = did_you_mean(kind, names) or f"kinds: {', '.join(names)}"
        raise click.UsageError(f"'{kind}' is not a kind; {hint}")
    known = next(each for each in (schemas, records, histories) if kind in each.NAMES)
    click.echo(known.schema(kind), nl=False)
