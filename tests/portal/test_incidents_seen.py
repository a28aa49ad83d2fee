"""The demo's year in a real browser: the first screen at night, the list and its filter, ages that go on, contrast."""

from __future__ import annotations

import functools
import shutil
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from tests.portal.conftest import Seen, _Quiet, watched
from tests.portal.test_pages_seen import BOTTOM, PALE
from tests.trees import commit, lightship

NOW = "2026-11-24T23:50:00Z"


@pytest.fixture(scope="module")
def year(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demo with its year, built and served."""
    root, out = tmp_path_factory.mktemp("year") / "shop", tmp_path_factory.mktemp("built")
    shutil.copytree(shop, root)
    commit(root, {})
    done = lightship(root, "demo", "year", "--until", "2026-11-25", timeout=120)
    assert done.code == 0, done.err
    done = lightship(root, "build", "--out", str(out), "--now", NOW, timeout=120)
    assert done.code == 0, done.err
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(out)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def desk(window: Any, year: str) -> Iterator[Seen]:
    """A reader on a desk, ten minutes after the build."""
    with watched(window, year, viewport={"width": 1440, "height": 900}) as seen:
        seen.page.clock.set_fixed_time("2026-11-25T00:00:00Z")
        yield seen


def _open_incident(page: Any) -> str:
    """The path of the worst incident that is open, as the home page leads to it."""
    href: str = page.locator(".ls-fires a[href^='incidents/']").first.get_attribute("href")
    return href


@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        (390, "dark"),
        (1440, "light"),
        *(pytest.param(*each, marks=pytest.mark.slow) for each in ((390, "light"), (1440, "dark"))),
    ],
)
def test_pages_fit_and_can_be_read(window: Any, year: str, width: int, scheme: str) -> None:
    with watched(window, year, viewport={"width": width, "height": 844}, color_scheme=scheme) as seen:
        incident = _open_incident(seen.open(""))
        seen.open("postmortems/?state=published")
        written = seen.page.locator("tbody tr:visible a").first.get_attribute("href")
        over = seen.open("incidents/?state=closed").locator("tbody tr:visible a").first.get_attribute("href")
        for path in (
            "",
            incident,
            "incidents/",
            f"incidents/{over}",
            "postmortems/",
            f"postmortems/{written}",
            "services/checkout/",
        ):
            page = seen.open(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            assert page.evaluate(PALE) == [], path
        assert seen.complaints == []


def test_the_first_screen_of_a_phone_at_night(window: Any, year: str) -> None:
    with watched(window, year, viewport={"width": 390, "height": 844}) as seen:
        page = seen.open("")
        assert page.evaluate(BOTTOM, ".ls-fires li") <= 400
        page = seen.open(_open_incident(page))
        for selector in ("h1", ".ls-standing", ".ls-leads", ".ls-acts", ".ls-next pre"):
            assert page.evaluate(BOTTOM, selector) <= 844, selector
        for act in page.locator(".ls-act").all():
            assert act.bounding_box()["height"] >= 44


def test_it_needs_no_scripts(window: Any, year: str) -> None:
    with watched(window, year, viewport={"width": 390, "height": 844}, java_script_enabled=False) as seen:
        page = seen.page
        page.goto(year)
        assert "leads" in page.locator(".ls-fires").inner_text()
        page.goto(year + _open_incident(page))
        assert "What to type next" in page.locator(".ls").inner_text()
        page.goto(year + "incidents/")
        assert page.locator("tbody tr").count() == 100


def test_the_filter_is_kept_in_the_address(desk: Seen) -> None:
    page = desk.open("incidents/?state=open")
    rows = page.locator("tbody tr")
    assert 0 < rows.count() < 10
    assert page.locator("tbody .s.over").count() == 0
    page = desk.open("incidents/?type=drill")
    assert rows.count() == page.locator("tbody th small").count() > 0
    assert set(page.locator("tbody th small").all_inner_texts()) == {"drill"}
    page.get_by_role("button", name="SEV2").click()
    assert "severity=SEV2" in page.url
    assert desk.complaints == []


def test_ages_go_on_while_a_page_is_open(desk: Seen) -> None:
    page = desk.open("")
    first = page.locator(".ls-fires .ls-age").first
    before = first.inner_text()
    page.clock.set_fixed_time("2026-11-25T05:00:00Z")
    page.reload()
    page.wait_for_load_state("networkidle")
    after = page.locator(".ls-fires .ls-age").first.inner_text()
    assert before != after
    hours = int(after.split(" h")[0]) - (int(before.split(" h")[0]) if " h" in before else 0)
    assert hours in (4, 5)
    ages = desk.open("incidents/?state=open").locator("tbody .ls-age")
    assert all(text.strip() for text in ages.all_inner_texts())


def test_the_keys_lead_to_incidents(desk: Seen) -> None:
    page = desk.open("services/")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("i")
    page.wait_for_url("**/incidents/", timeout=5000)


def test_the_finder_finds_them_by_title_id_and_service(desk: Seen) -> None:
    page = desk.open("")
    title = page.locator(".ls-fires a[href^='incidents/']").first.inner_text()
    id = _open_incident(page).split("/")[1]
    for asked in (title, id):
        page = desk.open("")
        page.keyboard.press("/")
        page.locator(".ls-finder__box").fill(asked)
        page.locator(f".ls-finder__hits a[href$='incidents/{id}/']").wait_for(timeout=10_000)
