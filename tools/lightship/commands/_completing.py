"""Completion of ids in the shell: what cannot be read completes to nothing, and never says a word."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from lightship import commandline
from lightship.errors import LightshipError

_MOST = 50
SEVERITIES = ("SEV1", "SEV2", "SEV3", "SEV4", "SEV5")
ROLES = ("commander", "deputy", "communications", "scribe", "expert")
_Source = Callable[[Path], Iterator[tuple[str, str]]]
_Completer = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def _completer(source: _Source) -> _Completer:
    """Items (value, help) of `source` that begin with what was typed."""

    def complete(ctx: click.Context, param: click.Parameter, typed: str) -> list[CompletionItem]:
        from lightship.plain import visible

        try:
            root = ctx.params.get("root") or commandline.repository(Path())
            found = [
                CompletionItem(value, help=visible(help))
                for value, help in source(root)
                if value.startswith(typed)
            ]
        except LightshipError:
            return []
        return found[:_MOST]

    return complete


def _incidents(root: Path) -> Iterator[tuple[str, str]]:
    found = commandline.ledger(root, commandline.settings(root)).outlines(most=_MOST * 10)
    for incident in found:
        yield incident.id, f"{incident.severity} {incident.state}: {incident.title}"


def _services(root: Path) -> Iterator[tuple[str, str]]:
    yield from ((id, each.label) for id, each in commandline.load(root).services.items())


def _people(root: Path) -> Iterator[tuple[str, str]]:
    yield from ((id, each.label) for id, each in commandline.load(root).people.items() if each.active)


def _teams(root: Path) -> Iterator[tuple[str, str]]:
    yield from ((id, each.label) for id, each in commandline.load(root).teams.items())


def _schedules(root: Path) -> Iterator[tuple[str, str]]:
    yield from ((id, each.label) for id, each in commandline.load(root).schedules.items())


def _actions(root: Path) -> Iterator[tuple[str, str]]:
    yield from ((id, each.label) for id, each in commandline.load(root).actions.items())


def _requests(root: Path) -> Iterator[tuple[str, str]]:
    known = commandline.Requests(root, commandline.settings(root), offline=True)
    for asked in reversed(known.forge.requests()):
        if (request := asked.request) is not None:
            yield (
                asked.id,
                f"{request.action} {request.target or ''} by {request.requester}: {request.reason}",
            )


def _on_call(root: Path) -> Iterator[tuple[str, str]]:
    yield from _services(root)
    yield from _schedules(root)


def _severities(root: Path) -> Iterator[tuple[str, str]]:
    rules = commandline.settings(root).severities
    yield from ((name, rules.of(name).meaning) for name in SEVERITIES)


def _roles(root: Path) -> Iterator[tuple[str, str]]:
    people = list(_people(root))
    for role in ROLES:
        yield f"{role}=", ""
        yield from ((f"{role}={id}", name) for id, name in people)


def _subjects(root: Path) -> Iterator[tuple[str, str]]:
    yield from _services(root)
    yield from _incidents(root)


actions = _completer(_actions)
incidents = _completer(_incidents)
services = _completer(_services)
people = _completer(_people)
subjects = _completer(_subjects)
teams = _completer(_teams)
schedules = _completer(_schedules)
on_call = _completer(_on_call)
requests = _completer(_requests)
roles = _completer(_roles)
severities = _completer(_severities)
