"""Uses of break-glass: who looked at them since, and which nobody did in time. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from lightship.actions.requests import CLAIM, ENDED, moment
from lightship.finding import Finding, Severity
from lightship.journal.entry import Entry
from lightship.plain import span

REVIEWED = "break-glass.reviewed"


def counts(review: Entry, asker: str) -> bool:
    """Whether it is a review at all: whoever broke the glass does not judge that themselves."""
    return review.data.get("person") not in (None, "", asker)


def findings(records: Mapping[str, Iterable[Entry]], now: datetime, journal: str) -> Iterator[Finding]:
    """An error for each use that nobody looked at in time. `journal` is the branch, the place of what lies in no file."""
    reviews = tuple(records.get(REVIEWED, ()))
    promised = dict(_promised(records))
    seen: set[str] = set()
    for claim in records.get(CLAIM, ()):
        glass, id = claim.data.get("glass"), claim.subject.partition("/")[0]
        if not isinstance(glass, dict) or id in seen:
            continue
        seen.add(id)
        asker = str(glass.get("person", ""))
        due = moment(glass.get("review_due")) or promised.get(id)
        looked_at = any(each.subject == id and counts(each, asker) for each in reviews)
        if due is not None and due <= now and not looked_at:
            message = (
                f"'{asker}' broke the glass, and nobody has looked at it; that was due {span(now - due)} ago"
            )
            fix = f"`lightship request review {id} --verdict … --as PERSON TEXT`, by anybody else"
            yield Finding("break-glass-unreviewed", Severity.ERROR, f"{journal}:{id}", message, fix)


def _promised(records: Mapping[str, Iterable[Entry]]) -> Iterator[tuple[str, datetime]]:
    """Until when each use is to be reviewed, by the decision that it ended with."""
    for entry in records.get(ENDED, ()):
        decision = entry.data.get("decision")
        due = moment(decision.get("review_due")) if isinstance(decision, dict) else None
        if due is not None:
            yield entry.subject, due
