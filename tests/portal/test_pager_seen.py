"""A schedule that a pager owns, on the portal: who is on call, as of when, and that it is not guessed once it is old."""

from __future__ import annotations

import functools
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from tests.portal.conftest import watched
from tests.trees import TEAM, commit

from lightship.commands.build import publish
from lightship.facts import store
from lightship.facts.records import PagerSchedule, PagerShift

NOW = datetime.now(UTC).replace(microsecond=0)
FILES = {
    **TEAM,
    "lightship.yaml": "name: x\n",
    "catalog/schedules/nights.yaml": "name: Nights\ntimezone: UTC\nsource: facts\nmax_age: 2d\n",
    "catalog/services/cart.yaml": "name: Cart\nowner: payments\nschedule: nights\n",
}


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    commit(tmp_path / "work", FILES)
    return tmp_path / "work"


def heard(root: Path, at: datetime, *people: str) -> None:
    """The pager says at `at` that each of `people` has a day, from the midnight before."""
    start = at - timedelta(hours=1)
    day = timedelta(days=1)
    shifts = tuple(
        PagerShift(start + day * n, start + day * (n + 1), person) for n, person in enumerate(people)
    )
    store.record(root, "facts", store.update((), (), {"nights": PagerSchedule("pagerduty", at, shifts)}), at)


def text(out: Path, page: str) -> str:
    return (out / page / "index.html").read_text("utf-8")


def test_pages_say_what_the_pager_said_or_that_it_is_unknown(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    publish(root, out, NOW)
    for page in ("schedules/nights", "services/cart"):
        assert "See the pager" in text(out, page) and "no snapshot of its pager is here" in text(out, page)
    heard(root, NOW, "ada", "Jo Doe")
    publish(root, out, NOW)
    for page in ("schedules/nights", "services/cart"):
        assert "Ada Example" in text(out, page) and "as pagerduty said" in text(out, page), page
    assert "Jo Doe" in text(out, "schedules/nights")
    assert "calendars/people/ada.ics" in text(out, "people/ada")
    shifts = json.loads((out / "api/oncall/nights.json").read_text())
    assert (shifts["known"], shifts["source"], shifts["people"]) == (
        True,
        "pagerduty",
        {"ada": "Ada Example"},
    )
    publish(root, out, NOW + timedelta(days=3))
    assert "last heard from pagerduty 3 days ago" in text(out, "services/cart")
    assert "Ada Example" not in text(out, "schedules/nights")


@pytest.fixture
def served(root: Path, tmp_path: Path) -> Iterator[str]:
    heard(root, NOW, "ada", "Jo Doe", "ada")
    publish(root, tmp_path / "out", NOW)
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(tmp_path / "out")))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(("hours", "who"), [(0, "Ada Example"), (30, "Jo Doe"), (49, "See the pager")])
def test_in_the_browser_it_is_of_this_minute_and_never_older_than_it_is_believed(
    window: Any, served: str, hours: int, who: str
) -> None:
    with watched(window, served) as seen:
        seen.page.clock.install(time=NOW + timedelta(hours=hours))
        seen.open("services/cart/")
        seen.page.wait_for_function(
            "who => document.querySelector('.ls-who').textContent.includes(who)", arg=who
        )
        if hours == 49:
            assert (
                "unknown: last heard from pagerduty 2 days ago" in seen.page.locator(".ls-call").inner_text()
            )
        assert seen.complaints == []
