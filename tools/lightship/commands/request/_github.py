"""The verbs where requests are pull requests: asked, reviewed and closed at GitHub, as the account whose token is at hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from lightship import commandline
from lightship.commands.request._desk import Desk, say
from lightship.errors import UsageError

if TYPE_CHECKING:
    from lightship.actions.question import Verdict
    from lightship.forge.base import Asked
    from lightship.forge.github import GitHub


def ask(desk: Desk, forge: GitHub, id: str, data: bytes, named: str, format: str) -> None:
    """Open the pull request, or find the one that asks for the same; without a token, give the link that does it by hand."""
    from lightship.forge import proposing
    from lightship.forge.reading import path_of, read

    if not forge.hub.has_token:
        where = proposing.link(str(desk.settings.repository), desk.settings.branches.main, id, data)
        _link(id, path_of(id), where, format)
        return
    _check_account(desk, forge, named)
    request, _ = read(id, data)
    assert request is not None  # it was checked
    again = proposing.alike(forge, request)
    if again is None:
        body = f"`lightship request show {id}` says who has to approve, and what happens then."
        proposing.propose(forge.hub, id, data, desk.settings.branches.main, forge.tip, body)
    else:
        click.echo(f"asked for already: {again.url}", err=True)
    _tell(desk, again.id if again else id, format)


def review(
    desk: Desk, forge: GitHub, asked: Asked, verdict: Verdict, reason: str, named: str, format: str
) -> None:
    """Review the pull request."""
    from lightship.forge import proposing

    _check_account(desk, forge, named)
    proposing.review(forge, asked, verdict, reason)
    _tell(desk, asked.id, format)


def cancel(desk: Desk, forge: GitHub, asked: Asked, reason: str, named: str, format: str) -> None:
    """Close the pull request."""
    from lightship.forge import proposing

    if asked.is_merged:
        raise UsageError(
            f"withdrawing {asked.id}: it is merged; revert {asked.url} before it is carried out, and it never is"
        )
    _check_account(desk, forge, named)
    proposing.close(forge, asked, reason)
    if format == "json":
        click.echo(json.dumps({"id": asked.id, "state": "cancelled", "pending": []}))
        return
    click.echo(f"{asked.id}  cancelled")


def _check_account(desk: Desk, forge: GitHub, named: str) -> None:
    """Raises UsageError where the token is somebody else's: GitHub says what is said in their name."""
    catalog = desk.requests.catalog
    person = catalog.people[commandline.person(catalog, named)]
    if forge.hub.me not in person.accounts:
        known = " and ".join(map(str, person.accounts)) or "no account"
        raise UsageError(
            f"speaking as '{person.id}': the token at hand is of GitHub account {forge.hub.me}, "
            f"and the catalog knows {known} as theirs"
        )


def _tell(desk: Desk, id: str, format: str) -> None:
    after = desk.anew()
    (asked,) = after.requests.forge.requests((id,))
    say(after, asked, after.judged(asked)[1], (), format)


def _link(id: str, path: str, where: str, format: str) -> None:
    if format == "json":
        click.echo(json.dumps({"id": id, "state": "new", "path": path, "url": where, "pending": [where]}))
        return
    click.echo(f"{id}  not asked for yet: there is no token to ask GitHub with")
    click.echo(f"  {'next':<8} {where}")
