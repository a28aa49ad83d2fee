"""A page for each hand-over: who to whom, what is open, what happened, what comes, and whether it is accepted."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.incidents.stories import told
from tests.portal.bodies import Body, parse
from tests.trees import write

from lightship import commandline
from lightship.facts.records import NOTHING, Alert, Change, Observed
from lightship.facts.snapshot import NONE
from lightship.incidents import events
from lightship.incidents.book import EMPTY, Book
from lightship.incidents.incident import Incident
from lightship.journal.entry import Actor, Entry, new_id
from lightship.portal.keys import Keys
from lightship.portal.pages import handovers
from lightship.portal.render import Renderer
from lightship.portal.view import View
from lightship.scorecards.score import score

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # the hand-over
NOW = MONDAY + timedelta(hours=2)
SHOP = {
    "lightship.yaml": "name: Shop\n",
    "catalog/people/ada.yaml": "name: Ada Example\nphone: +49 30 23125 001\n",
    "catalog/people/bo.yaml": "name: Bo Example\n",
    "catalog/teams/payments.yaml": "name: Payments\nmembers: [ada, bo]\n",
    "catalog/schedules/primary.yaml": (
        "name: Payments on call\nteam: payments\ntimezone: UTC\nlayers:\n"
        "- {name: Week, starts: 2026-01-05, people: [ada, bo], handover: '09:00', length: 7d}\n"
    ),
    "catalog/services/checkout.yaml": "name: Checkout\nowner: payments\nschedule: primary\n",
    "catalog/services/cart.yaml": "name: Cart\nowner: payments\n",
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("shop"), SHOP)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept")


def view(root: Path, book: Book = EMPTY, observed: Observed = NOTHING, now: datetime = NOW) -> View:
    catalog = commandline.load(root)
    assert not catalog.findings
    return View(catalog, NONE, score(catalog, NONE, now), (), now, book, None, observed)


def page(seen: View, kept: Path) -> Body:
    (found,) = handovers.pages(seen)
    assert found.path == "handovers/primary/"
    return Body(found.title, Renderer(kept).body(found.template, found.context()))


def incident(id: str, hours: float, *story: tuple[float, events.Event], **more: Any) -> Incident:
    """One that was declared so many hours before the hand-over."""
    data = {"title": f"Trouble {id[-4:]}", "severity": "SEV2", "services": ("checkout",), **more}
    at = MONDAY - timedelta(hours=hours)
    return told((0, events.Declared.model_validate({**data, "at": at})), *story, id=id)


def book(*incidents: Incident, **records: tuple[Entry, ...]) -> Book:
    return Book(
        "tip", {each.id: each for each in incidents}, {"handover.accepted": records.get("accepted", ())}
    )


def accepted(at: datetime, one: str, other: str, note: str = "") -> Entry:
    data = {"from": one, "to": other, "at": at.strftime("%Y-%m-%dT%H:%M:%S.000Z"), "person": other}
    by = Actor(other, other, True)
    return Entry(new_id(at), "handover.accepted", "primary", at, by, {**data, "note": note} if note else data)


def test_who_hands_over_to_whom_and_how_to_reach_them(root: Path, kept: Path) -> None:
    body = page(view(root), kept)
    parsed = parse(body.html)
    assert (parsed.open, parsed.wrong) == ([], [])
    assert "handed over to" in body.text
    names = {"Ada Example", "Bo Example"}
    assert all(name in body.text for name in names)
    assert "tel:+493023125001" in parsed.values("href")
    assert "lightship handover primary --accept" in body.text
    ahead = page(view(root, now=MONDAY - timedelta(hours=2)), kept)
    assert "hands over to" in ahead.text and "will have it until" in ahead.text


def test_what_is_open_and_what_happened(root: Path, kept: Path) -> None:
    said = (1.0, events.Updated(text="The pool is exhausted."))
    over = (1.0, events.Resolved(text="Raised the limit."))
    those = book(
        incident("inc-20260301-open", 5, said),
        incident("inc-20260228-over", 30, over),
        incident("inc-20260201-long", 700, over, title="Long ago"),
        incident("inc-20260301-else", 4, said, services=("cart",), title="Another's"),
    )
    changes = (
        Change(
            id="c1",
            at=MONDAY - timedelta(hours=3),
            services=("checkout",),
            title="Release 9",
            status="failed",
        ),
        Change(
            id="c2", at=MONDAY + timedelta(days=2), services=("checkout",), title="Move it", status="planned"
        ),
        Change(id="c3", at=MONDAY - timedelta(hours=3), services=("cart",), title="Not mine"),
    )
    alerts = (Alert(id="a1", name="CheckoutSlow", at=MONDAY - timedelta(hours=5), services=("checkout",)),)
    text = page(view(root, those, Observed("facts", changes, alerts)), kept).text
    order = [
        "1 open incident",
        "Trouble open",
        "last: The pool is exhausted.",
        "What happened",
        "Trouble over",
        "Raised the limit.",
        "CheckoutSlow",
        "still firing",
        "Release 9",
        "Follow-ups due",
        "What comes",
        "Move it",
    ]
    places = [text.find(words) for words in order]
    assert -1 not in places, dict(zip(order, places, strict=True))
    assert places == sorted(places)
    for word in ("Long ago", "Another's", "Not mine"):
        assert word not in text


def test_follow_ups_that_are_due_are_told_with_who_owes_them(root: Path, kept: Path) -> None:
    owed = (
        2.0,
        events.FollowedUp(id="alert", title="Alert on the queue", owner="bo", due=date(2026, 2, 20)),
    )
    over = (1.0, events.Resolved(text="done"))
    text = page(view(root, book(incident("inc-20260210-owed", 480, over, owed))), kept).text
    assert "Alert on the queue Bo Example" in text


def test_acceptance_is_shown_and_those_before(root: Path, kept: Path) -> None:
    one, other = ("ada", "bo") if "Ada Example handed" in page(view(root), kept).text else ("bo", "ada")
    records = (
        accepted(MONDAY - timedelta(days=7), other, one, "Quiet week."),
        accepted(MONDAY, one, other, "Mind the <b>limit</b>."),
    )
    body = page(view(root, book(accepted=records)), kept)
    assert "accepted by" in body.text
    assert "--accept" not in body.text
    assert "Mind the <b>limit</b>." in body.text
    assert body.text.find("Accepted before") < body.text.find("Quiet week.")
    # An entry that another version wrote breaks no page.
    odd = Entry(new_id(NOW), "handover.accepted", "primary", NOW, Actor("x"), {"at": "yesterday"})
    assert "Accepted before" not in page(view(root, book(accepted=(odd,))), kept).text


def test_what_is_not_known_is_said_with_its_remedy(root: Path, kept: Path) -> None:
    text = page(view(root), kept).text
    assert "no changes are recorded: lightship record change" in text


def test_nobody_hands_over_where_nobody_is(tmp_path: Path, kept: Path) -> None:
    empty = {
        **SHOP,
        "catalog/schedules/primary.yaml": "name: Payments on call\nteam: payments\ntimezone: UTC\n",
    }
    body = page(view(write(tmp_path, empty)), kept)
    assert "Nobody is known to hand over" in body.text
    assert "--accept" not in body.text


def test_it_is_rendered_again_only_where_something_changed(root: Path) -> None:
    def key(those: Book, now: datetime = NOW, observed: Observed = NOTHING) -> str:
        return Keys(view(root, those, observed, now), "frame").of("handover", "primary")

    one = book(incident("inc-20260301-open", 5))
    assert key(one) == key(one, NOW + timedelta(minutes=10))
    # What another schedule's service went through is no matter.
    other = incident("inc-20260301-else", 4, services=("cart",))
    assert key(one) == key(book(*one.incidents.values(), other))
    assert key(one) != key(book(incident("inc-20260301-open", 5, title="Renamed")))
    assert key(one) != key(book(*one.incidents.values(), accepted=(accepted(MONDAY, "ada", "bo"),)))
    assert key(one) != key(one, observed=Observed("facts"))
