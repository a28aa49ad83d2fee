"""What may happen to an incident now, and the entries that record it; pure: moments, actors and randomness are arguments."""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError

from lightship.errors import UsageError
from lightship.incidents import events
from lightship.incidents.incident import Incident
from lightship.incidents.moves import Refused, check, check_declared, check_other
from lightship.journal.entry import Actor, Entry
from lightship.journal.entry import new_id as new_ulid
from lightship.spelling import did_you_mean

if TYPE_CHECKING:
    from lightship.catalog.catalog import Catalog

__all__ = ["Refused", "check", "check_declared", "check_other", "entry", "find", "in_turn", "made", "new_id"]

AGAIN = timedelta(minutes=10)  # the same thing told by the same actor within this is told once
_Event = TypeVar("_Event", bound=events.Event)
_LETTERS = "abcdefghjkmnpqrstvwxyz23456789"  # none that is mistaken for another when read aloud
_LENGTH, _LONGEST = 4, 12


def new_id(at: datetime, taken: Container[str], randomness: bytes | None = None) -> str:
    """An id that is not `taken`: inc-20261125-k7qm, of the day of `at` in UTC and letters that read aloud well.

    `randomness` is given only where a run must repeat itself.
    """
    dice = Random(randomness)
    for length in range(_LENGTH, _LONGEST + 1):
        for _ in range(20):
            tail = "".join(dice.choice(_LETTERS) for _ in range(length))
            id = f"inc-{at.astimezone(UTC):%Y%m%d}-{tail}"
            if id not in taken:
                return id
    raise Refused("making an id: every one that was tried is taken")


def made(model: type[_Event], **given: object) -> _Event:
    """The event `model` of what was `given`; absent where None. Raises Refused in plain words."""
    from lightship.catalog.problems import from_validation

    said = {name: value for name, value in given.items() if value is not None}
    try:
        return model.model_validate(said)
    except ValidationError as error:
        problem = from_validation(error, model, said)[0]
        raise Refused("; ".join(filter(None, (problem.message, problem.fix)))) from error


def entry(
    subject: str, event: events.Event, actor: Actor, at: datetime, randomness: bytes | None = None
) -> Entry:
    """The entry that records `event` of the incident `subject` at the moment `at`."""
    return in_turn(subject, (event,), actor, at, randomness)[0]


def in_turn(
    subject: str,
    those: Sequence[events.Event],
    actor: Actor,
    at: datetime,
    randomness: bytes | None = None,
) -> tuple[Entry, ...]:
    """Entries of events recorded at one moment, whose ids keep their order."""
    moment = at.astimezone(UTC).replace(microsecond=at.microsecond // 1000 * 1000)
    first = new_ulid(moment, randomness)
    ids = _following(first, len(those))
    return tuple(
        Entry(id, events.kind(event), subject, moment, actor, events.data(event))
        for id, event in zip(ids, those, strict=True)
    )


def _following(first: str, count: int) -> Iterator[str]:
    from ulid import ULID

    number = int(ULID.from_str(first))
    for step in range(count):
        yield str(ULID.from_int(number + step))


def find(ids: Collection[str], text: str) -> str:
    """The id that `text` is, or the one that it is the end or the beginning of. Raises UsageError."""
    word = text.strip().lower()
    if word in ids:
        return word
    found = sorted(id for id in ids if word and (id.endswith(f"-{word}") or id.startswith(word)))
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"'{text}' may be any of {', '.join(found[-5:])}; write more of it")
    hint = did_you_mean(word, ids) or "`lightship incident list --all` lists them"
    raise UsageError(f"there is no incident '{text}'; {hint}")


def follow_up_id(incident: Incident, title: str, actor: Actor, now: datetime) -> str:
    """An id for a new follow-up: its number and the first words of its title, such as 2-add-an-alert.

    The same again by the same actor within moments is the same follow-up.
    """
    last = incident.follow_ups[-1] if incident.follow_ups else None
    told = incident.timeline[-1]
    same = (told.what, told.by, last.title if last else "") == ("followed-up", actor.label, title)
    if last and same and abs(now - told.recorded_at) <= AGAIN:
        return last.id
    words = re.findall("[a-z0-9]+", title.lower())[:4]
    return "-".join((str(len(incident.follow_ups) + 1), *words))[:64].rstrip("-")


def declared_again(
    open_ones: Iterable[Incident], event: events.Declared, actor: Actor, now: datetime
) -> Incident | None:
    """The open incident that `actor` declared a moment ago with the same title and services, if there is one."""
    for incident in open_ones:
        stone = incident.milestones["declared"]
        same = (incident.title, set(incident.services), incident.drill) == (
            event.title,
            set(event.services),
            event.drill,
        )
        if same and incident.is_open and stone.by == actor.label and abs(now - stone.recorded_at) <= AGAIN:
            return incident
    return None


def told_again(entries: Iterable[Entry], event: events.Event, actor: Actor, now: datetime) -> bool:
    """Whether the last thing that was told of an incident is `event`, by `actor`, a moment ago."""
    last = max(entries, key=lambda each: each.id, default=None)
    return (
        last is not None
        and (last.kind, dict(last.data), last.by.label)
        == (events.kind(event), events.data(event), actor.label)
        and abs(now - last.recorded_at) <= AGAIN
    )


@dataclass(frozen=True, slots=True)
class Match:
    """What a text may mean: the one service `id`, or those that are `near`, the nearest first."""

    id: str = ""
    near: tuple[str, ...] = ()


def match_service(text: str, catalog: Catalog) -> Match:
    """The service that `text` names by its id, its name or an id that it had before; else the near misses."""
    word = " ".join(text.lower().split())
    names: dict[str, str] = {}
    for id, service in catalog.services.items():
        for former in service.formerly:
            names.setdefault(former, id)
        names.setdefault(service.label.lower(), id)
    names |= {id: id for id in catalog.services}
    found = names.get(word) or names.get(word.replace(" ", "-"))
    if found:
        return Match(found)
    from rapidfuzz import fuzz, process, utils

    near = process.extract(
        word, list(names), scorer=fuzz.WRatio, processor=utils.default_process, score_cutoff=75, limit=10
    )
    return Match(near=tuple(dict.fromkeys(names[name] for name, _, _ in near))[:5])
