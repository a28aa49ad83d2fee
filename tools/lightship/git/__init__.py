"""The only door to git. Every function takes the repository's folder; all raise GitError.

Branches of records (`journal`, `facts`) are read and written as objects: no work tree, no index.
"""

from lightship.git.branches import (
    WRITER,
    Draft,
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
from lightship.git.histories import Change, Commit, as_written, changes, history, sides
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
from lightship.git.remotes import fetch_branch, push_branch, remote
from lightship.git.repository import folder, identity, is_repository, is_shallow, keeps_modes

__all__ = [
    "WRITER",
    "Change",
    "Commit",
    "Draft",
    "Entry",
    "added",
    "as_written",
    "blobs",
    "changed_paths",
    "changes",
    "fetch_branch",
    "folder",
    "history",
    "identity",
    "is_ancestor",
    "is_repository",
    "is_shallow",
    "keeps_modes",
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
    "sides",
    "sizes",
    "tip",
    "tips",
    "tree",
    "write_commits",
    "write_objects",
]
