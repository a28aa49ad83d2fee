"""A process that writes entries, one at a time, and brings each to the remote: ROOT NAME COUNT."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.journal.clones import BRANCH, entry

from lightship.journal.store import Journal


def main(root: str, name: str, count: str) -> None:
    journal = Journal(Path(root), BRANCH)
    for number in range(int(count)):
        journal.append([entry(f"{name}-{number}", n=number)])
        done = journal.publish()
        if not done.done:
            sys.exit(f"{name}-{number}: {done.why}")


main(*sys.argv[1:])
