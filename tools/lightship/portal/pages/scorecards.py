"""The scorecards: how many services are on which level, rule by rule, team by team."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from markupsafe import Markup

from lightship.catalog.kinds.waiver import Waiver
from lightship.portal.climb import climb
from lightship.portal.page import Page, SearchEntry
from lightship.portal.pieces import Pieces, bar, ladder, share, state
from lightship.portal.standings import Standing, prose
from lightship.portal.view import View
from lightship.portal.words import on, plural, short
from lightship.scorecards.history import KIND
from lightship.scorecards.outcome import FAIL, Outcome
from lightship.scorecards.rule import Card, Rule

_SERVICES = 25
_SHARES = (
    (Outcome.PASS, "on", "pass"),
    (Outcome.WAIVED, "mid", "waived"),
    (Outcome.NO_DATA, "warn", "no data"),
    (Outcome.FAIL, "bad", "fail"),
)


def pages(view: View) -> Iterator[Page]:
    """The leader board, and a page a scorecard."""
    yield Page("scorecards/", "Scorecards", "scorecards", "scorecards.html", lambda: board(view))
    for card in view.scores.rulebook.cards:
        hidden = " ".join((card.id, *(rule.model.title for rule in card.rules)))
        found = SearchEntry(card.model.label, "scorecard", plural(len(card.rules), "rule"), hidden)
        yield Page(
            card.model.url,
            card.model.label,
            "scorecards",
            "scorecard.html",
            partial(context, view, card),
            search=found,
        )


def _standings(view: View, card: Card) -> Mapping[str, Standing]:
    found = {}
    for service in view.scores.letters:
        standing = next((each for each in view.standings.of(service) if each.card is card), None)
        if standing:
            found[service] = standing
    return found


def _levels(card: Card, standings: Mapping[str, Standing]) -> Markup:
    """Services by level, the highest first, as bars from zero with their numbers beside."""
    counts = Counter(each.rank for each in standings.values())
    rungs = len(card.model.levels)
    names = ["No level yet", *(level.name or level.id for level in card.model.levels)]
    rows = [
        Markup('<li><span>{}</span><span>{}</span><span class="num">{}</span></li>').format(
            ladder(rank, rungs, names[rank]),
            share(round(100 * counts[rank] / max(len(standings), 1))),
            counts[rank],
        )
        for rank in range(rungs, -1, -1)
        if counts[rank] or rank
    ]
    return Markup('<ul class="ls-dist">{}</ul>').format(Markup().join(rows))


def board(view: View) -> dict[str, Any]:
    """Everything scorecards.html needs."""
    cards = []
    for card in view.scores.rulebook.cards:
        standings = _standings(view, card)
        failed = _most_failed(view, card, standings)
        worst = (
            Markup("Most services miss “{}”: {}.").format(failed[0].model.title, failed[1]) if failed else ""
        )
        cards.append(
            {
                "link": view.near.name("scorecard", card.id),
                "top": f"{sum(each.rank == each.rungs for each in standings.values())} of {len(standings)} at the top",
                "levels": _levels(card, standings),
                "worst": worst,
            }
        )
    rules = len(view.scores.rulebook.rules)
    return {
        "cards": cards,
        "lead": f"{plural(len(view.scores.letters), 'service')} judged by {plural(rules, 'rule')}.",
        "board": _teams(view, view.near),
    }


def _most_failed(view: View, card: Card, standings: Mapping[str, Standing]) -> tuple[Rule, int] | None:
    # Services that are alike in every outcome are counted together: there are far fewer of them.
    alike = Counter(view.scores.letters[service] for service in standings)
    counts = [
        (sum(count for letters, count in alike.items() if letters[rule.index] == FAIL), rule)
        for rule in card.rules
    ]
    most = max(counts, key=lambda each: each[0], default=(0, None))
    return (most[1], most[0]) if most[1] and most[0] else None


def _teams(view: View, pieces: Pieces) -> list[dict[str, Any]]:
    rows = []
    for team in view.catalog.teams:
        owned = [view.standings.of(id) for id in view.services_of.get(team, ())]
        standings = [each for found in owned for each in found]
        if not standings:
            continue
        percent = round(100 * sum(each.share for each in standings) / len(standings))
        fails = sum(each.fails for each in standings)
        rows.append(
            {
                "team": pieces.name("team", team),
                "percent": percent,
                "count": len(owned),
                "fails": fails,
                "bar": bar((("on", percent), ("none", 100 - percent))),
            }
        )
    return sorted(rows, key=lambda row: -row["percent"])


def context(view: View, card: Card) -> dict[str, Any]:
    """Everything scorecard.html needs."""
    pieces, it = view.far, card.model
    standings = _standings(view, card)
    lowest = sorted(standings, key=lambda id: (standings[id].rank, view.catalog.services[id].tier or 5, id))
    top = sum(each.rank == each.rungs for each in standings.values())
    count = plural(len(standings), "service")
    return {
        "root": pieces.root,
        "it": it,
        "owner": pieces.name("team", it.owner) if it.owner else "",
        "summary": f"{top} of {count} at the top." if standings else "It judges no service yet.",
        "levels": _levels(card, standings),
        "climb": [chart] if (chart := climb(card, view.book.records.get(KIND, ()))) else [],
        **_rules(view, card, standings),
        "teams": _by_team(view, standings),
        "services": service_rows_on(view, lowest[:_SERVICES], standings),
        "more_services": len(lowest) - _SERVICES,
        **_waivers(view, card),
        "written": pieces.file(it.path),
        "findings": pieces.findings(it.path),
    }


def _rules(view: View, card: Card, standings: Mapping[str, Standing]) -> dict[str, Any]:
    """Its rules, those that most services fail first."""
    rules = [_rule(view, card, rule, standings) for rule in card.rules]
    rules.sort(key=lambda row: (-row["fails"], row["rank"]))
    missed = sum(row["fails"] > 0 for row in rules)
    all_ = plural(len(rules), "rule")
    return {
        "rules": rules,
        "rules_title": f"{missed} of {all_} missed by somebody" if missed else f"{all_}, none failed",
        "missed": missed,
        "clean": f"{plural(len(rules) - missed, 'rule')} that nobody fails" if missed < len(rules) else "",
    }


def _waivers(view: View, card: Card) -> dict[str, Any]:
    found = [waiver for waiver in view.scores.waivers.values() if waiver.scorecard == card.id]
    found.sort(key=lambda waiver: waiver.expires_at)
    return {
        "waivers": [_waiver(view, waiver, card) for waiver in found],
        "waivers_title": f"{plural(len(found), 'waiver')} in force",
    }


def service_rows_on(view: View, ids: Sequence[str], standings: Mapping[str, Standing]) -> list[Markup]:
    """A row a service with its level on one scorecard."""
    return [
        Markup('<div class="ls-row"><span>{} <small>· {}</small></span><span>{}</span></div>').format(
            view.far.name("service", id),
            view.far.name("team", view.catalog.services[id].owner),
            standings[id].ladder,
        )
        for id in ids
    ]


def _rule(view: View, card: Card, rule: Rule, standings: Mapping[str, Standing]) -> dict[str, Any]:
    found: dict[Outcome, list[str]] = {outcome: [] for outcome in Outcome}
    for service in standings:
        found[view.scores.outcome(service, rule)].append(service)
    fails, unknown = found[Outcome.FAIL], found[Outcome.NO_DATA]
    level, starts = card.model.levels[rule.rank], rule.model.effective_from
    return {
        "rule": rule.model,
        "rank": rule.rank,
        "level": level.name or level.id,
        "upcoming": short(starts) if starts and rule.index in view.scores.upcoming else "",
        "bar": bar([(shade, len(found[outcome])) for outcome, shade, _ in _SHARES]),
        "counts": _counts(found),
        "fails": len(fails),
        "failing": view.far.names("service", fails),
        "unknown": view.far.names("service", unknown),
        "summary": "How to fix it" if fails else "How it is met",
        "fix": prose(rule.model.fix),
    }


def _counts(found: Mapping[Outcome, Sequence[str]]) -> Markup:
    told = [
        state(outcome.value, f"{len(found[outcome])} {word}")
        for outcome, _, word in _SHARES
        if found[outcome]
    ]
    return Markup(" ").join(told) or state("not_applicable", "applies to no service")


def _by_team(view: View, standings: Mapping[str, Standing]) -> list[dict[str, Any]]:
    owned: dict[str, list[Standing]] = {}
    for id, standing in standings.items():
        owned.setdefault(view.catalog.services[id].owner, []).append(standing)
    rows = [
        {
            "team": view.far.name("team", team),
            "count": len(found),
            "top": sum(each.rank == each.rungs for each in found),
            "none": sum(each.rank == 0 for each in found),
            "share": sum(each.share for each in found) / len(found),
        }
        for team, found in owned.items()
    ]
    return sorted(rows, key=lambda row: row["share"])


def _waiver(view: View, waiver: Waiver, card: Card) -> Markup:
    title = next((rule.model.title for rule in card.rules if rule.model.id == waiver.rule), waiver.rule)
    return Markup(
        '<div class="ls-row"><span>{}: {}<br><small>{} {}</small></span><span>ends {}</span></div>'
    ).format(
        view.far.name("service", waiver.service),
        title,
        waiver.reason,
        view.far.name("person", waiver.approved_by),
        on(waiver.expires_at, view.now),
    )
