"""GitHub through PyGithub, which makes the requests and reads the answers; `Web` sends them, for operations and for the forge."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from github import Auth
from github.GithubException import BadAttributeException, GithubException
from github.NamedUser import NamedUser
from github.Requester import HTTPRequestsConnectionClass, HTTPSRequestsConnectionClass, Requester
from github.Team import Team

from lightship.actions.vendor import Retry
from lightship.connectors.credentials import Secret, secret
from lightship.connectors.http import Web
from lightship.connectors.reply import Missing, Reply
from lightship.connectors.vendors import Setup

TOKEN = "LIGHTSHIP_GITHUB_TOKEN"
_APART = timedelta(seconds=1)  # what GitHub asks between writes
_PAGE = 100
# What PyGithub raises at answers of another shape than it knows, or at a next page on another host.
_UNREADABLE = (GithubException, BadAttributeException, ValueError, AttributeError, TypeError, AssertionError)


class Client:
    """Teams and who is in them. Raises Retry, Refused, Missing or Unknown."""

    def __init__(self, web: Web, asking: Requester, temporary: tuple[str, ...]) -> None:
        self._web = web
        self._asking = asking
        self.temporary = temporary

    def begin(self) -> None:
        """Start the time that one call of an operation has."""
        self._web.begin()

    def role(self, team: str, user: str) -> str | None:
        """As what somebody is in a team: member or maintainer, also where they were invited only; None where they are not."""
        try:
            found = self._team(team).get_team_membership(user)
            return self._role(team, found.role, found.state)
        except Missing:
            return None
        except _UNREADABLE as error:
            raise self._web.unknown(f"membership of {team}: {type(error).__name__}") from None

    def add(self, team: str, user: str, role: str) -> None:
        """Put somebody into a team; those outside of the organisation are invited."""
        path = f"{self._team(team).url}/memberships/{quote(user, safe='')}"
        try:
            # `Team.add_membership` throws the answer away.
            _, found = self._asking.requestJsonAndCheck("PUT", path, input={"role": role})
            self._role(team, found.get("role"), found.get("state"))
        except _UNREADABLE as error:
            raise self._web.unknown(f"membership of {team}: {type(error).__name__}") from None

    def remove(self, team: str, user: str) -> None:
        """Take somebody out of a team. Raises Missing where they are not in it."""
        self._team(team).remove_membership(self._user(user))

    def members(self, team: str) -> Iterator[str]:
        """The logins of all who are in a team, in lower case."""
        try:
            for each in self._team(team).get_members():
                yield each.login.lower()
        except _UNREADABLE as error:
            raise self._web.unknown(f"members of {team}: {type(error).__name__}") from None

    def _role(self, team: str, role: object, state: object) -> str:
        if role not in ("member", "maintainer") or state not in ("active", "pending"):
            raise self._web.unknown(f"membership of {team}: the answer has no role")
        return str(role)

    def _team(self, team: str) -> Team:
        organisation, _, slug = team.removeprefix("@").partition("/")
        return Team(self._asking, {}, {"url": f"/orgs/{organisation}/teams/{slug}"}, completed=True)

    def _user(self, login: str) -> NamedUser:
        return NamedUser(self._asking, {}, {"login": login}, completed=True)


class _Answer:
    """An answer as PyGithub reads one."""

    def __init__(self, reply: Reply) -> None:
        self.status = reply.status
        self._reply = reply

    def getheaders(self) -> ItemsView[str, str]:
        """Names and values."""
        return dict(self._reply.headers).items()

    def read(self) -> str:
        """The body."""
        return self._reply.body.decode("utf-8")


class _Connection:
    """What PyGithub takes for a connection to `host`."""

    web: Web
    scheme: str
    strict: bool
    writes: list[Any]  # when the last one was

    def __init__(self, host: str, port: int | None = None, **_: Any) -> None:
        self.host = host
        self._origin = f"{self.scheme}://{host}:{port}" if port else f"{self.scheme}://{host}"

    def request(
        self, verb: str, url: str, input: Any, headers: Mapping[str, str], stream: bool = False
    ) -> None:
        """Note what is asked for."""
        self._asked = verb, f"{self._origin}{url}", dict(headers), input

    def getresponse(self) -> _Answer:
        """Ask for it."""
        verb, url, headers, body = self._asked
        if verb != "GET":
            self._wait()
        about = f"{verb} {url.removeprefix(self._origin).partition('?')[0]}"
        reply = self.web.ask(verb, url, headers, body, about=about, refuse=self._refuse)
        if verb == "GET" and reply.status == 202:  # PyGithub would ask on for ever
            raise Retry(f"{reply.said}: 202, it is not ready")
        reply.parsed()
        return _Answer(reply)

    def close(self) -> None:
        """Nothing is left open."""

    def _wait(self) -> None:
        now = self.web.clock.now()
        if self.writes and now - self.writes[-1] < _APART:
            self.web.clock.sleep((_APART - (now - self.writes[-1])).total_seconds())
        self.writes[:] = [self.web.clock.now()]

    def _refuse(self, reply: Reply) -> None:
        """A 403 may be about the rate and not about the right."""
        said = reply.body[:2000].lower()
        if reply.status == 403 and (
            reply.headers.get("x-ratelimit-remaining") == "0" or b"rate limit" in said
        ):
            raise Retry(f"{reply.said}: 403, too many requests", after=self._after(reply.headers))
        if self.strict:
            self.web.refuse_clients(reply)

    def _after(self, headers: Mapping[str, str]) -> float | None:
        for name, since in (("retry-after", 0.0), ("x-ratelimit-reset", self.web.clock.now().timestamp())):
            if (text := headers.get(name, "")).isdigit():
                return max(float(text) - since, 0.0)
        return None


def requester(web: Web, api: str, token: Secret, strict: bool = True) -> Requester:
    """What PyGithub's objects ask through, so that everything they send is sent by `web`, and goes wrong as it does.

    Not `strict`: what GitHub refuses (4xx) is PyGithub's own exception, with its status.
    """

    class Sent(Requester):
        """Its connections are of its own: nobody else's Requester changes."""

    shared = {"web": web, "writes": [], "strict": strict}
    plain = type("Plain", (_Connection, HTTPRequestsConnectionClass), {**shared, "scheme": "http"})
    encrypted = type("Encrypted", (_Connection, HTTPSRequestsConnectionClass), {**shared, "scheme": "https"})
    Sent.injectConnectionClasses(plain, encrypted)
    return Sent(
        Auth.Token(token.reveal()),
        api,
        timeout=15,
        user_agent="lightship",
        per_page=_PAGE,
        verify=True,
        retry=None,
        pool_size=None,
    )


def connect(setup: Setup) -> Client | None:
    """A client; None where lightship.yaml or the environment has nothing for GitHub."""
    found, token = setup.settings.github, secret(setup.environment, TOKEN)
    if found is None or token is None:
        return None
    web = setup.web("github", (found.api,), (token,))
    return Client(web, requester(web, found.api, token), found.temporary)
