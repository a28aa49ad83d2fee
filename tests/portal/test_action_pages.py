"""Actions, requests, grants, the audit and the rehearsal: what a reader finds, and that nothing of it is live."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from tests.portal.bodies import Body, parse
from tests.portal.live import live
from tests.portal.vectors import VECTORS
from tests.trees import write

from lightship import commandline
from lightship.actions.question import Decision, Held, Question, Requirement, Rules
from lightship.actions.standing import Judged, standings
from lightship.catalog.kinds.request import Request
from lightship.facts.snapshot import NONE
from lightship.forge.base import Asked, Voice
from lightship.incidents.book import Book
from lightship.journal.entry import Actor, Entry, new_id
from lightship.portal.keys import Keys
from lightship.portal.pages import actions, audit, grants, home, rehearsal, requests
from lightship.portal.render import Renderer
from lightship.portal.view import View
from lightship.scorecards.score import score

NOW = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ID = "req-01kjpmvy00aaaaaaaaaaaaaaaa"
SHOP = {
    "lightship.yaml": "name: Shop\nrepository: https://github.com/shop/portal\n",
    "catalog/people/ada.yaml": "name: Ada Example\n",
    "catalog/people/bo.yaml": "name: Bo Example\n",
    "catalog/teams/payments.yaml": "name: Payments\nmembers: [ada, bo]\n",
    "catalog/services/cart.yaml": "name: Cart\nowner: payments\ntier: 1\n",
    "actions/open.yaml": (
        "name: Open the door\ndescription: Opens it for an hour.\ncategory: access\nrisk: high\ntarget: service\n"
        "policy: two\nexpires: 1h\nallow: request.target == 'cart'\ninputs:\n  type: object\n"
        "  required: [door]\n  properties:\n    door: { type: string, title: Which door, maxLength: 20 }\n"
        "    hours: { type: integer, minimum: 1, maximum: 8, default: 2 }\n"
        "steps:\n  - id: grant\n    uses: aws.grant_access\n"
        '    with: { account: "123456789012", permission_set: X, principal: "{{ request.for }}" }\n'
        "    undo: aws.revoke_access\n  - id: tell\n    uses: slack.post_message\n"
        "    with: { channel: '#a', text: '{{ inputs.door }}' }\n    critical: false\n"
        "triggers: [{ on: update-overdue, after: 15m, target: cart, inputs: { door: a } }]\n"
    ),
    "actions/policies/two.yaml": (
        "name: Two people\ntiers:\n  - name: By day\n    when: time.hour > 8\n    approvers:\n"
        "      - { capacity: target-owner }\n      - { capacity: role, role: leader, count: 2 }\n"
        "    escalation: [{ after: 30m, approvers: [{ capacity: incident-commander }] }]\n    lifetime: 4h\n"
        "  - { name: At night, auto_approve: 'true' }\noverride: [leader]\n"
        "break_glass: { roles: [leader], people: [bo], severity: SEV2, duration: 1h, quota: 2, review_within: 2d }\n"
    ),
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("shop"), SHOP)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept")


def request(**more: Any) -> Request:
    data = {
        "id": ID,
        "action": "open",
        "target": "cart",
        "inputs": {"door": "front"},
        "reason": "It is shut",
        "requester": "ada",
        "requested_at": NOW - HOUR,
        "not_after": NOW + 23 * HOUR,
        **more,
    }
    return Request.model_validate(data)


def entry(minutes: int, kind: str, subject: str, data: Mapping[str, Any]) -> Entry:
    at = NOW - HOUR + timedelta(minutes=minutes)
    return Entry(new_id(at, bytes([minutes]) * 10), kind, subject, at, Actor("robot", "", False), data)


def granted(end: datetime, detail: str = "done") -> tuple[Entry, ...]:
    claim = {
        "run": "r1",
        "uses": "aws.grant_access",
        "undo": "aws.revoke_access",
        "for": "ada",
        "expires_at": end.isoformat(),
        "with": {},
    }
    return (
        entry(5, "claim", f"{ID}/grant", claim),
        entry(
            6, "receipt", f"{ID}/grant", {"outcome": "done", "detail": detail, "refs": {"assignment": detail}}
        ),
    )


def view(
    root: Path,
    entries: tuple[Entry, ...] = (),
    asked: Request | None = None,
    decision: Decision | None = None,
    votes: tuple[Voice, ...] = (),
    unasked: str = "",
    now: datetime = NOW,
    url: str = "",
) -> View:
    catalog = commandline.load(root)
    assert not catalog.findings
    records: dict[str, tuple[Entry, ...]] = {}
    for each in entries:
        records[each.kind] = (*records.get(each.kind, ()), each)
    judged = []
    if asked is not None:
        told = Asked(ID, asked.path, b"", asked, "digest", "repo", "base", votes=votes, url=url)
        nobody = Rules(None, None, {}, {}, None)
        question = Question(asked, "digest", nobody, nobody, nobody)
        judged = [Judged(told, question, decision or Decision("pending"))]
    stand = standings(judged, {}, records)
    return View(
        catalog,
        NONE,
        score(catalog, NONE, now),
        (),
        now,
        Book("tip", {}, records),
        requests=stand,
        unasked=unasked,
    )


def body(kept: Path, page: Any) -> Body:
    html = Renderer(kept).body(page.template, page.context())
    parsed = parse(html)
    assert (parsed.open, parsed.wrong) == ([], [])
    return Body(page.title, html)


def test_an_action_says_who_approves_in_words(root: Path, kept: Path) -> None:
    """What it does, what is only simulated, for how long, and what is asked for."""
    _, page = actions.pages(view(root))
    text = body(kept, page).text
    for words in (
        "Approved by one of the team that owns the service and two people with the role leader",
        "They are different people.",
        "After 30 min also by who leads the incident.",
        "An approval holds for 4 h.",
        "Nobody needs to approve.",
        "One person with the role leader may decide alone, with a reason.",
        "people with the role leader or Bo Example may act first",
        "1 h; then it is taken back by itself.",
        "simulated until its connector comes",
        "Taken back by aws.revoke_access",
        "The portal asks for it when the update of an incident is overdue, for 15 min.",
        "text, 20 characters at the most",
        "1 to 8",
        "high risk",
    ):
        assert words in text, words
    assert 'lightship request new open --target SERVICE --input door=DOOR --reason "WHY" --as YOU' in text
    assert page.search is not None


def test_the_file_that_github_is_given_is_a_request(root: Path, kept: Path) -> None:
    """Filled in, it is one: the id is of the moment, and the keys are those of a request."""
    _, page = actions.pages(view(root))
    (href,) = [each for each in parse(body(kept, page).html).values("href") if each and "/new/" in each]
    found = urlsplit(href)
    assert (found.netloc, found.path) == ("github.com", "/shop/portal/new/main")
    query = parse_qs(found.query)
    (name,), (value,) = query["filename"], query["value"]
    id = name.removeprefix("actions/requests/").removesuffix(".yaml")
    text = value.replace("SERVICE", "cart").replace("YOU", "ada")
    made = Request.model_validate({**yaml.safe_load(text), "id": id})
    assert (made.action, made.target, made.inputs) == ("open", "cart", {"door": "DOOR", "hours": 2})
    plain = write(kept / "plain", {**SHOP, "lightship.yaml": "name: Shop\n"})
    _, other = actions.pages(view(plain))
    assert "/new/" not in body(kept, other).html


def test_a_request_explains_its_decision(root: Path, kept: Path) -> None:
    """Who agreed as what, who still could, what was said, and what comes next."""
    decision = Decision(
        "pending",
        (
            Requirement("target-owner", 1, (Held("bo", "target-owner"),)),
            Requirement("role leader", 1, (), ("ada",)),
            Requirement("team none", 1),
        ),
        ("1 more of role leader",),
        None,
        "none",
        "By day",
    )
    voice = Voice("v1", "github:7", "approve", NOW - HOUR / 2, "digest", True, "bo", "Fine by me")
    seen = view(root, (), request(), decision, (voice,))
    _, page = requests.pages(seen)
    text = body(kept, page).text
    for words in (
        "Open the door for Cart",
        "pending",
        "It is shut",
        "1 of 1",
        "Bo Example for the team that owns the service",
        "Who still could: Ada Example",
        "Nobody is left who could.",
        "1 more of role leader",
        "Fine by me",
        "lightship approve aaaaaa --as YOU",
        "door front",
        "Nothing yet.",
    ):
        assert words in text, words
    seen = view(root, (), request(), decision, (voice,), url="https://example.com/1")
    _, page = requests.pages(seen)
    assert "Review its pull request" in (text := body(kept, page).text) and "lightship approve" not in text


@pytest.mark.parametrize(
    ("requirement", "next"),
    [
        (Requirement("target-owner", 1, (), ("bo",)), "lightship approve aaaaaa --as YOU"),
        (Requirement("target-owner", 1, (Held("bo", "target-owner"),)), "lightship request merge aaaaaa"),
        (Requirement("target-owner", 1), None),
    ],
    ids=["somebody could", "enough did", "nobody could"],
)
def test_a_request_says_what_comes_next(
    root: Path, kept: Path, requirement: Requirement, next: str | None
) -> None:
    _, page = requests.pages(view(root, (), request(), Decision("pending", (requirement,))))
    text = body(kept, page).text
    assert "lightship decide aaaaaa" in text
    assert [each for each in ("lightship approve", "lightship request merge") if each in text] == (
        [" ".join(next.split()[: next.split().index("aaaaaa")])] if next else []
    )
    assert next is None or next in text


def test_what_was_done_and_what_is_granted(root: Path, kept: Path) -> None:
    """Live, with the time left; past its end, it is said to be late."""
    seen = view(root, granted(NOW + 2 * HOUR), request(), Decision("allowed", how="quorum"))
    _, page = requests.pages(seen)
    text = body(kept, page).text
    assert "grant aws.grant_access" in text and "assignment: done" in text
    (live_now,) = grants.pages(seen)
    text = body(kept, live_now).text
    assert "1 grant now" in text and "Ada Example" in text and "in 2 h" in text
    (late,) = grants.pages(view(root, granted(NOW - HOUR / 4), request(), Decision("allowed")))
    text = body(kept, late).text
    assert "1 grant is past the end" in text and "lightship reconcile" in text


def test_break_glass_waits_for_its_review(root: Path, kept: Path) -> None:
    """Until somebody else looked at it."""
    broken = request(break_glass=True, incident="inc-20260302-abcd")
    decision = Decision("allowed", how="break-glass", review_due=NOW + 5 * HOUR)
    waiting = view(root, granted(NOW + HOUR), broken, decision)
    _, page = requests.pages(waiting)
    assert 'lightship request review aaaaaa "what you found"' in body(kept, page).text
    (glass,) = grants.pages(waiting)
    assert "in 5 h" in body(kept, glass).text
    told = entry(30, "break-glass.reviewed", ID, {"verdict": "justified", "text": "Right", "person": "bo"})
    (glass,) = grants.pages(view(root, (*granted(NOW + HOUR), told), broken, decision))
    assert "in 5 h" not in body(kept, glass).text


def test_the_home_page_says_what_hangs_on_somebody(root: Path, kept: Path) -> None:
    """A grant past its end leads to the grants, a request that waits to the requests; else nothing."""
    (page,) = home.pages(view(root, granted(NOW - HOUR / 4), request(), Decision("allowed")))
    late = body(kept, page)
    assert "1 grant past its end" in late.text and "grants/" in parse(late.html).values("href")
    (page,) = home.pages(view(root, (), request(), Decision("pending")))
    waits = body(kept, page)
    assert "1 waits for a yes" in waits.text and "requests/" in parse(waits.html).values("href")
    (page,) = home.pages(view(root))
    assert "What was asked for" not in body(kept, page).text


def test_empty_pages_say_what_would_be_here_and_how(tmp_path: Path, kept: Path) -> None:
    """A portal without actions, without a journal, without a service of tier 1."""
    empty = view(write(tmp_path, {"lightship.yaml": "name: New\n"}))
    told = {
        module.__name__.rpartition(".")[2]: body(kept, page).text
        for module in (actions, requests, grants, audit, rehearsal)
        for page in module.pages(empty)
    }
    assert "An action is a file in actions/" in told["actions"]
    assert "lightship request new" in told["requests"]
    assert "lightship request new" in told["grants"]
    assert "lightship audit --from" in told["audit"]
    assert "tier: 1" in told["rehearsal"]


def test_a_forge_that_cannot_be_asked_is_said(root: Path, kept: Path) -> None:
    """Nobody takes an empty list for nothing to do."""
    (page,) = requests.pages(view(root, unasked="asking GitHub: no token"))
    assert "Open requests are not shown: asking GitHub: no token." in body(kept, page).text


def test_the_rehearsal_lists_its_holes(root: Path, kept: Path) -> None:
    """By service, with what closes each."""
    (page,) = rehearsal.pages(view(root))
    text = body(kept, page).text
    assert "Nobody answers" in text and "add schedule: to catalog/services/cart.yaml" in text
    assert "No runbook can be relied on" in text


@pytest.mark.parametrize("text", VECTORS, ids=range(len(VECTORS)))
def test_nothing_that_people_wrote_is_live(root: Path, kept: Path, text: str) -> None:
    """In reasons, inputs, votes, receipts, requirements and reasons of decisions."""
    line = " ".join(text.split()) or "x"
    try:
        asked = request(reason=text, inputs={"door": text, line[:40]: text})
    except ValueError:
        asked = request(inputs={"door": text, line[:40]: text})
    decision = Decision(
        "pending", (Requirement(line, 1, (Held(line, line),), (line,)),), (text,), None, "none", line
    )
    voice = Voice("v1", line, "deny", NOW, "digest", False, line, text)
    entries = (*granted(NOW + HOUR, text), entry(9, "request.cancelled", f"{ID}", {"reason": text}))
    seen = view(root, entries, asked, decision, (voice,), unasked=text)
    renderer = Renderer(kept)
    for module in (requests, grants, audit):
        for page in module.pages(seen):
            assert live(renderer.body(page.template, page.context())) == []


def test_it_is_rendered_again_only_where_something_changed(root: Path) -> None:
    """A request of its own, an action of the settings, the rehearsal of people."""

    def keys(*entries: Entry, now: datetime = NOW) -> tuple[str, str, str]:
        found = Keys(view(root, entries, request(), now=now), "frame")
        return found.of("request", ID), found.of("action", "open"), found.of("rehearsal", "")

    one = keys()
    assert one == keys(now=NOW + timedelta(minutes=10))
    more = keys(*granted(NOW + HOUR))
    assert (one[0] != more[0], one[1:]) == (True, more[1:])
    later = keys(now=NOW + HOUR)
    assert (one[0] != later[0], one[1] == later[1], one[2] != later[2]) == (True, True, True)
