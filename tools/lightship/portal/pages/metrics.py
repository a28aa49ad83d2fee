"""Whether we become more reliable, and where not: this quarter first, then trends, then every figure with its formula."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from markupsafe import Markup

from lightship.incidents.figures import QUANTILES, Excluded, Figure
from lightship.incidents.metrics import uncounted
from lightship.incidents.promises import Promise
from lightship.portal import trends
from lightship.portal.compare import comparable, few, moved
from lightship.portal.incidents import link
from lightship.portal.lists import Column, Facet, List, Row
from lightship.portal.measures import SEVERE, Measures, count, spent
from lightship.portal.page import Page, SearchEntry
from lightship.portal.pieces import share
from lightship.portal.view import View
from lightship.portal.words import lasted, on, plural, span

_WORST = 3
_OVERDUE = 6
_ROWS = 25
_NAMED = 12  # ids that are named for a reason


def pages(view: View) -> Iterator[Page]:
    """The page, and the list of services."""
    measures = Measures(view)
    found = SearchEntry(
        "Metrics", "page", "time to restore, incidents by month", "mttr mttd mtta mtbf dora trends"
    )
    yield Page(
        "metrics/", "Metrics", "metrics", "metrics.html", lambda: context(view, measures), search=found
    )
    yield Page(
        "metrics/services/",
        "Services by time in incidents",
        "metrics",
        "index.html",
        lambda: services(view, measures),
    )


def context(view: View, measures: Measures) -> dict[str, Any]:
    """Everything metrics.html needs."""
    new, old = measures.quarter, measures.before
    late = [each for each in view.incidents.promises if each.late]
    return {
        "empty": not view.book.incidents and not view.observed.changes,
        "title": _title(new, old),
        "numbers": _numbers(measures),
        "worst": _worst(view, measures),
        "late": [
            Markup('<div class="ls-row"><span>{}</span><span class="s bad warn">{}</span></div>').format(
                _owed(view, each), on(each.day, view.now)
            )
            for each in late[:_OVERDUE]
        ],
        "late_title": f"{plural(len(late), 'promise')} overdue" if late else "No promise is overdue",
        "more_late": len(late) - _OVERDUE,
        "trends": trends.of_incidents(measures),
        "deliveries": trends.of_deliveries(measures),
        "teams": _teams(view, measures),
        "figures": [_figure(view, each) for each in measures.whole.values()],
        "uncounted": _uncounted(view, measures),
        "quantiles": QUANTILES,
    }


def _title(new: Mapping[str, Figure], old: Mapping[str, Figure]) -> str:
    now, before = count(new), count(old)
    if not now and not before:
        return "No incident in half a year"
    word = "More" if now > before else "Fewer" if now < before else "As many"
    if not comparable(new["mttr"], old["mttr"]):
        return f"{word} incidents {'as' if now == before else 'than'} the quarter before"
    said = moved(new["mttr"].median or 0, old["mttr"].median or 0)
    if said.startswith("stayed"):
        return f"{word} incidents, over as soon as before"
    better = (new["mttr"].median or 0) < (old["mttr"].median or 0)
    return f"{word} incidents, and over {'sooner' if better else 'later'}"


def _numbers(measures: Measures) -> list[dict[str, Any]]:
    """What is compared with the thirteen weeks before, the largest first."""
    new, old = measures.quarter, measures.before
    now, before = count(new), count(old)
    severe = sum(each.severity in SEVERE for each in measures.counted(measures.latest))
    mttr, was = new["mttr"], old["mttr"]
    return [
        {
            "value": f"{now:,}",
            "name": f"incident{'' if now == 1 else 's'}, {severe} of them SEV1 or SEV2",
            "below": f"{before:,} in the thirteen weeks before",
            "mark": _mark(now, before),
        },
        {
            "value": _said(mttr.median),
            "name": f"median time to restore, n {mttr.n:,}",
            "below": f"{_said(was.median)} before, n {was.n:,}" if comparable(mttr, was) else few(mttr, was),
            "mark": _mark(mttr.median or 0, was.median or 0) if comparable(mttr, was) else "",
        },
        {
            "value": _sum(spent(new)) if mttr.n else "–",
            "name": "in incidents, all together",
            "below": f"{_sum(spent(old))} before" if was.n else "nothing to compare with",
            "mark": _mark(spent(new), spent(old)) if mttr.n and was.n else "",
        },
    ]


def _mark(new: float, old: float) -> str:
    """Which shape says whether it is better: less of all of these is."""
    if moved(new, old).startswith("stayed"):
        return "same"
    return "worse" if new > old else "better"


def _ranked(groups: Mapping[str, Mapping[str, Figure]]) -> list[tuple[str, Mapping[str, Figure]]]:
    """Those with incidents, the most time in incidents first."""
    hit = [(name, figures) for name, figures in groups.items() if count(figures)]
    return sorted(hit, key=lambda each: (-spent(each[1]), -count(each[1]), each[0]))


def _worst(view: View, measures: Measures) -> list[Markup]:
    ranked = _ranked(measures.services.groups)[:_WORST]
    most = max((spent(figures) for _, figures in ranked), default=0) or 1
    return [
        Markup('<div class="ls-row"><span>{} <small>{}</small></span><span>{}</span></div>{}').format(
            view.near.name("service", id),
            plural(count(figures), "incident"),
            _sum(spent(figures)) if figures["mttr"].n else "still going on",
            share(round(100 * spent(figures) / most)),
        )
        for id, figures in ranked
    ]


def _owed(view: View, promise: Promise) -> Markup:
    if promise.kind in ("follow-up", "postmortem"):
        return view.incidents.owes(promise, view.near)
    what = "its next update" if promise.kind == "update" else "nobody leads it"
    return Markup("{} <small>{}</small>").format(link(view.book.incidents[promise.incident], view.near), what)


def _teams(view: View, measures: Measures) -> list[dict[str, Any]]:
    return [
        {
            "team": view.near.name("team", id),
            "count": f"{count(figures):,}",
            "spent": _sum(spent(figures)) if figures["mttr"].n else "–",
            "median": _n(figures["mttr"]),
            "acknowledged": _n(figures["mtta"]),
            "updates": _percent(figures["update_punctuality"]),
            "after": _percent(figures["follow_ups_on_time"]),
        }
        for id, figures in _ranked(measures.teams.groups)[:_ROWS]
    ]


def services(view: View, measures: Measures) -> dict[str, Any]:
    """Services that were hit in the last thirteen weeks, the most time in incidents first."""
    columns = (
        Column("Incidents", "num"),
        Column("In incidents", "num"),
        Column("Median to restore", "num", narrow=False),
        Column("Median to acknowledge", "num", narrow=False),
        Column("Came back", "num", narrow=False),
    )
    ranked = _ranked(measures.services.groups)
    rows = tuple(_service(view, id, figures) for id, figures in ranked)
    return {
        "title": "Services by time in incidents",
        "lead": "The last thirteen weeks, the most time first. An incident counts for every service that it hit.",
        "rows": List(
            ("service", "services"), "Service", columns, (Facet("team", "Team"), Facet("tier", "Tier")), rows
        ),
        "graph": "",
        "kind": "service",
        "empty": "No service was hit in the last thirteen weeks.",
    }


def _service(view: View, id: str, figures: Mapping[str, Figure]) -> Row:
    service = view.catalog.services.get(id)
    team = view.label("team", service.owner) if service else ""
    return Row(
        f"../../services/{id}/" if service else "",
        service.label if service else id,
        team or "not in the catalog",
        (
            count(figures),
            _sum(spent(figures)) if figures["mttr"].n else None,
            _n(figures["mttr"]),
            _n(figures["mtta"]),
            int(sum(figures["recurrence"].values)),
        ),
        {"team": team or "none", "tier": f"tier {service.tier}" if service and service.tier else "no tier"},
        id,
    )


def _figure(view: View, figure: Figure) -> dict[str, Any]:
    """A figure of the last twelve months, with its formula, and with what was left out, reason by reason."""
    reasons: dict[str, list[Excluded]] = {}
    for each in figure.excluded:
        reasons.setdefault(each.reason.partition(":")[0], []).append(each)
    return {
        "name": figure.title[0].upper() + figure.title[1:],
        "value": _value(figure),
        "n": f"{figure.n:,}",
        "more": f"9 of 10 below {_said(figure.p90)}, mean {_said(figure.mean)}"
        if figure.unit == "minutes" and figure.n
        else "",
        "formula": figure.formula,
        "left": len(figure.excluded),
        "reasons": [(reason, _named(view, those)) for reason, those in sorted(reasons.items())],
    }


def _uncounted(view: View, measures: Measures) -> list[tuple[str, Markup]]:
    """What began in the last twelve months and is in no figure, by why."""
    reasons: dict[str, list[Excluded]] = {}
    for each in uncounted(measures.evidence, measures.year):
        # "a duplicate of inc-…": the same reason, whichever the other one is.
        reasons.setdefault(each.reason.partition(" inc-")[0], []).append(each)
    return [(f"{reason}: {len(those):,}", _named(view, those)) for reason, those in sorted(reasons.items())]


def _named(view: View, those: Sequence[Excluded]) -> Markup:
    """The first of them, as links where they are incidents; how many more."""
    names = [
        link(view.book.incidents[each.id], view.near)
        if each.id in view.book.incidents
        else Markup("{}").format(each.id)
        for each in those[:_NAMED]
    ]
    more = f" and {len(those) - _NAMED:,} more" if len(those) > _NAMED else ""
    return Markup("{}{}").format(Markup(", ").join(names), more)


def _value(figure: Figure) -> str:
    if figure.mean is None:
        return "–"
    if figure.unit == "minutes":
        return f"median {_said(figure.median)}"
    return f"{100 * figure.mean:.0f} %" if figure.unit == "share" else f"{figure.mean:.1f} a day"


def _said(minutes: float | None) -> str:
    return "–" if minutes is None else lasted(timedelta(minutes=minutes))


def _sum(minutes: float) -> str:
    return span(timedelta(minutes=minutes))


def _n(figure: Figure) -> str:
    """A median and what it rests on."""
    return f"{_said(figure.median)} ({figure.n:,})" if figure.n else "–"


def _percent(figure: Figure) -> str:
    return f"{100 * figure.mean:.0f} % ({figure.n:,})" if figure.mean is not None else "–"
