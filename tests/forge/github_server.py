"""The HTTP side of the small GitHub: it answers on loopback as GitHub documents, page by page."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from tests.forge import github_payloads as payloads
from tests.forge.github_people import REPO, GitHub


@dataclass(frozen=True)
class Exchange:
    """What was asked, and what was answered."""

    method: str
    path: str
    query: Mapping[str, str]
    asked: Any
    status: int
    answered: Any


@dataclass
class Answers:
    """Answers by the state of `hub`. `broken`: patterns of 'METHOD path?query' that are answered otherwise; `lost`: done, and unsaid.

    `flaky`: how many of the next questions are answered with 502.
    """

    hub: GitHub
    url: str = ""
    page: int = 100
    token_of: str = "ada"
    broken: list[tuple[str, int, bytes]] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    flaky: int = 0
    log: list[Exchange] = field(default_factory=list)

    def answer(self, method: str, path: str, query: Mapping[str, str], body: Any) -> tuple[int, Any]:
        """Status and answer; a list is cut into pages by the caller."""
        if f"{method} {path}" == "GET /user":
            return 200, payloads.owner_of_token(self.hub.users[self.token_of], self.url)
        rest = path.removeprefix(f"/repos/{REPO}")
        for pattern, made in _ROUTES if rest != path else ():
            if match := re.fullmatch(pattern, f"{method} {rest}"):
                return made(self, query, body, *map(unquote, match.groups()))
        return 404, {"message": "Not Found"}

    def _repository(self, *_: Any) -> tuple[int, Any]:
        return 200, payloads.repository(self.hub.id, REPO, self.hub.users["acme"], self.url)

    def _pull(self, held: Mapping[str, Any]) -> dict[str, Any]:
        repo = self._repository()[1]
        into = {**repo, "id": held.get("into", self.hub.id)}
        base = {"ref": held["base"], "sha": held["start"], "repo": into, "user": repo["owner"]}
        fork = payloads.repository(held["source"], "other/portal", self.hub.users["acme"], self.url)
        source = repo if held["source"] == self.hub.id else fork
        head = {"ref": held["branch"], "sha": held["head"], "repo": source, "user": source["owner"]}
        return payloads.pull(held, base, head, self.url)

    def _pulls(self, query: Mapping[str, str], *_: Any) -> tuple[int, Any]:
        state, base = query.get("state", "open"), query.get("base")
        found = [
            self._pull(held)
            for held in sorted(self.hub.pulls.values(), key=lambda each: -each["number"])
            if state in ("all", held["state"])
            and base in (None, held["base"])
            and query.get("head") in (None, f"acme:{held['branch']}")
        ]
        return 200, found

    def _one(self, _query: Any, _body: Any, number: str) -> tuple[int, Any]:
        held = self.hub.pulls[int(number)]
        return 200, payloads.whole_pull(self._pull(held), len(self._rows(held)))

    def _pulls_of(self, _query: Any, _body: Any, commit: str) -> tuple[int, Any]:
        return 200, [self._pull(self.hub.pulls[number]) for number in self.hub.brought.get(commit, ())]

    def _reviews(self, _query: Any, _body: Any, number: str) -> tuple[int, Any]:
        me = f"{self.url}/repos/{REPO}/pulls/{number}"
        those = [each for each in self.hub.reviews if each["pull"] == int(number)]
        return 200, [payloads.review(each, me, self.url) for each in those]

    def _files(self, _query: Any, _body: Any, number: str) -> tuple[int, Any]:
        held = self.hub.pulls[int(number)]
        options = ("diff-tree", "-r", "-M", "--raw", "--no-abbrev", held["start"], held["head"])
        found = []
        for line in self.hub.git(self.hub.bare, *options).splitlines():
            head, *paths = line.split("\t")
            *_, blob, status = head.split()
            found.append(payloads.file(status, paths[-1], blob, f"{self.url}/repos/{REPO}"))
        return 200, found

    def _rows(self, held: Mapping[str, Any]) -> list[dict[str, Any]]:
        mark = "%H%x1f%T%x1f%an%x1f%ae%x1f%aI%x1f%cn%x1f%ce%x1f%cI%x1f%B%x1e"
        listing = self.hub.git(
            self.hub.bare, "log", "--reverse", f"--format={mark}", f"{held['start']}..{held['head']}"
        )
        found = []
        for row in listing.split("\x1e"):
            if row.strip():
                sha, tree, *who, message = row.strip().split("\x1f")
                people = [
                    (*who[n : n + 3], self.hub.users.get(self.hub.emails.get(who[n + 1], ""))) for n in (0, 3)
                ]
                found.append(
                    {
                        "sha": sha,
                        "tree": tree,
                        "author": people[0],
                        "committer": people[1],
                        "message": message,
                    }
                )
        return found

    def _commits(self, _query: Any, _body: Any, number: str) -> tuple[int, Any]:
        repo = f"{self.url}/repos/{REPO}"
        return 200, [payloads.commit(row, repo, self.url) for row in self._rows(self.hub.pulls[int(number)])]

    def _activity(self, query: Mapping[str, str], *_: Any) -> tuple[int, Any]:
        those = [each for each in self.hub.pushes if query.get("ref") in (None, each["ref"])]
        return 200, [payloads.activity(each, self.url) for each in those]

    def _permission(self, _query: Any, _body: Any, login: str) -> tuple[int, Any]:
        if login not in self.hub.users:
            return 404, {"message": "Not Found"}
        right = self.hub.rights[login]
        who = payloads.user(self.hub.users[login], self.url)
        return 200, {"permission": right, "role_name": right, "user": {**(who or {}), "role_name": right}}

    def _make_ref(self, _query: Any, body: Any) -> tuple[int, Any]:
        branch = body["ref"].removeprefix("refs/heads/")
        if self.hub.tip(branch):
            return 422, {"message": "Reference already exists"}
        self.hub.tick()
        self.hub.pushed(self.token_of, branch, "", body["sha"])
        me = f"{self.url}/repos/{REPO}/git/{body['ref']}"
        to = {"type": "commit", "sha": body["sha"], "url": me}
        return 201, {"ref": body["ref"], "node_id": "REF_1", "url": me, "object": to}

    def _put_file(self, _query: Any, body: Any, path: str) -> tuple[int, Any]:
        branch = body["branch"]
        if self.hub.git(self.hub.bare, "ls-tree", branch, "--", path):
            return 422, {"message": 'Invalid request.\n\n"sha" wasn\'t supplied.'}
        content = base64.b64decode(body["content"])
        commit = self.hub.push(self.token_of, branch, {path: content}, message=body["message"])
        return 201, {"content": None, "commit": {"sha": commit, "message": body["message"]}}

    def _get_file(self, query: Mapping[str, str], _body: Any, path: str) -> tuple[int, Any]:
        found = self.hub.git(self.hub.bare, "ls-tree", query["ref"], "--", path)
        if not found:
            return 404, {"message": "Not Found"}
        blob = found.split()[2]
        text = self.hub.git(self.hub.bare, "cat-file", "blob", blob) + "\n"
        me = f"{self.url}/repos/{REPO}/contents/{path}"
        links = {"self": me, "git": me, "html": me}
        urls = {"url": me, "git_url": me, "html_url": me, "download_url": me}
        return 200, {
            "type": "file", "encoding": "base64", "size": len(text), "name": path.rpartition("/")[2], "path": path,
            "content": base64.b64encode(text.encode()).decode(), "sha": blob, **urls, "_links": links,
        }  # fmt: skip

    def _make_pull(self, _query: Any, body: Any) -> tuple[int, Any]:
        if any(
            each["branch"] == body["head"] and each["state"] == "open" for each in self.hub.pulls.values()
        ):
            return 422, {"message": "Validation Failed"}
        number = self.hub.open(self.token_of, body["head"], body["base"], title=body["title"])
        return 201, self._one(None, None, str(number))[1]

    def _change_pull(self, _query: Any, body: Any, number: str) -> tuple[int, Any]:
        self.hub.pulls[int(number)].update(state=body["state"], closed_at=self.hub.tick())
        return self._one(None, None, number)

    def _say(self, _query: Any, body: Any, number: str) -> tuple[int, Any]:
        state = {"APPROVE": "APPROVED", "REQUEST_CHANGES": "CHANGES_REQUESTED"}.get(
            body["event"], "COMMENTED"
        )
        id = self.hub.review(
            self.token_of, int(number), state, body.get("commit_id", ""), body.get("body", "")
        )
        me = f"{self.url}/repos/{REPO}/pulls/{number}"
        return 200, payloads.review(next(each for each in self.hub.reviews if each["id"] == id), me, self.url)


_ROUTES: tuple[tuple[str, Callable[..., tuple[int, Any]]], ...] = (
    (r"GET ", Answers._repository),
    (r"GET /pulls", Answers._pulls),
    (r"GET /pulls/(\d+)", Answers._one),
    (r"GET /pulls/(\d+)/reviews", Answers._reviews),
    (r"GET /pulls/(\d+)/files", Answers._files),
    (r"GET /pulls/(\d+)/commits", Answers._commits),
    (r"GET /commits/([0-9a-f]+)/pulls", Answers._pulls_of),
    (r"GET /activity", Answers._activity),
    (r"GET /collaborators/([^/]+)/permission", Answers._permission),
    (r"GET /contents/(.+)", Answers._get_file),
    (r"PUT /contents/(.+)", Answers._put_file),
    (r"POST /git/refs", Answers._make_ref),
    (r"POST /pulls", Answers._make_pull),
    (r"PATCH /pulls/(\d+)", Answers._change_pull),
    (r"POST /pulls/(\d+)/reviews", Answers._say),
)


class _Handler(BaseHTTPRequestHandler):
    answers: Answers
    protocol_version = "HTTP/1.1"

    def _any(self) -> None:
        where = urlsplit(self.path)
        query = dict(parse_qsl(where.query))
        size = int(self.headers.get("Content-Length") or 0)
        asked = json.loads(self.rfile.read(size)) if size else None
        if self.answers.flaky:
            self.answers.flaky -= 1
            self._send(502, b"<html>Bad gateway</html>", {})
            return
        for pattern, status, body in self.answers.broken:
            if re.fullmatch(pattern, f"{self.command} {self.path}"):
                self._send(status, body, {})
                return
        status, found = self.answers.answer(self.command, where.path, query, asked)
        headers = {}
        if isinstance(found, list):
            found, headers = self._paged(found, where.path, query)
        self.answers.log.append(Exchange(self.command, where.path, query, asked, status, found))
        if any(re.fullmatch(pattern, f"{self.command} {self.path}") for pattern in self.answers.lost):
            self._send(502, b"<html>Bad gateway</html>", {})
            return
        self._send(status, json.dumps(found).encode(), headers)

    do_GET = do_POST = do_PUT = do_PATCH = _any

    def _paged(
        self, found: list[Any], path: str, query: Mapping[str, str]
    ) -> tuple[list[Any], dict[str, str]]:
        size = min(int(query.get("per_page", 30)), self.answers.page)
        number = int(query.get("page", 1))
        headers = {}
        if number * size < len(found):
            after = urlencode({**query, "page": number + 1})
            headers["Link"] = f'<{self.answers.url}{path}?{after}>; rel="next"'
        return found[(number - 1) * size : number * size], headers

    def _send(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response_only(status)
        self.send_header("Date", format_datetime(self.answers.hub.now + self.answers.hub.skew, usegmt=True))
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def served(hub: GitHub) -> Iterator[Answers]:
    """`hub` on a port of its own."""
    answers = Answers(hub)
    handler = type("Handler", (_Handler,), {"answers": answers})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    answers.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield answers
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
