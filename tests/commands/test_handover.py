"""`lightship handover`: told in three ways, accepted once, by the person who takes over."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.trees import TEAM, commit, git, lightship

TODAY = datetime.now(UTC).replace(hour=0, minute=0)
FILES = {
    **TEAM,
    "lightship.yaml": "name: x\n",
    "catalog/people/bo.yaml": "name: Bo Example\n",
    # The hand-over was at most a day ago: Ada had it before, Bo has it now.
    "catalog/schedules/nights.yaml": f"""\
name: Nights
timezone: UTC
layers:
  - {{ people: [ada, bo], starts: {TODAY - timedelta(days=14):%Y-%m-%d}, handover: "00:00", length: 14d }}
""",
    "catalog/services/cart.yaml": "name: Cart\nowner: payments\nschedule: nights\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet", "--bare", "origin.git")
    work = tmp_path / "work"
    commit(work, FILES)
    git(work, "remote", "add", "origin", str(tmp_path / "origin.git"))
    git(work, "config", "user.email", "ada@example.com")
    return work


def test_it_is_told_as_text_markdown_and_json(root: Path) -> None:
    declared = lightship(
        root,
        "incident",
        "declare",
        "--service",
        "cart",
        "--severity",
        "SEV3",
        "--title",
        "Cart *slow*",
        "--offline",
    )
    assert declared.code == 0, declared.err
    text = lightship(root, "handover", "nights")
    assert (
        text.code == 0 and "Ada Example to Bo Example" in text.out and "SEV3 Cart *slow* (cart)" in text.out
    )
    assert "not accepted yet; bo does with `lightship handover nights --accept`" in text.out
    assert "Follow-ups due: none falls due" in text.out
    markdown = lightship(root, "handover", "nights", "--format", "markdown").out
    assert "SEV3 Cart \\*slow\\* (cart)" in markdown and "`lightship handover nights --accept`" in markdown
    told = json.loads(lightship(root, "handover", "nights", "--format", "json").out)
    assert [each["title"] for each in told["open_incidents"]] == ["Cart *slow*"]
    assert {
        "from",
        "to",
        "happened",
        "ending",
        "planned",
        "follow_ups",
        "gaps",
        "accepted",
        "unknown",
    } <= told.keys()


def test_only_the_next_person_accepts_and_only_once(root: Path) -> None:
    wrong = lightship(root, "handover", "nights", "--accept")
    assert wrong.code == 2 and "accepting as ada: " in wrong.err
    assert "--as bo" in wrong.err
    done = lightship(
        root, "handover", "nights", "--accept", "--as", "bo", "--note", "all quiet", "--format", "json"
    )
    assert done.code == 0, done.err
    told = json.loads(done.out)
    assert (told["accepted"]["person"], told["accepted"]["note"], told["pending"]) == ("bo", "all quiet", [])
    tip = git(root.parent / "origin.git", "rev-parse", "journal")
    again = lightship(root, "handover", "nights", "--accept", "--as", "bo")
    assert again.code == 0 and "accepted already" in again.err and "accepted by bo" in again.out
    assert git(root.parent / "origin.git", "rev-parse", "journal") == tip
    log = [
        json.loads(line) for line in lightship(root, "journal", "log", "--format", "json").out.splitlines()
    ]
    assert [(entry["kind"], entry["subject"], entry["data"]["to"]) for entry in log] == [
        ("handover.accepted", "nights", "bo")
    ]
    assert lightship(root, "journal", "verify").code == 0


def test_what_cannot_be_is_said(root: Path) -> None:
    assert "did you mean 'nights'?" in lightship(root, "handover", "night").err
    assert "--note and --as go with --accept" in lightship(root, "handover", "nights", "--note", "x").err
    offline = lightship(root, "handover", "nights", "--accept", "--as", "bo", "--offline")
    assert offline.code == 0 and "pending: push" in offline.err
