"""What the verbs share: which request, how it stands, who signs, and how that is recorded and said."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from lightship import commandline
from lightship.commands import _completing as completing

if TYPE_CHECKING:
    from lightship.actions.question import Decision, Question
    from lightship.catalog.settings import Settings
    from lightship.forge.base import Asked
    from lightship.forge.github import GitHub
    from lightship.forge.local import Local
    from lightship.journal.entry import Entry

_Command = TypeVar("_Command", bound=Callable[..., Any])

id_argument = click.argument("id", metavar="ID", shell_complete=completing.requests)
as_option = click.option(
    "--as",
    "named",
    required=True,
    metavar="PERSON",
    shell_complete=completing.people,
    help="Who says so; their key signs it.",
)
key_option = click.option(
    "--key",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The key that signs; default: git's user.signingkey, or ~/.ssh/id_ed25519.",
)


def at_a_desk(command: _Command) -> _Command:
    """Add --offline, --format and -C; the command gets `desk` and `format`."""

    @commandline.in_repository
    @commandline.in_format("text", "json")
    @click.option(
        "--offline",
        is_flag=True,
        help="With what lies here alone; `lightship journal sync` brings it to the others later.",
    )
    @functools.wraps(command)
    def opened(*arguments: Any, root: Path, offline: bool, **options: Any) -> Any:
        return command(*arguments, desk=Desk.at(root, offline), **options)

    return opened  # type: ignore[return-value]


@dataclass(frozen=True)
class Desk:
    """Where somebody stands who asks, approves or merges here."""

    root: Path
    settings: Settings
    requests: commandline.Requests
    offline: bool
    now: datetime

    @classmethod
    def at(cls, root: Path, offline: bool) -> Desk:
        """Open the repository `root`, with what the remote knows. Where that cannot be reached, stderr says so."""
        from lightship import git
        from lightship.errors import CouldNotRun

        if not git.is_repository(root):
            raise CouldNotRun(f"looking for requests in {root.name}: not a git repository; run `git init`")
        settings = commandline.settings(root)
        if not offline:
            _fetch(root, settings)
        requests = commandline.Requests(root, settings, offline)
        return cls(root, settings, requests, offline, datetime.now(UTC))

    @property
    def github(self) -> GitHub | None:
        """The forge at GitHub, where that is the one that knows of requests."""
        if self.settings.forge != "github" or self.offline:
            return None
        from lightship.forge.github import GitHub

        forge = self.requests.forge
        return forge if isinstance(forge, GitHub) else None

    @property
    def local(self) -> Local:
        """The local forge. Raises UsageError where GitHub knows of requests."""
        from lightship.errors import UsageError
        from lightship.forge.local import Local

        if self.settings.forge == "github" and not self.offline:
            raise UsageError(
                "requests are pull requests here (`forge: github` in lightship.yaml): merge them there; "
                "with --offline, break-glass goes on without it"
            )
        forge = self.requests.forge
        assert isinstance(forge, Local)
        return forge

    def anew(self) -> Desk:
        """The same, read again."""
        requests = commandline.Requests(self.root, self.settings, self.offline)
        return Desk(self.root, self.settings, requests, self.offline, datetime.now(UTC))

    def find(self, text: str) -> Asked:
        """The request that `text` is the id, the beginning or the end of. Raises UsageError."""
        found = self.requests.forge.requests((text,)) or self.requests.forge.requests()
        ids = {asked.id: asked for asked in found}
        if not any(text.strip().lower() in id for id in ids):
            ids = {asked.id: asked for asked in self.all()}
        return ids[one_of(ids, text)]

    def all(self) -> Sequence[Asked]:
        """All requests, those that ended included."""
        forge = self.requests.forge
        return sorted((*forge.requests(), *forge.requests(self.ends)), key=lambda each: each.id)

    @cached_property
    def ends(self) -> Mapping[str, str]:
        """How requests ended, by id: done, denied, expired, cancelled …; what was only withdrawn is ended by the next run."""
        found: dict[str, str] = {}
        for entry in self.requests.book.records.get("request.ended", ()):
            found.setdefault(entry.subject, str(entry.data.get("outcome")))
        return found

    def check_open(self, asked: Asked) -> None:
        """Raises UsageError where nothing can be said or done about it any more."""
        from lightship.errors import UsageError

        withdrawn = "cancelled" if self.requests.withdrawn(asked) is not None else ""
        if ended := self.ends.get(asked.id) or withdrawn:
            raise UsageError(f"{asked.id} ended: {ended}; ask anew")

    def drop_branch(self, id: str, local: Local) -> tuple[str, ...]:
        """Let go of the branch of a request that needs it no more, here and at the remote, unless others went on with it.

        What is still to be done.
        """
        from lightship import git
        from lightship.errors import GitError, RefMoved
        from lightship.forge.branches import PREFIX

        branch, commit = f"{PREFIX}{id}", local.head.get(id, "")
        ref = f"refs/heads/{branch}"
        with suppress(RefMoved):
            if commit and commit == git.tip(self.root, ref):
                git.drop_ref(self.root, ref, commit)
        try:
            if commit and local.remote:
                git.delete_branch(self.root, local.remote, commit, branch)
        except RefMoved:
            return ()
        except GitError as error:
            return (f"push: {error}; `git push {local.remote} --delete {branch}`",)
        return ()

    def judged(self, asked: Asked) -> tuple[Question | None, Decision]:
        """The question that it raises now, and the decision."""
        return self.requests.judged(asked, self.now)

    def sign(
        self, named: str, key: Path | None, data: bytes, namespace: str
    ) -> tuple[str, Mapping[str, str]]:
        """Who it is, and the signature and the key of `data` as entries hold them."""
        catalog = self.requests.catalog
        person = commandline.person(catalog, named)
        signature, public = commandline.sign(self.root, catalog, person, key, data, namespace)
        return person, {"signature": signature, "key": public}

    def entry(self, kind: str, subject: str, named: str, data: Mapping[str, Any]) -> Entry:
        """An entry of now, by the person `named`."""
        from lightship.journal.entry import Entry, new_id

        at = self.now.replace(microsecond=self.now.microsecond // 1000 * 1000)
        actor = commandline.actor(self.root, self.requests.catalog, named)
        return Entry(new_id(at), kind, subject, at, actor, data)

    def record(self, *entries: Entry) -> tuple[str, ...]:
        """Record `entries`; what is still to be done."""
        return commandline.record(self.root, self.settings, entries, self.offline)


_ENOUGH = 4  # fewer are typed by mistake, and what is found may be signed


def one_of(ids: Mapping[str, Any], text: str) -> str:
    """The id that `text` is, or the one that it begins or ends, by four characters at the least. Raises UsageError."""
    from lightship.errors import UsageError
    from lightship.spelling import did_you_mean

    word = text.strip().lower()
    if word in ids:
        return word
    found = sorted(id for id in ids if word and (id.startswith(word) or id.endswith(word)))
    if len(found) == 1 and len(word) >= _ENOUGH:
        return found[0]
    if found:
        raise UsageError(f"'{text}' may be any of {', '.join(found[-3:])}; write more of it")
    hint = did_you_mean(word, ids) or "`lightship request list` lists them"
    raise UsageError(f"there is no request '{text}'; {hint}")


def say(
    desk: Desk,
    asked: Asked,
    decision: Decision,
    pending: Sequence[str],
    format: str,
) -> None:
    """How the request stands, what is pending, and what comes next."""
    from lightship.report import decision as report

    if format == "json":
        told = {
            "id": asked.id,
            "state": decision.state,
            "digest": asked.digest,
            "path": asked.path,
            "merged": asked.is_merged,
            "url": asked.url or None,
            "decision": report.as_json(decision),
            "pending": list(pending),
        }
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    click.echo(report.text(asked.id, decision, desk.now), nl=False)
    for what in pending:
        click.echo(f"  pending  {what}")
    for number, step in enumerate(next_steps(asked, decision, desk.offline)):
        click.echo(f"  {'' if number else 'next':<8} {step}")


def next_steps(asked: Asked, decision: Decision, offline: bool) -> Sequence[str]:
    """The commands that bring it on."""
    short, here = asked.id[-6:], " --offline" if offline else ""
    if decision.allowed:
        return (f"lightship execute{here}",)
    if decision.state != "pending":
        return ()
    could = dict.fromkeys(
        person for each in decision.requirements if not each.is_met for person in each.could_satisfy
    )
    if could and asked.url:
        return (f"{' or '.join(list(could)[:3])}: review {asked.url}",)
    if could:
        return tuple(f"lightship approve {short} --as {person}{here}" for person in list(could)[:3])
    if not asked.is_merged and all(each.is_met for each in decision.requirements):
        return (f"merge {asked.url}" if asked.url else f"lightship request merge {short}{here}",)
    return ()


def _fetch(root: Path, settings: Settings) -> None:
    from lightship import git
    from lightship.errors import GitError
    from lightship.forge.branches import PREFIX
    from lightship.journal.store import Journal

    remote = git.remote(root)
    if not remote:
        return
    done = Journal(root, settings.branches.journal).publish(patience=0)
    why = "" if done.done else done.why
    if not why:
        try:
            git.fetch_branch(root, remote, settings.branches.main)
            git.fetch_branches(root, remote, PREFIX)
        except GitError as error:
            why = str(error)
    if why:
        click.echo(f"going on with what is here: {why}", err=True)
