"""What two people did without knowing of each other, and what cannot have been: said as flags, never refused. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from lightship.incidents import events
from lightship.incidents.corrected import applies
from lightship.incidents.events import Event
from lightship.incidents.incident import Incident
from lightship.journal.entry import Entry

_SKEW = timedelta(minutes=1)  # what clocks may differ by
_ENDS = events.Mitigated | events.Resolved | events.Closed
_TELLS = events.Acknowledged | events.Updated | _ENDS


def clash(incident: Incident, entry: Entry, event: Event) -> str:
    """What does not go together with what was recorded before `event`; '' where all is well."""
    who = entry.by.label
    if isinstance(event, events.Declared):
        return f"declared a second time by {who}"
    if isinstance(event, events.Reopened) and incident.is_open and incident.state != "mitigated":
        return f"reopened by {who} while it was open"
    if isinstance(event, events.Corrected) and event.milestone and not applies(incident, event):
        return f"{event.milestone} corrected by {who} while it was {incident.state}: that counts for nothing"
    before = incident.milestones.get(event.what)
    if isinstance(event, _TELLS) and incident.state == "closed":
        closed = incident.milestones["closed"].by if "closed" in incident.milestones else "somebody"
        return f"{event.what} by {who} after closed by {closed}"
    if isinstance(event, _ENDS) and before:
        return f"{event.what} by {who} after {event.what} by {before.by}"
    if isinstance(event, events.Acknowledged) and before and before.by != who:
        return f"acknowledged by {who} after acknowledged by {before.by}"
    return ""


def disorder(incident: Incident) -> Iterator[str]:
    """Milestones whose times are not in the order of milestones."""
    stones = [(name, incident.milestones[name]) for name in events.MILESTONES if name in incident.milestones]
    for (first, earlier), (second, later) in pairwise(stones):
        if later.at < earlier.at - _SKEW:
            yield f"{second} ({later.at:%Y-%m-%d %H:%M}) lies before {first} ({earlier.at:%Y-%m-%d %H:%M})"
