"""`lightship explain`: what a rule is for, and what to do about it."""

from __future__ import annotations

import click

from lightship import commandline


@click.command()
@click.argument("rule", required=False)
@click.option("--all", "everything", is_flag=True, help="Explain every rule.")
@commandline.in_format("text", "markdown")
def command(rule: str | None, everything: bool, format: str) -> None:
    """Explain RULE, as it stands before the message of a finding; without RULE, list all of them."""
    from lightship.catalog import rules
    from lightship.report import explanation
    from lightship.spelling import did_you_mean

    known = rules.registry()
    if rule is None:
        render = explanation.render if everything else explanation.overview
        click.echo(render(tuple(known.values()), format), nl=False)
        return
    if rule not in known:
        hint = did_you_mean(rule, known) or "`lightship explain` lists the rules"
        raise click.UsageError(f"there is no rule '{rule}'; {hint}")
    click.echo(explanation.render((known[rule],), format), nl=False)
