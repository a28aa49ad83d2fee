"""Runs a workflow with act, on this machine, in a real repository made from this one.

Published actions are replaced, by their SHA, with the folders of `stand-ins/`: what they bring in or send away stays
in the test's own folder, and so does `gh`, which only notes what it was asked to start. Everything else is the workflow
as it stands, but for `queue: max` of concurrency, which act does not know yet.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
STAND_INS = Path(__file__).parent / "stand-ins"
SECONDS = 600


@dataclass(frozen=True)
class Annotation:
    """A finding on a line of the change, as GitHub would show it."""

    job: str
    level: str
    file: str
    line: int
    title: str
    text: str


@dataclass(frozen=True)
class Run:
    """What a workflow did: its exit code, each job's result and summary, its annotations, all its lines."""

    exit_code: int
    jobs: Mapping[str, str]
    summaries: Mapping[str, str]
    annotations: tuple[Annotation, ...]
    text: str


@dataclass(frozen=True)
class Repository:
    """A clone at `work`, its remote at `origin`; `folder` is where runs leave things."""

    folder: Path
    act: Path
    variables: Mapping[str, str] = field(default_factory=dict)  # those of the environments at GitHub

    @property
    def work(self) -> Path:
        """The clone."""
        return self.folder / "work"

    def git(self, *words: str) -> str:
        """Run git in the clone; what it prints."""
        done = subprocess.run(("git", *words), cwd=self.work, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def change(self, edits: Mapping[str, str | None]) -> None:
        """Write each path's text, or remove it where there is none."""
        for path, text in edits.items():
            file = self.work / path
            if text is None:
                file.unlink()
            else:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
        self.git("add", "--all")

    def pull_request(
        self, edits: Mapping[str, str | None], title: str = "Change", branch: str = "change"
    ) -> Run:
        """Run `check` as GitHub does: on the merge of the change into main."""
        base = self.git("rev-parse", "main")
        self.git("checkout", "-q", "-b", branch)
        self.change(edits)
        self.git("commit", "-q", "--allow-empty", "-m", title)
        head = self.git("rev-parse", "HEAD")
        self.git("checkout", "-q", "--detach", "main")
        self.git("merge", "-q", "--no-ff", "-m", "Merge", "--", branch)
        self.git("push", "-q", "origin", "HEAD:refs/pull/7/merge")
        event = {
            "action": "opened",
            "number": 7,
            "pull_request": {
                "number": 7,
                "title": title,
                "body": title,
                "base": {"ref": "main", "sha": base},
                "head": {"ref": branch, "sha": head},
            },
        }
        return self.run("pull_request", "check.yml", event)

    def dispatch(
        self, workflow: str, inputs: Mapping[str, Any], sender: Mapping[str, Any], **env: str
    ) -> Run:
        """Run `workflow` as GitHub does when `sender` fills in its form on the main branch."""
        event = {"ref": "refs/heads/main", "inputs": inputs, "sender": sender}
        return self.run("workflow_dispatch", workflow, event, **env)

    @property
    def started(self) -> list[str]:
        """The workflows that runs asked GitHub to start on the main branch, in that order."""
        noted = self.folder / "started"
        return noted.read_text(encoding="utf-8").splitlines() if noted.exists() else []

    def run(self, trigger: str, workflow: str, event: Mapping[str, Any], **env: str) -> Run:
        """Run `workflow` for `trigger` at the commit that is checked out."""
        (self.folder / "event.json").write_text(json.dumps(event), encoding="utf-8")
        words = [str(self.act), trigger, "--workflows", f".github/workflows/{workflow}", "--json"]
        words += ["--eventpath", str(self.folder / "event.json"), "--platform", "ubuntu-24.04=-self-hosted"]
        words += ["--env", f"PATH={STAND_INS / 'bin'}:{os.environ['PATH']}"]
        words += ["--no-cache-server", "--action-offline-mode", "--no-skip-checkout"]
        words += ["--secret", "GITHUB_TOKEN=canary-token", "--secret", "APP_PRIVATE_KEY=canary-key"]
        words += [word for name, value in self.variables.items() for word in ("--var", f"{name}={value}")]
        words += ["--env", f"STAND_IN_FOLDER={self.folder}", "--env", f"STAND_IN_VENV={ROOT / '.venv'}"]
        words += [word for name, value in env.items() for word in ("--env", f"{name}={value}")]
        for use in sorted(self._published()):
            words += ["--local-repository", f"{use}={STAND_INS / use.partition('@')[0].replace('/', '-')}"]
        done = subprocess.run(
            words, cwd=self.work, env=_environment(), capture_output=True, text=True, timeout=SECONDS
        )
        return _run(done)

    def _published(self) -> set[str]:
        files = (self.work / ".github").rglob("*.yml")
        return {
            use
            for file in files
            for use in re.findall(r"uses: ([\w-]+/[\w-]+@[0-9a-f]{40})", file.read_text(encoding="utf-8"))
        }


def repository(folder: Path, act: Path) -> Repository:
    """A repository in `folder` that holds this one's files as they stand, with one commit on main."""
    made = Repository(folder, act)
    made.work.mkdir()
    listed = subprocess.run(
        ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"),
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    for name in listed.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (made.work / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, made.work / name)
    for file in made.work.glob(".github/workflows/*.yml"):
        text = file.read_text(encoding="utf-8")
        file.write_text(re.sub(r"^  queue: max.*\n", "", text, flags=re.MULTILINE), encoding="utf-8")
    subprocess.run(("git", "init", "-q", "--bare", folder / "origin.git"), check=True)
    made.git("init", "-q", "-b", "main")
    made.git("remote", "add", "origin", str(folder / "origin.git"))
    made.git("add", "--all")
    made.git("commit", "-q", "-m", "Begin")
    made.git("push", "-q", "--set-upstream", "origin", "main")
    return made


def _environment() -> dict[str, str]:
    # What CI says of itself is not what the workflow under test should hear.
    return {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "RUNNER_"))}


def _run(done: subprocess.CompletedProcess[str]) -> Run:
    jobs: dict[str, str] = {}
    summaries: dict[str, str] = {}
    annotations: list[Annotation] = []
    text: list[str] = []
    for line in (done.stdout + done.stderr).splitlines():
        row = json.loads(line) if line.startswith("{") else {"msg": line}
        text.append(str(row.get("msg", "")).rstrip("\n"))
        job, command = str(row.get("jobID", "")), row.get("command")
        if "jobResult" in row:
            jobs[job] = str(row["jobResult"])
        elif command == "summary":
            summaries[job] = summaries.get(job, "") + row["content"]
        elif command in ("error", "warning", "notice"):
            annotations.append(_annotation(job, command, row.get("kvPairs") or {}, row["arg"]))
    return Run(done.returncode, jobs, summaries, tuple(annotations), "\n".join(text))


def _annotation(job: str, level: str, place: Mapping[str, str], text: str) -> Annotation:
    return Annotation(
        job, level, place.get("file", ""), int(place.get("line", 0)), place.get("title", ""), text
    )
