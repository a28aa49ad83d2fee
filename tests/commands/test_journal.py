"""`lightship journal`, run for real."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.journal import clones, tampering
from tests.journal.clones import clone, entry, origin
from tests.trees import git, lightship

from lightship.incidents import events, lifecycle
from lightship.journal.entry import Actor
from lightship.journal.store import Journal


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    return origin(tmp_path)


@pytest.fixture
def journal(bare: Path) -> Journal:
    return clone(bare, "a")


def test_log_lists_entries_and_narrows_them(journal: Journal) -> None:
    those = (
        entry("inc-1", "incident.declared", clones.START),
        entry("inc-2", "incident.declared"),
        entry("2026-03-01", "scores.day", words="é\n"),
    )
    journal.append(those)
    assert lightship(journal.root, "journal", "log").out.splitlines()[0] == (
        f"2026-03-01 09:00:00Z  {those[0].id}  incident.declared  inc-1  ada"
    )
    lines = lightship(journal.root, "journal", "log", "--format", "json").out
    assert lines.encode() == b"".join(each.to_bytes() for each in those)
    for words, count in (
        (("--subject", "inc-1"), 1),
        (("--kind", "incident"), 2),
        (("--kind", "scores.day"), 1),
        (("--kind", "scores.d"), 0),
        (("--since", "2026-03-01T09:00:01Z"), 2),
        (("--since", "2026-03-01"), 3),
    ):
        done = lightship(journal.root, "journal", "log", "--format", "json", *words)
        assert (done.code, len(done.out.splitlines())) == (0, count), words


def test_an_empty_journal(journal: Journal) -> None:
    for words in (("log",), ("verify",), ("sync",)):
        assert lightship(journal.root, "journal", *words).code == 0
    nothing = lightship(journal.root, "journal", "anchor")
    assert (nothing.code, nothing.out) == (1, "")
    assert "nothing is recorded on journal" in nothing.err


def test_verify_says_what_and_where(journal: Journal) -> None:
    those = clones.entries(8)
    journal.append(those)
    assert lightship(journal.root, "journal", "verify").out == "journal: 8 entries, whole\n"
    tampering.write(journal.root, {"journal": tampering.edit(those, 4)}, tampering.steps(those))
    done = lightship(journal.root, "journal", "verify")
    assert done.code == 1
    assert done.out.startswith("journal: entry 5: entry-altered: ")
    assert those[4].path in done.out
    report = json.loads(lightship(journal.root, "journal", "verify", "--format", "json").out)
    assert (report["whole"], report["entries"]) == (False, 8)
    assert [(trouble["seq"], trouble["what"]) for trouble in report["troubles"]] == [(5, "entry-altered")]


def test_an_anchor_kept_elsewhere_shows_what_the_chain_cannot(journal: Journal, tmp_path: Path) -> None:
    git(journal.root, "remote", "remove", "origin")
    those = clones.entries(8)
    journal.append(those)
    printed = lightship(journal.root, "journal", "anchor").out
    anchor = json.loads(printed)
    assert set(anchor) == {"commit", "seq", "link", "at"}
    assert (anchor["commit"], anchor["seq"]) == (journal.tip(), 8)
    kept = tmp_path / "anchor.json"
    kept.write_text(printed, encoding="utf-8")
    journal.append([entry("later")])
    assert lightship(journal.root, "journal", "verify", "--anchor", str(kept)).code == 0
    assert lightship(journal.root, "journal", "verify", "--anchor", anchor["link"]).code == 0
    tampering.write(journal.root, {"journal": tampering.rewrite(those, 2)}, tampering.steps(those))
    assert lightship(journal.root, "journal", "verify").code == 0
    for given in (str(kept), anchor["link"]):
        done = lightship(journal.root, "journal", "verify", "--anchor", given)
        assert (done.code, "journal-rewritten" in done.out) == (1, True)
    tampering.write(journal.root, {"journal": tampering.truncate(those, 5)}, tampering.steps(those))
    done = lightship(journal.root, "journal", "verify", "--anchor", str(kept))
    assert (done.code, "journal-cut" in done.out) == (1, True)
    wrong = lightship(journal.root, "journal", "verify", "--anchor", "nonsense")
    assert (wrong.code, wrong.out) == (2, "")


def test_an_anchor_names_what_is_pushed(journal: Journal) -> None:
    journal.append(clones.entries(3))
    assert "run `lightship journal sync` first" in lightship(journal.root, "journal", "anchor").err
    assert journal.publish().done
    journal.append([entry("pending")])
    done = lightship(journal.root, "journal", "anchor")
    assert json.loads(done.out)["seq"] == 3
    assert "1 entries are not pushed yet" in done.err


def test_sync_brings_clones_together_and_flags_what_both_did(bare: Path, journal: Journal) -> None:
    other = clone(bare, "b")
    bo = Actor("Bo Example", "bo", True)
    declared = events.Declared(title="Checkout is down", severity="SEV2", services=("checkout",))
    journal.append([lifecycle.entry("inc-20260301-abcd", declared, clones.ADA, clones.START)])
    assert lightship(journal.root, "journal", "sync").out == "journal: 1 pushed, 0 fetched, 0 pending\n"
    assert lightship(other.root, "journal", "sync").out == "journal: 0 pushed, 1 fetched, 0 pending\n"
    resolved = events.Resolved(text="Rolled back.")
    for one, actor in ((journal, clones.ADA), (other, bo)):
        one.append([lifecycle.entry("inc-20260301-abcd", resolved, actor, clones.START)])
    assert lightship(journal.root, "journal", "sync").code == 0
    done = lightship(other.root, "journal", "sync", "--format", "json")
    report = json.loads(done.out)
    assert (report["done"], report["pushed"], report["fetched"], report["pending"]) == (True, 1, 1, 0)
    assert [(each["subject"], each["what"]) for each in report["both"]] == [("inc-20260301-abcd", "resolved")]
    assert report["both"][0]["message"] == "resolved by bo here, and by ada there"
    assert len(other.entries()) == 3
    again = lightship(other.root, "journal", "sync")
    assert (again.code, again.out) == (0, "journal: 0 pushed, 0 fetched, 0 pending\n")


def test_sync_says_what_stays_here(journal: Journal) -> None:
    journal.append([entry("kept")])
    git(journal.root, "remote", "set-url", "origin", "../nowhere.git")
    done = lightship(journal.root, "journal", "sync")
    assert (done.code, done.out) == (3, "journal: 0 pushed, 0 fetched, 1 pending\n")
    assert "origin cannot be reached" in done.err
    git(journal.root, "remote", "remove", "origin")
    done = lightship(journal.root, "journal", "sync")
    assert (done.code, "no remote" in done.out) == (0, True)


def test_a_branch_that_git_does_not_take(journal: Journal) -> None:
    (journal.root / "lightship.yaml").write_text("branches:\n  journal: a..b\n", encoding="utf-8")
    done = lightship(journal.root, "journal", "log")
    assert done.code == 2
    assert "the branch 'a..b' of lightship.yaml" in done.err


def test_the_branch_is_the_one_that_is_named(journal: Journal) -> None:
    (journal.root / "lightship.yaml").write_text("branches:\n  journal: records\n", encoding="utf-8")
    Journal(journal.root, "records").append([entry("there")])
    journal.append([replace(entry("elsewhere"))])
    assert "there" in lightship(journal.root, "journal", "log").out
    assert "1 entry" in lightship(journal.root, "journal", "log").err
