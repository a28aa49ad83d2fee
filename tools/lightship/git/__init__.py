"""The only door to git. Every function takes the repository's folder; all raise GitError.

Branches of records (`journal`, `facts`) are read and written as objects: no work tree, no index.
"""

from lightship.git.branches import (
    WRITER,
    Draft,
    drop_ref,
    heads,
    is_ancestor,
    parted,
    related,
    rewrite_ref,
    set_ref,
    tip,
    tips,
    write_commits,
    write_objects,
)
from lightship.git.histories import (
    Ancestor,
    Change,
    Commit,
    ancestry,
    as_written,
    changes,
    history,
    line_of,
    sides,
)
from lightship.git.objects import (
    Entry,
    added,
    blobs,
    changed_paths,
    merge_base,
    names,
    resolve,
    sizes,
    tree,
)
from lightship.git.process import run
from lightship.git.remotes import fetch_branch, fetch_branches, fetch_commits, push_branch, remote
from lightship.git.repository import folder, identity, is_repository, is_shallow, keeps_modes, settings_of
from lightship.git.turns import turn

__all__ = [
    "WRITER",
    "Ancestor",
    "Change",
    "Commit",
    "Draft",
    "Entry",
    "added",
    "ancestry",
    "as_written",
    "blobs",
    "changed_paths",
    "changes",
    "drop_ref",
    "fetch_branch",
    "fetch_branches",
    "fetch_commits",
    "folder",
    "heads",
    "history",
    "identity",
    "is_ancestor",
    "is_repository",
    "is_shallow",
    "keeps_modes",
    "line_of",
    "merge_base",
    "names",
    "parted",
    "push_branch",
    "related",
    "remote",
    "resolve",
    "rewrite_ref",
    "run",
    "set_ref",
    "settings_of",
    "sides",
    "sizes",
    "tip",
    "tips",
    "tree",
    "turn",
    "write_commits",
    "write_objects",
]
