"""`lightship setting`: one value of lightship.yaml, for scripts and workflows."""

from __future__ import annotations

import json
from pathlib import Path

import click

from lightship import commandline


@click.command()
@click.argument("name")
@click.option("--as", "label", metavar="LABEL", help="Print LABEL=VALUE, as a workflow's outputs want it.")
@commandline.in_repository
@click.pass_context
def command(ctx: click.Context, name: str, label: str | None, root: Path) -> None:
    """Print the setting NAME.

    NAME is, say, publish.pages: what lightship.yaml says, else the default.

    Text is printed as it is, everything else as JSON. A file that cannot be used is an error: no default hides it.
    """
    from lightship.catalog.load import read_settings
    from lightship.catalog.locate import located

    source = commandline.source(root)
    settings, problems = read_settings(source)
    if problems:
        commandline.print_findings(
            located(tuple(problem.finding("lightship.yaml") for problem in problems), source), "text"
        )
        ctx.exit(1)
    value = _at(settings.model_dump(mode="json"), name)
    # A line break in a workflow's outputs would begin another output.
    plain = isinstance(value, str) and not (label and "\n" in value)
    text = str(value) if plain else json.dumps(value)
    click.echo(f"{label}={text}" if label else text)


def _at(value: object, name: str) -> object:
    for step in name.split("."):
        if not isinstance(value, dict) or step not in value:
            from lightship.spelling import did_you_mean

            known = sorted(value) if isinstance(value, dict) else []
            hint = did_you_mean(step, known) or f"known here: {', '.join(known) or 'nothing below this'}"
            raise click.UsageError(f"there is no setting '{name}'; {hint}")
        value = value[step]
    return value
