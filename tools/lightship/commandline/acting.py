"""What acts beside the person at the keyboard: this run, its clock, the branches as the remote has them, the vendors."""

from __future__ import annotations

import hashlib
import os
import socket
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from lightship.errors import CouldNotRun, UsageError

if TYPE_CHECKING:
    from lightship.actions.records import Run
    from lightship.actions.vendor import Vendors
    from lightship.catalog.settings import Settings
    from lightship.journal.store import Journal

_VERSIONS = 20  # of the settings that are looked at, until one can be read
_OUT_OF_REACH = "Nothing was done. While the remote is out of reach, `--offline` carries out break-glass requests by what lies here"
_EVENTS = ("push", "workflow_dispatch", "schedule", "workflow_call", "repository_dispatch")


class Clock:
    """This machine's clock."""

    def now(self) -> datetime:
        """The moment, in UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


def run(offline: bool) -> Run:
    """This run, named so that others can tell whether it still lives."""
    from lightship.actions.records import Run
    from lightship.journal.entry import Actor

    number = os.environ.get("GITHUB_RUN_ID")
    actor = Actor("lightship", "", False, "workflow" if number else "cli")
    if number:
        return Run(f"github:{number}:{os.environ.get('GITHUB_RUN_ATTEMPT', '1')}", actor, living, offline)
    return Run(f"local:{_machine()}:{os.getpid()}:{_started(os.getpid())}", actor, living, offline)


def vendors(root: Path, tip: str, clock: Clock) -> Vendors:
    """The operations of other systems that have credentials here; where they are, the settings of the commit `tip` say.

    Where these cannot be read, the last ones that could: what was granted has to end all the same.
    """
    from lightship.catalog.settings import Settings
    from lightship.connectors.vendors import Connected, Setup

    settings = _last_settings(root, tip) or Settings()
    return Connected(Setup(settings.connectors, os.environ, clock))


def protected(root: Path, settings: Settings) -> Settings:
    """The settings that whoever acts goes by: those of the remote's default branch; `settings` where it has none.

    A folder may show any branch, which could else say itself that it is the protected one, and where the records lie.
    Raises CouldNotRun where the remote cannot be asked.
    """
    from lightship import git
    from lightship.errors import GitError

    remote = git.remote(root)
    try:
        branch = git.default_branch(root, remote) if remote else ""
        told = _last_settings(root, git.fetch_branch(root, remote, branch)) if branch else None
    except GitError as error:
        raise CouldNotRun(f"{error}. {_OUT_OF_REACH}") from error
    return told or settings


def _last_settings(root: Path, tip: str) -> Settings | None:
    """The settings of the commit `tip`, or the last ones before it that could be read; None where there are none."""
    from lightship import git
    from lightship.catalog.load import read_settings
    from lightship.catalog.settings import PATH
    from lightship.catalog.source import commit

    if not tip:
        return None
    changes = git.run(root, "log", "--first-parent", "--format=%H", f"-{_VERSIONS}", tip, "--", PATH)
    for id in changes.decode().split():
        source = commit(root, id)
        found, problems = read_settings(source)
        if PATH in source.files and not problems:
            return found
    return None


def living(run: str, since: datetime, now: datetime) -> bool:
    """Whether `run`, which claimed at `since`, may be busy: what ran here is looked for, all else has a lease."""
    from lightship.actions.records import by_lease

    kind, _, rest = run.partition(":")
    machine, _, process = rest.partition(":")
    if kind != "local" or machine != _machine():
        return by_lease(run, since, now)
    pid, _, started = process.partition(":")
    return pid.isdigit() and _started(int(pid)) == started != ""


def _machine() -> str:
    """This machine since it was started, and the room of processes that this one is in; 12 hex digits."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii") + os.readlink("/proc/self/ns/pid")
    except OSError:
        boot = ""
    return hashlib.sha256(f"{socket.gethostname()}\0{boot}".encode()).hexdigest()[:12]


def _started(pid: int) -> str:
    """When a process was started, in ticks since the machine was; where that cannot be told 'lives', '' for one that is gone."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
        return "" if state[0] == "Z" else state[19]
    except (OSError, IndexError):
        if Path("/proc/self/stat").exists():
            return ""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return ""
    except OSError:
        return "lives"
    return "lives"


def refuse_old_runs(settings: Settings, what: str = "it writes nothing") -> None:
    """Raise UsageError where a workflow's run is a repetition, or runs on another branch than the main one."""
    attempt, run = os.environ.get("GITHUB_RUN_ATTEMPT", "1"), os.environ.get("GITHUB_RUN_ID", "")
    workflow = os.environ.get("GITHUB_WORKFLOW", "the workflow")
    anew = f"start it anew: Actions → {workflow} → Run workflow"
    if attempt != "1":
        raise UsageError(
            f"this is attempt {attempt} of run {run}: a re-run acts as whoever started the first, with the code and "
            f"the records of then, so {what}; {anew}"
        )
    here, wanted = os.environ.get("GITHUB_REF", ""), f"refs/heads/{settings.branches.main}"
    if here != wanted:
        raise UsageError(
            f"this runs on {here or 'no branch'}: records are written from {wanted} alone; "
            f"{anew}, and leave the branch as it is"
        )


def refuse_strange_runs(root: Path, settings: Settings, tip: str) -> None:
    """Raise UsageError where a workflow's run may not act: a repetition, another branch, event or repository, old code.

    `tip` is the main branch's commit. Nothing is said where no workflow runs.
    """
    from lightship import git

    if not os.environ.get("GITHUB_ACTIONS"):
        return
    refuse_old_runs(settings, "it acts on nothing")
    event, here = os.environ.get("GITHUB_EVENT_NAME", ""), os.environ.get("GITHUB_REPOSITORY", "")
    if event not in _EVENTS:
        raise UsageError(
            f"this was started by '{event}': what acts is started by {', '.join(_EVENTS[:3])} alone"
        )
    ours = (settings.repository or "").rstrip("/").removesuffix(".git").partition("://")[2].partition("/")[2]
    if ours and here.lower() != ours.lower():
        raise UsageError(
            f"this runs in {here or 'no repository'}, and lightship.yaml says {ours}: a fork acts on nothing"
        )
    code = os.environ.get("GITHUB_WORKFLOW_SHA") or os.environ.get("GITHUB_SHA", "")
    if code and code != tip:
        changed = [
            path for path in git.changed_paths(root, code, tip) if path.startswith((".github/", "tools/"))
        ]
        if changed:
            raise UsageError(
                f"this runs the code of {code[:10]}, and {settings.branches.main} has another since ({changed[0]}): "
                "the run of the newer commit does what there is to do"
            )


def caught_up(root: Path, settings: Settings, journal: Journal) -> None:
    """Bring the main branch, requests and the journal here from the remote, and our entries there.

    Raises CouldNotRun: what is not known to be the latest is nothing to act on.
    """
    from lightship import git

    remote = git.remote(root)
    if not remote:
        return
    git.fetch_branch(root, remote, settings.branches.main)
    git.fetch_branches(root, remote, "request/")
    published = journal.publish(patience=60)
    if not published.done:
        raise CouldNotRun(f"bringing the journal up to date: {published.why}. {_OUT_OF_REACH}")
