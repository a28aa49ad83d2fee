"""Lists: their data, and in Chromium filters by words and facets, an address that keeps them, ten thousand rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.portal.conftest import Seen, watched

from lightship.portal.lists import Column, Facet, Level, List, Mark, Row, shown

ROWS = (
    Row(
        "a/",
        "Alpha",
        "first",
        ("Team <b>", 1, Mark("fail", "no")),
        {"team": "Team <b>", "tag": ("x", "y")},
        "one",
    ),
    Row("b/", "Beta", "", ("Other", None, Level(1, 3, "Bronze")), {"team": "Other", "tag": ("y",)}),
)
LIST = List(
    ("thing", "things"),
    "Things",
    (Column("Team"), Column("Tier", "num"), Column("State", "state", narrow=False)),
    (Facet("team", "Team", ("Other",)), Facet("tag", "Tag"), Facet("none", "None")),
    ROWS,
)


def test_chips_are_counted_and_ordered() -> None:
    assert [(facet.key, values) for facet, values in LIST.chips] == [
        ("team", (("Other", 1), ("Team <b>", 1))),
        ("tag", (("y", 2), ("x", 1))),
    ]


def test_the_data_names_texts_once() -> None:
    data = LIST.as_json()
    texts = data["texts"]
    assert data["facets"] == [["team", ["Other", "Team <b>"]], ["tag", ["y", "x"]]]
    assert [row[:4] for row in data["rows"]] == [["a/", "Alpha", "first", "one"], ["b/", "Beta", "", ""]]
    cells = data["rows"][0][4]
    assert texts[cells[0]] == "Team <b>"
    assert [texts[each] for each in cells[2]] == ["fail", "no"]
    assert data["rows"][1][4][2][:2] == [1, 3]
    assert data["rows"][0][5] == [[1], [1, 0]]


def test_cells_are_escaped() -> None:
    assert shown("<b>") == "&lt;b&gt;"
    assert shown(Mark("fail", "<b>")) == '<span class="s fail">&lt;b&gt;</span>'
    assert "&lt;b&gt;" in shown(Level(1, 2, "<b>"))


def test_words_and_facets_filter_and_the_address_keeps_them(seen: Seen) -> None:
    page = seen.open("services/")
    page.locator(".ls-filter").wait_for()
    assert page.locator("tbody tr").count() == 20
    page.keyboard.press("/")
    page.keyboard.type("check")
    page.wait_for_function("() => document.querySelectorAll('tbody tr').length < 20")
    assert "Checkout" in page.locator("tbody tr th a").all_inner_texts()
    assert page.url.endswith("?q=check")
    page.keyboard.press("Escape")
    chip = page.locator("[data-facet=tier] button").first
    chip.click()
    wanted = int(chip.locator("span").inner_text())
    assert page.locator("tbody tr").count() == wanted
    assert page.locator(".ls-filter__count").inner_text() == f"{wanted} of 20 services"
    sent = page.url
    other = seen.page.context.new_page()
    other.goto(sent)
    other.locator(".ls-filter").wait_for()
    assert other.locator("tbody tr").count() == wanted
    assert other.locator("[data-facet=tier] button").first.get_attribute("aria-pressed") == "true"
    assert seen.complaints == []


def test_script_and_template_make_the_same_rows(seen: Seen) -> None:
    page = seen.open("services/")
    page.locator(".ls-filter").wait_for()
    read = "[...document.querySelectorAll('tbody tr')].map(row => row.innerHTML)"
    before = page.evaluate(read)
    page.keyboard.press("/")
    page.keyboard.type("x")
    page.keyboard.press("Backspace")
    page.wait_for_function("() => document.querySelectorAll('tbody tr').length === 20")
    assert page.evaluate(read) == before


def test_a_row_is_a_card_on_the_phone(window: Any, site: str) -> None:
    with watched(window, site, viewport={"width": 390, "height": 844}) as seen:
        page = seen.open("services/")
        page.locator(".ls-filter").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        row = page.locator("tbody tr").first.bounding_box()
        assert row["width"] <= 390
        assert row["height"] < 140
        assert seen.complaints == []


def test_ten_thousand_rows_open_and_filter_at_once(seen: Seen, built: Path) -> None:
    data = json.loads((built / "services/list.json").read_text("utf-8"))
    rows = [
        [f"s{at}/", f"Service {at}", "", f"word{at % 50}", *data["rows"][at % 20][4:]] for at in range(10_000)
    ]
    body = json.dumps({**data, "rows": rows})
    seen.page.route(
        "**/services/list.json", lambda route: route.fulfill(body=body, content_type="application/json")
    )
    page = seen.open("services/")
    page.locator(".ls-filter").wait_for()
    took = page.evaluate(
        """() => {
          const box = document.querySelector(".ls-filter__box"), took = [];
          for (const text of ["s", "se", "service 9", "word7", "word7 99", "zzz", ""]) {
            const start = performance.now();
            box.value = text;
            box.dispatchEvent(new Event("input"));
            took.push(performance.now() - start);
          }
          return took;
        }"""
    )
    assert sorted(took)[len(took) // 2] < 50, took
    assert page.locator("tbody tr").count() <= 300
    page.evaluate("document.querySelector('.ls-rest').scrollIntoView()")
    page.wait_for_function("() => document.querySelectorAll('tbody tr').length > 150")


def test_rows_are_text(seen: Seen, built: Path) -> None:
    data = json.loads((built / "services/list.json").read_text("utf-8"))
    evil = "<img src=x onerror=window.pwned=1>"
    data["texts"] = [f"{text}{evil}" for text in data["texts"]]
    data["rows"] = [[row[0], evil, evil, evil, *row[4:]] for row in data["rows"]]
    seen.page.route(
        "**/services/list.json",
        lambda route: route.fulfill(body=json.dumps(data), content_type="application/json"),
    )
    page = seen.open("services/?q=img")
    page.wait_for_function("() => document.querySelector('tbody th a')?.textContent.startsWith('<img')")
    assert (
        page.evaluate(
            "[...new Set([...document.querySelectorAll('tbody *')].map(e => e.tagName))].sort().join(' ')"
        )
        == "A I SMALL SPAN TD TH TR"
    )
    assert page.evaluate("window.pwned") is None
