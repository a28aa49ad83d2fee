"""Pages in a real browser: what must be seen at once is, nothing scrolls sideways, small print has contrast."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pages are not looked at")

PAGES = (
    "",
    "services/",
    "services/checkout/",
    "services/flagd-ui/",
    "oncall/",
    "schedules/platform-follow-the-sun/",
    "runbooks/checkout-errors/",
    "actions/",
    "actions/temporary-access/",
    "requests/",
    "grants/",
    "audit/",
    "rehearsal/",
    "scorecards/",
    "scorecards/incident-readiness/",
    "initiatives/ready-for-the-holidays/",
    "people/leila-kahkeshan/",
    "teams/platform/",
    "systems/ordering/",
    "findings/",
)

# The contrast of every text with what lies behind it, by WCAG 2: the texts that have less than 4.5.
PALE = """() => {
  const parts = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const found = parts(getComputedStyle(at).backgroundColor);
      if (found.length === 3 || found[3] === 1) return found.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const pale = [];
  const walker = document.createTreeWalker(document.querySelector(".ls"), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || element.closest("svg") || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const [a, b] = [light(parts(style.color)), light(behind(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) pale.push(`${ratio.toFixed(2)} ${element.className} ${node.data.trim().slice(0, 40)}`);
  }
  return [...new Set(pale)];
}"""

BOTTOM = "(selector) => document.querySelector(selector).getBoundingClientRect().bottom"


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    """Chromium, without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_pages_fit_and_can_be_read(site: str, browser: Any, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
    page = context.new_page()
    for path in PAGES:
        page.goto(site + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.evaluate(PALE) == [], path
    context.close()


def test_the_first_screen_of_a_phone_at_night(site: str, browser: Any) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(site + "services/checkout/")
    for selector in ("h1", ".ls-who", ".ls-acts", ".ls-esc", "#when-it-breaks li a"):
        assert page.evaluate(BOTTOM, selector) <= 844, selector
    for selector in (".ls-act", ".ls-esc a[href^='tel:']"):
        for box in page.locator(selector).all():
            found = box.bounding_box()
            assert found["height"] >= 44, selector
    context.close()


def test_the_first_view_needs_no_scripts(site: str, browser: Any) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, java_script_enabled=False)
    page = context.new_page()
    page.goto(site)
    words = page.locator(".ls").inner_text()
    assert "On call now" in words
    assert "times of Europe/Berlin" in words
    assert "in your time" not in words
    context.close()


def test_a_drawing_can_be_walked_by_keyboard(site: str, browser: Any) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(site + "services/checkout/")
    first = page.locator(".ls-around svg a").first
    target = page.evaluate("(link) => link.href.baseVal", first.element_handle())
    first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/services/" + target.removeprefix("../"), timeout=5000)
    context.close()
