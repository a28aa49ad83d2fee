"""What git allows as the name of a branch. Pure."""

from __future__ import annotations

import re

_ODD = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]")


def why_no_branch(name: str) -> str:
    """Why `name` cannot be a branch; '' where it can. As in git-check-ref-format(1)."""
    parts = name.split("/")
    if not name or name in ("@", "HEAD") or name.startswith("-"):
        return "is no name that git takes; call it, say, 'journal'"
    if found := _ODD.search(name):
        return f"holds {found[0]!r}, which git does not allow in a name"
    if ".." in name or "@{" in name or name.endswith("."):
        return "holds '..' or '@{', or ends in '.', which git does not allow"
    if any(not part or part.startswith(".") or part.endswith(".lock") for part in parts):
        return "has a part that is empty, begins with '.' or ends in '.lock', which git does not allow"
    return ""
