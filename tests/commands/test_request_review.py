"""`lightship request review`: what was done by break-glass is looked at by somebody else, once, in time."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.actions.shop import Shop
from tests.trees import Done, lightship

from lightship import signatures
from lightship.forge import statements

SAID = "The queue would have stayed stuck; nobody could be reached."


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    shop = Shop.made(tmp_path_factory.mktemp("review") / "root")
    shop.break_glass()
    return shop


@pytest.fixture
def shop(template: Shop, tmp_path: Path) -> Shop:
    """A shop in which ada broke the glass."""
    shop = template.copy(tmp_path / "shop")
    assert shop.steps("execute") == [("lock", "done")]
    return shop


def used(shop: Shop) -> str:
    """The request that broke the glass."""
    entries = shop.journal.entries()
    return next(entry.subject for entry in entries if entry.kind == "request.asked")


def review(shop: Shop, id: str, who: str = "ben", *more: str, text: str = SAID) -> Done:
    key = () if "--key" in more else ("--key", str(shop.root / ".git" / who))
    return shop.run("request", "review", id, text, "--verdict", "justified", "--as", who, *key, *more)


def overdue(shop: Shop, days: float) -> list[dict[str, Any]]:
    """What `validate` says of break-glass so many days from now."""
    now = (datetime.now(UTC).replace(microsecond=0) + timedelta(days=days)).isoformat()
    done = shop.run("validate", "--format", "json", "--now", now)
    found = [each for each in json.loads(done.out)["findings"] if each["rule"] == "break-glass-unreviewed"]
    assert not found or done.code == 1
    return found


def test_somebody_else_says_whether_it_was_right(shop: Shop, tmp_path: Path) -> None:
    id = used(shop)
    done = review(shop, id[-8:], "ben", "--format", "json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["id"] == id
    [kept] = [entry for entry in shop.journal.entries() if entry.kind == "break-glass.reviewed"]
    assert (kept.subject, kept.by.person) == (id, "ben")
    [asked] = [entry for entry in shop.journal.entries() if entry.kind == "request.asked"]
    signed = statements.reviewing(asked.data["digest"], "ben", "justified", SAID)
    assert signatures.verifies(signed, kept.data["signature"], kept.data["key"], statements.REVIEW)
    assert (kept.data["verdict"], kept.data["text"], kept.data["person"]) == ("justified", SAID, "ben")
    assert lightship(shop.root, "build", "--out", str(tmp_path / "site")).code == 0
    assert SAID in (tmp_path / "site/audit/index.html").read_text(encoding="utf-8")


def test_whoever_broke_the_glass_is_no_judge_of_it(shop: Shop) -> None:
    done = review(shop, used(shop), "ada")
    assert (done.code, shop.count("break-glass.reviewed")) == (2, 0)
    assert "'ada' asked for it; somebody else looks at it" in done.err


def test_what_they_write_past_the_command_does_not_count_either(shop: Shop) -> None:
    id = used(shop)
    told = {"verdict": "justified", "text": "Trust me", "person": "ada"}
    shop.journal.append([shop.entry("break-glass.reviewed", id, told)])
    assert [each["path"] for each in overdue(shop, 2)] == [f"journal:{id}"]
    assert review(shop, id).code == 0


def test_nobody_signs_in_the_name_of_another(shop: Shop) -> None:
    done = review(shop, used(shop), "ben", "--key", str(shop.root / ".git/ada"))
    assert (done.code, shop.count("break-glass.reviewed")) == (2, 0)
    assert "it is none of their keys on the main branch" in done.err


def test_it_is_looked_at_once(shop: Shop) -> None:
    id = used(shop)
    assert review(shop, id).code == 0
    again = review(shop, id)
    assert (again.code, shop.count("break-glass.reviewed")) == (2, 1)
    assert "ben did, on " in again.err and ": justified" in again.err


@pytest.mark.parametrize(
    ("id", "who", "text", "said"),
    [
        ("req-01m68jzvm000000000000000gw", "ben", SAID, "there is no request"),
        ("", "nobody", SAID, "there is no person 'nobody'"),
        ("", "ben", "  ", "say what you found"),
    ],
)
def test_what_cannot_be_recorded_is_told(shop: Shop, id: str, who: str, text: str, said: str) -> None:
    done = review(shop, id or used(shop), who, text=text)
    assert done.code == 2 and said in done.err
    assert shop.count("break-glass.reviewed") == 0


def test_what_broke_no_glass_or_did_nothing_has_nothing_to_review(template: Shop, tmp_path: Path) -> None:
    shop = template.copy(tmp_path / "shop")
    assert "nothing was done for it" in review(shop, used(shop)).err
    assert "it did not break the glass" in review(shop, shop.ask("lock")).err
    assert shop.count("break-glass.reviewed") == 0
    assert overdue(shop, 30) == []


def test_a_journal_that_refuses_it_keeps_nobody_from_saying_it(shop: Shop, tmp_path: Path) -> None:
    """It is recorded here, and the refusal is told; the next sync brings it."""
    shop.with_origin(tmp_path / "origin.git")
    hook = tmp_path / "origin.git/hooks/pre-receive"
    hook.write_text("#!/bin/sh\necho closed on Sundays >&2\nexit 1\n")
    hook.chmod(0o755)
    done = review(shop, used(shop))
    assert done.code == 0 and "pending  push:" in done.out and "closed on Sundays" in done.out
    assert shop.count("break-glass.reviewed") == 1
    hook.unlink()
    assert shop.run("journal", "sync").code == 0
    kinds = [entry.kind for entry in Shop(tmp_path / "origin.git").journal.entries()]
    assert kinds.count("break-glass.reviewed") == 1


def test_what_nobody_looks_at_in_time_fails_the_check(shop: Shop) -> None:
    id = used(shop)
    assert overdue(shop, 0.9) == []
    [found] = overdue(shop, 1.1)
    assert (found["severity"], found["path"]) == ("error", f"journal:{id}")
    assert "'ada' broke the glass, and nobody has looked at it; that was due 2 h ago" in found["message"]
    # How it ends, and by which policy afterwards, changes nothing.
    later = (datetime.now(UTC).replace(microsecond=0) + timedelta(hours=2)).isoformat()
    assert ("lock/undo", "done") in shop.steps("reconcile", "--at", later)
    assert len(overdue(shop, 1.1)) == 1
    assert review(shop, id).code == 0
    assert overdue(shop, 30) == []
