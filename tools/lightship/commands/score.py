"""`lightship score`: the level of services, what the next one needs, and the evidence."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lightship import commandline

if TYPE_CHECKING:
    from lightship.catalog.catalog import Catalog
    from lightship.finding import Finding
    from lightship.scorecards.rule import Card, Rulebook


@click.command()
@click.argument("service", required=False)
@click.option("--scorecard", metavar="ID", help="Only this scorecard.")
@click.option("--ref", metavar="REF", help="Score this commit instead of the folder as it stands.")
@commandline.in_format("text", "json", "markdown")
@commandline.at_a_moment
@commandline.in_repository
@click.pass_context
def command(
    ctx: click.Context,
    service: str | None,
    scorecard: str | None,
    ref: str | None,
    format: str,
    now: datetime,
    root: Path,
) -> None:
    """Score SERVICE, or all services, by the scorecards of the repository."""
    from lightship.facts import snapshot
    from lightship.report import scores as show
    from lightship.scorecards.evidence import Evidence
    from lightship.scorecards.score import score

    cache = commandline.cache()
    catalog = commandline.load(root, ref)
    facts = snapshot.read(root, catalog.settings.branches.facts)
    scores = score(catalog, facts, now, cache=cache)
    cards = _cards(scores.rulebook, scorecard)
    _known(catalog, service)
    evidence = Evidence(catalog, facts, scores, now)
    services = [service] if service else list(scores.letters)
    if format == "json":
        click.echo(show.as_json(scores, cards, services, evidence), nl=False)
    elif format == "markdown":
        click.echo(show.markdown(catalog, scores, cards, services, evidence), nl=False)
    elif service:
        click.echo(show.one(catalog, scores, cards, service, evidence), nl=False)
    else:
        click.echo(show.table(catalog, scores, cards), nl=False)
    ctx.exit(_report(catalog, (*facts.findings, *scores.findings)))


def _report(catalog: Catalog, findings: tuple[Finding, ...]) -> int:
    """Say on stderr what could not be read or judged; the exit code."""
    from lightship.catalog.locate import located
    from lightship.report.text import render

    everything = located((*catalog.findings, *findings), catalog.source)
    click.echo(render(everything), nl=False, err=True)
    return commandline.exit_code(everything)


def _cards(book: Rulebook, scorecard: str | None) -> tuple[Card, ...]:
    if scorecard is None:
        return book.cards
    card = book.card(scorecard)
    if card is None:
        from lightship.errors import UsageError
        from lightship.spelling import did_you_mean

        known = [card.id for card in book.cards]
        hint = did_you_mean(scorecard, known) or f"known: {', '.join(known) or 'none'}"
        raise UsageError(f"there is no scorecard '{scorecard}'; {hint}")
    return (card,)


def _known(catalog: Catalog, service: str | None) -> None:
    """Refuse a service that cannot be scored, and say why."""
    from lightship.errors import UsageError
    from lightship.spelling import did_you_mean

    if service is None:
        return
    if service not in catalog.services:
        if ("service", service) in catalog.unreadable:
            path = f"catalog/services/{service}.yaml"
            raise UsageError(f"the file of '{service}' is not valid; `lightship validate {path}` says why")
        hint = did_you_mean(service, catalog.services) or "`lightship score` lists them"
        raise UsageError(f"there is no service '{service}'; {hint}")
    if catalog.services[service].lifecycle == "retired":
        raise UsageError(f"'{service}' is retired, and judged no more")
