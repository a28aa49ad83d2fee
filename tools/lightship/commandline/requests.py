"""Requests as commands read them: the forge that knows them, and everything that a decision rests on."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from lightship.commandline.catalogs import cache, load
from lightship.commandline.records import ledger

if TYPE_CHECKING:
    from lightship.actions.catalogs import Catalogs
    from lightship.actions.gather import Gathering
    from lightship.actions.question import Decision, Question
    from lightship.actions.standing import Standing
    from lightship.catalog.cache import Cache
    from lightship.catalog.catalog import Catalog
    from lightship.catalog.settings import Settings
    from lightship.forge.base import Asked, Forge
    from lightship.forge.local import Local
    from lightship.incidents.book import Book


class Requests:
    """The requests of the repository `root` as they stand: each part is read once, when it is asked for.

    `offline`: by what lies here alone, whatever the forge and the remote have.
    """

    def __init__(self, root: Path, settings: Settings, offline: bool = False) -> None:
        self.root = root
        self.settings = settings
        self.offline = offline

    @cached_property
    def book(self) -> Book:
        """What the journal says."""
        return ledger(self.root, self.settings).book()

    @cached_property
    def cache(self) -> Cache:
        """This user's cache."""
        return cache()

    @cached_property
    def forge(self) -> Forge:
        """Who knows of requests and approvals."""
        from lightship import forge
        from lightship.commandline.acting import Clock

        outside = (os.environ, Clock())
        return forge.of(self.root, self.settings, self.book, self.cache, *outside, offline=self.offline)

    @property
    def automatic(self) -> Local:
        """What knows of requests that the portal itself asked for: they lie in the journal, whoever knows of the others."""
        from lightship.forge.local import Local

        return Local(self.root, self.settings, self.book, self.cache, self.offline)

    @cached_property
    def catalogs(self) -> Catalogs:
        """The catalogs of the main branch's commits."""
        from lightship.actions.catalogs import Catalogs

        return Catalogs(self.root, self.forge.tip, lambda commit: load(self.root, commit))

    @property
    def catalog(self) -> Catalog:
        """The catalog of the main branch as it is now."""
        return self.catalogs.now

    @cached_property
    def gathering(self) -> Gathering:
        """What turns requests into questions."""
        from lightship.actions.gather import Gathering
        from lightship.facts import store

        pagers = store.observed(self.root, self.settings.branches.facts, ())
        return Gathering(self.catalogs, self.book, pagers)

    def withdrawn(self, asked: Asked) -> str | None:
        """Why nobody asks for it any more; None where somebody does."""
        from lightship.actions.withdrawing import withdrawn

        if not asked.withdrawals:
            return None
        return withdrawn(asked, self.catalogs.at(asked.base) if asked.base else self.catalog)

    def judged(self, asked: Asked, now: datetime) -> tuple[Question | None, Decision]:
        """The question that `asked` raises at `now` and its decision; without a question where its bytes are no request."""
        from lightship.actions.decide import decide
        from lightship.actions.question import Decision, Family
        from lightship.actions.withdrawing import taken_back

        why = self.withdrawn(asked)
        question = self.gathering.question(asked, now)
        if question is None:
            reasons = asked.problems or ("it is no request",)
            sort: Family = "problem"
            denied = Decision("denied", reasons=reasons, families=(sort,) * len(reasons))
            return None, taken_back(denied, why)
        return question, taken_back(decide(question, now), why)


def standings(root: Path, catalog: Catalog, book: Book, now: datetime) -> tuple[Mapping[str, Standing], str]:
    """How every request stands, by id; and why the forge could not be asked for those that are open, '' where it was.

    Nothing is fetched; what ended is told by the journal, and what is merged by `catalog`, all the same.
    """
    from lightship import git
    from lightship.actions.standing import Judged
    from lightship.actions.standing import standings as stand
    from lightship.errors import LightshipError

    if not git.is_repository(root):
        return stand((), catalog.requests, book.records), ""
    requests = Requests(root, catalog.settings)
    judged, unasked = [], ""
    try:
        for asked in requests.forge.requests():
            judged.append(Judged(asked, *requests.judged(asked, now)))
    except LightshipError as error:
        judged, unasked = [], str(error)
    return stand(judged, catalog.requests, book.records), unasked
