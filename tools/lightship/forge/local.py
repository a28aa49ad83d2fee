"""The local forge: requests are branches, words are signatures in the journal, merges are recorded there. No other system."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from lightship import git
from lightship.actions.digest import digest
from lightship.actions.question import Verdict
from lightship.actions.requests import moment
from lightship.catalog.cache import Cache
from lightship.catalog.settings import Settings
from lightship.errors import CouldNotRun
from lightship.forge import branches, clocks, statements
from lightship.forge.base import FOLDER, Asked, Voice
from lightship.forge.proofs import Claimed, hold
from lightship.forge.reading import path_of, read
from lightship.incidents.book import Book
from lightship.journal.entry import Entry

ASKED, VOTED, MERGED, CANCELLED, ENDED = (
    "request.asked",
    "request.voted",
    "request.merged",
    "request.cancelled",
    "request.ended",
)
_NEAR = timedelta(minutes=5)  # between when a vote says it was cast, and when it was recorded
_VERDICTS: Mapping[str, Verdict] = {"approve": "approve", "deny": "deny"}


@dataclass(frozen=True, slots=True)
class _Bytes:
    """What lies where: `data` is None where nothing is found; `commit` is the merge's, '' before it."""

    data: bytes | None
    problems: tuple[str, ...] = ()
    addresses: frozenset[str] = frozenset()
    commit: str = ""


class Local:
    """The forge of the repository `root` by the journal's `book`; nothing is fetched here.

    `offline`: only what was asked for here counts, by the local branches, whatever the remote has.
    """

    def __init__(
        self, root: Path, settings: Settings, book: Book, cache: Cache | None, offline: bool = False
    ) -> None:
        self._root = root
        self._settings = settings
        self._book = book
        self._cache = cache
        self._offline = offline

    @cached_property
    def remote(self) -> str:
        """The remote that counts; '' for none."""
        return "" if self._offline else git.remote(self._root)

    @cached_property
    def repository(self) -> str:
        """The journal's first commit. Raises CouldNotRun where there is none yet."""
        if not self._book.tip:
            raise CouldNotRun(
                "looking for what approvals are bound to: nothing is recorded in the journal yet"
            )
        first = git.run(self._root, "rev-list", "--first-parent", "--max-parents=0", self._book.tip)
        return first.decode().split()[-1]

    @cached_property
    def tip(self) -> str:
        """The main branch's commit: the remote's, where there is one. Raises CouldNotRun where there is none."""
        here = f"refs/heads/{self._settings.branches.main}"
        there = f"refs/remotes/{self.remote or 'origin'}/{self._settings.branches.main}"
        found = git.tips(self._root, here, there)
        tip = (found.get(there) if self.remote else None) or found.get(here) or found.get(there)
        if not tip:
            raise CouldNotRun(f"looking for the branch {self._settings.branches.main}: there is none here")
        return tip

    @cached_property
    def head(self) -> Mapping[str, str]:
        """The branches of requests, by id; none where they are those of pull requests, which this forge knows nothing of."""
        if self._settings.forge == "github" and not self._offline:
            return {}
        return branches.heads(self._root, self.remote)

    @property
    def over(self) -> frozenset[str]:
        """Ids of requests that ended."""
        return frozenset(entry.subject for entry in self._entries(ENDED))

    @cached_property
    def asked(self) -> Mapping[str, tuple[Entry, ...]]:
        """Id → the records of its asking; more than one only where somebody took an id again."""
        return _by_subject(self._entries(ASKED))

    @cached_property
    def _votes(self) -> Mapping[str, tuple[Entry, ...]]:
        return _by_subject(self._entries(VOTED))

    @cached_property
    def _withdrawals(self) -> Mapping[str, tuple[Entry, ...]]:
        return _by_subject(self._entries(CANCELLED))

    def held(self, now: datetime) -> str:
        """Why nothing new may begin at `now`, by when others recorded: no other clock is at hand."""
        return clocks.behind(self._book.records, now)

    def requests(self, ids: Collection[str] | None = None) -> tuple[Asked, ...]:
        """All open requests, or those of `ids`, whatever became of them; in order of their ids."""
        if not self._book.tip and not self._offline and not self._on_main:
            return ()
        known = {*self.asked, *(() if self._offline else self._on_main)}
        wanted = sorted(known - self.over if ids is None else known.intersection(ids))
        lying = self._lying(wanted)
        words = (self.asked, self._votes, self._withdrawals)
        said = (entry for id in wanted for each in words for entry in each.get(id, ()))
        good = hold(filter(None, map(_claimed, said)), self._cache)
        return tuple(self._asked(id, lying[id], good) for id in wanted)

    def _asked(self, id: str, lying: _Bytes, good: Mapping[str, bool]) -> Asked:
        path, data = path_of(id), lying.data or b""
        request, problems = read(id, data) if lying.data is not None else (None, ("its file is not here",))
        asked = self.asked.get(id, ())
        if len({str(entry.data.get("digest")) for entry in asked}) > 1:
            problems += (f"the id {id} was used twice: ask anew",)
        if (
            request is not None
            and asked
            and asked[0].data.get("break_glass", False) is not request.break_glass
        ):
            problems += ("whether it breaks the glass is recorded otherwise than it says",)
        merged = self._merged.get(id) if lying.commit else None
        bound = digest(self.repository, path, data) if self._book.tip else ""
        return Asked(
            id=id,
            path=path,
            data=data,
            request=request,
            digest=bound,
            repository=self.repository if self._book.tip else "",
            base=self._parent(lying.commit) if lying.commit else self.tip,
            asker=_voice(asked[0], good, "comment") if asked else None,
            merged=lying.commit,
            merged_at=merged.recorded_at if merged else None,
            involved=tuple(sorted(f"email:{address}" for address in lying.addresses)),
            votes=tuple(
                _voice(entry, good, verdict)
                for entry in self._votes.get(id, ())
                if (verdict := _VERDICTS.get(str(entry.data.get("verdict"))))
            ),
            withdrawals=tuple(_voice(entry, good, "comment") for entry in self._withdrawals.get(id, ())),
            problems=(*lying.problems, *problems),
        )

    def _entries(self, kind: str) -> tuple[Entry, ...]:
        return self._book.records.get(kind, ())

    @cached_property
    def _line(self) -> tuple[str, ...]:
        return git.line_of(self._root, self.tip)

    def _parent(self, commit: str) -> str:
        """The first parent of a commit of the main branch; '' for its very first."""
        place = self._place[commit] + 1
        return self._line[place] if place < len(self._line) else ""

    @cached_property
    def _place(self) -> Mapping[str, int]:
        return {id: number for number, id in enumerate(self._line)}

    @cached_property
    def _on_main(self) -> Mapping[str, git.Entry]:
        """Requests on the main branch, by id."""
        found = git.tree(self._root, self.tip, [f"{FOLDER}/"])
        return {entry.path[len(FOLDER) + 1 : -5]: entry for entry in found if entry.path.endswith(".yaml")}

    @cached_property
    def _merged(self) -> Mapping[str, Entry]:
        """Id → the first record of its merge whose commit is on the main branch."""
        found: dict[str, Entry] = {}
        for entry in self._entries(MERGED):
            if str(entry.data.get("commit")) in self._place:
                found.setdefault(entry.subject, entry)
        return found

    def _lying(self, wanted: Iterable[str]) -> Mapping[str, _Bytes]:
        """The bytes of each request, and what git says against them."""
        ids = list(wanted)
        merged = {path_of(id): str(self._merged[id].data["commit"]) for id in ids if id in self._merged}
        added, since = branches.merges(self._root, merged, self.tip, self._line)
        waiting = {path_of(id): self.head[id] for id in ids if id in self.head and path_of(id) not in merged}
        open_ = branches.brought(self._root, waiting, self.tip)
        found = {**open_, **added}
        lying = {id: self._blob(id, found.get(path_of(id)), since) for id in ids}
        contents = git.blobs(self._root, (blob for blob, _ in lying.values() if blob), partial=True)
        return {id: self._bytes(id, blob, rest, contents) for id, (blob, rest) in lying.items()}

    def _blob(
        self, id: str, brought: branches.Brought | None, since: Mapping[str, tuple[git.Change, ...]]
    ) -> tuple[str, _Bytes]:
        here = self._on_main.get(id)
        if brought is None:
            if here is None or self._offline:
                return "", _Bytes(None)
            return here.id, _Bytes(None, (_UNRECORDED,))
        if id not in self._merged:
            problems = (*brought.problems, *((_UNRECORDED,) if here and not self._offline else ()))
            return brought.blob, _Bytes(None, problems, brought.addresses)
        problems = (*brought.problems, *_since(since.get(path_of(id), ()), brought.blob, here))
        return here.id if here else brought.blob, _Bytes(None, problems, brought.addresses, brought.commit)

    def _bytes(self, id: str, blob: str, rest: _Bytes, contents: Mapping[str, bytes]) -> _Bytes:
        """With its data: what lies in git, else what was recorded when it was asked for."""
        data = contents.get(blob)
        if data is None and not blob and not rest.problems and self.asked.get(id):
            text = self.asked[id][0].data.get("text")
            data = _plain(text).encode() if isinstance(text, str) else None
        return _Bytes(data, rest.problems, rest.addresses, rest.commit)


_UNRECORDED = (
    "it lies on the main branch, and no merge of it is recorded: `lightship request merge` is the way there"
)


def _since(history: Sequence[git.Change], blob: str, here: git.Entry | None) -> Iterator[str]:
    """What became of the path on the main branch, that is not just the one merge."""
    if here is None:
        yield "it was taken off the main branch"
    elif any(change.status == "D" for change in history):
        yield "it was taken off the main branch, and put back: an id counts once"
    elif here.id != blob or here.mode != "100644":
        yield "it was changed on the main branch after its merge"


def _voice(entry: Entry, good: Mapping[str, bool], verdict: Verdict) -> Voice:
    """What an entry says somebody said; `proven` where the signature is good, and the moment is that of the record."""
    data = entry.data
    claimed = _claimed(entry)
    at = (moment(data.get("at")) if entry.kind == VOTED else None) or entry.recorded_at
    near = abs(entry.recorded_at - at) <= _NEAR
    return Voice(
        id=entry.id,
        identity=f"key:{_plain(data.get('key'))}",
        verdict=verdict,
        at=at,
        digest=_plain(data.get("digest")),
        proven=claimed is not None and good.get(claimed.id, False) and near,
        person=_plain(data.get("person")),
        reason=_plain(data.get("reason")),
    )


def _claimed(entry: Entry) -> Claimed | None:
    """What the entry's signature is said to sign; None where it lacks something."""
    data = entry.data
    told = [data.get(name) for name in ("key", "signature", "digest", "person", "reason", "verdict")]
    if not all(isinstance(each, str) and each for each in told[:4]):
        return None
    key, signature, bound, person, reason, verdict = map(_plain, told)
    if entry.kind == ASKED:
        signed, namespace = statements.asking(bound, person), statements.REQUEST
    elif entry.kind == CANCELLED:
        signed, namespace = statements.withdrawing(bound, person, reason), statements.REQUEST
    else:
        at = moment(data.get("at"))
        if at is None:
            return None
        signed = statements.voting(bound, person, verdict, reason, at)
        namespace = statements.APPROVAL
    return Claimed(signed, signature, key, namespace)


def _plain(value: Any) -> str:
    """A text as UTF-8 can hold it, which the journal's JSON need not; '' for what is no text."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _by_subject(entries: Iterable[Entry]) -> Mapping[str, tuple[Entry, ...]]:
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.subject, []).append(entry)
    return {subject: tuple(those) for subject, those in found.items()}
