"""A process that records one entry, brings it to the remote, and says so: ROOT SUBJECT."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.journal.clones import BRANCH, entry

from lightship.journal.store import Journal


def main(root: str, subject: str) -> None:
    journal = Journal(Path(root), BRANCH)
    journal.append([entry(subject)])
    sys.stdout.write("recorded\n")
    sys.stdout.flush()
    if journal.publish().done:
        sys.stdout.write("pushed\n")


main(*sys.argv[1:])
