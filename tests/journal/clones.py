"""Clones of one bare repository, and entries to write into them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.trees import git

from lightship.journal.entry import Actor, Entry, new_id
from lightship.journal.store import Journal

BRANCH = "journal"
ADA = Actor("Ada Example", "ada", True)
START = datetime(2026, 3, 1, 9, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


def entry(subject: str, kind: str = "test.said", at: datetime | None = None, **data: object) -> Entry:
    """An entry of now, or of `at`."""
    moment = at or datetime.now(UTC)
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    return Entry(new_id(moment), kind, subject, moment, ADA, data)


def entries(count: int, kind: str = "test.said") -> tuple[Entry, ...]:
    """Entries of as many hours."""
    return tuple(entry(f"s{n}", kind, START + timedelta(hours=n), n=n) for n in range(count))


def origin(folder: Path) -> Path:
    """A bare repository."""
    git(folder, "init", "--quiet", "--bare", "--initial-branch", "main", "origin.git")
    return folder / "origin.git"


def clone(bare: Path, name: str) -> Journal:
    """A repository beside `bare` whose remote that is, and its journal."""
    root = bare.parent / name
    git(bare.parent, "init", "--quiet", "--initial-branch", "main", name)
    git(root, "remote", "add", "origin", bare.as_uri())
    (root / "lightship.yaml").write_text("name: Test\n", encoding="utf-8")
    return Journal(root, BRANCH)


def running(script: str, *arguments: object) -> subprocess.Popen[str]:
    """A process of its own that runs `script` of this folder."""
    words = [sys.executable, "-m", f"tests.journal.{script}", *map(str, arguments)]
    return subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def subjects(those: Iterable[Entry]) -> Sequence[str]:
    """Their subjects, sorted."""
    return sorted(each.subject for each in those)
