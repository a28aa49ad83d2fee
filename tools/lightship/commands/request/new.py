"""`lightship request new`: ask for an action, in a branch of its own, signed by who asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lightship.commands import _completing as completing
from lightship.commands.request._desk import Desk, as_option, at_a_desk, key_option, say

if TYPE_CHECKING:
    from lightship.catalog.kinds.action import Action


@click.command()
@click.argument("action", metavar="ACTION", shell_complete=completing.actions)
@click.option("--target", metavar="ID", shell_complete=completing.services, help="The service it is about.")
@click.option(
    "--input", "inputs", multiple=True, metavar="K=V", help="What the action asks for; once for each input."
)
@click.option("--reason", required=True, metavar="TEXT", help="Why, in a line.")
@click.option(
    "--for", "beneficiary", metavar="PERSON", shell_complete=completing.people,
    help="Who gets it, where that is somebody else.",
)  # fmt: skip
@click.option(
    "--incident", metavar="ID", shell_complete=completing.incidents, help="The incident it is needed in."
)
@click.option(
    "--break-glass", is_flag=True, help="Act first and be asked afterwards: during an incident, for an hour."
)
@click.option(
    "--hours", type=click.IntRange(1, 168), default=24, show_default=True, metavar="N",
    help="After what time it is void.",
)  # fmt: skip
@as_option
@key_option
@at_a_desk
def command(
    desk: Desk,
    format: str,
    action: str,
    target: str | None,
    inputs: tuple[str, ...],
    reason: str,
    beneficiary: str | None,
    incident: str | None,
    break_glass: bool,
    hours: int,
    named: str,
    key: Path | None,
) -> None:
    """Ask for ACTION.

    It becomes one new file in a branch of its own, and a signature in the journal that says who asked.
    """
    from lightship.forge import asking

    said = _said(desk, action, target, inputs, reason, named, beneficiary, incident, break_glass)
    person = said["requester"]
    id = asking.new_id(desk.now)
    data = asking.checked(id, asking.text(said, desk.now, timedelta(hours=hours)))
    _check(desk, id, data, person)
    if (forge := desk.github) is not None:
        from lightship.commands.request import _github

        _github.ask(desk, forge, id, data, person, format)
        return
    pending = _ask(desk, id, data, person, key, break_glass)
    after = desk.anew()
    (asked,) = after.requests.forge.requests((id,))
    say(after, asked, after.judged(asked)[1], pending, format)


def _said(
    desk: Desk,
    action: str,
    target: str | None,
    inputs: Sequence[str],
    reason: str,
    named: str,
    beneficiary: str | None,
    incident: str | None,
    break_glass: bool,
) -> Mapping[str, Any]:
    """What the request says, with its inputs completed. Raises UsageError where something is not known."""
    from lightship import commandline

    catalog = desk.requests.catalog
    found = _action(catalog.actions, action)
    person = commandline.person(catalog, named)
    asked_for = commandline.person(catalog, beneficiary) if beneficiary else None
    said = {
        "action": found.id,
        "target": target,
        "inputs": _given(found, inputs),
        "reason": reason,
        "requester": person,
        "for": asked_for if asked_for != person else None,
        "incident": _incident(desk, incident),
        "break_glass": break_glass,
    }
    return {**said, "inputs": _completed(desk, found, said)}


def _check(desk: Desk, id: str, data: bytes, person: str) -> None:
    """Raises UsageError where it would be denied: nobody has to approve in vain, and no use of break-glass is counted."""
    from lightship.errors import UsageError
    from lightship.forge.base import Asked, Voice, identities
    from lightship.forge.reading import path_of, read

    request, _ = read(id, data)
    known = identities(desk.requests.catalog.people[person])
    if request is None or not known:
        return
    tip = desk.requests.forge.tip
    asker = Voice("", known[0], "comment", desk.now, "", person=person)
    asked = Asked(id, path_of(id), data, request, "", "", tip, asker)
    decision = desk.requests.judged(asked, desk.now)[1]
    if decision.state == "denied":
        raise UsageError(f"asking for {request.action}: it would be denied: {'; '.join(decision.reasons)}")


def _ask(
    desk: Desk, id: str, data: bytes, person: str, key: Path | None, break_glass: bool
) -> tuple[str, ...]:
    """Write the branch and the record; what is still to be done."""
    from lightship.actions.digest import digest
    from lightship.forge import asking, statements
    from lightship.forge.branches import PREFIX
    from lightship.forge.reading import path_of

    desk = _begun(desk, person)
    local = desk.local
    bound = digest(local.repository, path_of(id), data)
    who, proof = desk.sign(person, key, statements.asking(bound, person), statements.REQUEST)
    found = desk.requests.catalog.people[who]
    commit = asking.branch(desk.root, id, data, local.tip, (found.label, found.email or ""), desk.now)
    told = {
        "digest": bound,
        "path": path_of(id),
        "person": who,
        **proof,
        "text": data.decode(),
        "break_glass": break_glass,
        "requested_at": asking.moment(desk.now),
    }
    pending = desk.record(desk.entry("request.asked", id, who, told))
    return pending or _pushed(desk, local.remote, commit, f"{PREFIX}{id}")


def _pushed(desk: Desk, remote: str, commit: str, branch: str) -> tuple[str, ...]:
    """Bring the branch to the remote, where there is one; what is still to be done."""
    from lightship import git
    from lightship.errors import GitError

    try:
        if remote:
            git.push_branch(desk.root, remote, commit, branch)
    except GitError as error:
        return (f"push: {error}; `git push {remote} {branch}`",)
    return ()


def _begun(desk: Desk, person: str) -> Desk:
    """With a journal: approvals are bound to its first entry."""
    if desk.requests.book.tip:
        return desk
    desk.record(desk.entry("journal.begun", "journal", person, {}))
    return desk.anew()


def _action(actions: Mapping[str, Action], id: str) -> Action:
    from lightship.errors import UsageError
    from lightship.spelling import did_you_mean

    if id not in actions:
        hint = did_you_mean(id, actions) or f"there are {', '.join(sorted(actions)) or 'none'}"
        raise UsageError(f"there is no action '{id}' on the main branch; {hint}")
    return actions[id]


def _incident(desk: Desk, text: str | None) -> str | None:
    from lightship.incidents import lifecycle

    return lifecycle.find(tuple(desk.requests.book.incidents), text) if text else None


def _given(action: Action, pairs: Sequence[str]) -> Mapping[str, Any]:
    """K=V as the action's schema types it. Raises UsageError."""
    from lightship.errors import UsageError

    found = {}
    for pair in pairs:
        name, mark, text = pair.partition("=")
        if not mark:
            raise UsageError(f"--input {pair}: write it as NAME=VALUE")
        if name in found:
            raise UsageError(f"--input {pair}: '{name}' is given twice; a list is written with commas")
        found[name] = _typed(action.properties.get(name, {}).get("type"), text)
    return found


def _typed(type: Any, text: str) -> Any:
    """`text` as a value of the JSON Schema's `type`; as it is where it is none, which the schema then says."""
    import json

    if type in ("integer", "number", "boolean", "array", "object"):
        try:
            return json.loads(text)
        except ValueError:
            return [part.strip() for part in text.split(",")] if type == "array" else text
    return text


def _completed(desk: Desk, action: Action, said: Mapping[str, Any]) -> Mapping[str, Any]:
    """The inputs with their defaults: what is approved is what stands there. Raises UsageError with all that is wrong."""
    from lightship.actions.inputs import complete
    from lightship.actions.values import Asking, of_portal
    from lightship.errors import UsageError

    catalog = desk.requests.catalog
    asking = Asking(
        catalog.entities,
        said["requester"],
        said["for"] or said["requester"],
        said["target"],
        _incident_values(desk, said["incident"]),
        {name: value for name, value in said.items() if name != "inputs"},
        of_portal(catalog.settings),
    )
    done = complete(action, said["inputs"], asking)
    if done.troubles:
        raise UsageError(f"asking for {action.id}: {'; '.join(map(str, done.troubles))}")
    return done.inputs


def _incident_values(desk: Desk, id: str | None) -> Mapping[str, Any] | None:
    from lightship.actions.question import OpenIncident
    from lightship.actions.values import of_incident

    found = desk.requests.book.incidents.get(id or "")
    if found is None:
        return None
    return of_incident(
        OpenIncident(
            found.id,
            found.severity,
            found.state,
            found.services,
            (),
            found.title,
            found.channel,
            found.bridge,
        )
    )
