"""A process that claims what each line of stdin names, and prints the id that holds it: ROOT NAME."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.journal.clones import BRANCH, entry

from lightship.journal.store import Journal


def main(root: str, name: str) -> None:
    journal = Journal(Path(root), BRANCH)
    for line in sys.stdin:
        mine = entry(line.strip(), "job.claimed", racer=name)
        claim = journal.claim(mine)
        assert claim.holder is not None, claim.why
        assert claim.won == (claim.holder.id == mine.id)
        sys.stdout.write(f"{'won' if claim.won else 'lost'} {claim.holder.data['racer']}\n")
        sys.stdout.flush()


main(*sys.argv[1:])
