"""`execute`, `reconcile` and `resolve-doubt` as real commands in real repositories."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.actions.shop import Shop
from tests.trees import commit, git

_SOON = (datetime.now(UTC) + timedelta(hours=2)).isoformat(timespec="seconds")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return Shop.made(tmp_path_factory.mktemp("shop") / "root")


@pytest.fixture
def shop(template: Shop, tmp_path: Path) -> Shop:
    return template.copy(tmp_path / "shop")


def test_from_the_approval_to_the_end(shop: Shop) -> None:
    id = shop.ask("both")
    done = shop.run("execute", "--format", "json")
    assert done.code == 0, done.err
    assert [(each["request"], each["step"], each["outcome"]) for each in json.loads(done.out)["steps"]] == [
        (id, "lock", "done"),
        (id, "grant", "simulated"),
    ]
    assert f"executing {id} lock: done" in done.err
    assert shop.kinds("pay") == ["service.locked"]
    assert shop.kinds(id)[-5:] == ["claim", "receipt", "claim", "receipt", "request.ended"]
    assert shop.steps("reconcile") == []
    assert shop.steps("reconcile", "--at", _SOON) == [("lock/undo", "done"), ("grant/undo", "simulated")]
    assert shop.kinds("pay") == ["service.locked", "service.unlocked"]
    assert shop.run("journal", "verify").code == 0


def test_again_writes_nothing(shop: Shop) -> None:
    shop.ask("both")
    shop.ask(approved=False)
    shop.steps("execute")
    shop.steps("reconcile")
    before = git(shop.root, "rev-parse", "journal")
    for words in (("execute",), ("reconcile",), ("execute", "--dry-run")):
        assert shop.run(*words).code == 0
    assert git(shop.root, "rev-parse", "journal") == before


def test_what_others_must_do_is_said_and_is_no_failure(shop: Shop) -> None:
    id = shop.ask(approved=False)
    done = shop.run("execute")
    assert (done.code, done.out) == (0, "1 pending\n")
    assert f"executing {id} lock: pending: 1 more of target-owner" in done.err


def test_a_dry_run_says_what_it_would_do(shop: Shop) -> None:
    shop.ask("both")
    before = git(shop.root, "rev-parse", "journal")
    done = shop.run("execute", "--dry-run")
    assert "it would call lightship.lock_service" in done.err
    assert "it would be simulated" in done.err
    assert git(shop.root, "rev-parse", "journal") == before


def test_edited_after_its_merge_it_is_denied_for_good(shop: Shop) -> None:
    id = shop.ask()
    path = f"actions/requests/{id}.yaml"
    commit(shop.root, {path: (shop.root / path).read_text() + "# more\n"})
    assert shop.steps("execute") == [("", "refused")]
    assert shop.kinds(id)[-1] == "request.ended"
    assert shop.count("service.locked") == 0


@pytest.mark.parametrize(
    ("command", "environment", "said"),
    [
        ("execute", {"GITHUB_RUN_ATTEMPT": "2"}, "this is attempt 2 of run"),
        ("reconcile", {"GITHUB_REF": "refs/heads/mine"}, "this runs on refs/heads/mine"),
        ("reconcile", {"GITHUB_EVENT_NAME": "pull_request"}, "this was started by 'pull_request'"),
        ("reconcile", {"GITHUB_REPOSITORY": "mallory/portal"}, "a fork acts on nothing"),
    ],
)
def test_runs_that_may_not_act(
    template: Shop, tmp_path: Path, command: str, environment: dict[str, str], said: str
) -> None:
    shop = template.copy(tmp_path / "shop")
    commit(
        shop.root,
        {"lightship.yaml": "name: Test\npolicy_delay: null\nrepository: https://github.com/acme/portal\n"},
    )
    shop.ask()
    good = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_RUN_ID": "1",
        "GITHUB_RUN_ATTEMPT": "1",
        "GITHUB_REF": "refs/heads/main",
        "GITHUB_EVENT_NAME": "push",
        "GITHUB_REPOSITORY": "acme/portal",
        "GITHUB_SHA": git(shop.root, "rev-parse", "main"),
    }
    done = shop.run(command, env={**good, **environment})
    assert (done.code, shop.count("claim")) == (2, 0)
    assert said in done.err
    if command == "execute":
        assert shop.steps("execute", env=good) == [("lock", "done")]


def test_a_run_of_older_code_may_not_act(shop: Shop) -> None:
    old = git(shop.root, "rev-parse", "main")
    commit(shop.root, {".github/workflows/execute.yml": "name: newer\n"})
    shop.ask()
    environment = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_REF": "refs/heads/main",
        "GITHUB_EVENT_NAME": "push",
        "GITHUB_SHA": old,
    }
    done = shop.run("execute", env=environment)
    assert done.code == 2
    assert "this runs the code of" in done.err
    assert shop.count("claim") == 0


def test_without_the_remote_nothing_is_done(shop: Shop, tmp_path: Path) -> None:
    shop.with_origin(tmp_path / "origin.git")
    shop.ask()
    (tmp_path / "origin.git").rename(tmp_path / "away.git")
    done = shop.run("execute")
    assert done.code == 3
    assert shop.count("claim") == 0
    (tmp_path / "away.git").rename(tmp_path / "origin.git")
    assert shop.steps("execute") == [("lock", "done")]
    assert git(tmp_path / "origin.git", "rev-parse", "journal") == git(shop.root, "rev-parse", "journal")


def test_two_clones_have_one_effect(shop: Shop, tmp_path: Path) -> None:
    """The second has not heard of the first one's claim; the remote has."""
    shop.with_origin(tmp_path / "origin.git")
    shop.ask()
    other = shop.copy(tmp_path / "other")
    assert other.origin is not None
    git(other.root, "remote", "set-url", "origin", str(shop.origin))
    assert shop.steps("execute") == [("lock", "done")]
    assert other.steps("execute") == []
    assert other.count("service.locked") == 1


def test_resolving_a_doubt(shop: Shop) -> None:
    id = shop.ask()
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=10)
    told = {"run": "github:1:1", "uses": "slack.post_message", "key": "k", "critical": True}
    shop.journal.append(
        [
            shop.entry("claim", f"{id}/lock", told, at),
            shop.entry(
                "receipt",
                f"{id}/lock",
                {"outcome": "in_doubt", "detail": "time-out"},
                at + timedelta(seconds=1),
            ),
        ]
    )
    said = ("resolve-doubt", id[-6:], "lock", "--reason", "I looked")
    assert shop.run(*said).code == 2
    assert shop.run(*said[:2], "other", *said[3:], "--done").code == 2
    done = shop.run(*said, "--not-done", "--as", "ben")
    assert (done.code, done.out) == (0, f"{id} lock: not-done\n")
    assert shop.run(*said, "--done").code == 2
    assert shop.steps("execute") == [("lock", "done")]
    assert shop.count("service.locked") == 1


def test_a_broken_catalog_does_not_keep_access_alive(shop: Shop) -> None:
    shop.ask()
    shop.steps("execute")
    commit(
        shop.root,
        {
            "actions/lock.yaml": "name: [\n",
            "actions/policies/owner.yaml": None,
            "catalog/people/ada.yaml": "nonsense",
            "lightship.yaml": "name: [\n",
        },
    )
    done = shop.run("reconcile", "--at", _SOON)
    assert "lock/undo: done" in done.err, done.err
    assert shop.count("service.unlocked") == 1


def test_break_glass_while_the_remote_is_away_and_both_sides_meet_later(shop: Shop, tmp_path: Path) -> None:
    """Asked for and done by what lies here; other requests wait; what the other clone did meanwhile is told of."""
    shop.with_origin(tmp_path / "origin.git")
    waiting = shop.ask()
    other = shop.copy(tmp_path / "other")
    git(other.root, "remote", "set-url", "origin", str(shop.origin))
    (tmp_path / "origin.git").rename(tmp_path / "away.git")

    shop.break_glass("--offline")
    assert shop.run("execute").code == 3
    assert shop.steps("execute", "--offline") == [("lock", "done")]
    assert shop.kinds(waiting)[-1] == "request.merged"
    [claim] = [entry for entry in shop.journal.entries() if entry.kind == "claim"]
    assert claim.data["offline"] is True
    assert shop.steps("execute", "--offline") == []

    (tmp_path / "away.git").rename(tmp_path / "origin.git")
    assert shop.steps("execute") == [("lock", "done")]
    assert other.steps("execute") == []
    assert other.count("service.locked") == 2
    assert git(other.root, "rev-parse", "journal") == git(shop.root, "rev-parse", "journal")


def test_what_two_clones_did_while_they_were_apart_is_told_of(shop: Shop, tmp_path: Path) -> None:
    shop.with_origin(tmp_path / "origin.git")
    id = shop.ask()
    at = datetime.now(UTC).replace(microsecond=0)
    claim = shop.entry("claim", f"{id}/lock", {"run": "local:a", "key": "k", "offline": True}, at)
    other = shop.copy(tmp_path / "other")
    git(other.root, "remote", "set-url", "origin", str(shop.origin))
    shop.journal.claim(claim, here=True)
    theirs = other.entry("claim", f"{id}/lock", {"run": "local:b", "key": "k"}, at)
    assert other.journal.claim(theirs).won
    synced = shop.run("journal", "sync")
    assert f"both: {id}/lock: claimed by ada here, and by ada there" in synced.err + synced.out
