"""A small GitHub: a real bare repository, whose commits people push, propose, review and merge. It has state and no opinion."""

from __future__ import annotations

import copy
import os
import subprocess
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

REPO = "acme/portal"
_ZERO = "0" * 40


class GitHub:
    """Its state, and what its people do; every call takes the clock one minute on."""

    def __init__(self, folder: Path, start: datetime) -> None:
        self.bare = folder / "portal.git"
        self.desk = folder / "desk"
        self.now = start
        self.skew = timedelta()
        self.id = 424242
        self.users: dict[str, dict[str, Any]] = {}
        self.emails: dict[str, str] = {}
        self.rights: dict[str, str] = {}
        self.pulls: dict[int, dict[str, Any]] = {}
        self.reviews: list[dict[str, Any]] = []
        self.pushes: list[dict[str, Any]] = []
        self.brought: dict[str, list[int]] = {}
        self.user("acme", 1, kind="Organization")
        self.git(folder, "init", "--quiet", "--bare", "--initial-branch", "main", str(self.bare))
        self.git(self.bare, "config", "uploadpack.allowAnySHA1InWant", "true")
        self.git(folder, "clone", "--quiet", str(self.bare), str(self.desk))
        self.git(self.desk, "config", "commit.gpgsign", "false")

    def copied(self, folder: Path) -> GitHub:
        """The same state over a copy of its folders."""
        other = copy.deepcopy(self)
        other.bare, other.desk = folder / "portal.git", folder / "desk"
        self.git(other.desk, "remote", "set-url", "origin", str(other.bare))
        return other

    def user(self, login: str, id: int, email: str = "", right: str = "write", kind: str = "User") -> None:
        """Somebody with an account."""
        self.users[login] = {"login": login, "id": id, "type": kind}
        self.rights[login] = right
        if email:
            self.emails[email] = login

    def tick(self, minutes: float = 1) -> str:
        """Go on in time; the moment as GitHub writes it."""
        self.now += timedelta(minutes=minutes)
        return f"{self.now:%Y-%m-%dT%H:%M:%SZ}"

    def push(
        self,
        login: str,
        branch: str,
        files: Mapping[str, str | bytes | None],
        email: str = "",
        message: str = "change",
        start: str = "main",
        modes: Mapping[str, str] | None = None,
    ) -> str:
        """Commit `files` on top of the branch (or of `start`) and push; `modes` may make them executable or links."""
        self.tick()
        before = self.tip(branch)
        base = before or self.tip(start)
        if base:
            self.git(self.desk, "checkout", "--quiet", "--force", "--detach", base)
        for path, content in files.items():
            self._stage(path, content, (modes or {}).get(path, "100644"))
        mail = email or next(
            (each for each, who in self.emails.items() if who == login), "nobody@example.com"
        )
        self.git(self.desk, "commit", "--quiet", "--allow-empty", "-m", message, who=(login, mail))
        after = self.git(self.desk, "rev-parse", "HEAD")
        self.pushed(login, branch, before, after)
        return after

    def move(self, login: str, branch: str, commit: str) -> None:
        """Push `commit` by force."""
        self.tick()
        self.pushed(login, branch, self.tip(branch), commit)

    def _stage(self, path: str, content: str | bytes | None, mode: str) -> None:
        if content is None:
            self.git(self.desk, "rm", "--quiet", "--", path)
            return
        data = content if isinstance(content, bytes) else content.encode()
        blob = self.git(self.desk, "hash-object", "-w", "--stdin", stdin=data)
        self.git(self.desk, "update-index", "--add", "--cacheinfo", f"{mode},{blob},{path}")

    def pushed(self, login: str, branch: str, before: str, after: str) -> None:
        ref = f"refs/heads/{branch}"
        self.git(self.desk, "push", "--quiet", "--force", "origin", f"{after}:{ref}")
        forced = before and self.git(self.desk, "merge-base", before, after) != before
        kind = "force_push" if forced else "push" if before else "branch_creation"
        self.pushes.insert(0, {
            "id": 100 + len(self.pushes), "before": before or _ZERO, "after": after, "ref": ref,
            "timestamp": f"{self.now:%Y-%m-%dT%H:%M:%SZ}", "activity_type": kind, "actor": self.users[login],
        })  # fmt: skip
        for held in self.pulls.values():
            if held["branch"] == branch and held["state"] == "open":
                held["head"] = after

    def tip(self, branch: str) -> str:
        """The commit of a branch; '' where there is none."""
        return self.git(self.bare, "for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}")

    def open(self, login: str, branch: str, base: str = "main", source: int = 0, title: str = "") -> int:
        """Open a pull request; `source` is the id of a fork."""
        number = len(self.pulls) + 7
        self.pulls[number] = {
            "number": number, "state": "open", "title": title or branch, "body": "", "user": self.users[login],
            "created_at": self.tick(), "closed_at": None, "merged_at": None, "merge_commit_sha": None,
            "branch": branch, "head": self.tip(branch), "base": base, "start": self.tip(base),
            "source": source or self.id,
        }  # fmt: skip
        return number

    def review(
        self, login: str | None, number: int, state: str = "APPROVED", commit: str = "", body: str = ""
    ) -> int:
        """Say something of a pull request, as it is or was at `commit`."""
        held = {
            "id": 1_000 + len(self.reviews), "user": self.users[login] if login else None, "state": state,
            "body": body, "commit_id": commit or self.pulls[number]["head"], "submitted_at": self.tick(), "pull": number,
        }  # fmt: skip
        self.reviews.append(held)
        return int(held["id"])

    def dismiss(self, id: int) -> None:
        """Dismiss a review: it keeps its moment."""
        self.tick()
        next(each for each in self.reviews if each["id"] == id)["state"] = "DISMISSED"

    def merge(self, login: str, number: int, how: str = "merge") -> str:
        """Merge a pull request: 'merge', 'squash' or 'rebase'."""
        held = self.pulls[number]
        at = self.tick()
        before = self.tip(held["base"])
        self.git(self.desk, "checkout", "--quiet", "--force", "--detach", before)
        author = (held["user"]["login"], "noreply@github.com")
        if how == "merge":
            self.git(
                self.desk, "merge", "--quiet", "--no-ff", "-m", f"Merge #{number}", held["head"], who=author
            )
        elif how == "squash":
            self.git(self.desk, "merge", "--quiet", "--squash", held["head"], who=author)
            self.git(self.desk, "commit", "--quiet", "-m", f"{held['title']} (#{number})", who=author)
        else:
            self.git(self.desk, "cherry-pick", f"{held['start']}..{held['head']}", who=author)
        after = self.git(self.desk, "rev-parse", "HEAD")
        self.pushed(login, held["base"], before, after)
        held.update(state="closed", merged_at=at, closed_at=at, merge_commit_sha=after)
        for commit in self.git(self.desk, "rev-list", f"{before}..{after}").split():
            self.brought.setdefault(commit, []).append(number)
        return after

    def git(
        self, folder: Path, *arguments: str, stdin: bytes | None = None, who: tuple[str, str] = ("", "")
    ) -> str:
        date = f"{int(self.now.timestamp())} +0000"
        env = {**os.environ, "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
        if who[0]:
            for role in ("AUTHOR", "COMMITTER"):
                env |= {f"GIT_{role}_NAME": who[0], f"GIT_{role}_EMAIL": who[1]}
        done = subprocess.run(
            ["git", *arguments], cwd=folder, env=env, input=stdin, capture_output=True, check=True
        )
        return done.stdout.decode().strip()
