"""`lightship postmortem` and `lightship runbook helped`, run for real: branches, refusals, and that twice is once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.incidents.stories import ID, declared, entries
from tests.trees import TEAM, Done, commit, git, lightship, write

from lightship.catalog.load import load
from lightship.catalog.runbook_hash import content_hash
from lightship.catalog.source import folder
from lightship.incidents import events
from lightship.journal.store import Journal

_FILES = {
    **TEAM,
    "catalog/services/checkout.yaml": "name: Checkout\nowner: payments\nrunbooks: [errors]\n",
    "catalog/runbooks/errors.yaml": "name: It fails\nsteps: [{title: Look, manual: Look.}]\n",
}
_PATH = f"catalog/postmortems/{ID}.md"
_BRANCH = f"postmortem/{ID}"
_RESOLVED = (60, events.Resolved(text="Rolled back."))
_SOON, _LATE = "2026-03-03T09:00:00Z", "2026-03-30T09:00:00Z"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A small portal, whose one incident is over."""
    commit(tmp_path / "shop", _FILES)
    _tell(tmp_path / "shop", declared(commander="ada"), _RESOLVED)
    return tmp_path / "shop"


def _tell(root: Path, *story: tuple[float, events.Event], id: str = ID) -> None:
    Journal(root, "journal").append(entries(*story, id=id))


def _draft(root: Path, *arguments: str) -> Done:
    return lightship(root, "postmortem", "draft", ID, "--now", _SOON, *arguments)


def _states(root: Path, now: str, *arguments: str) -> list[tuple[str, str]]:
    done = lightship(root, "postmortem", "list", "--format", "json", "--now", now, *arguments)
    assert done.code == 0, done.err
    return [(row["incident"], row["state"]) for row in json.loads(done.out)]


def _events(root: Path) -> list[str]:
    return [entry.kind.removeprefix("incident.") for entry in Journal(root, "journal").entries()]


def test_a_draft_is_a_branch_and_nothing_else(shop: Path) -> None:
    write(shop, {"notes.txt": "mine"})
    before = git(shop, "status", "--porcelain"), git(shop, "rev-parse", "HEAD")
    done = _draft(shop)
    assert done.code == 0, done.err
    assert done.out == f"{_BRANCH}: {_PATH}\n"
    assert (git(shop, "status", "--porcelain"), git(shop, "rev-parse", "HEAD")) == before
    assert git(shop, "diff", "--name-status", f"main...{_BRANCH}") == f"A\t{_PATH}"
    assert git(shop, "rev-parse", f"{_BRANCH}^") == git(shop, "rev-parse", "main")
    text = git(shop, "show", f"{_BRANCH}:{_PATH}")
    assert text.startswith(f"# Post-mortem of {ID}: Checkout fails") and "Rolled back." in text
    assert _events(shop)[-1] == "postmortem-drafted"
    assert f"git push --set-upstream origin {_BRANCH}" in done.err


def test_a_draft_lies_below_the_portals_own_folder(tmp_path: Path) -> None:
    commit(tmp_path, {f"deep/{path}": text for path, text in _FILES.items()})
    _tell(tmp_path / "deep", declared(), _RESOLVED)
    assert _draft(tmp_path / "deep").code == 0
    assert git(tmp_path, "diff", "--name-only", f"main...{_BRANCH}") == f"deep/{_PATH}"


def test_json_says_what_is_pending(shop: Path) -> None:
    said = json.loads(_draft(shop, "--offline", "--format", "json").out)
    assert (said["id"], said["path"], said["branch"]) == (ID, _PATH, _BRANCH)
    assert said["commit"] == git(shop, "rev-parse", _BRANCH) and len(said["pending"]) == 1


def test_the_end_of_the_id_is_enough(shop: Path) -> None:
    done = lightship(shop, "postmortem", "draft", "abcd", "--now", _SOON)
    assert (done.code, done.out) == (0, f"{_BRANCH}: {_PATH}\n"), done.err


def _again(root: Path) -> None:
    assert _draft(root).code == 0


def _merged(root: Path) -> None:
    commit(root, {_PATH: "# Ours\n"})


def _lying_here(root: Path) -> None:
    write(root, {_PATH: "# Mine\n"})


def _fetched(root: Path) -> None:
    git(root, "update-ref", f"refs/remotes/origin/{_BRANCH}", "HEAD")


def _still_open(root: Path) -> None:
    _tell(root, (90, events.Reopened(reason="It came back.")))


def _double(root: Path) -> None:
    _tell(root, (90, events.Closed(reason="the same", duplicate_of="inc-20260302-zzzz")))


def _no_main(root: Path) -> None:
    git(root, "branch", "--move", "main", "trunk")


@pytest.mark.parametrize(
    ("before", "code", "words"),
    [
        (_again, 2, f"there is one, on the branch {_BRANCH}"),
        (_merged, 2, f"there is one, {_PATH} on main"),
        (_lying_here, 2, f"there is one, {_PATH} in this folder"),
        (_fetched, 2, f"there is one, on the branch {_BRANCH}"),
        (_still_open, 2, f"`lightship incident resolve {ID}` first"),
        (_double, 2, "`lightship postmortem draft inc-20260302-zzzz`"),
        (_no_main, 3, "branches: main"),
    ],
)
def test_refusals_record_nothing(shop: Path, before: object, code: int, words: str) -> None:
    assert callable(before)
    before(shop)
    recorded, refs = _events(shop), git(shop, "for-each-ref")
    done = _draft(shop)
    assert (done.code, done.out) == (code, ""), done.err
    assert words in done.err and "Traceback" not in done.err
    assert (_events(shop), git(shop, "for-each-ref")) == (recorded, refs)


def test_from_due_to_published(shop: Path) -> None:
    assert _states(shop, _SOON) == [(ID, "due")]
    assert _states(shop, _LATE) == [(ID, "overdue")]
    _draft(shop)
    assert _states(shop, _SOON) == [(ID, "drafted")]
    early = lightship(shop, "postmortem", "publish", ID)
    assert early.code == 2 and f"there is no {_PATH} on main" in early.err
    git(shop, "merge", "--quiet", "--no-ff", "--message", "Merge it", _BRANCH)
    assert _states(shop, _LATE) == []
    assert _states(shop, _LATE, "--all") == [(ID, "published")]


def test_publishing_keeps_when_it_was_merged_and_does_so_once(shop: Path) -> None:
    _draft(shop)
    git(shop, "merge", "--quiet", "--no-ff", "--message", "Merge it", _BRANCH)
    first, second = (lightship(shop, "postmortem", "publish") for _ in range(2))
    assert (first.code, first.out) == (0, f"{ID}: {_PATH}\n"), first.err
    assert (second.code, second.out) == (0, "")
    published = Journal(shop, "journal").entries()[-1]
    assert published.kind == "incident.postmortem-published"
    merged = git(shop, "log", "-1", "--format=%cI", "main").replace("+00:00", "Z")
    assert published.data["at"] == merged
    assert _events(shop).count("postmortem-published") == 1


def test_what_is_overdue_is_a_warning_of_validate(shop: Path) -> None:
    def found(now: str) -> dict[str, str]:
        done = lightship(shop, "validate", "--format", "json", "--now", now)
        assert done.code == 0, done.out
        rows = json.loads(done.out)["findings"]
        return {row["rule"]: row["path"] for row in rows if row["rule"].endswith("-overdue")}

    assert found(_SOON) == {}
    assert found(_LATE) == {"postmortem-overdue": _PATH}
    _merged(shop)
    assert found(_LATE) == {}
    _tell(shop, declared(commander="ada"), id="inc-20260302-zzzz")
    assert found(_LATE) == {"update-overdue": "journal:inc-20260302-zzzz"}
    since = lightship(shop, "validate", "--changed-since", "HEAD", "--now", _LATE)
    assert (since.code, since.out) == (0, "")


def test_a_journal_that_cannot_be_read_is_said(shop: Path) -> None:
    write(shop, {".git/refs/heads/journal": "0" * 39 + "1\n"})
    done = lightship(shop, "validate")
    assert done.code == 1 and "journal-unreadable" in done.out and "Traceback" not in done.err


@pytest.mark.parametrize(("flags", "helped"), [((), True), (("--not", "--note", "Step 2 is wrong."), False)])
def test_runbooks_that_helped(shop: Path, flags: tuple[str, ...], helped: bool) -> None:
    done = lightship(shop, "runbook", "helped", "errors", "--incident", "abcd", "--as", "ada", *flags)
    assert done.code == 0, done.err
    digest = content_hash(load(folder(shop)).runbooks["errors"])
    entry = Journal(shop, "journal").entries()[-1]
    assert (entry.kind, entry.by.label) == ("incident.helped", "ada")
    assert (entry.data["content_hash"], entry.data.get("helped", True)) == (digest, helped)
    assert (f'content_hash: "{digest}"' in done.err) is helped


def test_the_lines_for_the_scores_are_what_the_file_wants(shop: Path) -> None:
    done = lightship(shop, "runbook", "helped", "errors", "--incident", ID, "--as", "ada")
    (line,) = (line for line in done.err.splitlines() if line.startswith("  - {"))
    write(
        shop,
        {"catalog/runbooks/errors.yaml": f"{_FILES['catalog/runbooks/errors.yaml']}verifications:\n{line}\n"},
    )
    found = lightship(shop, "validate", "--format", "json")
    assert not [
        row
        for row in json.loads(found.out)["findings"]
        if "runbooks" in row["path"] and row["severity"] == "error"
    ]
    proof = load(folder(shop)).runbooks["errors"].verifications[0]
    assert (proof.method, proof.evidence, proof.by) == ("incident", ID, "ada")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("erors", "--incident", ID), "did you mean 'errors'"),
        (("errors", "--incident", "nope"), "there is no incident 'nope'"),
        (("errors", "--incident", ID, "--note", "x" * 301), "--note"),
        (("errors",), "--incident"),
    ],
)
def test_runbook_refusals(shop: Path, arguments: tuple[str, ...], words: str) -> None:
    done = lightship(shop, "runbook", "helped", *arguments)
    assert (done.code, done.out) == (2, "")
    assert words in done.err and "Traceback" not in done.err
