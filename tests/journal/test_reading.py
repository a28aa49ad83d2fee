"""Reading the journal starts as many processes for a hundred thousand entries as for ten."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from tests.journal import clones
from tests.journal.clones import entry
from tests.trees import git

from lightship.journal.inspection import inspect
from lightship.journal.store import Journal

FEW, MANY = 10, [600, pytest.param(100_000, marks=pytest.mark.slow)]


@pytest.mark.parametrize("many", MANY)
def test_processes_do_not_grow_with_entries(tmp_path: Path, calls: Path, many: int) -> None:
    counts = []
    for number in (FEW, many):
        root = tmp_path / str(number)
        git(tmp_path, "init", "--quiet", str(number))
        journal = Journal(root, clones.BRANCH)
        journal.append(clones.entries(number))
        start = journal.tip()
        made = Counter[str]()
        for name, read in {
            "entries": lambda journal=journal: journal.entries(),
            "append": lambda journal=journal: journal.append([entry("one more")]),
            "since": lambda journal=journal, start=start: journal.entries(start),
            "verify": lambda journal=journal: inspect(journal),
            "claim": lambda journal=journal: journal.claim(entry("job", "job.claimed")),
        }.items():
            calls.write_text("", encoding="utf-8")
            read()
            made[name] = len(calls.read_text(encoding="utf-8").splitlines())
        assert len(journal.entries()) == number + 2
        counts.append(made)
    assert counts[0] == counts[1]
    assert max(counts[0].values()) < 12


def test_only_the_days_that_are_written_are_looked_at(tmp_path: Path, calls: Path) -> None:
    git(tmp_path, "init", "--quiet")
    journal = Journal(tmp_path, clones.BRANCH)
    those = clones.entries(40)
    journal.append(those[:30])
    calls.write_text("", encoding="utf-8")
    journal.append(those[20:])
    (listing,) = (line for line in calls.read_text(encoding="utf-8").splitlines() if "ls-tree" in line)
    assert listing.endswith("-- 2026/03/02 2026/03/03")
    assert journal.entries() == those


def test_whoever_has_everything_reads_nothing(tmp_path: Path, calls: Path) -> None:
    git(tmp_path, "init", "--quiet")
    journal = Journal(tmp_path, clones.BRANCH)
    tip = journal.append(clones.entries(3))
    calls.write_text("", encoding="utf-8")
    assert journal.entries(tip) == ()
    assert len(calls.read_text(encoding="utf-8").splitlines()) == 1  # where the branch is
