"""`lightship validate` as people and workflows run it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.trees import TEAM, commit, git, lightship, write

CART = "catalog/services/cart.yaml"
GOOD = {**TEAM, "lightship.yaml": "name: Test\n", CART: "name: Cart\nowner: payments\n"}


def findings(root: Path, *arguments: str) -> list[tuple[str, str, int]]:
    done = lightship(root, "validate", "--format", "json", *arguments)
    return [
        (row["rule"], row["path"], row["line"])
        for row in json.loads(done.out)["findings"]
        if row["severity"] == "error"
    ]


def test_a_clean_catalog_says_so_and_exits_0(tmp_path: Path) -> None:
    done = lightship(write(tmp_path, GOOD), "validate")
    assert done.code == 0, done.out
    assert "4 files read" in done.err


def test_a_mistake_is_told_with_place_rule_and_near_miss(tmp_path: Path) -> None:
    done = lightship(write(tmp_path, {**GOOD, CART: "name: Cart\nowner: paymentz\n"}), "validate")
    assert done.code == 1
    assert f"{CART}:2:8: owner-unknown: " in done.out and "did you mean 'payments'?" in done.out
    assert "1 error" in done.err and "Traceback" not in done.err


def test_only_errors_make_the_exit_1(tmp_path: Path) -> None:
    runbook = "owner: payments\nreviewed_at: 2020-01-01\nsteps: [{title: Look, manual: Look at it}]\n"
    files = {
        **GOOD,
        CART: "name: Cart\nowner: payments\nrunbooks: [old]\n",
        "catalog/runbooks/old.yaml": runbook,
    }
    done = lightship(write(tmp_path, files), "validate", "--now", "2026-11-01T00:00:00Z")
    assert done.code == 0 and "warning: runbook-review-lapsed" in done.out
    assert "runbook-review-lapsed" not in lightship(tmp_path, "validate", "--now", "2020-02-01").out


def test_paths_choose_what_is_shown(tmp_path: Path) -> None:
    files = {**GOOD, CART: "name: Cart\nowner: gone\n", "catalog/teams/web.yaml": "member: [x]\n"}
    root = write(tmp_path, files)
    assert len(findings(root)) == 2
    assert findings(root, "catalog/teams") == [("field-unknown", "catalog/teams/web.yaml", 1)]
    assert findings(root, str(root / CART)) == [("owner-unknown", CART, 2)]
    missing = lightship(root, "validate", "catalog/nowhere")
    assert (missing.code, "no file or folder 'catalog/nowhere'" in missing.err) == (2, True)


def test_a_ref_is_judged_without_a_checkout(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    bad = commit(root, {**GOOD, CART: "name: Cart\nowner: gone\n"})
    commit(root, GOOD)
    assert findings(root, "--ref", bad) == [("owner-unknown", CART, 2)]
    assert findings(root) == []
    assert lightship(root, "validate", "--ref", "nowhere").code == 3


def test_changed_since_tells_what_the_change_did_also_elsewhere(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    commit(root, {**GOOD, "catalog/services/old.yaml": "name: Old\nowner: lost\n"})
    git(root, "switch", "--quiet", "--create", "topic")
    write(root, {"catalog/teams/payments.yaml": None, "catalog/services/new.yaml": "name: New\n"})
    assert findings(root, "--changed-since", "main") == [
        ("owner-unknown", CART, 2),
        ("field-missing", "catalog/services/new.yaml", 1),
    ]


@pytest.mark.parametrize("format", ["text", "json", "github", "sarif", "markdown"])
def test_every_format_names_the_file(tmp_path: Path, format: str) -> None:
    done = lightship(
        write(tmp_path, {**GOOD, CART: "name: Cart\nowner: gone\n"}), "validate", "--format", format
    )
    assert done.code == 1 and "cart" in done.out and done.out.endswith("\n")


def test_a_hundred_broken_files_are_a_hundred_findings(tmp_path: Path) -> None:
    broken = {f"catalog/services/s-{index}.yaml": "name: [\n" for index in range(100)}
    assert len(findings(write(tmp_path, {**GOOD, **broken}))) == 100


def test_a_folder_without_a_catalog_is_not_called_clean_in_silence(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    done = lightship(tmp_path, "validate")
    assert done.code == 0 and "there is no catalog in" in done.err
