"""`lightship metrics`, run for real: what other tools rely on, and what people read."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.incidents.stories import ADA, T, declared, entries
from tests.trees import TEAM, commit, lightship

from lightship.incidents import events
from lightship.journal.entry import Entry
from lightship.journal.store import Journal

_FILES = {
    **TEAM,
    "catalog/services/checkout.yaml": "name: Checkout\nowner: payments\n",
    "catalog/environments/live.yaml": "name: Live\nstage: production\n",
}
NOW = "2026-04-01T00:00:00Z"
DAY = 24 * 60


def _story(number: int, day: float, minutes: float, **more: object) -> list[Entry]:
    """An SEV2 of checkout that began `day` days after T, told of after 40 minutes, and over after `minutes`."""
    begin = day * DAY
    _, event = declared(f"Story {number}", impact_started=T + timedelta(minutes=begin), **more)
    return entries(
        (begin + 2, event),
        (begin + 7, events.Acknowledged()),
        (begin + 40, events.Updated(text="We are on it.")),
        (begin + minutes, events.Resolved(text="Restarted.", cause="d-7" if number == 1 else None)),
        id=f"inc-20260302-{number:04d}",
        by=ADA,
    )


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A small portal with four incidents, one a drill and one of SEV1, and a deployment."""
    root = tmp_path / "shop"
    commit(root, _FILES)
    told = [*_story(1, 0, 90), *_story(2, 10, 180, severity="SEV1"), *_story(3, 12, 600, drill=True)]
    told += entries(
        declared("Still going on", at=T + timedelta(days=20), reason="late"), id="inc-20260322-open"
    )
    Journal(root, "journal").append(told)
    return root


def _json(root: Path, *arguments: str) -> dict[str, Any]:
    done = lightship(root, "metrics", "--format", "json", "--now", NOW, *arguments)
    assert done.code == 0, done.err
    found: dict[str, Any] = json.loads(done.out)
    return found


def test_json_is_what_other_tools_rely_on(shop: Path) -> None:
    found = _json(shop)
    assert list(found) == [
        "mttd", "mtta", "mttm", "mttr", "mtbf",
        "update_punctuality", "postmortems_on_time", "follow_ups_on_time", "recurrence",
    ]  # fmt: skip
    mttr = found["mttr"]
    assert (mttr["n"], mttr["mean_minutes"], mttr["median_minutes"], mttr["p90_minutes"]) == (
        2,
        135,
        135,
        171,
    )
    assert mttr["excluded"] == [{"id": "inc-20260322-open", "reason": "still open"}]
    assert mttr["formula"] == "resolved − impact_started"
    assert (found["mtta"]["n"], found["mtta"]["mean_minutes"]) == (2, 5)
    assert found["mttd"]["mean_minutes"] is None
    assert "drill" not in json.dumps(found) and "inc-20260302-0003" not in json.dumps(found)


def test_updates_are_told_from_the_kept_book_too(shop: Path) -> None:
    cold, warm = (_json(shop)["update_punctuality"] for _ in range(2))
    assert cold == warm
    # Story 1: three in time, every hour. Story 2, every half an hour: the second came 33 minutes after the first,
    # and the last 140 minutes later. The third was declared at T plus 20 days, and nothing was said since.
    hours = 24 * 10 - 9
    assert (warm["n"], warm["kept"]) == (3 + 1 + 2 + 5 + hours, 6)


def test_groups_have_the_same_shape(shop: Path) -> None:
    found = _json(shop, "--by", "severity")
    assert list(found) == ["by", "groups", "whole", "without"]
    assert {name: each["mttr"]["n"] for name, each in found["groups"].items()} == {"SEV1": 1, "SEV2": 1}
    assert found["whole"] == _json(shop)
    assert list(_json(shop, "--by", "team")["groups"]) == ["payments"]
    assert list(_json(shop, "--by", "month")["groups"]) == ["2026-03"]


def test_a_period_stands_beside_the_one_before(shop: Path) -> None:
    assert _json(shop, "--since", "2026-03-10")["mttr"]["n"] == 1
    assert _json(shop, "--since", "25d")["mttr"]["n"] == 1
    assert _json(shop, "--until", "2026-03-10T00:00:00Z")["mttr"]["median_minutes"] == 90
    done = lightship(shop, "metrics", "--since", "25d", "--now", NOW)
    assert done.code == 0
    line = next(line for line in done.out.splitlines() if "(MTTR)" in line)
    assert line.split() == [
        "time",
        "to",
        "resolve",
        "(MTTR)",
        "1",
        "3.0",
        "h",
        "3.0",
        "h",
        "3.0",
        "h",
        "90",
        "min",
        "1",
    ]
    assert "never counted: a drill (1): inc-20260302-0003" in done.out
    assert "time to resolve (MTTR): still open (1): inc-20260322-open" in done.out


def test_markdown_shows_what_was_typed(shop: Path) -> None:
    Journal(shop, "journal").append(
        entries(declared(), (1, events.Closed(reason="<b>|x|</b>")), id="inc-20260302-evil")
    )
    done = lightship(shop, "metrics", "--format", "markdown", "--now", NOW)
    assert done.code == 0
    assert "| time | n | median | mean | p90 | left out |" in done.out
    assert "<b>" not in done.out and "&lt;b" in done.out


def test_deployments_bring_doras_four(shop: Path, tmp_path: Path) -> None:
    changes = [
        {"id": "d-7", "title": "Checkout 7", "at": "2026-03-02T08:58:00Z", "services": ["checkout"],
         "committed_at": "2026-03-02T06:58:00Z", "environment": "live", "source": "argo"},
        {"id": "d-8", "title": "Checkout 8", "at": "2026-03-05T09:00:00Z", "services": ["checkout"],
         "committed_at": "2026-03-05T08:00:00Z", "source": "argo"},
    ]  # fmt: skip
    (tmp_path / "changes.json").write_text(json.dumps(changes))
    assert lightship(shop, "record", "change", "../changes.json", "--offline").code == 0
    found = _json(shop)
    assert found["lead_time"]["mean_minutes"] == 90
    assert (found["change_failure_rate"]["share"], found["change_failure_rate"]["kept"]) == (0.5, 1)
    assert found["recovery_time"]["median_minutes"] == 92
    assert found["deployment_frequency"]["n"] == 2
    assert _json(shop, "--by", "service")["groups"]["checkout"]["lead_time"]["n"] == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--since", "soon"), "is not a moment"),
        (("--since", "2026-03-02T09:00"), "has no zone"),
        (("--since", "2026-05-01"), "is not before the end of the period"),
        (("--since", "2026-03-02", "--until", "2026-03-01"), "is not before the end of the period"),
        (("--by", "planet"), "is not one of"),
    ],
)
def test_what_cannot_be_asked_is_refused(shop: Path, arguments: tuple[str, ...], said: str) -> None:
    done = lightship(shop, "metrics", "--now", NOW, *arguments)
    assert (done.code, said in done.err) == (2, True)


def test_an_empty_journal_has_figures_without_values(tmp_path: Path) -> None:
    commit(tmp_path / "new", _FILES)
    found = _json(tmp_path / "new")
    assert all(each["n"] == 0 and each["excluded"] == [] for each in found.values())
    assert lightship(tmp_path / "new", "metrics").code == 0
    assert lightship(tmp_path / "new", "metrics", "--by", "team").code == 0
