"""Asking and answering at GitHub: a branch with one new file and its pull request, reviews, and closing it again.

Looked for first, then made: whoever tries again makes no second.
"""

from __future__ import annotations

from urllib.parse import urlencode

from github import GithubException

from lightship.actions.question import Verdict
from lightship.catalog.kinds.request import Request
from lightship.errors import UsageError
from lightship.forge.base import Asked
from lightship.forge.branches import PREFIX
from lightship.forge.github import GitHub
from lightship.forge.hub import Hub
from lightship.forge.reading import path_of

_TAKEN = 422
_TAKEN_FILE = (409, 422)  # 409: somebody writes to the branch at the same moment
_TIMES = {"id", "requested_at", "not_after"}
_EVENTS = {"approve": "APPROVE", "deny": "REQUEST_CHANGES"}
_LONGEST_LINK = 7000  # characters that browsers and GitHub take


def link(repository: str, main: str, id: str, data: bytes) -> str:
    """GitHub's page for a new file, filled in with the request; without its text where that is too long for an address."""
    query = {"filename": path_of(id), "value": data.decode()}
    whole = f"{repository.rstrip('/')}/new/{main}?{urlencode(query)}"
    return whole if len(whole) <= _LONGEST_LINK else whole.partition("&value=")[0]


def alike(forge: GitHub, request: Request) -> Asked | None:
    """An open request for the very same by the same person, whenever it was asked for."""
    wanted = request.model_dump(exclude=_TIMES)
    for asked in forge.requests():
        open_ = asked.request if not asked.is_merged and not asked.problems else None
        if open_ is not None and open_.model_dump(exclude=_TIMES) == wanted:
            return asked
    return None


class Closed(UsageError):
    """The pull request at `url` brought the request, and was closed without being merged."""

    def __init__(self, id: str, url: str) -> None:
        super().__init__(f"asking: {url} brought {id} before, and is closed; ask anew")
        self.url = url


def propose(hub: Hub, id: str, data: bytes, main: str, tip: str, body: str) -> str:
    """Open the pull request that adds the request `id` to the branch `main`, whose commit is `tip`; its address.

    Whatever an earlier try left behind is gone on with. Raises Closed where people had it, and did not want it.
    """
    branch, path = f"{PREFIX}{id}", path_of(id)
    if found := _brought(hub, id, main):
        return found
    with hub.asking(f"a new branch {branch}"):
        try:
            hub.repository.create_git_ref(f"refs/heads/{branch}", tip)
        except GithubException as error:
            if error.status != _TAKEN:
                raise
    with hub.asking(f"a new file {path}"):
        try:
            hub.repository.create_file(path, f"Ask for {id}", data, branch=branch)
        except GithubException as error:
            if error.status not in _TAKEN_FILE or not _lies(hub, path, branch, data):
                raise
    with hub.asking(f"a new pull request from {branch}"):
        try:
            return hub.repository.create_pull(
                base=main, head=branch, title=f"Ask for {id}", body=body
            ).html_url
        except GithubException as error:
            if error.status == _TAKEN and (found := _brought(hub, id, main)):
                return found
            raise


def review(forge: GitHub, asked: Asked, verdict: Verdict, reason: str) -> None:
    """Review the pull request of `asked` as the token's account, at the very commit that was looked at."""
    commit = forge.hub.commit(forge.heads[asked.id])
    with forge.hub.asking(f"a review of {asked.url}"):
        forge.hub.pull(_number(asked)).create_review(commit=commit, body=reason, event=_EVENTS[verdict])


def close(forge: GitHub, asked: Asked, reason: str) -> None:
    """Close the pull request of `asked`, without merging it."""
    with forge.hub.asking(f"{asked.url} to be closed"):
        found = forge.hub.pull(_number(asked))
        if reason:
            found.create_review(body=reason, event="COMMENT")
        found.edit(state="closed")


def _brought(hub: Hub, id: str, main: str) -> str:
    """The address of the pull request that brings the request, or brought it; '' for none. Raises Closed."""
    those = [
        (pull, state)
        for pull, state in hub.pulls_from(f"{PREFIX}{id}")
        if pull.base == main and pull.source == hub.id
    ]
    for pull, state in those:
        if state == "open" or pull.merged_at is not None:
            return pull.url
    if those:
        raise Closed(id, those[0][0].url)
    return ""


def _lies(hub: Hub, path: str, branch: str, data: bytes) -> bool:
    found = hub.repository.get_contents(path, ref=branch)
    return not isinstance(found, list) and found.decoded_content == data


def _number(asked: Asked) -> int:
    return int(asked.url.rpartition("/")[2])
