"""`lightship explain`: what a rule is for, and what to do about it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lightship import commandline

if TYPE_CHECKING:
    from lightship.catalog.rules import Rule


@click.command()
@click.argument("rule", required=False)
@click.option("--all", "everything", is_flag=True, help="Explain every rule.")
@click.option("--conditions", is_flag=True, help="List what the conditions of scorecards can see.")
@click.option("--operations", is_flag=True, help="List what the steps of actions may use, with parameters.")
@click.option(
    "-C",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    metavar="DIR",
    help="The repository whose scorecards' rules are explained; default: the current folder's.",
)
@commandline.in_format("text", "markdown")
def command(
    rule: str | None, everything: bool, conditions: bool, operations: bool, folder: Path, format: str
) -> None:
    """Explain RULE, or list all rules.

    RULE is what stands before the message of a finding.

    A rule of a scorecard is named SCORECARD/RULE.
    """
    from lightship.catalog import rules
    from lightship.report import explanation

    if conditions:
        from lightship.report.conditions import render as render_conditions
        from lightship.scorecards.vocabulary import reference

        click.echo(render_conditions(reference(), format), nl=False)
        return
    if operations:
        from lightship.actions.operations import registry
        from lightship.report.operations import render as render_operations

        click.echo(render_operations(registry().values(), format), nl=False)
        return
    if rule is None:
        render = explanation.render if everything else explanation.overview
        click.echo(render(tuple(rules.registry().values()), format), nl=False)
        return
    known = _of_scorecards(folder) if "/" in rule else rules.registry()
    if rule not in known:
        from lightship.spelling import did_you_mean

        hint = did_you_mean(rule, known) or "`lightship explain` lists the rules"
        raise click.UsageError(f"there is no rule '{rule}'; {hint}")
    click.echo(explanation.render((known[rule],), format), nl=False)


def _of_scorecards(folder: Path) -> dict[str, Rule]:
    """The rules of the repository's scorecards, as SCORECARD/RULE: what the gate says blocks."""
    from lightship.catalog.rules import Rule
    from lightship.finding import Severity

    scorecards = commandline.load(commandline.repository(folder)).scorecards
    return {
        f"{id}/{rule.id}": Rule(
            id=f"{id}/{rule.id}",
            title=rule.title.rstrip("."),
            severity=Severity.ERROR,
            worst=Severity.ERROR,
            why=" ".join(rule.why.split()),
            fix=" ".join(rule.fix.split()),
            bad="",
            good="",
            check=None,
        )
        for id, scorecard in scorecards.items()
        for rule in scorecard.rules
    }
