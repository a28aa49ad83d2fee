"""Talking to the remote."""

from __future__ import annotations

from pathlib import Path

from lightship.errors import GitError, RefMoved
from lightship.git.branches import tip
from lightship.git.process import TALKING, run


def remote(root: Path) -> str:
    """The name of the remote that records go to: 'origin', else the only one; empty where there is none."""
    names = run(root, "remote").decode().split()
    return "origin" if "origin" in names else names[0] if len(names) == 1 else ""


def fetch_branch(root: Path, remote: str, branch: str, timeout: float = 20) -> str:
    """The tip of `branch` at `remote`, its objects brought here and kept as the remote-tracking ref; '' for none."""
    said = run(
        root, "ls-remote", "--quiet", remote, f"refs/heads/{branch}", settings=TALKING, timeout=timeout
    ).decode()
    if not said.strip():
        return ""
    refspec = f"+refs/heads/{branch}:refs/remotes/{remote}/{branch}"
    run(root, "fetch", "--quiet", "--no-tags", remote, refspec, settings=TALKING, timeout=timeout)
    return tip(root, f"refs/remotes/{remote}/{branch}")


def push_branch(root: Path, remote: str, commit: str, branch: str, timeout: float = 60) -> None:
    """Push `commit` to `branch` at `remote`, never by force. Raises RefMoved where others pushed first."""
    try:
        run(
            root,
            "push",
            "--quiet",
            remote,
            f"{commit}:refs/heads/{branch}",
            settings=TALKING,
            timeout=timeout,
        )
    except GitError as error:
        if any(
            mark in str(error)
            for mark in ("rejected", "failed to push", "cannot lock ref", "failed to update")
        ):
            raise RefMoved(f"pushing {branch} to {remote}: somebody else pushed first") from error
        raise
    run(root, "update-ref", f"refs/remotes/{remote}/{branch}", commit)
