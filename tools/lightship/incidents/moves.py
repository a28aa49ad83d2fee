"""What an incident allows now. A move that it does not allow is refused, with what it does allow. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from lightship.errors import UsageError
from lightship.incidents import events
from lightship.incidents.incident import Incident
from lightship.plain import span
from lightship.spelling import did_you_mean

LATE = timedelta(minutes=5)  # what lies further back than this needs a reason
EARLY = timedelta(minutes=1)  # what clocks may differ by before a moment counts as the future
_NONE = timedelta()
_REACHES = {
    "acknowledged": "acknowledged",
    "mitigated": "mitigated",
    "resolved": "resolved",
    "closed": "closed",
}


class Refused(UsageError):
    """An incident does not allow this now; says what it allows."""


def check(incident: Incident, event: events.Event, now: datetime) -> None:
    """Raise Refused where `event` may not happen to `incident` at `now`, saying what may."""
    at: datetime | None = getattr(event, "at", None)
    if not isinstance(event, events.Corrected):
        check_moment(at, getattr(event, "reason", None), now)
    if isinstance(event, events.Reopened):
        _reopened(incident)
    elif isinstance(event, events.Corrected):
        _corrected(incident, event, now)
    elif isinstance(event, events.FollowedUp):
        _followed_up(incident, event)
    elif isinstance(event, events.Updated):
        _updated(incident, event)
    elif isinstance(event, events.Acknowledged | events.Mitigated | events.Resolved | events.Closed):
        _reached(incident, _REACHES[event.what])
    elif isinstance(event, events.Declared):
        raise Refused(
            f"{incident.id} is declared already; `lightship incident update {incident.id}` tells more"
        )
    if at is not None and (name := _milestone(event)) is not None:
        check_order({**{each: stone.at for each, stone in incident.milestones.items()}, name: at}, name)


def check_declared(event: events.Declared, now: datetime) -> None:
    """Raise Refused where an incident cannot be declared like this at `now`."""
    check_moment(event.at, event.reason, now)
    moments = {"declared": event.at or now}
    for name, at in (("detected", event.detected), ("impact_started", event.impact_started)):
        # Planned work is announced before it begins.
        planned = name == "impact_started" and event.type == "maintenance" and at is not None and at > now
        if at is not None and not planned:
            check_moment(at, "it is told when it is declared", now)
            moments[name] = at
            check_order(moments, name)


def check_moment(at: datetime | None, reason: str | None, now: datetime) -> None:
    """Raise Refused for a moment that is still to come, or that lies back and nobody says why it is told so late."""
    if at is None:
        return
    if at > now + EARLY:
        raise Refused(f"{_clock(at)} is still to come; now it is {_clock(now)}")
    if at < now - LATE and not reason:
        raise Refused(
            f"{_clock(at)} is {span(now - at)} ago; say with --reason why it is told only now (both times are kept)"
        )


def check_order(moments: Mapping[str, datetime], name: str) -> None:
    """Raise Refused where the milestone `name` would lie before one that comes first, or after one that comes later."""
    place = events.MILESTONES.index(name)
    for other, moment in moments.items():
        rank = events.MILESTONES.index(other)
        # What was recorded by the clock has parts of a second, what was typed has none.
        apart = moments[name].replace(microsecond=0) - moment.replace(microsecond=0)
        if (rank < place and apart < _NONE) or (rank > place and apart > _NONE):
            side = "before" if rank < place else "after"
            raise Refused(
                f"{_words(name)} at {_clock(moments[name])} would be {side} {_words(other)} at {_clock(moment)}; "
                "give another --at, or correct the other with `lightship incident correct`"
            )


def check_other(incident: Incident, event: events.Closed, known: Callable[[str], Incident | None]) -> None:
    """Raise Refused where the incident that this one is a duplicate or a part of cannot be that."""
    other = event.duplicate_of or event.merged_into
    if not other:
        return
    word = "a duplicate" if event.duplicate_of else "a part"
    if other == incident.id:
        raise Refused(f"{incident.id} cannot be {word} of itself; name the incident that goes on")
    passed, at = [incident.id], other
    while at:
        found = known(at)
        if found is None:
            raise Refused(f"there is no incident '{at}'; `lightship incident list --all` lists them")
        if at == incident.id:
            raise Refused(
                f"{incident.id} cannot be {word} of {other}: {' → '.join((*passed, at))} goes round in a circle; "
                f"`lightship incident reopen {other}` first"
            )
        passed.append(at)
        at = found.duplicate_of or found.merged_into


def _milestone(event: events.Event) -> str | None:
    if isinstance(event, events.Updated):
        return event.status if event.status in ("mitigated", "resolved") else None
    if isinstance(event, events.Corrected):
        return event.milestone
    return _REACHES.get(event.what)


def _reached(incident: Incident, name: str) -> None:
    """A milestone is reached once, and in the order of states."""
    _refuse_closed(incident)
    if name == "closed":
        return
    if (before := incident.milestones.get(name)) is not None:
        raise Refused(
            f"{incident.id} was {name} by {before.by} at {_clock(before.at)}; "
            f"`lightship incident correct {incident.id} --milestone {name} --at T --reason WHY` changes when"
        )
    if incident.state in ("mitigated", "resolved") and name != "resolved":
        raise Refused(
            f"{incident.id} is {incident.state}; `lightship incident reopen {incident.id} --reason WHY` where it is "
            f"not over, `lightship incident correct {incident.id} --milestone {name} --at T --reason WHY` where it "
            f"was {name} before"
        )


def _refuse_closed(incident: Incident) -> None:
    if incident.state != "closed":
        return
    closed = incident.milestones.get("closed")
    when = f" by {closed.by} at {_clock(closed.at)}" if closed else ""
    raise Refused(
        f"{incident.id} is closed{when}; allowed now: reopen, follow-up, correct. "
        f"`lightship incident reopen {incident.id} --reason WHY` first"
    )


def _updated(incident: Incident, event: events.Updated) -> None:
    if not event.model_dump(exclude_defaults=True, exclude={"at", "reason", "public"}):
        raise Refused(
            "there is nothing to tell; write a text, or give --status, --severity, --role, --bridge …"
        )
    _refuse_closed(incident)
    if event.status in ("mitigated", "resolved"):
        _reached(incident, event.status)
    elif event.status and incident.state in ("mitigated", "resolved"):
        raise Refused(
            f"{incident.id} is {incident.state}; "
            f"`lightship incident reopen {incident.id} --reason WHY` says that it is not over"
        )


def _reopened(incident: Incident) -> None:
    if incident.state not in ("mitigated", "resolved", "closed"):
        raise Refused(
            f"{incident.id} is open ({incident.state}); allowed now: ack, update, mitigate, resolve, close"
        )


def _corrected(incident: Incident, event: events.Corrected, now: datetime) -> None:
    if not event.model_dump(exclude_defaults=True, exclude={"reason"}):
        raise Refused(
            "there is nothing to correct; give --milestone NAME --at T, --title, --type, --service …"
        )
    name = event.milestone
    if name is None:
        return
    if event.at is not None and event.at > now + EARLY:
        raise Refused(f"{_clock(event.at)} is still to come; now it is {_clock(now)}")
    if name in ("impact_started", "detected"):
        return
    if event.at is None and name != "acknowledged":
        verb = (
            "it has to be declared at some time"
            if name == "declared"
            else f"`lightship incident reopen {incident.id}`"
        )
        raise Refused(f"{incident.id} cannot have been {name} never; {verb}")
    ahead = {
        "mitigated": ("mitigated", "resolved", "closed"),
        "resolved": ("resolved", "closed"),
        "closed": ("closed",),
    }
    if name in ahead and incident.state not in ahead[name]:
        verb = {"mitigated": "mitigate", "resolved": "resolve", "closed": "close"}[name]
        raise Refused(
            f"{incident.id} is not {name} yet ({incident.state}); "
            f"`lightship incident {verb} {incident.id} --at T --reason WHY` says that it is"
        )


def _followed_up(incident: Incident, event: events.FollowedUp) -> None:
    before = next((known for known in incident.follow_ups if known.id == event.id), None)
    if event.state == "open" and before is None:
        if not event.title:
            raise Refused("a follow-up needs a title")
        return
    if before is None:
        known = [each.id for each in incident.follow_ups if each.state == "open"]
        hint = did_you_mean(event.id, known) or f"open: {', '.join(known) or 'none'}"
        raise Refused(f"{incident.id} has no follow-up '{event.id}'; {hint}")
    if before.state != "open" and event.state != "open":
        raise Refused(f"follow-up '{event.id}' is {before.state} already")


def _words(name: str) -> str:
    return name.replace("_", " ")


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
