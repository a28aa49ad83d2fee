"""A small GitHub on loopback: a real bare repository, whose commits people push, propose, review and merge.

It has state and no opinion: it does what a test says its people do, and answers as GitHub documents.
"""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.forge import github_payloads as payloads

REPO = "acme/portal"
_ZERO = "0" * 40


class GitHub:
    """Its state, and what its people do; every call takes the clock one minute on."""

    def __init__(self, folder: Path, start: datetime) -> None:
        self.bare = folder / "portal.git"
        self.desk = folder / "desk"
        self.now = start
        self.skew = timedelta()
        self.page = 100
        self.id = 424242
        self.users: dict[str, dict[str, Any]] = {}
        self.emails: dict[str, str] = {}
        self.rights: dict[str, str] = {}
        self.pulls: dict[int, dict[str, Any]] = {}
        self.reviews: list[dict[str, Any]] = []
        self.pushes: list[dict[str, Any]] = []
        self.brought: dict[str, list[int]] = {}
        self.broken: list[tuple[str, int, str]] = []  # method and path as a pattern, status, body
        self.asked: list[str] = []
        self.seen: Callable[..., None] | None = None
        self.url = ""
        self.user("acme", 1, kind="Organization")
        self._git(folder, "init", "--quiet", "--bare", "--initial-branch", "main", str(self.bare))
        self._git(self.bare, "config", "uploadpack.allowAnySHA1InWant", "true")
        self._git(folder, "clone", "--quiet", str(self.bare), str(self.desk))
        self._git(self.desk, "config", "commit.gpgsign", "false")

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
            self._git(self.desk, "checkout", "--quiet", "--force", "--detach", base)
        for path, content in files.items():
            self._stage(path, content, (modes or {}).get(path, "100644"))
        mail = email or next((each for each, who in self.emails.items() if who == login), "nobody@example.com")
        self._git(self.desk, "commit", "--quiet", "--allow-empty", "-m", message, who=(login, mail))
        after = self._git(self.desk, "rev-parse", "HEAD")
        self._pushed(login, branch, before, after)
        return after

    def move(self, login: str, branch: str, commit: str) -> None:
        """Push `commit` by force."""
        self.tick()
        self._pushed(login, branch, self.tip(branch), commit)

    def _stage(self, path: str, content: str | bytes | None, mode: str) -> None:
        if content is None:
            self._git(self.desk, "rm", "--quiet", "--", path)
            return
        data = content if isinstance(content, bytes) else content.encode()
        blob = self._git(self.desk, "hash-object", "-w", "--stdin", stdin=data)
        self._git(self.desk, "update-index", "--add", "--cacheinfo", f"{mode},{blob},{path}")

    def _pushed(self, login: str, branch: str, before: str, after: str) -> None:
        ref = f"refs/heads/{branch}"
        self._git(self.desk, "push", "--quiet", "--force", "origin", f"{after}:{ref}")
        forced = before and self._git(self.desk, "merge-base", before, after) != before
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
        return self._git(self.bare, "for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}")

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
        self._git(self.desk, "checkout", "--quiet", "--force", "--detach", before)
        author = (held["user"]["login"], "noreply@github.com")
        if how == "merge":
            self._git(self.desk, "merge", "--quiet", "--no-ff", "-m", f"Merge #{number}", held["head"], who=author)
        elif how == "squash":
            self._git(self.desk, "merge", "--quiet", "--squash", held["head"], who=author)
            self._git(self.desk, "commit", "--quiet", "-m", f"{held['title']} (#{number})", who=author)
        else:
            self._git(self.desk, "cherry-pick", f"{held['start']}..{held['head']}", who=author)
        after = self._git(self.desk, "rev-parse", "HEAD")
        self._pushed(login, held["base"], before, after)
        held.update(state="closed", merged_at=at, closed_at=at, merge_commit_sha=after)
        for commit in self._git(self.desk, "rev-list", f"{before}..{after}").split():
            self.brought.setdefault(commit, []).append(number)
        return after

    def _git(self, folder: Path, *arguments: str, stdin: bytes | None = None, who: tuple[str, str] = ("", "")) -> str:
        date = f"{int(self.now.timestamp())} +0000"
        env = {**os.environ, "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
        if who[0]:
            for role in ("AUTHOR", "COMMITTER"):
                env |= {f"GIT_{role}_NAME": who[0], f"GIT_{role}_EMAIL": who[1]}
        done = subprocess.run(
            ["git", *arguments], cwd=folder, env=env, input=stdin, capture_output=True, check=True
        )
        return done.stdout.decode().strip()

    # What is asked.

    def answer(self, method: str, path: str, query: Mapping[str, str], body: Any) -> tuple[int, Any]:
        """Status and answer; a list is cut into pages by the caller."""
        rest = path.removeprefix(f"/repos/{REPO}")
        if rest == path:
            return (404, {"message": "Not Found"})
        for pattern, made in _ROUTES:
            if match := re.fullmatch(pattern, f"{method} {rest}"):
                return made(self, query, body, *map(unquote, match.groups()))
        return (404, {"message": "Not Found"})

    def _repository(self, *_: Any) -> tuple[int, Any]:
        return 200, payloads.repository(self.id, REPO, self.users["acme"], self.url)

    def _pull(self, held: Mapping[str, Any]) -> dict[str, Any]:
        repo = self._repository()[1]
        base = {"ref": held["base"], "sha": held["start"], "repo": repo, "user": repo["owner"]}
        fork = payloads.repository(held["source"], "other/portal", self.users["acme"], self.url)
        source = repo if held["source"] == self.id else fork
        head = {"ref": held["branch"], "sha": held["head"], "repo": source, "user": source["owner"]}
        return payloads.pull(held, base, head, self.url)

    def _pulls(self, query: Mapping[str, str], *_: Any) -> tuple[int, Any]:
        state, base = query.get("state", "open"), query.get("base")
        found = [
            self._pull(held)
            for held in sorted(self.pulls.values(), key=lambda each: -each["number"])
            if state in ("all", held["state"])
            and base in (None, held["base"])
            and query.get("head") in (None, f"acme:{held['branch']}")
        ]
        return 200, found

    def _one(self, _query: Any, _body: Any, number: str) -> tuple[int, Any]:
        held = self.pulls[int(number)]
        return 200, payloads.whole_pull(self._pull(held), len(self._rows(held)))

    def _pulls_of(self, _query: Any, _body: Any, commit: str) -> tuple[int, Any]:
        return 200, [self._pull(self.pulls[number]) for number in self.brought.get(commit, ())]

    def _reviews(self, _query: Any, _body: Any, number: str) -> tuple[int, Any]:
        me = f"{self.url}/repos/{REPO}/pulls/{number}"
        those = [each for each in self.reviews if each["pull"] == int(number)]
        return 200, [payloads.review(each, me, self.url) for each in those]

    def _files(self, _query: Any, _body: Any, number: str) -> tuple[int, Any]:
        held = self.pulls[int(number)]
        options = ("diff-tree", "-r", "-M", "--raw", "--no-abbrev", held["start"], held["head"])
        found = []
        for line in self._git(self.bare, *options).splitlines():
            head, *paths = line.split("\t")
            *_, blob, status = head.split()
            found.append(payloads.file(status, paths[-1], blob, f"{self.url}/repos/{REPO}"))
        return 200, found

    def _rows(self, held: Mapping[str, Any]) -> list[dict[str, Any]]:
        mark = "%H%x1f%T%x1f%an%x1f%ae%x1f%aI%x1f%cn%x1f%ce%x1f%cI%x1f%B%x1e"
        listing = self._git(self.bare, "log", "--reverse", f"--format={mark}", f"{held['start']}..{held['head']}")
        found = []
        for row in listing.split("\x1e"):
            if row.strip():
                sha, tree, *who, message = row.strip().split("\x1f")
                people = [(*who[n : n + 3], self.users.get(self.emails.get(who[n + 1], ""))) for n in (0, 3)]
                found.append({"sha": sha, "tree": tree, "author": people[0], "committer": people[1], "message": message})
        return found

    def _commits(self, _query: Any, _body: Any, number: str) -> tuple[int, Any]:
        repo = f"{self.url}/repos/{REPO}"
        return 200, [payloads.commit(row, repo, self.url) for row in self._rows(self.pulls[int(number)])]

    def _activity(self, query: Mapping[str, str], *_: Any) -> tuple[int, Any]:
        those = [each for each in self.pushes if query.get("ref") in (None, each["ref"])]
        return 200, [payloads.activity(each, self.url) for each in those]

    def _permission(self, _query: Any, _body: Any, login: str) -> tuple[int, Any]:
        if login not in self.users:
            return 404, {"message": "Not Found"}
        right = self.rights[login]
        who = payloads.user(self.users[login], self.url)
        return 200, {"permission": right, "role_name": right, "user": {**(who or {}), "role_name": right}}
