"""`lightship score` as people run it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.scorecards.shop import CARD, CART, SHOP, scorecard, service
from tests.trees import commit, git, lightship, write

NOW = ("--now", "2026-03-04T15:30:00Z")


def test_the_table_is_worst_first_and_counts(tmp_path: Path) -> None:
    done = lightship(write(tmp_path, {**SHOP, CART: service(runbooks="")}), "score", *NOW)
    assert done.code == 0, done.err
    lines = done.out.splitlines()
    assert lines[0].split() == ["service", "tier", "owner", "basics"]
    assert [line.split() for line in lines[1:3]] == [
        ["cart", "2", "shop", "none"],
        ["pay", "1", "shop", "silver"],
    ]
    assert lines[-1] == "basics: 1 silver, 1 none"


def test_one_service_shows_evidence_and_what_the_next_level_needs(tmp_path: Path) -> None:
    done = lightship(write(tmp_path, {**SHOP, CART: service(schedule="")}), "score", "cart", *NOW)
    assert "Basics: bronze" in done.out
    assert 'has-oncall fail: service.schedule = ""' in done.out
    assert "silver needs:" in done.out and "Mend has-oncall." in done.out


def test_json_is_as_other_tools_rely_on(tmp_path: Path) -> None:
    done = lightship(write(tmp_path, dict(SHOP)), "score", "--format", "json", *NOW)
    card = json.loads(done.out)["services"]["cart"]["basics"]
    assert (card["level"], card["next_level"]) == ("silver", "gold")
    assert card["rules"]["has-runbook"] == {"outcome": "pass", "evidence": "runbooks = errors", "fix": ""}
    assert card["rules"]["scanned"] == {
        "outcome": "no_data",
        "evidence": "facts.open_alerts was not observed",
        "fix": "Mend scanned.",
    }


def test_markdown_is_inert(tmp_path: Path) -> None:
    hostile = service('"<img src=x onerror=alert(1)> [a](javascript:b) `c` | d"')
    done = lightship(write(tmp_path, {**SHOP, CART: hostile}), "score", "--format", "markdown", *NOW)
    row = next(line for line in done.out.splitlines() if "onerror" in line)
    assert "<img" not in row and "[a](" not in row and row.count(" | ") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("crat",), "there is no service 'crat'; did you mean 'cart'?"),
        (("--scorecard", "basic"), "there is no scorecard 'basic'; did you mean 'basics'?"),
        (("old",), "'old' is retired"),
        (("odd",), "the file of 'odd' is not valid"),
    ],
)
def test_what_does_not_exist_is_a_usage_error(
    tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    more = {
        "catalog/services/old.yaml": service("Old", lifecycle="retired"),
        "catalog/services/odd.yaml": "name: [\n",
    }
    done = lightship(write(tmp_path, {**SHOP, **more}), "score", *arguments, *NOW)
    assert (done.code, done.out) == (2, "") and message in done.err and "Traceback" not in done.err


def test_a_broken_condition_is_told_with_its_place(tmp_path: Path) -> None:
    card = scorecard({"it": ("bronze", "true", "service.ownr == 'shop'")})
    done = lightship(write(tmp_path, {**SHOP, CARD: card}), "score", *NOW)
    assert done.code == 1
    assert (
        f"{CARD}:9:12: expression-invalid: 'service' has no field 'ownr'; did you mean 'owner'?" in done.err
    )


def test_an_unchanged_repository_gives_the_same_again_and_a_changed_one_does_not(tmp_path: Path) -> None:
    root = write(tmp_path, dict(SHOP))
    first, again = lightship(root, "score", *NOW), lightship(root, "score", *NOW)
    assert first == again
    write(root, {CART: service(runbooks="")})
    assert lightship(root, "score", *NOW).out != first.out
    write(root, {CART: SHOP[CART]})
    later = lightship(root, "score", "--now", "2026-12-04T15:30:00Z")
    assert later.out != first.out  # the runbook's review has lapsed
    assert lightship(root, "score", *NOW) == first


def test_a_commit_is_scored_without_a_checkout(tmp_path: Path) -> None:
    at = commit(tmp_path, dict(SHOP))
    write(tmp_path, {CART: service(runbooks="")})
    done = lightship(tmp_path, "score", "--ref", at, *NOW)
    assert "cart     2     shop   silver" in done.out


def test_the_day_is_recorded_once_and_brought_to_the_remote(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--bare", "origin.git")
    work = tmp_path / "work"
    commit(work, {**SHOP, CART: service(runbooks="")})
    git(work, "remote", "add", "origin", str(tmp_path / "origin.git"))
    first = lightship(work, "score", "--record", *NOW)
    assert (first.code, first.out) == (0, "recorded the scores of 2026-03-04: 2 services\n"), first.err
    again = lightship(work, "score", "--record", "--now", "2026-03-04T23:59:00Z")
    assert again.code == 0 and "already" in again.err
    assert lightship(work, "score", "--record", "--now", "2026-03-05T00:01:00Z").code == 0
    names = git(tmp_path / "origin.git", "ls-tree", "-r", "--name-only", "journal").splitlines()
    assert [name[:11] for name in names] == ["2026/03/04/", "2026/03/05/"]
    entry = json.loads(git(tmp_path / "origin.git", "show", f"journal:{names[0]}"))
    assert (entry["kind"], entry["subject"]) == ("scores.day", "2026-03-04")
    assert entry["data"] == {"basics": {"cart": "none", "pay": "silver"}}


def test_recording_takes_no_choice(tmp_path: Path) -> None:
    done = lightship(write(tmp_path, dict(SHOP)), "score", "cart", "--record", *NOW)
    assert done.code == 2 and "leave the rest out" in done.err
