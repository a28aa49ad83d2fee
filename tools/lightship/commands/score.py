"""`lightship score`: the level of services, what the next one needs, and the evidence."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lightship import commandline
from lightship.commands import _completing as completing

if TYPE_CHECKING:
    from lightship.catalog.cache import Cache
    from lightship.catalog.catalog import Catalog
    from lightship.catalog.source import Source
    from lightship.facts.snapshot import Snapshot
    from lightship.finding import Finding
    from lightship.runs import Outcome
    from lightship.scorecards.rule import Card, Rulebook
    from lightship.scorecards.score import Scores


@click.command()
@click.argument("service", required=False, shell_complete=completing.services)
@click.option("--scorecard", metavar="ID", help="Only this scorecard.")
@click.option("--ref", metavar="REF", help="Score this commit instead of the folder as it stands.")
@click.option(
    "--record",
    is_flag=True,
    help="Write the levels to the journal instead, once a day: trends are drawn from them.",
)
@commandline.in_format("text", "json", "markdown")
@commandline.at_a_moment
@commandline.in_repository
@click.pass_context
def command(
    ctx: click.Context,
    service: str | None,
    scorecard: str | None,
    ref: str | None,
    record: bool,
    format: str,
    now: datetime,
    root: Path,
) -> None:
    """Score SERVICE, or all services.

    By the scorecards of the repository.
    """
    if record:
        if service or scorecard or ref:
            raise click.UsageError("--record writes down all services as they stand; leave the rest out")
        ctx.exit(_record(root, now))
    outcome = _remembered(root, ref, now, service, scorecard, format)
    click.echo(outcome.text, nl=False)
    click.echo(outcome.aside, nl=False, err=True)
    ctx.exit(outcome.code)


def _remembered(
    root: Path, ref: str | None, now: datetime, service: str | None, scorecard: str | None, format: str
) -> Outcome:
    """What to print, as it was kept where it still holds."""
    from lightship import runs
    from lightship.catalog.load import read_settings
    from lightship.facts import snapshot

    source, cache = commandline.source(root, ref), commandline.cache()
    branch = read_settings(source)[0].branches.facts
    # Evidence tells how old facts are; the table of all services does not, so it holds for the day.
    holds = service is None and format == "text"
    key = runs.key(source, "score", scorecard or "", f"{now:%Y%m%d%z}", snapshot.commit(root, branch))
    outcome = runs.recall(cache, key, now) if holds else None
    if outcome is None:
        facts = snapshot.read(root, branch)
        outcome, until = _outcome(source, facts, cache, now, service, scorecard, format)
        if holds:
            runs.keep(cache, key, outcome, now, until)
    return outcome


def _record(root: Path, now: datetime) -> int:
    """Write the day's levels to the journal, where they are not there yet; the exit code."""
    from lightship import git
    from lightship.facts import snapshot
    from lightship.journal.entry import Entry, new_id
    from lightship.scorecards import history
    from lightship.scorecards.score import score

    catalog, cache = commandline.load(root), commandline.cache()
    day = f"{now.astimezone(UTC):%Y-%m-%d}"
    # Another clone may have written the day down already.
    commandline.record(root, catalog.settings, (), offline=False)
    known = commandline.ledger(root, catalog.settings).records().get(history.KIND, ())
    if any(entry.subject == day for entry in known):
        click.echo(f"the scores of {day} are recorded already", err=True)
        return 0
    scores = score(catalog, snapshot.read(root, catalog.settings.branches.facts), now, cache=cache)
    moment = now.replace(microsecond=now.microsecond // 1000 * 1000)
    by = commandline.actor(root, catalog, None)
    entry = Entry(new_id(moment), history.KIND, day, moment, by, history.levels(scores))
    waiting = commandline.record(root, catalog.settings, (entry,), offline=False)
    click.echo(f"recorded the scores of {day}: {len(scores.letters):,} services")
    for line in waiting:
        click.echo(f"pending: {line}", err=True)
    return 3 if waiting and git.remote(root) else 0


def _outcome(
    source: Source,
    facts: Snapshot,
    cache: Cache,
    now: datetime,
    service: str | None,
    scorecard: str | None,
    format: str,
) -> tuple[Outcome, datetime]:
    """What to print, and until when it holds."""
    from lightship.catalog.load import load
    from lightship.catalog.locate import located
    from lightship.report.text import render
    from lightship.runs import Outcome
    from lightship.scorecards.score import score

    catalog = load(source, cache)
    scores = score(catalog, facts, now, cache=cache)
    cards = _cards(scores.rulebook, scorecard)
    _refuse_unknown(catalog, service)
    text = _text(catalog, facts, scores, now, cards, service, format)
    findings: tuple[Finding, ...] = (*catalog.findings, *facts.findings, *scores.findings)
    everything = located(findings, source)
    return Outcome(text, render(everything), commandline.exit_code(everything)), scores.until


def _text(
    catalog: Catalog,
    facts: Snapshot,
    scores: Scores,
    now: datetime,
    cards: tuple[Card, ...],
    service: str | None,
    format: str,
) -> str:
    from lightship.report import scores as show
    from lightship.scorecards.evidence import Evidence

    if format == "text" and service is None:
        return show.table(catalog, scores, cards)
    evidence = Evidence(catalog, facts, scores, now)
    services = [service] if service else list(scores.letters)
    if format == "json":
        return show.as_json(scores, cards, services, evidence)
    if format == "markdown":
        return show.markdown(catalog, scores, cards, services, evidence)
    return show.one(catalog, scores, cards, services[0], evidence)


def _cards(book: Rulebook, scorecard: str | None) -> tuple[Card, ...]:
    from lightship.errors import UsageError
    from lightship.spelling import did_you_mean

    if scorecard is None:
        return book.cards
    card = book.card(scorecard)
    if card is None:
        known = [card.id for card in book.cards]
        hint = did_you_mean(scorecard, known) or f"known: {', '.join(known) or 'none'}"
        raise UsageError(f"there is no scorecard '{scorecard}'; {hint}")
    return (card,)


def _refuse_unknown(catalog: Catalog, service: str | None) -> None:
    """Raise UsageError for a service that cannot be scored, and say why."""
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
