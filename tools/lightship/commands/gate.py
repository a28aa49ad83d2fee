"""`lightship gate`: what a change does to the scores, and whether it may come in."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lightship import commandline

if TYPE_CHECKING:
    from lightship.catalog.catalog import Catalog
    from lightship.finding import Finding
    from lightship.scorecards.gate import Gate


@click.command()
@click.option("--against", required=True, metavar="REF", help="The branch that the change is for.")
@click.option("--head", metavar="REF", help="The change; default: the folder as it stands.")
@commandline.in_format("text", "json", "markdown", "github")
@commandline.at_a_moment
@commandline.in_repository
@click.pass_context
def command(
    ctx: click.Context, against: str, head: str | None, format: str, now: datetime, root: Path
) -> None:
    """Tell what a change does to the scores.

    It is compared with what it starts from.

    Judged are the merge base of REF and the change, and the change itself, both by the merge base's rules. Exits 1
    where a service leaves pass, vanishes, or comes in below the entry level, and where the change has errors.
    """
    from lightship import git
    from lightship.catalog.load import load
    from lightship.facts import snapshot
    from lightship.scorecards.gate import gate
    from lightship.starter import without_demo

    cache = commandline.cache()
    base = git.merge_base(root, against, head or "HEAD")
    head_catalog = load(commandline.source(root, head), cache)
    base_catalog = load(commandline.source(root, base), cache, like=head_catalog)
    if beginning := without_demo(base_catalog, head_catalog):
        click.echo("the demo was taken out as a whole: its services are not missed", err=True)
        base_catalog = beginning
    facts = snapshot.read(root, base_catalog.settings.branches.facts)
    verdict = gate(base_catalog, head_catalog, facts, now, cache)
    errors = _errors(head_catalog, now)
    _print(verdict, errors, base_catalog, head_catalog, format)
    ctx.exit(int(verdict.blocked or bool(errors)))


def _errors(head: Catalog, now: datetime) -> tuple[Finding, ...]:
    from lightship.catalog import rules
    from lightship.catalog.locate import located
    from lightship.finding import Severity

    unread = (finding for finding in head.findings if finding.severity is Severity.ERROR)
    return located((*unread, *rules.errors(head, now)), head.source)


def _print(verdict: Gate, errors: tuple[Finding, ...], base: Catalog, head: Catalog, format: str) -> None:
    from lightship.catalog.locate import located
    from lightship.report import gate as show
    from lightship.report.gate_json import as_json
    from lightship.report.gate_markdown import markdown
    from lightship.report.github import render

    if format == "json":
        text = as_json(verdict, errors)
    elif format == "markdown":
        text = markdown(verdict, errors, base)
    elif format == "github":
        text = render((*located(show.as_findings(verdict), head.source), *errors))
    else:
        text = show.text(verdict, errors)
    click.echo(text, nl=False)
    if format != "text":
        click.echo(show.verdict(verdict, errors), err=True)
