"""The shipped actions whose effect is a record of our own, from the request to what `oncall`, `brief` and the portal make of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.actions.shop import Shop
from tests.trees import lightship

from lightship import commandline
from lightship.portal.words import full

ROOT = Path(__file__).parents[2]
POLICIES = ("nobody-needs-to-approve", "owner-approves", "on-call-during-incident", "manager-approves")
ACTIONS = ("take-shift", "swap-shifts", "lock-service", "unlock-service", "maintenance-window")
HOUR = timedelta(hours=1)
NOW = datetime.now(UTC).replace(microsecond=0)


def _shipped(path: str) -> str:
    # The teams that keep them are those of the demo.
    lines = (ROOT / path).read_text(encoding="utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("owner:"))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    files = {
        "catalog/teams/payments.yaml": "name: Payments\nmembers: [ada, ben]\nslack: '#payments'\n",
        "catalog/services/pay.yaml": "name: Pay\nowner: payments\ntier: 2\nschedule: pay-primary\n",
        "catalog/schedules/pay-primary.yaml": (
            "timezone: UTC\nlayers:\n"
            '  - { people: [ben], starts: 2026-01-05, handover: "09:00", length: 7d }\n'
        ),
        **{f"actions/policies/{id}.yaml": _shipped(f"actions/policies/{id}.yaml") for id in POLICIES},
        **{f"actions/{id}.yaml": _shipped(f"actions/{id}.yaml") for id in ACTIONS},
    }
    return Shop.made(tmp_path_factory.mktemp("own") / "root", files)


@pytest.fixture
def shop(template: Shop, tmp_path: Path) -> Shop:
    return template.copy(tmp_path / "shop")


def _at(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _on_call(shop: Shop, at: datetime) -> str:
    told = json.loads(shop.run("oncall", "pay", "--format", "json", "--at", _at(at)).out)
    return str(told["now"]["person"])


def _span(start: datetime, hours: int) -> dict[str, Any]:
    return {"start": _at(start), "end": _at(start + hours * HOUR)}


def test_who_takes_a_shift_is_who_is_called(shop: Shop) -> None:
    assert _on_call(shop, NOW + 2 * HOUR) == "ben"
    inputs = {"schedule": "pay-primary", **_span(NOW + HOUR, 2)}
    shop.ask("take-shift", approved=False, inputs=inputs)
    assert shop.steps("execute") == [("override", "done")]
    assert [_on_call(shop, NOW + hours * HOUR) for hours in (0, 2, 4)] == ["ben", "ada", "ben"]


@pytest.mark.parametrize(
    "more",
    [
        {"for": "ben"},  # nobody is put on duty by somebody else
        {"inputs": {"schedule": "other", **_span(NOW, 2)}},
    ],
)
def test_nobody_takes_a_shift_that_is_not_theirs_to_take(shop: Shop, more: dict[str, Any]) -> None:
    said = {"inputs": {"schedule": "pay-primary", **_span(NOW, 2)}, **more}
    shop.ask("take-shift", approved=False, **said)
    done = shop.run("execute")
    assert "does not hold" in done.err and shop.count("shift.overridden") == 0


def test_a_shift_that_was_taken_gives_nobody_a_say(shop: Shop) -> None:
    """The record is signed by nobody: whoever can write to the journal could write it for themselves."""
    start, end = _at(NOW - HOUR), _at(NOW + 9 * HOUR)
    forged = {"schedule": "pay-primary", "person": "ada", "start": start, "end": end, "key": "x"}
    shop.journal.append([shop.entry("shift.overridden", "pay-primary", forged, NOW - HOUR)])
    assert _on_call(shop, NOW) == "ada"
    requests = commandline.Requests(shop.root, commandline.settings(shop.root))
    id = shop.ask("lock-service", approved=False, inputs={"hours": 2})
    (asked,) = (each for each in requests.forge.requests() if each.id == id)
    question, _ = requests.judged(asked, datetime.now(UTC))
    assert question is not None and {span.person for span in question.on_call} == {"ben"}


def test_a_freeze_is_shown_until_it_ends(shop: Shop, tmp_path: Path) -> None:
    def page() -> str:
        lightship(shop.root, "build", "--out", str(tmp_path / "site"))
        return (tmp_path / "site/services/pay/index.html").read_text(encoding="utf-8")

    assert "Frozen:" not in page()
    shop.ask("lock-service", inputs={"hours": 2}, reason="Nobody touches it on the day of the sale")
    assert ("lock", "done") in shop.steps("execute")
    frozen = page()
    assert "Frozen: nobody deploys it. Nobody touches it on the day of the sale" in frozen
    assert full(NOW, "UTC").split(",")[0] in frozen
    assert ("lock/undo", "done") in shop.steps("reconcile", "--at", _at(NOW + 3 * HOUR))
    assert "Frozen:" not in page()


def test_a_maintenance_is_known_to_the_brief_once_it_begins(shop: Shop) -> None:
    inputs = {"title": "Move the database", **_span(NOW - HOUR, 2)}
    shop.ask("maintenance-window", inputs=inputs)
    assert ("plan", "done") in shop.steps("execute")
    told = json.loads(shop.run("brief", "pay", "--format", "json").out)
    (change,) = told["changes"]
    assert change["title"] == "Maintenance: Move the database" and change["source"] == "lightship"
