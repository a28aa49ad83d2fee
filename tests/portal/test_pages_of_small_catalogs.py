"""Pages of catalogs that hold little, or trouble: what is missing is named with its remedy."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.portal.bodies import Body, bodies, parse, view
from tests.trees import TEAM, write

TWO_LINES = {"catalog/services/shop.yaml": "name: Shop\nowner: payments\n"}
ROTATION = """
name: Payments on call
team: payments
timezone: UTC
layers:
  - people: [ada]
    starts: 2026-01-05
    handover: "09:00"
    length: 1d
    restrictions: [{days: [mon, tue, wed, thu, fri], start: "09:00", end: "17:00"}]
"""


def _pages(tmp_path: Path, files: Mapping[str, str]) -> Mapping[str, Body]:
    root = write(tmp_path / "catalog", {"lightship.yaml": "name: Small\n", **files})
    return bodies(view(root), tmp_path / "templates")


def test_an_empty_catalog_says_what_would_be_here(tmp_path: Path) -> None:
    found = _pages(tmp_path, {})
    for path in (
        "services/",
        "oncall/",
        "runbooks/",
        "scorecards/",
        "initiatives/",
        "people/",
        "teams/",
        "systems/",
    ):
        assert "Here you would" in found[path].text, path
        assert "lightship schema" in found[path].text, path
    assert "Here you would see who is on call" in found[""].text


def test_a_service_of_two_lines_has_a_page_with_the_next_things_to_write(tmp_path: Path) -> None:
    text = _pages(tmp_path, TEAM | TWO_LINES)["services/shop/"].text
    for words in (
        "Add description:",
        "Add schedule:",
        "No runbook yet",
        "slos:",
        "features:",
        "Needs nothing",
        "no tier",
    ):
        assert words in text, words


@pytest.mark.parametrize(
    ("coverage", "words"),
    [
        ("", "Nobody until Tue 09:00"),
        (
            'coverage: {hours: [{days: [mon], start: "09:00", end: "17:00"}]}\n',
            "As agreed: these hours are not covered.",
        ),
    ],
)
def test_a_gap_is_said_in_plain_words(tmp_path: Path, coverage: str, words: str) -> None:
    files = {
        **TEAM,
        "catalog/schedules/payments.yaml": ROTATION + coverage,
        "catalog/services/shop.yaml": "name: Shop\nowner: payments\nschedule: payments\n",
    }
    found = _pages(tmp_path, files)
    assert words in found["services/shop/"].text
    promised = not coverage
    assert ("1 schedule" in found[""].text or "Nobody is on call" in found[""].text) == promised
    assert ('class="ls-call gap"' in found["services/shop/"].html) == promised


def test_somebody_who_left_is_nobody(tmp_path: Path) -> None:
    files = {
        **TEAM,
        "catalog/people/ada.yaml": "name: Ada Example\nactive: false\n",
        "catalog/schedules/payments.yaml": ROTATION,
        "catalog/services/shop.yaml": "name: Shop\nowner: payments\nschedule: payments\n",
    }
    found = _pages(tmp_path, files)
    assert "Nobody is planned" in found["services/shop/"].text
    assert "no longer here" in found["people/ada/"].text


def test_findings_are_shown_where_they_belong(tmp_path: Path) -> None:
    files = {**TEAM, "catalog/services/shop.yaml": "name: Shop\nowner: payments\nrunbooks: [shop-errrors]\n"}
    found = _pages(tmp_path, files)
    assert "1 thing to fix in its file" in found["services/shop/"].text
    assert "shop-errrors" in found["findings/"].text
    assert "catalog/services/shop.yaml:3" in found["findings/"].text
    assert "What needs fixing in the catalog" in found[""].text


def test_a_hub_is_summed_up(tmp_path: Path) -> None:
    services = {
        f"catalog/services/s{n}.yaml": f"name: S{n}\nowner: payments\ndepends_on: [hub]\n" for n in range(80)
    }
    files = TEAM | services | {"catalog/services/hub.yaml": "name: Hub\nowner: payments\n"}
    body = _pages(tmp_path, files)["services/hub/"]
    assert "and 70 more" in body.text
    assert "80 services need it" in body.text
    assert len(body.html) < 40_000


def test_a_retired_service_is_kept_and_not_judged(tmp_path: Path) -> None:
    files = TEAM | {"catalog/services/old.yaml": "name: Old\nowner: payments\nlifecycle: retired\n"}
    assert "It is retired, so nothing judges it any more." in _pages(tmp_path, files)["services/old/"].text


def test_text_stays_text(tmp_path: Path) -> None:
    hostile = '"><img src=x onerror=alert(1)>{{ 7 * 7 }}<script>alert(1)</script>'
    files = {
        **TEAM,
        "catalog/services/shop.yaml": f"name: '{hostile}'\nowner: payments\ndescription: '{hostile}'\nrunbooks: [fix]\n",
        "catalog/runbooks/fix.yaml": f"name: '{hostile}'\nsteps: [{{title: '{hostile}', command: '{hostile}'}}]\n",
    }
    for path, body in _pages(tmp_path, files).items():
        parsed = parse(body.html)
        assert not [tag for tag, _ in parsed.tags if tag in ("img", "script")], path
    assert hostile in _pages(tmp_path, files)["runbooks/fix/"].text
