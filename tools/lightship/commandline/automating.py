"""Asks for what triggers want: each once, recorded in the journal before anything else happens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lightship.commandline.requests import Requests

if TYPE_CHECKING:
    from datetime import datetime

    from lightship.actions.automations import Wish
    from lightship.incidents.incident import Incident
    from lightship.journal.entry import Actor, Entry
    from lightship.journal.store import Journal


def ask(root: Path, requests: Requests, journal: Journal, by: Actor, now: datetime) -> bool:
    """Record every request that is due and was not recorded yet; whether there was any.

    Of two runs that see the same at once, one records it. What cannot be recorded now is due at the next run.
    """
    from lightship.actions.automations import due

    told = _Briefs(root, requests, now)
    wishes = due(requests.catalog, requests.book, now, told.of)
    for entry in _entries(wishes, requests, by, now):
        claim = journal.claim(entry, 60)
        if claim.won:
            said = entry.data["automation"]["on"].replace("-", " ")
            click.echo(f"asking {entry.subject}: {entry.data['action']}: {said}", err=True)
        elif claim.holder is None:
            click.echo(f"asking {entry.subject}: not recorded: {claim.why}", err=True)
    return bool(wishes)


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
