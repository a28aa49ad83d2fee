"""The shipped actions whose effect is a record of our own, from the request to what `oncall`, `brief` and the portal make of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.actions.shop import Shop
from tests.trees import commit, lightship

from lightship import commandline
from lightship.journal.entry import stamp
from lightship.portal.words import full

ROOT = Path(__file__).parents[2]
POLICIES = (
    "two-people-tier-1",
    "nobody-needs-to-approve",
    "owner-approves",
    "on-call-during-incident",
    "manager-approves",
)
DEPLOYMENTS: dict[str, dict[str, Any]] = {
    "sync-application": {"prune": False},
    "rollback-deployment": {},
    "restart-service": {},
    "restart-ecs-service": {"environment": "production", "cluster": "shop", "service": "pay"},
    "reboot-instance": {"environment": "production", "instance": "i-0123456789abcdef0"},
    "drain-region": {"environment": "production", "hours": 1},
}
ACTIONS = ("take-shift", "swap-shifts", "lock-service", "unlock-service", "maintenance-window", *DEPLOYMENTS)
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
        "catalog/services/pay.yaml": (
            "name: Pay\nowner: payments\ntier: 2\nschedule: pay-primary\nenvironments: [production]\n"
            "integrations: { argocd: { application: pay, namespace: shop } }\n"
        ),
        "catalog/environments/production.yaml": (
            'name: Production\nstage: production\naccount: "123456789012"\nregion: eu-central-1\n'
        ),
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


def test_a_shift_of_a_schedule_that_pagerduty_owns_is_taken_there(shop: Shop) -> None:
    """What we would write ourselves counts for nothing there."""
    ada = (shop.root / "catalog/people/ada.yaml").read_text(encoding="utf-8")
    owned = "timezone: UTC\nsource: facts\npagerduty: PPAY\n"
    commit(
        shop.root,
        {"catalog/schedules/pay-primary.yaml": owned, "catalog/people/ada.yaml": f"{ada}pagerduty: UADA\n"},
    )
    inputs = {"schedule": "pay-primary", **_span(NOW + HOUR, 2)}
    id = shop.ask("take-shift", approved=False, inputs=inputs)
    (step,) = json.loads(shop.run("request", "plan", id, "--format", "json").out)["steps"]
    assert (step["uses"], step["undo"]) == ("pagerduty.create_override", "pagerduty.delete_override")
    assert (step["with"]["schedule"], step["with"]["user"]) == ("PPAY", "UADA")
    assert shop.steps("execute") == [("override-pager", "simulated")]
    assert shop.count("shift.overridden") == 0

    theirs = {"colleague": "ben", "their_start": _at(NOW + 9 * HOUR), "their_end": _at(NOW + 11 * HOUR)}
    swap = shop.ask("swap-shifts", approved=False, inputs={**inputs, **theirs})
    lacking = shop.run("request", "plan", swap)
    assert lacking.code == 1 and "step give-pager: pagerduty.create_override: 'user'" in lacking.out


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


FREEZE = {"inputs": {"hours": 2}, "reason": "Nobody touches it on the day of the sale"}


def _outcomes(shop: Shop, **more: Any) -> tuple[dict[str, str], str]:
    """How requests for all deployments, which ben approved, end in one run, and what that says of them."""
    ids = {action: shop.ask(action, inputs=inputs, **more) for action, inputs in DEPLOYMENTS.items()}
    said = shop.run("execute").err
    return {action: shop.outcome(id) for action, id in ids.items()}, said


def _freeze(shop: Shop) -> None:
    shop.ask("lock-service", **FREEZE)
    assert ("lock", "done") in shop.steps("execute")


def test_a_service_that_is_frozen_is_not_deployed_until_it_is_unlocked(shop: Shop) -> None:
    _freeze(shop)
    outcomes, said = _outcomes(shop)
    assert outcomes == dict.fromkeys(DEPLOYMENTS, "denied")
    assert said.count("'pay' is frozen until") == said.count("Ada froze it on") == len(DEPLOYMENTS)
    assert "(Nobody touches it on the day of the sale)" in said
    assert "`lightship request new unlock-service --target pay` asks to unlock it" in said
    shop.ask("unlock-service", reason="The sale is over")
    assert ("unlock", "done") in shop.steps("execute")
    assert _outcomes(shop)[0] == dict.fromkeys(DEPLOYMENTS, "simulated")


def test_who_decides_is_told_of_the_freeze(shop: Shop) -> None:
    id = shop.ask("sync-application", approved=False, inputs={"prune": False})
    before = shop.run("decide", id)
    assert before.code == 1 and "frozen" not in before.out
    _freeze(shop)
    told = json.loads(shop.run("decide", id, "--format", "json").out)
    assert told["allowed"] is False and "'pay' is frozen until" in told["reasons"][1]
    # When it ends by itself, nobody has to write that down first.
    later = _at(datetime.now(UTC).replace(microsecond=0) + 3 * HOUR)
    assert "frozen" not in shop.run("decide", id, "--now", later).out


def _declare(shop: Shop, title: str, *more: str) -> str:
    words = ("--title", title, "--severity", "SEV2", "--as", "ada", "--format", "json", *more)
    return str(json.loads(shop.run("incident", "declare", *words).out)["id"])


def test_during_an_incident_a_frozen_service_is_rolled_back_but_not_deployed(shop: Shop) -> None:
    _freeze(shop)
    incident = _declare(shop, "Nobody can pay", "--service", "pay")
    outcomes, _ = _outcomes(shop, incident=incident)
    assert outcomes == {**dict.fromkeys(DEPLOYMENTS, "simulated"), "sync-application": "denied"}
    # An incident that is about something else is no reason.
    other = _declare(shop, "Mails are late", "--symptom", "Mails take hours")
    outcomes, _ = _outcomes(shop, incident=other)
    assert outcomes == dict.fromkeys(DEPLOYMENTS, "denied")


@pytest.fixture(scope="module")
def busy(template: Shop, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Frozen, in maintenance now and once more later: tests only read it."""
    shop = template.copy(tmp_path_factory.mktemp("busy") / "shop")
    shop.ask("lock-service", **FREEZE)
    shop.ask("maintenance-window", inputs={"title": "Move the database", **_span(NOW - HOUR, 2)})
    shop.ask("maintenance-window", inputs={"title": "Move it back", **_span(NOW + HOUR, 2)})
    assert {("lock", "done"), ("plan", "done")} <= set(shop.steps("execute"))
    return shop


def test_the_brief_is_silent_where_nothing_is_frozen_or_worked_on(template: Shop) -> None:
    told = template.run("brief", "pay")
    assert told.code == 0
    assert not any(word in told.out for word in ("frozen", "maintenance"))


@pytest.mark.parametrize("format", ["text", "markdown", "json"])
def test_the_brief_shows_what_is_frozen_and_worked_on(busy: Shop, format: str) -> None:
    told = busy.run("brief", "pay", "--format", format).out
    assert "Nobody touches it on the day of the sale" in told and "Move the database" in told
    assert "Move it back" not in told
    if format == "json":
        (frozen,), (work,) = (json.loads(told)[key] for key in ("frozen", "maintenance"))
        assert (frozen["service"], frozen["by"], frozen["name"]) == ("pay", "ada", "Ada")
        assert frozen["since"] < frozen["until"]
        assert work == {
            "service": "pay",
            "title": "Move the database",
            "start": stamp(NOW - HOUR),
            "end": stamp(NOW + HOUR),
        }
    else:
        assert "by Ada" in told
    over = busy.run("brief", "pay", "--format", format, "--at", _at(NOW + 5 * HOUR)).out
    assert "Nobody touches it" not in over


def test_pages_say_what_is_worked_on_while_it_is(shop: Shop, tmp_path: Path) -> None:
    shop.ask("maintenance-window", inputs={"title": "Move the database", **_span(NOW - HOUR, 2)})
    shop.ask("maintenance-window", inputs={"title": "Grow the disks", **_span(NOW - 9 * HOUR, 2)})
    assert ("plan", "done") in shop.steps("execute")
    incident = _declare(shop, "Nobody can pay", "--service", "pay")
    built = lightship(shop.root, "build", "--out", str(tmp_path / "site"))
    assert built.code == 0, built.err
    service, about = (
        (tmp_path / f"site/{path}/index.html").read_text(encoding="utf-8")
        for path in ("services/pay", f"incidents/{incident}")
    )
    assert "In maintenance: Move the database (until " in service
    assert "is in maintenance until" in about and "Move the database" in about
    # What is over is a change like any other.
    assert "Maintenance: Grow the disks" in service and "In maintenance: Grow" not in service


def test_a_maintenance_is_known_to_the_brief_once_it_begins(shop: Shop) -> None:
    inputs = {"title": "Move the database", **_span(NOW - HOUR, 2)}
    shop.ask("maintenance-window", inputs=inputs)
    assert ("plan", "done") in shop.steps("execute")
    told = json.loads(shop.run("brief", "pay", "--format", "json").out)
    (change,) = told["changes"]
    assert change["title"] == "Maintenance: Move the database" and change["source"] == "lightship"
