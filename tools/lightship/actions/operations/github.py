"""Operations of GitHub: membership of teams."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from lightship.actions.operations.base import Params
from lightship.catalog.kinds.base import GithubLogin

Team = Annotated[
    str, StringConstraints(pattern=r"^@?[A-Za-z0-9][A-Za-z0-9-]{0,38}/[a-z0-9][a-z0-9_-]{0,99}$")
]


class AddTeamMember(Params):
    """Make somebody a member of a GitHub team."""

    refs: ClassVar[tuple[str, ...]] = ("team", "user", "role")
    undo: ClassVar[str] = "remove_team_member"

    team: Annotated[Team, Field(description="organisation/team.")]
    user: Annotated[GithubLogin, Field(description="The GitHub login.")]
    role: Annotated[Literal["member", "maintainer"], Field(description="In what role.")] = "member"


class RemoveTeamMember(AddTeamMember):
    """Take somebody out of a GitHub team."""

    undo: ClassVar[str] = ""
