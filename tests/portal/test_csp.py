"""The portal in Chromium: nothing from another host, no inline script or style, no complaint; colours, keys and now."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.portal.conftest import Seen, watched

PAGES = ("", "services/", "services/checkout/", "oncall/", "people/", "findings/", "guide/", "404.html")


@pytest.mark.parametrize("path", PAGES)
def test_no_page_complains_or_leaves(seen: Seen, path: str) -> None:
    page = seen.open(path)
    assert (
        page.locator("meta[http-equiv=Content-Security-Policy]")
        .get_attribute("content")
        .startswith("default-src 'self'")
    )
    assert (
        page.evaluate("[...document.scripts].filter(s => !s.src && s.type !== 'application/json').length")
        == 0
    )
    source = page.request.get(seen.root + path).text()
    assert "<style" not in source
    assert " style=" not in source
    # The address of 404.html itself is relative to the root of a host; here the portal lies below a path.
    if path != "404.html":
        assert seen.complaints == []


def test_what_is_injected_does_not_run(seen: Seen) -> None:
    page = seen.open("services/checkout/")
    page.evaluate(
        """() => {
          document.body.insertAdjacentHTML("beforeend", '<img src="data:," onerror="window.pwned = 1">');
          const script = document.createElement("script");
          script.textContent = "window.pwned = 1";
          document.body.append(script);
        }"""
    )
    page.wait_for_timeout(200)
    assert page.evaluate("window.pwned") is None
    assert any("Content Security Policy" in each for each in seen.complaints)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_follow_the_device_until_somebody_chooses(window: Any, site: str, scheme: str) -> None:
    wanted = {"light": "default", "dark": "slate"}[scheme]
    with watched(window, site, color_scheme=scheme) as seen:
        page = seen.open("")
        read = "document.body.getAttribute('data-md-color-scheme')"
        assert page.evaluate(read) == wanted
        # Two steps on from "as the device" is dark.
        for _ in range(2):
            page.locator(".md-header__option label:visible").click()
        assert page.evaluate(read) == "slate"
        assert seen.open("services/").evaluate(read) == "slate"
        assert seen.complaints == []


def test_keys_go_places(seen: Seen) -> None:
    page = seen.open("services/checkout/")
    page.keyboard.press("?")
    assert page.locator("dialog.ls-keys").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("dialog.ls-keys").is_visible()
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url("**/project/services/")
    page.keyboard.press("g")
    page.keyboard.press("o")
    page.wait_for_url("**/project/oncall/")
    page.keyboard.press("g")
    page.keyboard.press("h")
    page.wait_for_url("**/project/")


def test_on_call_is_of_this_minute_not_of_the_build(seen: Seen, built: Path) -> None:
    """A week later the page is the same, and says somebody else."""
    shifts = json.loads((built / "api/oncall.json").read_text("utf-8"))
    schedule = shifts["checkout-primary"]
    built_at = datetime.now(UTC)
    later = built_at + timedelta(days=7)
    names = {_holder(schedule, moment) for moment in (built_at, later)}
    assert len(names) == 2, "the rotation does not turn within a week: the test would see nothing"
    seen.page.clock.install(time=later)
    page = seen.open("services/checkout/")
    who = page.locator("[data-schedule=checkout-primary] .ls-who").first
    who.wait_for()
    page.wait_for_function(
        "name => document.querySelector('.ls-who').textContent.includes(name)",
        arg=schedule["people"][_holder(schedule, later)],
    )
    assert page.locator(".ls-old").is_visible()
    assert seen.complaints == []


def _holder(schedule: dict[str, Any], moment: datetime) -> str:
    for start, end, person, _ in schedule["turns"]:
        if datetime.fromisoformat(start) <= moment < datetime.fromisoformat(end):
            return str(person)
    return ""


def test_the_age_of_the_data_is_told(seen: Seen) -> None:
    page = seen.open("")
    page.wait_for_function("() => document.querySelector('.ls-stamp time.ls-relative') !== null")
    assert "ago" in page.locator(".ls-stamp").inner_text()
    assert page.locator(".ls-old").count() == 0


def test_the_first_view_needs_no_scripts(window: Any, site: str) -> None:
    with watched(window, site, java_script_enabled=False) as seen:
        page = seen.open("services/")
        assert page.locator("table.ls-table tbody tr").count() == 20
        assert not page.locator(".ls-find").is_visible()
        assert page.locator(".ls-stamp").inner_text().startswith("Data as of")
