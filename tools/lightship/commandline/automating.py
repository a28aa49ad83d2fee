"""Asks for what triggers want: each once, recorded in the journal before anything else happens.

Where requests are pull requests, what needs a yes becomes one after that, so that people can give it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lightship.commandline.requests import Requests
from lightship.errors import LightshipError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

    from lightship.actions.automations import Wish
    from lightship.actions.execute import Case
    from lightship.catalog.kinds.action import Action
    from lightship.forge.base import Asked
    from lightship.forge.hub import Hub
    from lightship.incidents.incident import Incident
    from lightship.journal.entry import Actor, Entry
    from lightship.journal.store import Journal


def ask(root: Path, requests: Requests, journal: Journal, by: Actor, now: datetime) -> bool:
    """Record every request that is due and was not recorded yet; whether there was any.

    Of two runs that see the same at once, one records it. What cannot be recorded now is due at the next run.
    """
    from lightship.actions.automations import due

    told = _Briefs(root, requests, now)
    wishes = due(requests.catalog, requests.book, now, told.of, _since(root, requests.forge.tip))
    for entry in _entries(wishes, requests, by, now):
        claim = journal.claim(entry, 60)
        if claim.won:
            said = entry.data["automation"]["on"].replace("-", " ")
            click.echo(f"asking {entry.subject}: {entry.data['action']}: {said}", err=True)
        elif claim.holder is None:
            click.echo(f"asking {entry.subject}: not recorded: {claim.why}", err=True)
    return bool(wishes)


def _since(root: Path, tip: str) -> Callable[[Action], datetime]:
    """When the main branch, up to `tip`, last changed the file of an action."""
    from datetime import UTC, datetime

    from lightship import git

    def since(action: Action) -> datetime:
        how = ("-1", "--first-parent", "-m", "--format=%ct", tip, "--", action.path)
        found = git.run(root, "log", *how).split()
        return datetime.fromtimestamp(int(found[0]), UTC) if found else datetime.max.replace(tzinfo=UTC)

    return since


def _entries(wishes: tuple[Wish, ...], requests: Requests, by: Actor, now: datetime) -> Iterator[Entry]:
    from lightship.actions.digest import digest
    from lightship.forge.asking import text
    from lightship.forge.local import ASKED
    from lightship.forge.reading import path_of, read
    from lightship.journal.entry import Entry, new_id

    at = now.replace(microsecond=now.microsecond // 1000 * 1000)
    for wish in wishes:
        data = text(wish.said, wish.at)
        request, problems = read(wish.id, data)
        if request is None:
            click.echo(f"asking {wish.id}: {wish.said['action']}: {'; '.join(problems)}", err=True)
            continue
        told = {
            "action": request.action,
            "automation": dict(wish.why),
            "break_glass": False,
            "digest": digest(requests.automatic.repository, path_of(wish.id), data),
            "path": path_of(wish.id),
            "person": request.requester,
            "requested_at": wish.at.isoformat(),
            "text": data.decode(),
        }
        yield Entry(new_id(at), ASKED, wish.id, at, by, told)


class Proposals:
    """Pull requests for what the portal asked for by itself, where these are what people answer. `dry`: opens none.

    `whole`: whether all that had to be opened was.
    """

    def __init__(self, requests: Requests, dry: bool) -> None:
        self._requests = requests
        self._dry = dry
        self.whole = True

    def added(self, asked: dict[str, Asked], now: datetime) -> Collection[str]:
        """Add to `asked`, by the journal, what did not end and has no pull request, or needs none; the ids of these."""
        entries = self._requests.book.records.get("request.asked", ())
        ids = {entry.subject for entry in entries if "automation" in entry.data}
        automatic, found = self._requests.automatic, set()
        for each in automatic.requests(ids - automatic.over):
            known = asked.get(each.id)
            if known is None or (not known.is_merged and self._requests.judged(each, now)[1].allowed):
                asked[each.id] = each
                found.add(each.id)
        return found

    def proposed(self, case: Case, asked: Asked, now: datetime) -> Case:
        """The case, with a pull request where it waits for a yes; one that people closed is a no to it."""
        from lightship.forge import proposing

        if case.question is None or self._requests.judged(asked, now)[1].state != "pending":
            return case
        if self._dry:
            click.echo(f"asking {asked.id}: it would open a pull request", err=True)
            return case
        main, tip = self._requests.settings.branches.main, self._requests.forge.tip
        try:
            where = proposing.propose(self._hub, asked.id, asked.data, main, tip, _BODY.format(id=asked.id))
            click.echo(f"asking {asked.id}: {where} waits for a yes", err=True)
        except proposing.Closed as error:
            why = f"{error.url} was closed without being merged"
            return replace(case, question=replace(case.question, problems=(why,)), settled=True)
        except LightshipError as error:
            click.echo(f"asking {asked.id}: nobody can say yes to it yet: {error}", err=True)
            self.whole = False
        return case

    @cached_property
    def _hub(self) -> Hub:
        from lightship import forge
        from lightship.commandline.acting import Clock

        return forge.at_github(self._requests.settings, os.environ, Clock(), itself=True)


_BODY = (
    "The portal asks for this by itself: a trigger of the action says so. It is reviewed and merged like any other request, and "
    "done after that. Closing it ends it.\n\n`lightship request show {id}` says who has to approve, and what happens then."
)


class _Briefs:
    """Briefs of incidents, made only where one is asked for."""

    def __init__(self, root: Path, requests: Requests, now: datetime) -> None:
        self._root, self._requests, self._now = root, requests, now

    def of(self, incident: Incident) -> str:
        """The brief of `incident` in Markdown."""
        from lightship.commandline.records import ledger, observed
        from lightship.facts import snapshot
        from lightship.incidents.brief import brief
        from lightship.incidents.known import gather
        from lightship.report.brief_markdown import render

        settings, catalog = self._requests.settings, self._requests.catalog
        kept = ledger(self._root, settings)
        whole = kept.incident(incident.id) or incident
        facts = snapshot.read(self._root, settings.branches.facts)
        known = gather(whole, catalog, kept, observed(self._root, settings, self._now), facts)
        return render(brief(whole, known, self._now))
