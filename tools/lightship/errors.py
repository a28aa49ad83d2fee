"""What is raised, as against found: the world is not as a command needs it.

LightshipError            base; carries the exit code
├── UsageError      (2)   the command was asked for something that does not exist
└── CouldNotRun     (3)   the repository, the disk or the network stands in the way
    └── GitError    (3)   git said no
        └── RefMoved (3)  somebody else wrote to the branch first
"""

from __future__ import annotations


class LightshipError(Exception):
    """Says what was being done, what stood in the way, and what to do; shown without a traceback."""

    exit_code = 3


class UsageError(LightshipError):
    """The command was asked for something that does not exist."""

    exit_code = 2


class CouldNotRun(LightshipError):
    """The repository, the disk or the network stands in the way."""


class GitError(CouldNotRun):
    """git said no."""


class RefMoved(GitError):
    """Somebody else wrote to the branch first; what was to be written is not there."""
