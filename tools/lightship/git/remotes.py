"""Talking to the remote. Whoever was quicker is told apart from a remote that cannot be reached, or does not want it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from lightship.errors import GitError, RefMoved
from lightship.git import locks
from lightship.git.branches import set_ref, tip
from lightship.git.process import talk, words
from lightship.git.repository import settings_like

_PATIENCE = 20.0  # seconds without a word, or the next step of its progress
# What servers say when two push at once.
_QUICKER = re.compile(
    r"fetch first|non-fast-forward|stale info|cannot lock ref|failed to (update|lock)|"
    r"incorrect old value|reference already exists|unable to (create|lock)",
    re.IGNORECASE,
)
# What servers say of a commit that they do not have, or do not give by its id.
_NOT_GIVEN = re.compile(r"not our ref|unadvertised object|bad object|couldn't find remote ref", re.IGNORECASE)
_HEAD = re.compile(r"ref: refs/heads/(\S+)\tHEAD\n")
_MOST_WORDS = 3


def remote(root: Path) -> str:
    """The name of the remote that records go to: 'origin', else the only one; '' where there is none.

    `git config lightship.remote NAME` names another; `none` keeps everything in this clone.
    """
    found = settings_like(root, r"remote\..*\.url|lightship\.remote")
    chosen = found.get("lightship.remote", "")
    names = [key[len("remote.") : -len(".url")] for key in found if key.endswith(".url")]
    if chosen:
        return chosen if chosen in names else ""
    return "origin" if "origin" in names else names[0] if len(names) == 1 else ""


def default_branch(root: Path, remote: str, silence: float = _PATIENCE) -> str:
    """The branch that `remote` itself takes for its main one; '' where it names none, or one that it does not have.

    Raises GitError where the remote cannot be reached.
    """
    done = talk(root, "ls-remote", "--symref", remote, "HEAD", silence=silence)
    if done.code:
        raise GitError(f"asking for the default branch: {remote} cannot be reached: {_reason(done.err)}")
    found = _HEAD.match(done.out.decode("utf-8", "replace"))
    return found[1] if found else ""


def fetch_branch(root: Path, remote: str, branch: str, silence: float = _PATIENCE) -> str:
    """The tip of `branch` at `remote`, its objects brought here and kept as the remote-tracking ref; '' for none.

    Raises RefMoved where another fetch is at it, GitError where the remote cannot be reached.
    """
    ref = f"refs/remotes/{remote}/{branch}"
    refspec = f"+refs/heads/{branch}:{ref}"
    options = ("--progress", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules")
    done = talk(root, "fetch", *options, remote, refspec, silence=silence)
    if not done.code:
        return tip(root, ref)
    if "couldn't find remote ref" in done.err:
        return ""
    if "cannot lock ref" in done.err:
        locks.clear(root, locks.held(done.err) or ref)
        raise RefMoved(f"fetching {branch} from {remote}: another git is at it")
    raise GitError(f"fetching {branch}: {remote} cannot be reached: {_reason(done.err)}")


def fetch_branches(root: Path, remote: str, prefix: str, silence: float = _PATIENCE) -> None:
    """Bring all branches of `remote` below `prefix` (such as request/), and let go of those that are gone there.

    Raises RefMoved where another fetch is at it, GitError where the remote cannot be reached.
    """
    refspec = f"+refs/heads/{prefix}*:refs/remotes/{remote}/{prefix}*"
    options = ("--progress", "--prune", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules")
    done = talk(root, "fetch", *options, remote, refspec, silence=silence)
    if done.code and "cannot lock ref" in done.err:
        raise RefMoved(f"fetching {prefix} from {remote}: another git is at it")
    if done.code:
        raise GitError(f"fetching {prefix}: {remote} cannot be reached: {_reason(done.err)}")


def fetch_commits(root: Path, remote: str, ids: Iterable[str], silence: float = _PATIENCE) -> tuple[str, ...]:
    """Bring commits here by their ids; those that `remote` does not give, whoever once saw them there.

    Raises GitError where the remote cannot be reached.
    """
    options = ("--progress", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules")
    wanted = tuple(dict.fromkeys(ids))
    if not wanted:
        return ()
    done = talk(root, "fetch", *options, remote, *wanted, silence=silence)
    if not done.code:
        return ()
    if not _NOT_GIVEN.search(done.err):
        raise GitError(f"fetching {wanted[0][:12]}: {remote} cannot be reached: {_reason(done.err)}")
    if len(wanted) == 1:
        return wanted
    return tuple(id for each in wanted for id in fetch_commits(root, remote, (each,), silence))


def push_branch(root: Path, remote: str, commit: str, branch: str, silence: float = _PATIENCE) -> None:
    """Push `commit` to `branch` at `remote`, never by force.

    Raises RefMoved where others pushed first, GitError where the remote cannot be reached or says no.
    """
    _push(root, remote, branch, f"{commit}:refs/heads/{branch}", (), silence)
    _note(root, f"refs/remotes/{remote}/{branch}", commit)


def delete_branch(root: Path, remote: str, commit: str, branch: str, silence: float = _PATIENCE) -> None:
    """Delete `branch` at `remote`, where it still is at `commit`.

    Raises RefMoved where it is not, or gone, GitError where the remote cannot be reached or says no.
    """
    lease = f"--force-with-lease=refs/heads/{branch}:{commit}"
    _push(root, remote, branch, f":refs/heads/{branch}", (lease,), silence)


def _push(root: Path, remote: str, branch: str, refspec: str, more: tuple[str, ...], silence: float) -> None:
    options = ("--porcelain", "--progress", "--no-follow-tags", "--no-signed", "--no-recurse-submodules")
    done = talk(root, "push", *options, *more, remote, refspec, silence=silence)
    said = done.out.decode("utf-8", "replace")
    refused = next((line for line in said.splitlines() if line.startswith("!")), "")
    if refused and _QUICKER.search(refused):
        raise RefMoved(f"pushing {branch} to {remote}: somebody else pushed first")
    if refused:
        why = refused.rpartition("\t")[2]
        raise GitError(f"pushing {branch}: {remote} refuses it: {'; '.join((why, *_remarks(done.err)))}")
    if done.code:
        raise GitError(f"pushing {branch}: {remote} cannot be reached: {_reason(done.err)}")


def _reason(said: str) -> str:
    """Why there is no connection: where git only says that it could not read, ssh has said more before."""
    found = words(said)
    first = next((line for line in said.splitlines() if line.strip()), "")
    return f"{first.strip()}; {found}" if "Could not read from remote" in found and first != found else found


def _remarks(said: str) -> tuple[str, ...]:
    """What the remote itself says, without its progress."""
    lines = (line.strip() for line in re.findall(r"^remote: ([^\r\n]*)$", said, re.MULTILINE))
    return tuple(line for line in lines if line)[:_MOST_WORDS]


def _note(root: Path, ref: str, commit: str) -> None:
    """Remember what the remote holds; git does so itself only for branches that the clone follows."""
    known = tip(root, ref)
    if known != commit:
        try:
            set_ref(root, ref, commit, known)
        except RefMoved:
            return  # another fetch knows better
