"""An incident as JSON, as `lightship incident show --format json` prints it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lightship.incidents.incident import FollowUp, Held, Incident, Milestone, Moved
from lightship.journal.entry import stamp


def as_json(incident: Incident) -> dict[str, Any]:
    """Title, state, severity, milestones, roles, updates and the rest; moments are UTC, ISO 8601."""
    return {
        "id": incident.id,
        "title": incident.title,
        "state": incident.state,
        "severity": incident.severity,
        "type": incident.type,
        "drill": incident.drill,
        "services": list(incident.services),
        "labels": list(incident.labels),
        "symptom": incident.symptom,
        "declared_by": {"name": incident.declared_by, "verified": incident.verified},
        "milestones": {name: _milestone(stone) for name, stone in incident.milestones.items()},
        "roles": {held.role: held.person for held in incident.roles if held.until is None},
        "role_history": [_held(held) for held in incident.roles],
        "severities": [
            {"severity": each.severity, "since": stamp(each.since), "by": each.by}
            for each in incident.severities
        ],
        "updates": [_moved(moved) for moved in incident.updates],
        "timeline": [_moved(moved) for moved in incident.timeline],
        "follow_ups": [_follow_up(each) for each in incident.follow_ups],
        "runbooks": [
            {"runbook": each.runbook, "helped": each.helped, "by": each.by, "at": stamp(each.at)}
            for each in incident.runbooks
        ],
        "suspects": list(incident.suspects),
        "cause": incident.cause,
        "fix": incident.fix,
        "bridge": incident.bridge,
        "channel": incident.channel,
        "duplicate_of": incident.duplicate_of,
        "merged_into": incident.merged_into,
        "closed_reason": incident.closed_reason,
        "source": dict(incident.source) if incident.source else None,
        "reopened": incident.reopened,
        "flags": list(incident.flags),
    }


def _milestone(stone: Milestone) -> Mapping[str, Any]:
    return {
        "at": stamp(stone.at),
        "recorded_at": stamp(stone.recorded_at),
        "by": stone.by,
        "source": stone.source,
        "reason": stone.reason,
    }


def _held(held: Held) -> Mapping[str, Any]:
    until = _stamp(held.until)
    return {"role": held.role, "person": held.person, "since": stamp(held.since), "until": until}


def _follow_up(each: FollowUp) -> Mapping[str, Any]:
    return {
        "id": each.id,
        "title": each.title,
        "owner": each.owner,
        "due": each.due.isoformat() if each.due else None,
        "state": each.state,
        "url": each.url,
    }


def _moved(moved: Moved) -> Mapping[str, Any]:
    return {
        "at": stamp(moved.at),
        "recorded_at": stamp(moved.recorded_at),
        "by": moved.by,
        "verified": moved.verified,
        "what": moved.what,
        "text": moved.text,
        "changes": list(moved.changes),
        "public": moved.public,
    }


def _stamp(moment: datetime | None) -> str | None:
    return stamp(moment) if moment else None
