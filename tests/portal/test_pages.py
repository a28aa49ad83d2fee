"""Every page of the demo: it stands on its own, its links lead somewhere, and it says what a reader came for."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.portal.bodies import Body, bodies, parse, view

SEPARATORS = ("#", "?")


@pytest.fixture(scope="module")
def shop(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Body]:
    """The demo's pages on a Monday night in November."""
    return bodies(view(demo), tmp_path_factory.mktemp("templates"))


def test_every_page_is_whole(shop: Mapping[str, Body]) -> None:
    assert len(shop) > 100
    for path, body in shop.items():
        parsed = parse(body.html)
        assert (parsed.open, parsed.wrong) == ([], []), path
        assert [tag for tag, _ in parsed.tags].count("h1") == 1, path
        ids = parsed.values("id")
        assert len(ids) == len(set(ids)), path


def test_no_page_brings_styles_or_scripts_of_its_own(shop: Mapping[str, Body]) -> None:
    for path, body in shop.items():
        for tag, attributes in parse(body.html).tags:
            assert tag not in ("script", "style", "iframe"), path
            assert not [name for name in attributes if name == "style" or name.startswith("on")], path


def test_every_link_within_leads_to_a_page(shop: Mapping[str, Body]) -> None:
    for path, body in shop.items():
        for href in parse(body.html).values("href"):
            # Calendars and feeds are files, not pages: their own tests follow those links.
            if re.match(r"https://|mailto:|tel:", href) or href.endswith((".csv", ".ics", ".json", ".xml")):
                continue
            target = re.split("[#?]", href)[0]
            if not target:
                anchor = href[1:]
                assert anchor in parse(body.html).values("id"), (path, href)
                continue
            found = posixpath.normpath(posixpath.join("/" + path, target)).strip("/")
            assert (f"{found}/" if found else "") in shop, (path, href)


def test_links_into_a_page_find_their_place(shop: Mapping[str, Body]) -> None:
    checked = 0
    for path, body in shop.items():
        for href in parse(body.html).values("href"):
            if "#" in href and not href.startswith(("#", "https:")):
                target, _, anchor = href.partition("#")
                found = posixpath.normpath(posixpath.join("/" + path, target)).strip("/")
                assert anchor in parse(shop[f"{found}/"].html).values("id"), (path, href)
                checked += 1
    assert checked > 100


def test_no_page_shrugs(shop: Mapping[str, Body]) -> None:
    for path, body in shop.items():
        assert not re.search(r"\b(N/A|undefined|NaN)\b|>\s*None\s*<|None,", body.html), path


def test_times_carry_the_whole_of_it(shop: Mapping[str, Body]) -> None:
    for path, body in shop.items():
        for tag, attributes in parse(body.html).tags:
            if tag == "time":
                assert re.match(r"\d{4}-\d\d-\d\d", attributes["datetime"] or ""), path
                assert re.search(r"\d{4}", attributes["title"] or ""), path


def _in_order(text: str, *words: str) -> bool:
    at = 0
    for word in words:
        at = text.find(word, at)
        if at < 0:
            return False
    return True


def test_home_answers_who_is_on_call_first(shop: Mapping[str, Body]) -> None:
    text = shop[""].text
    assert _in_order(
        text, "On call now", "Leila Kahkeshan", "then Nia Farlight", "Needs care", "Falls due", "On its way"
    )
    assert "as agreed, then Rohan Grahanam" in text


def test_a_service_answers_in_the_order_of_a_bad_night(shop: Mapping[str, Body]) -> None:
    text = shop["services/checkout/"].text
    assert _in_order(
        text,
        "Checkout",
        "tier 1, the company stops",
        "On call now",
        "Leila Kahkeshan",
        "then Nia Farlight",
        "No answer?",
        "after 15 min",
        "When it breaks",
        "Checkout fails",
        "Next step",
        "Scorecards",
        "Depends on",
    )
    hrefs = parse(shop["services/checkout/"].html).values("href")
    assert "tel:+493023125006" in hrefs
    assert "../../runbooks/checkout-errors/" in hrefs


def test_a_runbook_numbers_what_to_type(shop: Mapping[str, Body]) -> None:
    body = shop["runbooks/checkout-errors/"]
    assert _in_order(
        body.text, "You are right here if", "6 steps", "kubectl", "You see", "To undo it", "holds"
    )
    assert body.html.count('<pre class="copy"><code>') == 3


def test_a_scorecard_says_who_misses_what(shop: Mapping[str, Body]) -> None:
    text = shop["scorecards/incident-readiness/"].text
    assert _in_order(
        text,
        "at the top",
        "missed by somebody",
        "Has a runbook",
        "Missed by",
        "By team",
        "Services, lowest first",
    )


def test_an_initiative_says_who_remains(shop: Mapping[str, Body]) -> None:
    text = shop["initiatives/ready-for-the-holidays/"].text
    assert _in_order(text, "behind plan", "services done", "to go", "Milestones")
