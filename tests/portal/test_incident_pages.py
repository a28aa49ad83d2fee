"""The pages of incidents: what a responder needs first, what is missing, what was corrected, and who says so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.incidents.stories import declared, told
from tests.portal.bodies import Asked, Body, parse
from tests.trees import write

from lightship import commandline
from lightship.facts.records import NOTHING, Change, Observed
from lightship.facts.snapshot import NONE
from lightship.incidents import events
from lightship.incidents.book import Book
from lightship.incidents.events import Event
from lightship.incidents.incident import Incident
from lightship.journal.entry import Actor
from lightship.portal.view import View
from lightship.scorecards.score import score

NOW = datetime(2026, 3, 2, 9, 41, tzinfo=UTC)  # 41 minutes after it was declared
ID = "inc-20260302-abcd"
PAGE = f"incidents/{ID}/"
STRANGER = Actor("night operator", "", False)
SHOP = {
    "lightship.yaml": "name: Shop\ntimezone: UTC\nstatus_page: {url: 'https://status.example.com/'}\n",
    "catalog/people/ada.yaml": "name: Ada Example\nphone: +49 30 23125 001\n",
    "catalog/people/bo.yaml": "name: Bo Example\n",
    "catalog/teams/payments.yaml": "name: Payments\nmembers: [ada, bo]\n",
    "catalog/runbooks/restart.yaml": "name: Restart it\nsteps: [{title: Restart, command: make restart}]\n",
    "catalog/services/checkout.yaml": "name: Checkout\nowner: payments\nrunbooks: [restart]\n",
    "catalog/services/cart.yaml": "name: Cart\nowner: payments\n",
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("shop"), SHOP)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept")


def pages(
    root: Path,
    kept: Path,
    *incidents: Incident,
    observed: Observed = NOTHING,
    texts: Mapping[str, str] | None = None,
    now: datetime = NOW,
) -> Mapping[str, Body]:
    catalog = commandline.load(root)
    assert not catalog.findings
    book = Book("tip", {each.id: each for each in incidents})
    seen = View(catalog, NONE, score(catalog, NONE, now), (), now, book, None, observed, texts)
    return Asked(seen, kept)


def open_one(*more: tuple[float, Event]) -> Incident:
    return told(
        declared("Orders fail", commander="ada"),
        (2, events.Acknowledged(text="On it.")),
        (
            5,
            events.Updated(
                text="One in five orders fails.", bridge="https://meet.example.com/x", public=True
            ),
        ),
        *more,
    )


def over() -> Incident:
    return told(
        declared("Orders fail", commander="ada"),
        (30, events.Mitigated(text="Drained.")),
        (40, events.Resolved(text="Rolled it back.")),
    )


def test_the_first_things_said_are_what_it_is_who_leads_and_what_to_do(root: Path, kept: Path) -> None:
    body = pages(root, kept, open_one())[PAGE]
    head = parse(body.html.partition("Milestones")[0]).text
    wanted = (
        "SEV2",
        "investigating",
        "41 min",
        "Orders fail",
        "Ada Example leads",
        "next update due in 24 min",
    )
    assert [text for text in wanted if text not in head] == []
    assert f"lightship incident update {ID}" in head
    links = parse(body.html).values("href")
    assert "https://meet.example.com/x" in links
    assert "tel:+493023125001" in links
    assert "https://status.example.com/" in links


def test_a_late_update_and_an_incident_that_nobody_leads_are_said(root: Path, kept: Path) -> None:
    body = pages(root, kept, told(declared("Orders fail")), now=NOW + timedelta(hours=2))[PAGE]
    assert "nobody leads" in body.text
    assert "update was due" in body.text


def test_what_is_over_asks_for_nothing(root: Path, kept: Path) -> None:
    body = pages(root, kept, over())[PAGE]
    assert "resolved" in body.text
    assert "40 min" in body.text
    assert "Ada Example led" in body.text
    assert "What to type next" not in body.text
    assert "Rolled it back." in body.text


@pytest.mark.parametrize(("incident", "first"), [(open_one(), "One in five"), (over(), "declared SEV2")])
def test_the_latest_comes_first_while_it_is_open(
    root: Path, kept: Path, incident: Incident, first: str
) -> None:
    body = pages(root, kept, incident)[PAGE]
    lines = re.findall(r'<ol class="ls-timeline">(.*?)</li>', body.html, re.DOTALL)
    assert first in lines[0]


def test_what_the_public_was_told_is_marked(root: Path, kept: Path) -> None:
    body = pages(root, kept, open_one())[PAGE]
    assert body.html.count(">public<") == 1


def test_milestones_say_what_is_missing_and_what_is_still_to_come(root: Path, kept: Path) -> None:
    body = pages(root, kept, open_one())[PAGE]
    assert re.search(r"Impact began</span> <strong>not recorded", body.html)
    assert re.search(r"Resolved</span> <strong>not yet", body.html)
    assert "2 min later" in body.text


def test_a_correction_keeps_both_times(root: Path, kept: Path) -> None:
    early = datetime(2026, 3, 2, 8, 40, tzinfo=UTC)
    fix = events.Corrected(
        reason="The graphs show it", milestone="acknowledged", at=early + timedelta(minutes=21)
    )
    impact = events.Corrected(reason="Read off the graph", milestone="impact_started", at=early)
    body = pages(root, kept, open_one((10, fix), (11, impact)))[PAGE]
    said = body.text.replace(" ,", ",")
    assert "first told as 09:02, corrected 09:10 by Ada Example: The graphs show it" in said
    assert "not told at first, corrected 09:11 by Ada Example: Read off the graph" in said


def test_the_strip_is_to_scale(root: Path, kept: Path) -> None:
    incident = told(
        declared("Orders fail", impact_started=datetime(2026, 3, 2, 8, 50, tzinfo=UTC)),
        (10, events.Mitigated()),
        (30, events.Resolved()),
    )
    body = pages(root, kept, incident)[PAGE]
    widths = {
        name: float(width)
        for width, name in re.findall(r'<svg x="[\d.]+%" width="([\d.]+)%".*?<rect class="(\w+)"', body.html)
    }
    assert widths == {"impact_started": 25.0, "declared": 25.0, "mitigated": 50.0}


def test_somebody_the_catalog_does_not_know_is_marked(root: Path, kept: Path) -> None:
    body = pages(root, kept, told(declared("Orders fail"), by=STRANGER))[PAGE]
    assert re.search(r"night operator <span class=\"tag\">unverified", body.html)
    # A name is no proof: a stranger who calls himself like a person's id is no link to that person.
    body = pages(root, kept, told(declared("Orders fail"), by=Actor("ada", "", False)))[PAGE]
    told_by = body.html.partition("What is known ")[0]
    assert "unverified" in told_by
    assert "people/ada/" not in told_by
    assert "Ada Example" not in told_by


def test_an_imported_one_says_whence(root: Path, kept: Path) -> None:
    source = {"system": "cstate", "key": "42", "path": "content/issues/42.md"}
    incident = told(declared("Orders fail", source=source), by=Actor("import", "", False, "import"))
    assert "imported from cstate, content/issues/42.md" in pages(root, kept, incident)[PAGE].text


def test_a_bridge_that_is_no_address_is_only_text(root: Path, kept: Path) -> None:
    body = pages(root, kept, open_one((6, events.Updated(bridge="javascript:alert(1)"))))[PAGE]
    assert "Bridge: javascript:alert(1)" in body.text
    assert not [href for href in parse(body.html).values("href") if "javascript" in href]


def test_follow_ups_say_who_and_by_when(root: Path, kept: Path) -> None:
    late = events.FollowedUp(id="alert", title="Alert on it", owner="bo", due=NOW.date() - timedelta(days=3))
    done = events.FollowedUp(id="limit", title="Add a limit", state="done")
    incident = told(declared("Orders fail"), (9, events.Resolved()), (10, late), (11, done))
    found = pages(root, kept, incident)
    assert "Alert on it Bo Example was due 3 days ago" in found[PAGE].text
    assert re.search(r"Add a limit.*?done", found[PAGE].text)
    assert "Alert on it" in found["people/bo/"].text
    assert "Alert on it" in found[""].text


def test_others_that_belong_to_it_are_named(root: Path, kept: Path) -> None:
    twin = told(
        declared("The same again"),
        (3, events.Closed(reason="Seen twice", duplicate_of=ID)),
        id="inc-20260302-twin",
    )
    found = pages(root, kept, open_one(), twin)
    assert "Told again as" in found[PAGE].text
    assert "It is a duplicate of" in found["incidents/inc-20260302-twin/"].text


def test_a_kept_brief_is_shown_and_whatever_it_holds_does_no_harm(root: Path, kept: Path) -> None:
    brief = {
        "as_of": "2026-03-02T09:00:00.000Z",
        "changes": [
            {"title": "Raise the retries", "reason": "11 min before", "url": "javascript:x", "services": 7},
            5,
        ],
        "on_call": "nobody",
        "blast_radius": ["x"],
        "owner": {"team": "payments", "lead": None},
        "unknown": [3, "no alert is recorded: `lightship record alert`"],
        "links": [{"title": "Map", "url": "data:text/html,x"}],
        "similar": [{"id": "inc-20200101-gone", "title": "Long ago", "severity": 3}],
    }
    body = pages(root, kept, told(declared("Orders fail"), (0.1, events.Briefed(brief=brief))))[PAGE]
    assert "What was known when it was declared" in body.text
    assert "Raise the retries" in body.text
    assert "Long ago" in body.text
    assert not [href for href in parse(body.html).values("href") if re.match("javascript|data", href)]


def test_the_brief_as_it_is_names_the_suspect(root: Path, kept: Path) -> None:
    change = Change(
        id="c1", at=NOW - timedelta(minutes=50), services=("checkout",), title="Raise the retries"
    )
    found = pages(root, kept, open_one(), observed=Observed("commit", (change,)))
    assert "What is known " in found[PAGE].text
    assert "Raise the retries" in found[PAGE].text
    assert "Raise the retries" in found["services/checkout/"].text
    assert "Raise the retries" in found[""].text


def test_home_and_the_pages_it_concerns_say_what_burns(root: Path, kept: Path) -> None:
    found = pages(root, kept, open_one())
    for path in ("", "services/checkout/", "teams/payments/"):
        assert "Orders fail" in found[path].text, path
        assert "next update due in" in found[path].text, path
    assert "1 incident is open" in found[""].text
    assert "commander" in found["people/ada/"].text
    assert "Orders fail" not in found["services/cart/"].text


def test_home_says_that_nothing_burns_and_when_something_last_did(root: Path, kept: Path) -> None:
    assert "Nothing is on fire" in pages(root, kept)[""].text
    text = pages(root, kept, over())[""].text
    assert "Nothing is on fire. The last was SEV2 Orders fail" in text
    drill = told(declared("Only a drill", drill=True))
    text = pages(root, kept, drill)[""].text
    assert "Nothing is on fire" in text
    assert "Only a drill" in text


def test_a_runbook_names_the_incidents_that_it_helped_in(root: Path, kept: Path) -> None:
    use = events.Helped(runbook="restart", content_hash="0123456789abcdef")
    found = pages(root, kept, open_one((7, use)))
    assert "Orders fail" in found["runbooks/restart/"].text
    assert "helped" in found[PAGE].text


def test_the_list_has_open_ones_first_and_marks_drills(root: Path, kept: Path) -> None:
    later = told((60, declared("Later, and over")[1]), (70, events.Resolved()), id="inc-20260302-late")
    drill = told(declared("A drill", drill=True), (1, events.Resolved()), id="inc-20260302-dril")
    rows = re.findall(
        r'<th scope="row"><a href="([^"]+)"', pages(root, kept, open_one(), later, drill)["incidents/"].html
    )
    assert rows == [f"{ID}/", "inc-20260302-late/", "inc-20260302-dril/"]
    assert re.search(r"A drill</a><small>drill", pages(root, kept, drill)["incidents/"].html)


def test_post_mortems_are_listed_late_ones_first_and_shown(root: Path, kept: Path) -> None:
    done = over()
    now = NOW + timedelta(days=40)
    found = pages(root, kept, done, now=now)
    assert "overdue" in found["postmortems/"].text
    assert f"lightship postmortem draft {ID}" in found[PAGE].text
    text = "# Post-mortem\n\n<!-- how to -->\n## Cause\n\nIt was *us*. <b>x</b>\n"
    found = pages(root, kept, done, now=now, texts={ID: text})
    body = found[f"postmortems/{ID}/"]
    assert "It was <em>us</em>. &lt;b&gt;x&lt;/b&gt;" in body.html
    assert "how to" not in body.html
    assert body.html.count("<h1") == 1
    assert f"postmortems/{ID}/" in found[PAGE].html
    assert "published" in found["postmortems/"].text


def test_pages_are_whole_and_lead_somewhere(root: Path, kept: Path) -> None:
    found = pages(root, kept, open_one(), over(), texts={ID: "x"})
    for path, body in found.items():
        parsed = parse(body.html)
        assert (parsed.open, parsed.wrong) == ([], []), path
        assert not [name for _, attributes in parsed.tags for name in attributes if name == "style"], path
