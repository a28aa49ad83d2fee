"""How each request stands, with all that was said and done about it: for pages, lists and auditors. Pure.

What is open was judged by whoever asks; what ended stands as it ended, with the decision that it rested on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lightship.actions import receipts
from lightship.actions.question import Decision, Question
from lightship.actions.requests import (
    CANCELLED,
    CLAIM,
    ENDED,
    RECEIPT,
    RESOLVED,
    UNDO,
    Course,
    Courses,
    fold,
    moment,
)
from lightship.actions.reviews import REVIEWED, counts
from lightship.catalog.kinds.request import Request
from lightship.forge.base import Asked, Voice
from lightship.forge.reading import read
from lightship.journal.entry import Entry

ASKED, VOTED, MERGED = "request.asked", "request.voted", "request.merged"
KINDS = (ASKED, VOTED, MERGED, CANCELLED, CLAIM, RECEIPT, ENDED, RESOLVED, REVIEWED)
_VERDICTS = {
    "approve": "approved it",
    "deny": "said no",
    "comment": "asked for it",
    "dismissed": "an approval was dismissed",
}
_OUTCOMES = {
    "done": "{step} was done",
    "simulated": "{step} was simulated: nothing was called",
    "in_doubt": "nobody can tell whether {step} was done",
    "refused": "{step} was refused",
    "failed": "{step} failed",
    "revoked": "{step} was taken back, and read back",
}
_TAKEN = {
    "done": "{step} was taken back",
    "simulated": "taking {step} back was simulated: nothing was called",
    "failed": "{step} could not be taken back",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """A request as the forge has it, what was asked of it, and the decision."""

    asked: Asked
    question: Question | None
    decision: Decision


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was said or done: `what` in words, by whom, with the `outcome` where it has one. `id` is the entry's."""

    at: datetime
    request: str
    kind: str
    who: str
    what: str
    detail: str = ""
    outcome: str = ""
    id: str = ""


@dataclass(frozen=True)
class Standing:
    """How a request stands. `request` is None where its bytes are none, or not here any more.

    `review` is the first that counts of a use of break-glass. `state`: pending, allowed, denied or expired; begun where steps were claimed; or how it ended. `decided` is as
    `receipts.decided` tells it; what could still satisfy a requirement stands there as `could_satisfy`.
    """

    id: str
    request: Request | None
    state: str
    decided: Mapping[str, Any] = field(default_factory=dict)
    course: Course = field(default_factory=lambda: Course(""))
    events: tuple[Event, ...] = ()
    merged_at: datetime | None = None
    url: str = ""
    review: Event | None = None

    @property
    def is_over(self) -> bool:
        """Whether it ended."""
        return self.course.ended is not None or self.state == "cancelled"

    @property
    def is_glass(self) -> bool:
        """Whether it broke the glass."""
        return self.request is not None and self.request.break_glass

    @property
    def review_due(self) -> datetime | None:
        """When the review of a break-glass use that had an effect is due; None where none is, or it was held."""
        return moment(self.decided.get("review_due")) if self.waits_for_review else None

    @property
    def waits_for_review(self) -> bool:
        """Whether the glass was broken, something was done, and nobody has looked at it since."""
        return self.is_glass and self.course.has_begun and self.review is None


def standings(
    judged: Iterable[Judged], merged: Mapping[str, Request], records: Mapping[str, Iterable[Entry]]
) -> Mapping[str, Standing]:
    """Every request by id: those that were `judged`, those on the main branch (`merged`), those that the journal tells of."""
    courses = fold(records)
    entries = by_request(records)
    known = {each.asked.id: each for each in judged}
    ids = sorted({*known, *merged, *entries})
    return {id: _standing(id, known.get(id), merged.get(id), courses, entries.get(id, ())) for id in ids}


def by_request(records: Mapping[str, Iterable[Entry]]) -> Mapping[str, tuple[Entry, ...]]:
    """The entries about each request, in order."""
    found: dict[str, dict[str, Entry]] = {}
    for kind in KINDS:
        for entry in records.get(kind, ()):
            found.setdefault(entry.subject.partition("/")[0], {})[entry.id] = entry
    return {id: tuple(entry for _, entry in sorted(those.items())) for id, those in found.items()}


def _standing(
    id: str, judged: Judged | None, merged: Request | None, courses: Courses, entries: Sequence[Entry]
) -> Standing:
    course = courses.of(id)
    events = [event(entry) for entry in entries]
    known = {each.id for each in events}
    if judged is not None:
        voices = [judged.asked.asker] if judged.asked.asker else []
        events += [_said(id, voice) for voice in (*voices, *judged.asked.votes) if voice.id not in known]
    request = judged.asked.request if judged else merged or _written(id, entries)
    asker = request.requester if request else ""
    looked = (entry for entry in entries if entry.kind == REVIEWED and counts(entry, asker))
    return Standing(
        id,
        request,
        _state(course, judged),
        _decided(course, judged),
        course,
        tuple(sorted(events, key=lambda each: (each.at, each.id))),
        judged.asked.merged_at if judged else next((each.at for each in events if each.kind == MERGED), None),
        judged.asked.url if judged else "",
        next((event(entry) for entry in looked), None),
    )


def _written(id: str, entries: Iterable[Entry]) -> Request | None:
    """What was recorded when it was asked for, where it lies nowhere else."""
    text = next((entry.data.get("text") for entry in entries if entry.kind == ASKED), None)
    return read(id, text.encode())[0] if isinstance(text, str) else None


def _state(course: Course, judged: Judged | None) -> str:
    if course.ended is not None:
        return course.outcome
    if judged is not None and judged.decision.state == "cancelled":
        return "cancelled"
    if any(act.state == "in_doubt" for act in course.steps.values()):
        return "in doubt"
    if course.has_begun:
        return "begun"
    return judged.decision.state if judged else "not known"


def _decided(course: Course, judged: Judged | None) -> Mapping[str, Any]:
    if course.ended is not None:
        found = course.ended.data.get("decision")
        return found if isinstance(found, dict) else {}
    if judged is None:
        return {}
    told = receipts.decided(judged.decision)
    could = {each.id: list(each.could_satisfy) for each in judged.decision.requirements}
    needed = [{**each, "could_satisfy": could.get(each["id"], [])} for each in told["requirements"]]
    return {**told, "requirements": needed}


def event(entry: Entry) -> Event:
    """What an entry of `KINDS` tells."""
    request, *rest = entry.subject.split("/")
    step, data = (rest[0] if rest else ""), entry.data
    outcome = str(data.get("outcome", data.get("verdict", "")))
    what = _words(entry.kind, step, UNDO in rest[1:], data, outcome)
    detail = next(
        (
            str(data[key])
            for key in ("reason", "why", "detail", "text")
            if data.get(key) and not (key == "text" and entry.kind == ASKED)
        ),
        "",
    )
    return Event(entry.recorded_at, request, entry.kind, entry.by.label, what, detail, outcome, entry.id)


def _words(kind: str, step: str, undo: bool, data: Mapping[str, Any], outcome: str) -> str:
    match kind:
        case "request.asked":
            why = data.get("automation")
            return (
                f"the portal asked for it: {str(why.get('on')).replace('-', ' ')}"
                if isinstance(why, dict)
                else "asked for it"
            )
        case "request.voted":
            return _VERDICTS.get(outcome, outcome)
        case "request.merged":
            return "merged it"
        case "request.cancelled":
            return "withdrew it"
        case "claim":
            return f"{'began to take back' if undo else 'began'} {step} ({data.get('uses', '')})"
        case "receipt":
            return ((_TAKEN if undo else {}).get(outcome) or _OUTCOMES.get(outcome, "{step}")).format(
                step=step
            )
        case "request.ended":
            return f"it ended: {outcome}"
        case "doubt.resolved":
            return f"said of {step}: {outcome}"
        case _:
            return f"reviewed the use of break-glass: {outcome}"


def _said(id: str, voice: Voice) -> Event:
    doubt = "" if voice.proven else "nothing proves it, and it does not count"
    kind = ASKED if voice.verdict == "comment" else VOTED
    who = voice.person or voice.identity
    return Event(
        voice.at, id, kind, who, _VERDICTS[voice.verdict], voice.reason or doubt, voice.verdict, voice.id
    )


def open_first(those: Iterable[Standing]) -> Iterator[Standing]:
    """What waits for somebody first, then the newest."""
    rank = {"in doubt": 0, "failed": 1, "pending": 2, "allowed": 3, "begun": 4}
    found = sorted(those, key=lambda each: each.id, reverse=True)
    yield from sorted(found, key=lambda each: (each.is_over, 0 if each.is_over else rank.get(each.state, 5)))
