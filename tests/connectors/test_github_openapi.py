"""What is asked of GitHub about teams, and what is taken for its answers, against GitHub's own description of its API."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse
from tests.connectors.test_github import membership, of
from tests.described import HOST, described
from tests.faulty_vendor import Answer, serving

MEMBERSHIP = "/orgs/{org}/teams/{team_slug}/memberships/{username}"
USED = {MEMBERSHIP: ("get", "put", "delete"), "/orgs/{org}/teams/{team_slug}/members": ("get",)}


@pytest.fixture(scope="module")
def api() -> OpenAPI:
    """GitHub's OpenAPI, without what is not used here."""
    return described(USED)


def _documented(api: OpenAPI, status: int) -> Answer:
    """The example that GitHub gives for a membership."""
    examples = api.spec["components"]["examples"]
    found = (examples / "team-membership-response-if-user-is-a-team-maintainer" / "value").read_value()
    return Answer(status, json.dumps(found).encode())


def test_everything_that_is_asked_is_documented_and_the_documented_answers_are_understood(
    api: OpenAPI,
) -> None:
    member = [False]

    def behind(method: str, path: str, _: Mapping[str, str], body: bytes) -> Answer:
        if path.partition("?")[0].endswith("/members"):
            return Answer(200, b"[]")
        if method == "DELETE":
            member[0] = False
            return Answer(204)
        if method == "GET" and not member[0]:
            return Answer(
                404, b'{"message": "Not Found", "documentation_url": "https://docs.github.com/rest"}'
            )
        member[0] = True
        return _documented(api, 200)

    with serving(behind) as vendor:
        operation = membership(vendor.address, temporary=("shop/team",))
        params = of("shop/team")
        assert operation.probe(params, "k") is None
        refs = operation.ensure(params, "k")
        assert operation.verify(params, "k")
        operation.undo(params, "k", refs)
        assert list(operation.listing() or ()) == []
    assert {call.method for call in vendor.calls} == {"GET", "PUT", "DELETE"}
    for call in vendor.calls:
        path, _, query = call.path.partition("?")
        args = dict(each.split("=") for each in query.split("&") if each)
        kind = "application/json" if call.body else ""
        request = MockRequest(
            HOST, call.method.lower(), path, args=args, data=call.body or None, content_type=kind
        )
        api.validate_request(request)
        if call.method == "PUT":
            answer = MockResponse(_documented(api, 200).body, 200, content_type="application/json")
            api.validate_response(request, answer)
