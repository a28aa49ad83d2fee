"""Whether a runbook can be trusted today: read through lately, and tried out as it stands, also by real incidents. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from lightship.catalog.kinds.runbook import Runbook
from lightship.catalog.runbook_hash import content_hash
from lightship.incidents.incident import Incident
from lightship.plain import days


@dataclass(frozen=True, slots=True)
class Proof:
    """Somebody tried a runbook: `method` is incident, drill or review; `content_hash` stands for its wording then."""

    at: date
    by: str
    method: str
    evidence: str
    content_hash: str
    helped: bool = True


@dataclass(frozen=True, slots=True)
class Trust:
    """`review_due`: the day the last review stops to hold, None without one. `verified`: the newest proof that holds.

    `void`: the newest proof where the wording has changed since. `failed`: a later try, as it stands, that did not help.
    """

    review_due: date | None
    lapsed: bool
    verified: Proof | None
    void: Proof | None
    failed: Proof | None

    @property
    def rank(self) -> int:
        """0 where it needs care first, 3 where all is well."""
        read = self.review_due is not None and not self.lapsed
        return (2 if read else 0) + (1 if self.verified and not self.failed else 0)


def used(incidents: Iterable[Incident]) -> Mapping[str, tuple[Proof, ...]]:
    """By runbook, what incidents prove of it; drills are proofs of their own sort."""
    found: dict[str, list[Proof]] = {}
    for incident in incidents:
        for use in incident.runbooks:
            method = "drill" if incident.drill else "incident"
            day = use.at.astimezone(UTC).date()
            proof = Proof(day, use.by, method, incident.id, use.content_hash, use.helped)
            found.setdefault(use.runbook, []).append(proof)
    return {runbook: tuple(proofs) for runbook, proofs in found.items()}


def proofs(runbook: Runbook, uses: Iterable[Proof] = ()) -> tuple[Proof, ...]:
    """What its file and incidents prove of it, the newest first."""
    written = (
        Proof(each.at, each.by, each.method, each.evidence or "", each.content_hash)
        for each in runbook.verifications
    )
    return tuple(sorted((*written, *uses), key=lambda proof: proof.at, reverse=True))


def trust(runbook: Runbook, uses: Iterable[Proof], now: datetime) -> Trust:
    """What is known of `runbook` at `now`; `uses` are those of `used` that are about it."""
    today = now.astimezone(UTC).date()
    digest = content_hash(runbook)
    newest = [proof for proof in proofs(runbook, uses) if proof.at <= today]
    current = [proof for proof in newest if proof.content_hash == digest]
    verified = next((proof for proof in current if proof.helped), None)
    failed = next((proof for proof in current if not proof.helped), None)
    if verified and failed and failed.at < verified.at:
        failed = None
    helped = [proof for proof in newest if proof.helped]
    void = helped[0] if helped and verified is None else None
    due = runbook.reviewed_at + runbook.review_every if runbook.reviewed_at else None
    return Trust(due, due is not None and due < today, verified, void, failed)


def said(known: Trust, now: datetime) -> str:
    """In a line: 'helped in inc-20261122-k7qm 3 days ago', 'tried in a drill 5 weeks ago; review lapsed 2 days ago'."""
    parts = [_tried(known, now)]
    if known.review_due is None:
        parts.append("never reviewed")
    elif known.lapsed:
        parts.append(f"review lapsed {days(known.review_due, now)}")
    return "; ".join(parts)


def _tried(known: Trust, now: datetime) -> str:
    if known.failed:
        return f"did not help in {known.failed.evidence} {days(known.failed.at, now)}"
    if known.verified:
        return f"{_how(known.verified)} {days(known.verified.at, now)}"
    if known.void:
        return f"changed since it was tried {days(known.void.at, now)}"
    return "never tried"


def _how(proof: Proof) -> str:
    if proof.method == "incident":
        return f"helped in {proof.evidence if proof.evidence.startswith('inc-') else 'an incident'}"
    return {"drill": "tried in a drill", "review": "checked by review"}[proof.method]
