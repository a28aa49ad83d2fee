"""The finder: small, and it finds everything by name, word and tag, with the keyboard alone."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from tests.portal.conftest import Seen

from lightship.portal.finder import index
from lightship.portal.page import Page, SearchEntry


def _page(path: str, entry: SearchEntry | None) -> Page:
    return Page(path, "", "services", "x.html", dict, entry)


def test_what_the_index_holds() -> None:
    pages = [
        _page("services/cart/", SearchEntry("Cart", "service", "Shop, tier 1", "cart basket shop,")),
        _page("services/cache/", SearchEntry("Cache", "service")),
        _page("services/", None),
    ]
    assert json.loads(index(pages, [("guide/", "Guide")])) == {
        "sorts": [["service", "services/"], ["page", ""]],
        "pages": [
            [0, "cart", "Cart", "Shop, tier 1", "basket"],
            [0, "cache", "Cache"],
            [1, "guide", "Guide"],
        ],
    }


def test_ten_thousand_services_are_less_than_a_megabyte() -> None:
    words = ["amber", "basin", "cedar", "delta", "ember", "fjord", "grove", "haven", "inlet", "jetty"]
    pages = [
        _page(
            f"services/{words[at % 10]}-{words[at // 10 % 10]}-{at}/",
            SearchEntry(
                f"{words[at % 10].title()} {words[at // 10 % 10]} {at}",
                "service",
                f"Team {at % 300}, tier {at % 4}",
                f"tag-{at % 97}",
            ),
        )
        for at in range(10_000)
    ]
    assert len(gzip.compress(index(pages, []))) < 400_000


def test_every_entity_of_the_demo_is_in_it(shop: Path, built: Path) -> None:
    held = json.loads((built / "search.json").read_text("utf-8"))
    paths = {held["sorts"][row[0]][1] + row[1] for row in held["pages"]}
    for folder in (
        "services",
        "teams",
        "people",
        "runbooks",
        "schedules",
        "systems",
        "slos",
        "features",
        "customers",
        "environments",
    ):
        for file in (shop / "catalog" / folder).glob("*.yaml"):
            assert f"{folder}/{file.stem}" in paths
    assert "guide" in paths


@pytest.mark.parametrize(
    ("typed", "title", "sort"),
    [
        ("checkout", "Checkout", "service"),
        ("CHECK", "Checkout", "service"),
        ("leila", "Leila Kahkeshan", "person"),
        ("gokyuz", "Emre Gökyüz", "person"),
        ("valkey fail", "The cart store fails over", "runbook"),
        ("guide", "Guide", "page"),
    ],
)
def test_what_is_typed_is_found(seen: Seen, typed: str, title: str, sort: str) -> None:
    page = seen.open("services/checkout/")
    page.keyboard.press("/")
    page.keyboard.type(typed)
    hits = page.locator(".ls-finder__hits li")
    hits.first.wait_for()
    found = [
        (
            hits.nth(at).locator(".ls-hit__title").inner_text(),
            hits.nth(at).locator(".ls-hit__sort").inner_text(),
        )
        for at in range(min(3, hits.count()))
    ]
    assert (title, sort) in found
    assert seen.complaints == []


def test_the_keyboard_is_enough(seen: Seen) -> None:
    page = seen.open("guide/")
    page.keyboard.press("/")
    page.keyboard.type("payment")
    page.locator(".ls-finder__hits li").nth(1).wait_for()
    page.keyboard.press("ArrowDown")
    second = page.locator(".ls-finder__hits li[aria-selected=true] a").get_attribute("href")
    page.keyboard.press("ArrowUp")
    assert page.locator(".ls-finder__hits li[aria-selected=true] a").get_attribute("href") != second
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(second)


def test_escape_closes_at_once(seen: Seen) -> None:
    page = seen.open("guide/")
    page.keyboard.press("/")
    page.keyboard.type("payment")
    page.locator(".ls-finder__hits li").first.wait_for()
    page.keyboard.press("Escape")
    assert not page.locator("dialog.ls-finder").is_visible()


def test_nothing_found_is_said(seen: Seen) -> None:
    page = seen.open("guide/")
    page.keyboard.press("/")
    page.keyboard.type("qqqqqq")
    page.wait_for_function(
        "() => document.querySelector('.ls-finder__told').textContent.startsWith('Nothing is called')"
    )


def test_hits_are_text(seen: Seen, tmp_path: Path) -> None:
    """An index full of markup gives text."""
    rows: list[Any] = [
        [0, "x", "<img src=x onerror=window.pwned=1> zebra", '"><script>window.pwned=1</script>']
    ]
    body = json.dumps({"sorts": [["<b>service</b>", "services/"]], "pages": rows})
    seen.page.route("**/search.json", lambda route: route.fulfill(body=body, content_type="application/json"))
    page = seen.open("guide/")
    page.keyboard.press("/")
    page.keyboard.type("zebra")
    page.locator(".ls-finder__hits li").first.wait_for()
    assert page.evaluate("document.querySelectorAll('.ls-finder__hits :is(img, script, b)').length") == 0
    assert page.locator(".ls-hit__words").inner_text() == rows[0][3]
    assert page.evaluate("window.pwned") is None
