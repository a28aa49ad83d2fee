"""What is asked of GitHub, and what the small GitHub answers, against GitHub's own description of its API."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openapi_core import OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse
from tests.described import HOST, described
from tests.forge.github_server import Exchange
from tests.forge.town import Town

from lightship.forge import proposing

ROOT = Path(__file__).parents[2]
# The parts of the API that are asked for; whatever else is asked for is no part of it, and found out.
USED = {
    "/user": {"get"},
    "/repos/{owner}/{repo}": {"get"},
    "/repos/{owner}/{repo}/activity": {"get"},
    "/repos/{owner}/{repo}/collaborators/{username}/permission": {"get"},
    "/repos/{owner}/{repo}/commits/{commit_sha}/pulls": {"get"},
    "/repos/{owner}/{repo}/contents/{path}": {"put"},
    "/repos/{owner}/{repo}/git/refs": {"post"},
    "/repos/{owner}/{repo}/pulls": {"get", "post"},
    "/repos/{owner}/{repo}/pulls/{pull_number}": {"patch"},
    "/repos/{owner}/{repo}/pulls/{pull_number}/commits": {"get"},
    "/repos/{owner}/{repo}/pulls/{pull_number}/files": {"get"},
    "/repos/{owner}/{repo}/pulls/{pull_number}/reviews": {"get", "post"},
}
RULESETS = "/repos/{owner}/{repo}/rulesets"


@pytest.fixture(scope="module")
def api() -> OpenAPI:
    """GitHub's OpenAPI, without what is not used here."""
    return described({**USED, RULESETS: {"post"}})


def test_everything_that_is_asked_and_answered_is_as_github_documents(there: Town, api: OpenAPI) -> None:
    id, number = there.approved()
    assert there.decide(id).allowed
    other, data = there.text()
    forge = there.forge
    assert forge.hub.me == 1001
    proposing.propose(forge.hub, other, data, "main", forge.tip, "Please")
    there.answers.token_of = "ben"
    forge = there.forge
    (asked,) = forge.requests((other,))
    proposing.review(forge, asked, "deny", "No")
    proposing.close(forge, asked, "Not now")
    seen = {(_shape(each), each.method.lower()) for each in there.answers.log}
    assert seen == {(path, method) for path, methods in USED.items() for method in methods}
    for each in there.answers.log:
        _check(api, each)
    assert number == 7


def _shape(each: Exchange) -> str:
    """The path as GitHub documents it."""
    parts = each.path.strip("/").split("/")
    if parts[0] == "user":
        return "/user"
    parts[1:3] = ["{owner}", "{repo}"]
    names = {"pulls": "{pull_number}", "commits": "{commit_sha}", "collaborators": "{username}"}
    if len(parts) > 4 and parts[3] in names:
        parts[4] = names[parts[3]]
    if len(parts) > 4 and parts[3] == "contents":
        parts[4:] = ["{path}"]
    return "/" + "/".join(parts)


def _check(api: OpenAPI, each: Exchange) -> None:
    path = each.path
    if "/contents/" in path:  # a folder's slash is no separator there
        head, _, rest = path.partition("/contents/")
        path = f"{head}/contents/{rest.replace('/', '%2F')}"
    body = None if each.asked is None else json.dumps(each.asked).encode()
    request = MockRequest(
        HOST,
        each.method.lower(),
        path,
        args=dict(each.query),
        data=body,
        content_type="application/json" if body else "",
    )
    answer = MockResponse(json.dumps(each.answered).encode(), each.status, content_type="application/json")
    try:
        api.validate_request(request)
        api.validate_response(request, answer)
    except OpenAPIError as error:
        why = getattr(error.__cause__, "schema_errors", None) or (error.__cause__ or error,)
        said = "; ".join(str(getattr(one, "message", one))[:200] for one in why)
        raise AssertionError(f"{each.method} {each.path}: {said}") from None


@pytest.mark.parametrize("name", ["main", "records", "journal-writer"])
def test_rulesets_that_are_shipped_are_what_github_imports(name: str, api: OpenAPI) -> None:
    held = (ROOT / "docs" / "rulesets" / f"{name}.json").read_bytes()
    request = MockRequest(
        HOST, "post", "/repos/acme/portal/rulesets", data=held, content_type="application/json"
    )
    api.validate_request(request)
