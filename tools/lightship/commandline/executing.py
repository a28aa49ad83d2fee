"""What `execute` and `reconcile` share: the journal, the requests as questions, the vendors, and how steps are told."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lightship.commandline import acting
from lightship.commandline.catalogs import settings as read_settings
from lightship.commandline.records import finish
from lightship.commandline.requests import Requests
from lightship.errors import LightshipError

if TYPE_CHECKING:
    from lightship.actions.calling import Caller
    from lightship.actions.execute import Case, Executor
    from lightship.actions.records import Records
    from lightship.actions.taking import Told
    from lightship.actions.vendor import Vendors
    from lightship.commandline.automating import Proposals
    from lightship.journal.claims import Claim
    from lightship.journal.entry import Entry
    from lightship.journal.store import Journal


class _Ref:
    """The journal; `here`: claims count by what lies here alone."""

    def __init__(self, journal: Journal, here: bool) -> None:
        self._journal = journal
        self._here = here

    def claim(self, entry: Entry) -> Claim:
        """Write `entry` unless one of its kind and subject is there."""
        return self._journal.claim(entry, 60, self._here)

    def append(self, entries: Sequence[Entry]) -> object:
        """Write `entries`."""
        return self._journal.append(entries)


class Acting:
    """One run over the repository `root`. `offline`: by what lies here alone, and for break-glass alone.

    Raises UsageError where this run may not act, CouldNotRun where what lies here is not known to be the latest.
    """

    def __init__(self, root: Path, offline: bool, dry: bool = False) -> None:
        from lightship.journal.store import Journal

        self.root = root
        self.offline = offline
        self.dry = dry
        folder = read_settings(root)
        self.settings = folder if offline else acting.protected(root, folder)
        self.clock = acting.Clock()
        self.journal = Journal(root, self.settings.branches.journal)
        finish(self.journal)
        if not offline:
            acting.caught_up(root, self.settings, self.journal)
        self.requests = Requests(root, self.settings, offline)
        acting.refuse_strange_runs(root, self.settings, self.requests.forge.tip)
        if not dry and not offline and self._asked_for_itself():
            self.requests = Requests(root, self.settings, offline)

    def _asked_for_itself(self) -> bool:
        """Whether triggers asked for anything. What stands in their way stops nothing else."""
        from lightship.commandline import automating

        try:
            by = acting.run(self.offline).actor
            return automating.ask(self.root, self.requests, self.journal, by, self.clock.now())
        except LightshipError as error:
            click.echo(f"triggers ask for nothing: {error}", err=True)
            return False

    @cached_property
    def records(self) -> Records:
        """What became of requests so far."""
        from lightship.actions.records import Records

        run = acting.run(self.offline)
        return Records(_Ref(self.journal, self.offline), self.requests.book.records, run, self.clock)

    @cached_property
    def vendors(self) -> Vendors:
        """The operations that can be carried out from here."""
        from lightship.actions.recording import WithRecords
        from lightship.commandline.waivers import Drafting, WithDrafts

        others = acting.vendors(self.root, self.requests.forge.tip, self.clock)
        drafting = Drafting(
            self.root, self.requests.forge.tip, lambda: self.requests.catalog, self.clock, self.offline
        )
        return WithRecords(WithDrafts(others, drafting), self.records, self.requests.book.records)

    @cached_property
    def caller(self) -> Caller:
        """How vendors are called."""
        from lightship.actions.calling import Caller

        return Caller(self.clock, random.Random())

    @cached_property
    def proposals(self) -> Proposals:
        """Pull requests for what the portal asked for by itself."""
        from lightship.commandline.automating import Proposals

        return Proposals(self.requests, self.dry)

    @property
    def executor(self) -> Executor:
        """What carries requests out."""
        from lightship.actions.execute import Executor

        held = self.requests.forge.held(self.clock.now())
        return Executor(self.records, self.vendors, self.caller, dry=self.dry, held=held)

    def cases(self) -> Iterator[Case]:
        """Every request that has not ended, with the question that it raises now."""
        from lightship.actions.execute import Case

        now, forge = self.clock.now(), self.requests.forge
        asked = {each.id: each for each in forge.requests()}
        here = self.offline or self.settings.forge == "local"
        unproposed = () if here else self.proposals.added(asked, now)
        begun = [
            course.id
            for course in self.records.courses.by_id.values()
            if course.has_begun and course.ended is None and course.id not in asked
        ]
        asked |= {each.id: each for each in (forge.requests(begun) if begun else ())}
        for id, each in sorted(asked.items()):
            question = self.requests.gathering.question(each, now)
            if self.offline and not (question and question.request.break_glass):
                continue
            case = Case(id, question, each.problems, each.is_merged, self.requests.withdrawn(each))
            yield self.proposals.proposed(case, each, now) if id in unproposed else case

    def people(self) -> frozenset[str] | None:
        """Ids of all who work here now; None where the catalog does not tell."""
        from lightship.actions.votes import is_active

        try:
            catalog = self.requests.catalog
        except LightshipError as error:
            click.echo(f"the catalog does not tell who works here: {error}", err=True)
            return None
        if any(finding.path.startswith("catalog/people/") for finding in catalog.findings):
            click.echo("files of catalog/people/ cannot be read: nobody is taken for gone", err=True)
            return None
        now = self.clock.now()
        return frozenset(person.id for person in catalog.people.values() if is_active(person, now))

    def close(self) -> bool:
        """Bring what was written to the remote; whether nothing stands in the way."""
        from lightship import git
        from lightship.incidents.both import both

        if self.offline or not self.records.written or not git.remote(self.root):
            return self.proposals.whole
        done = self.journal.publish(patience=60)
        for each in both(done.ours, done.theirs):
            click.echo(f"both: {each.subject}: {each.message}", err=True)
        if not done.done:
            click.echo(f"push: {done.why}; `lightship journal sync` tries again", err=True)
        return done.done and self.proposals.whole


def tell(told: Iterable[Told], verb: str) -> list[Told]:
    """Say on stderr what comes of each step, as it happens; all of them."""
    found = []
    for each in told:
        found.append(each)
        what = " ".join(filter(None, (each.request, each.step)))
        click.echo(f"{verb} {what}: {each.outcome}{f': {each.detail}' if each.detail else ''}", err=True)
    return found


def print_steps(told: Sequence[Told], format: str) -> None:
    """The steps on stdout: as JSON, or how many came to what."""
    if format == "json":
        steps = [
            {"request": each.request, "step": each.step, "outcome": each.outcome, "detail": each.detail}
            for each in told
        ]
        click.echo(json.dumps({"steps": steps}, ensure_ascii=False, indent=2))
        return
    counts = Counter(each.outcome for each in told)
    click.echo(
        ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items())) or "nothing to do"
    )


def code(told: Iterable[Told], whole: bool) -> int:
    """3 where something failed, or could not be brought to the remote; else 0."""
    return 0 if whole and all(each.outcome != "failed" for each in told) else 3
