"""github.add_team_member: a person in a team for a time. PUT says how it shall be, so doing it twice does no harm.

Who was in the team before is told so by `probe`: whoever asks never takes them out again.
"""

from __future__ import annotations

from collections.abc import Iterator

from lightship.actions.operations.github import AddTeamMember
from lightship.actions.vendor import Found, Refs
from lightship.connectors.github.client import Client
from lightship.connectors.reply import Missing

USES = "github.add_team_member"
READABLE = True
LAG = 2.0  # GitHub reads from copies, too
Params = AddTeamMember


def ensure(client: Client, params: AddTeamMember, key: str) -> Refs:
    """Put them into the team."""
    client.add(params.team, params.user, params.role)
    return _refs(params, params.role)


def probe(client: Client, params: AddTeamMember, key: str) -> Refs | None:
    """Their membership, whoever gave it; None also where there is no such team."""
    role = client.role(params.team, params.user)
    return None if role is None else _refs(params, role)


def verify(client: Client, params: AddTeamMember, key: str) -> bool:
    """Whether they are in the team, as no less than was asked for. Owners of the organisation are always maintainers."""
    return client.role(params.team, params.user) in (params.role, "maintainer")


def undo(client: Client, params: AddTeamMember, key: str, refs: Refs) -> Refs:
    """Take them out of the team, or take the invitation back."""
    try:
        client.remove(params.team, params.user)
    except Missing:
        return {}
    return refs


def listing(client: Client) -> Iterator[Found] | None:
    """Everybody in the teams that nobody is in for good; None where there are none such."""
    return _listed(client) if client.temporary else None


def _listed(client: Client) -> Iterator[Found]:
    for team in client.temporary:
        for user in client.members(team):
            yield Found(f"{user} in {team}", {"team": team.removeprefix("@"), "user": user})


def _refs(params: AddTeamMember, role: str) -> Refs:
    return {"team": params.team.removeprefix("@"), "user": params.user, "role": role}
