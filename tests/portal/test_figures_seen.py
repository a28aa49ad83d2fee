"""Metrics, hand-overs and the public status page of the demo's year, in a real browser on a phone and on a desk."""

from __future__ import annotations

import functools
import shutil
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from tests.portal.conftest import _Quiet, watched
from tests.portal.test_pages_seen import PALE
from tests.trees import commit, lightship

pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pages are not looked at")

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
PAGES = (
    "portal/metrics/",
    "portal/metrics/services/",
    "portal/handovers/checkout-primary/",
    "status/",
    "status/history.html",
)


@pytest.fixture(scope="module")
def year(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demo with its year, built for colleagues and for the public, below one address."""
    root = tmp_path_factory.mktemp("year")
    for name in ("catalog", "scorecards", "actions"):
        shutil.copytree(demo / name, root / name)
    shutil.copy(demo / "lightship.yaml", root)
    commit(root, {})
    for command in (("demo", "year"), ("build",), ("statuspage",)):
        done = lightship(root, *command, timeout=180)
        assert done.code == 0, done.err
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(root / "build")))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_pages_fit_and_can_be_read(window: Any, year: str, size: dict[str, int], scheme: str) -> None:
    with watched(window, year, viewport=size, color_scheme=scheme) as seen:
        for path in PAGES:
            page = seen.open(path)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
            pale = PALE if path.startswith("portal") else PALE.replace('".ls"', '"body"')
            assert page.evaluate(pale) == [], path
        assert seen.complaints == []


def test_the_leader_s_questions_are_answered_in_the_first_screen(window: Any, year: str) -> None:
    with watched(window, year, viewport=PHONE) as seen:
        page = seen.open("portal/metrics/")
        for selector in (".ls-numbers", "ul.ls-rows", "#promises h2"):
            assert page.locator(selector).first.bounding_box()["y"] < PHONE["height"] - 40, selector
        assert page.locator("#promises h2").bounding_box()["y"] < PHONE["height"] - 40


def test_a_phone_gets_charts_of_its_own(window: Any, year: str) -> None:
    pytest.importorskip("vl_convert", reason="the extra `charts` is not installed: nothing is drawn")
    for size, shown, hidden in ((PHONE, "narrow", "wide"), (DESK, "wide", "narrow")):
        with watched(window, year, viewport=size) as seen:
            page = seen.open("portal/metrics/")
            chart = page.locator("#restore")
            assert chart.locator(f"svg.{shown}").is_visible()
            assert not chart.locator(f"svg.{hidden}").is_visible()
            drawn = chart.locator(f"svg.{shown} text.f-soft").first
            # As large as it was drawn: what shrinks with its place cannot be read.
            assert drawn.bounding_box()["height"] >= 12


def test_the_public_page_needs_no_scripts(window: Any, year: str) -> None:
    with watched(window, year, viewport=PHONE, java_script_enabled=False) as seen:
        page = seen.open("status/")
        assert page.locator("h1").is_visible()
        assert page.locator(".services li").count() == 6
        assert page.locator("svg.bars").first.bounding_box()["width"] > 300
        page.locator("a", has_text="The whole year").click()
        assert page.locator("article").count() > 10
        assert seen.complaints == []
