"""The list of runbooks, and a page for each: when it is right, its steps, and how far to trust it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from markupsafe import Markup

from lightship.catalog.kinds.runbook import Runbook
from lightship.catalog.runbook_hash import content_hash
from lightship.incidents.trust import Proof, proofs
from lightship.portal.incidents import link
from lightship.portal.lists import Cell, Column, Facet, List, Mark, Row
from lightship.portal.page import Page, SearchEntry
from lightship.portal.pieces import state
from lightship.portal.trust import marks
from lightship.portal.view import View
from lightship.portal.words import days, on, plural

_FEW = 5
_HOW = {"incident": "in an incident", "drill": "in a drill", "review": "by review"}


def pages(view: View) -> Iterator[Page]:
    """The list, and a page a runbook."""
    yield Page("runbooks/", "Runbooks", "runbooks", "index.html", partial(index, view))
    for runbook in view.catalog.runbooks.values():
        services = _few(tuple(view.catalog.services[id].label for id in _services(view, runbook)))
        hidden = " ".join((runbook.id, *runbook.alerts, *runbook.symptoms, *runbook.tags))
        found = SearchEntry(runbook.label, "runbook", services, hidden)
        yield Page(
            runbook.url,
            runbook.label,
            "runbooks",
            "runbook.html",
            partial(context, view, runbook),
            search=found,
        )


def _services(view: View, runbook: Runbook) -> tuple[str, ...]:
    return view.catalog.graph.named_by("runbook", runbook.id, "service", "runbooks")


def index(view: View) -> dict[str, Any]:
    """All runbooks, those that can be trusted least first."""
    runbooks = sorted(view.catalog.runbooks.values(), key=lambda each: (view.trust(each).rank, each.label))
    rows = List(
        ("runbook", "runbooks"),
        "Runbooks",
        (
            Column("For"),
            Column("Steps", "num", narrow=False),
            Column("Review", "state"),
            Column("Tried", "state"),
        ),
        (Facet("read", "Read"), Facet("tried", "Tried"), Facet("owner", "Owner")),
        tuple(_row(view, each) for each in runbooks),
    )
    lapsed = sum(view.trust(each).rank < 2 for each in runbooks)
    return {
        "title": "Runbooks",
        "lead": f"{plural(lapsed, 'review has', 'reviews have')} lapsed or never happened."
        if lapsed
        else "All were read lately.",
        "rows": rows,
        "graph": "",
        "kind": "runbook",
        "empty": "Here you would find what to do when something breaks. A runbook is a file in catalog/runbooks/.",
    }


def _row(view: View, runbook: Runbook) -> Row:
    known = view.trust(runbook)
    services = tuple(view.catalog.services[id].label for id in _services(view, runbook))
    owner = view.label("team", runbook.owner)
    read: Cell = Mark("pass", "read lately")
    if known.review_due is None:
        read = Mark("bad warn", "never read")
    elif known.lapsed:
        read = Mark("bad warn", f"review lapsed {days(known.review_due, view.now)}")
    tried: Cell = Mark("info", "never tried")
    if known.verified:
        tried = Mark("pass", f"tried {days(known.verified.at, view.now)}")
    elif known.void:
        tried = Mark("no_data", "changed since tried")
    facets: dict[str, str | tuple[str, ...]] = {
        "read": "never" if known.review_due is None else "lapsed" if known.lapsed else "lately",
        "tried": "as it stands" if known.verified else "changed since" if known.void else "never",
        "owner": owner,
    }
    below = ", ".join(runbook.alerts[:3])
    words = " ".join((runbook.id, *services[: _FEW * 10], *runbook.alerts, *runbook.symptoms))
    return Row(
        f"{runbook.id}/",
        runbook.label,
        below,
        (_few(services), len(runbook.steps), read, tried),
        facets,
        words,
    )


def _few(names: tuple[str, ...]) -> str:
    rest = f" and {len(names) - _FEW:,} more" if len(names) > _FEW else ""
    return ", ".join(names[:_FEW]) + rest


def context(view: View, runbook: Runbook) -> dict[str, Any]:
    """Everything runbook.html needs."""
    pieces = view.far
    known = view.trust(runbook)
    digest = content_hash(runbook)
    return {
        "root": pieces.root,
        "it": runbook,
        "owner": pieces.name("team", runbook.owner) if runbook.owner else "",
        "trust": marks(known, view.now),
        "due": on(known.review_due, view.now) if known.review_due and not known.lapsed else "",
        "services": pieces.names("service", _services(view, runbook)),
        "actions": {each.action: pieces.name("action", each.action) for each in runbook.steps if each.action},
        "steps_title": plural(len(runbook.steps), "step") if runbook.steps else "Steps",
        "proofs": [_proof(view, each, digest) for each in proofs(runbook, view.uses.get(runbook.id, ()))],
        "written": pieces.file(runbook.path),
        "findings": pieces.findings(runbook.path),
    }


def _evidence(view: View, proof: Proof) -> Markup:
    """The incident, where it is one; else what was written."""
    incident = view.book.incidents.get(proof.evidence)
    return link(incident, view.far) if incident else Markup("{}").format(proof.evidence)


def _proof(view: View, proof: Proof, digest: str) -> Markup:
    holds = proof.content_hash == digest
    mark = state("pass", "holds") if holds else state("no_data", "void: the steps changed")
    if not proof.helped:
        mark = state("bad warn", "did not help")
    evidence = Markup("<br><small>{}</small>").format(_evidence(view, proof)) if proof.evidence else ""
    return Markup('<div class="ls-row"><span>{} tried it {}, {}</span><span>{}</span></div>{}').format(
        view.far.name("person", proof.by), _HOW[proof.method], on(proof.at, view.now), mark, evidence
    )
