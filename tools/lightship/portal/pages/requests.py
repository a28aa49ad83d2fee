"""The list of requests, what waits for somebody first, and a page for each: the decision explained, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from markupsafe import Markup

from lightship.actions.requests import moment
from lightship.actions.standing import Standing, open_first
from lightship.portal import policies, requests
from lightship.portal.lists import Column, Facet, List, Mark, Row
from lightship.portal.page import Page, SearchEntry
from lightship.portal.pieces import coded
from lightship.portal.view import View
from lightship.portal.words import at, plural, relative, when

SECTION = "requests"
_STATES = ("in doubt", "failed", "pending", "allowed", "begun", "done", "simulated")
_HOW = {
    "auto": "Nobody needed to approve.",
    "override": "One person took it upon themselves.",
    "break-glass": "The glass was broken: it was done first, and is reviewed afterwards.",
}
_FOUND = 500  # requests that the finder knows: the newest


def pages(view: View) -> Iterator[Page]:
    """The list, and a page a request."""
    yield Page("requests/", "Requests", SECTION, "index.html", partial(index, view))
    newest = frozenset(sorted(view.requests, reverse=True)[:_FOUND])
    for id, standing in view.requests.items():
        title = requests.title(view, standing)
        words = f"{standing.state}, {standing.request.requester}" if standing.request else standing.state
        found = SearchEntry(title, "request", words, id) if id in newest else None
        yield Page(requests.url(id), title, SECTION, "request.html", partial(context, view, standing), found)


def index(view: View) -> dict[str, Any]:
    """All requests, those that wait for somebody first, then the newest."""
    those = list(open_first(view.requests.values()))
    waiting = sum(each.state in ("pending", "in doubt", "failed") and not each.is_over for each in those)
    lead = f"{plural(waiting, 'request waits', 'requests wait')} for somebody." if waiting else ""
    if view.unasked:
        lead = f"Open requests are not shown: {view.unasked}."
    return {
        "title": "Requests",
        "lead": lead or ("Nothing waits for anybody." if those else ""),
        "rows": List(
            ("request", "requests"),
            "Requests",
            (
                Column("State", "state"),
                Column("Asked by", "text"),
                Column("Why", "soft", narrow=False),
                Column("Asked", "soft"),
            ),
            (
                Facet("state", "State", _STATES),
                Facet("action", "Action"),
                Facet("by", "Asked by"),
                Facet("service", "Service"),
            ),
            tuple(_row(view, each) for each in those),
        ),
        "graph": "",
        "foot": Markup('<a href="../grants/">What is granted now</a> · <a href="../audit/">Audit</a>'),
        "kind": "",
        "empty": "Here you would find what people asked the portal to do, who agreed, and what came of it. "
        "`lightship request new ACTION --as YOU` asks for something; the actions are on the page beside this one.",
    }


def _row(view: View, each: Standing) -> Row:
    request = each.request
    state = Mark(requests.MARKS.get(each.state, "info"), each.state)
    if request is None:
        return Row(f"{each.id}/", each.id, "its file is not here", (state, "", "", ""), {"state": each.state})
    who = view.label("person", request.requester) or request.requester
    reason = " ".join(request.reason.split())
    cells = (
        state,
        who,
        reason if len(reason) < 120 else f"{reason[:119]}…",
        relative(request.requested_at, view.now),
    )
    facets: dict[str, str | tuple[str, ...]] = {
        "state": each.state,
        "action": view.label("action", request.action) or request.action,
        "by": who,
    }
    if request.target:
        facets["service"] = view.label("service", request.target) or request.target
    below = "break-glass" if request.break_glass else ""
    return Row(f"{each.id}/", requests.title(view, each), below, cells, facets, each.id)


def context(view: View, each: Standing) -> dict[str, Any]:
    """Everything request.html needs."""
    pieces, request = view.far, each.request
    ends = moment(each.decided.get("expires_at"))
    return {
        "root": pieces.root,
        "id": each.id,
        "title": requests.title(view, each),
        "mark": requests.mark(each),
        "glass": each.is_glass,
        "reason": request.reason if request else "",
        "said": _said(view, each),
        "next": list(_next(each)),
        "decided": bool(each.decided),
        "how": _HOW.get(str(each.decided.get("how")), ""),
        "tier": str(each.decided.get("tier", "")),
        "requirements": list(requests.requirements(each, pieces)),
        "reasons": [coded(policies.said(str(reason))) for reason in each.decided.get("reasons", ())],
        "ends": when(ends, view.now, view.zone) if ends and not each.is_over else "",
        "review": _due(view, each.review_due),
        "waits": each.waits_for_review,
        "steps": _steps(view, each),
        "timeline": [requests.event(view, one) for one in reversed(each.events)],
        "file": pieces.file(request.path) if request and request.id in view.catalog.requests else "",
        "url": each.url if each.url.startswith("https://") else "",
        "open": each.state == "pending" and not each.is_over,
    }


def _said(view: View, each: Standing) -> list[tuple[str, Any]]:
    """What it says, term by term."""
    request, pieces = each.request, view.far
    if request is None:
        return []
    told: list[tuple[str, Any]] = [("Action", pieces.name("action", request.action))]
    if request.target:
        told.append(("Service", pieces.name("service", request.target)))
    told += requests.filled(view, request)
    told.append(("Asked by", pieces.name("person", request.requester)))
    if request.for_:
        told.append(("For", pieces.name("person", request.for_)))
    if request.incident:
        told.append(("In", requests.incident(view, request.incident, pieces)))
    told.append(("Asked", when(request.requested_at, view.now, view.zone)))
    if not each.is_over:
        told.append(("Void", when(request.not_after, view.now, view.zone)))
    return told


def _next(each: Standing) -> Iterator[str]:
    """The commands that bring it on."""
    short = each.id[-requests.SHORT :]
    if each.is_over:
        return
    if each.state == "in doubt":
        for step, act in each.course.steps.items():
            if act.state == "in_doubt":
                yield f'lightship resolve-doubt {short} {step} --done --reason "HOW YOU KNOW"'
                yield f'lightship resolve-doubt {short} {step} --not-done --reason "HOW YOU KNOW"'
    elif each.state in ("allowed", "begun"):
        yield "lightship execute"
    elif each.state == "pending" and not each.url:
        wanting = [
            one for one in each.decided.get("requirements", ()) if len(one["satisfied_by"]) < one["needed"]
        ]
        if any(one.get("could_satisfy") for one in wanting):
            yield f"lightship approve {short} --as YOU"
        elif not wanting:
            yield f"lightship request merge {short}"
    yield f"lightship decide {short}"


def _due(view: View, due: datetime | None) -> str:
    return when(due, view.now, view.zone) if due else ""


def _steps(view: View, each: Standing) -> list[dict[str, Any]]:
    """What was done, step by step, and what of it was taken back."""
    told = []
    for step, act in each.course.steps.items():
        back = each.course.undoing(step)
        end = act.expires_at
        told.append(
            {
                "step": step,
                "uses": str(act.intent.get("uses", "")),
                "state": act.state.replace("_", " "),
                "mark": {"done": "pass", "in_doubt": "bad", "failed": "fail", "refused": "fail"}.get(
                    act.state, "info"
                ),
                "detail": act.detail,
                "ends": at(end, view.now, view.zone) if end else "",
                "back": ""
                if back.state == "none"
                else f"{back.state.replace('_', ' ')}: {back.detail}".rstrip(": "),
                "refs": list(act.refs.items()),
            }
        )
    return told
