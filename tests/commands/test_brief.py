"""`lightship brief`: one screen, three formats, and an answer whatever is missing."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.trees import Done, commit, lightship

FILES = {
    "catalog/people/ada.yaml": "name: Ada Example\nemail: ada@example.com\nphone: +49 30 1234567\n",
    "catalog/teams/shop.yaml": "name: Shop\nmembers: [ada]\nlead: ada\n",
    "catalog/schedules/shop-primary.yaml": (
        "name: Shop primary\nteam: shop\ntimezone: Europe/Berlin\n"
        "layers: [{people: [ada], starts: 2026-01-05, handover: '09:00', length: 7d}]\n"
    ),
    "catalog/runbooks/checkout-errors.yaml": (
        "name: Checkout fails\nalerts: [CheckoutErrors]\nsteps: [{title: Look at the errors, manual: Look.}]\n"
    ),
    "catalog/services/checkout.yaml": (
        "name: Checkout\nowner: shop\ntier: 1\nschedule: shop-primary\ndepends_on: [payment]\nrunbooks: [checkout-errors]\n"
    ),
    "catalog/services/payment.yaml": "name: Payment\nowner: shop\n",
}  # fmt: skip
KEYS = {
    "subject", "as_of", "services", "owner", "on_call", "frozen", "maintenance", "open_incidents", "blast_radius", "alerts", "changes", "similar",
    "experts", "runbooks", "slos", "customers", "features", "initiatives", "links", "unknown",
}  # fmt: skip


def told(root: Path, *arguments: str) -> dict[str, Any]:
    done = lightship(root, "brief", *arguments, "--format", "json")
    assert done.code == 0, done.err
    found: dict[str, Any] = json.loads(done.out)
    assert found.keys() == KEYS
    return found


def declare(root: Path, *arguments: str) -> str:
    done = lightship(
        root,
        "incident",
        "declare",
        "--severity",
        "SEV2",
        "--as",
        "ada",
        "--offline",
        "--format",
        "json",
        *arguments,
    )
    assert done.code == 0, done.err
    id: str = json.loads(done.out)["id"]
    return id


def record(root: Path, noun: str, *records: dict[str, Any]) -> Done:
    path = root.parent / f"{noun}.json"
    path.write_text(json.dumps(records), encoding="utf-8")
    done = lightship(root, "record", noun, str(path), "--offline")
    assert done.code == 0, done.err
    return done


def ago(minutes: float) -> str:
    return (datetime.now(UTC) - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    commit(root, FILES)
    return root


def test_without_facts_journal_or_remote_it_says_what_the_catalog_knows(shop: Path) -> None:
    found = told(shop, "checkout")
    assert found["subject"]["kind"] == "service"
    assert [row["name"] for row in found["on_call"]] == ["Ada Example"]
    assert found["changes"] == found["similar"] == found["open_incidents"] == []
    assert [row["id"] for row in found["runbooks"]] == ["checkout-errors"]
    assert "no change is recorded in the last 6 weeks: `lightship record change`" in found["unknown"]


def test_an_incident_with_everything_on_one_screen(shop: Path) -> None:
    record(
        shop,
        "change",
        {
            "id": "p-1",
            "at": ago(34),
            "services": ["payment"],
            "title": "payment 4.8",
            "author": "ada@example.com",
        },
        {"id": "c-1", "at": ago(600), "services": ["checkout"], "title": "checkout 9"},
    )
    record(shop, "alert", {"id": "a-1", "name": "CheckoutErrors", "at": ago(5), "services": ["checkout"]})
    before = declare(shop, "--service", "checkout", "--title", "Orders time out")
    lightship(shop, "incident", "resolve", before, "rolled payment back", "--as", "ada", "--offline")
    id = declare(shop, "--service", "checkout", "--title", "Orders time out again", "--impact-started", "30m")
    found = told(shop, id[-4:])
    assert found["subject"]["id"] == id
    assert found["changes"][0]["reason"] == "deployment of payment, which checkout needs, 4 min before impact"
    assert found["changes"][0]["author"] == "ada"
    assert [(row["id"], row["fix"]) for row in found["similar"]] == [(before, "rolled payment back")]
    text = lightship(shop, "brief", id).out
    lines = text.splitlines()
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 100
    order = [line.split("  ")[0] for line in lines if line and not line.startswith(" ")][2:]
    assert order[:5] == ["on call", "suspects", "runbooks", "alerts", "similar"]
    assert "Ada Example +49 30 1234567 for checkout" in text
    assert "alert CheckoutErrors is open" in text


def test_markdown_for_a_chat_keeps_what_others_wrote_as_text(shop: Path) -> None:
    record(
        shop,
        "change",
        {"id": "p", "at": ago(9), "services": ["checkout"], "title": "[x](https://evil.example) <b>"},
    )
    id = declare(shop, "--service", "checkout", "--title", "*Orders* @here `fail`")
    text = lightship(shop, "brief", id, "--format", "markdown").out
    assert text.startswith("**SEV2 \\*Orders\\* \\@here \\`fail\\`**\n")
    assert "0.70 \\[x\\](https://evil.example) \\<b\\>: " in text
    assert "- Ada Example for `checkout`, +49 30 1234567" in text


def test_what_a_terminal_would_obey_is_shown_as_a_mark(shop: Path) -> None:
    record(shop, "change", {"id": "p", "at": ago(9), "services": ["checkout"], "title": "all \x1b[2J gone"})
    for format in ("text", "markdown"):
        out = lightship(shop, "brief", "checkout", "--format", format).out
        assert "\x1b" not in out
        assert "\N{REPLACEMENT CHARACTER}" in out


def test_a_symptom_without_a_service_is_answered(shop: Path) -> None:
    id = declare(shop, "--symptom", "Checkout fails for everybody", "--title", "Something is wrong")
    found = told(shop, id)
    assert found["services"] == []
    assert found["unknown"][0].startswith("no service is named")
    assert "no service named" in lightship(shop, "brief", id).out


def test_a_broken_catalog_file_hides_nothing_else(shop: Path) -> None:
    id = declare(shop, "--service", "checkout", "--title", "Orders time out")
    commit(shop, {"catalog/services/checkout.yaml": "name: ["})
    found = told(shop, id)
    assert "nothing is known of checkout: catalog/services/checkout.yaml is not valid: `lightship validate` says why" in found["unknown"]  # fmt: skip
    done = lightship(shop, "brief", "checkout")
    assert done.code == 2
    assert "`lightship validate catalog/services/checkout.yaml` says why" in done.err


def test_as_of_another_moment(shop: Path) -> None:
    record(shop, "change", {"id": "p-1", "at": ago(34), "services": ["checkout"], "title": "checkout 4.8"})
    assert [row["id"] for row in told(shop, "checkout")["changes"]] == ["p-1"]
    earlier = told(shop, "checkout", "--at", ago(60))
    assert earlier["changes"] == []
    assert earlier["as_of"] < told(shop, "checkout")["as_of"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("chekout", "there is no service 'chekout'; did you mean 'checkout'?"),
        ("nothing-at-all", "there is no service 'nothing-at-all', and there is no incident 'nothing-at-all'"),
    ],
)
def test_what_does_not_exist_is_a_mistake_with_a_hint(shop: Path, name: str, message: str) -> None:
    done = lightship(shop, "brief", name)
    assert done.code == 2
    assert message in done.err
    assert done.out == ""
