"""Incidents for programs and feed readers: all of them as JSON, the latest as an Atom feed (RFC 4287)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

from lightship.incidents.incident import Incident
from lightship.portal.incidents import ended_at, url
from lightship.portal.view import View
from lightship.portal.words import stamp
from lightship.scorecards.score import midnight

JSON, ATOM = "api/incidents.json", "feeds/incidents.xml"
_ENTRIES = 50
_NAMESPACE = "http://www.w3.org/2005/Atom"
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_json(view: View) -> list[Mapping[str, Any]]:
    """What every incident is: open ones first, then the latest. Moments are UTC; `ended` is null while it goes on."""
    over = (each for each in view.book.newest if not each.is_open)
    return [_told(each) for each in (*view.book.open, *over)]


def _told(incident: Incident) -> Mapping[str, Any]:
    end = ended_at(incident)
    return {
        "id": incident.id,
        "title": incident.title,
        "severity": incident.severity,
        "state": incident.state,
        "type": incident.type,
        "drill": incident.drill,
        "services": incident.services,
        "commander": incident.holder("commander"),
        "began": stamp(incident.began_at),
        "ended": stamp(end) if end else None,
        "page": url(incident.id),
    }


def atom(view: View) -> bytes:
    """The feed: an entry an incident, dated by its last news; the latest first."""
    latest = sorted(view.book.newest[: 2 * _ENTRIES], key=_news, reverse=True)[:_ENTRIES]
    settings = view.catalog.settings
    root = (settings.url or "").rstrip("/")
    feed = ET.Element("feed", xmlns=_NAMESPACE)
    _add(feed, "id", f"{root}/{ATOM}" if root else "urn:lightship:incidents")
    _add(feed, "title", f"{settings.name}: incidents")
    _add(feed, "updated", stamp(_news(latest[0]) if latest else midnight(view.now)))
    _add(_add(feed, "author"), "name", settings.name)
    if root:
        ET.SubElement(feed, "link", rel="self", href=f"{root}/{ATOM}")
    for incident in latest:
        _entry(feed, incident, root)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(feed)


def _entry(feed: ET.Element, incident: Incident, root: str) -> None:
    entry = _add(feed, "entry")
    _add(entry, "id", f"urn:lightship:{incident.id}")
    _add(entry, "title", f"{incident.severity} {incident.title}: {incident.state}")
    _add(entry, "updated", stamp(_news(incident)))
    _add(entry, "published", stamp(incident.declared_at))
    if root:
        ET.SubElement(entry, "link", rel="alternate", href=f"{root}/{url(incident.id)}")
    hit = ", ".join(incident.services) or "no service of the catalog"
    _add(entry, "summary", f"{'Drill. ' if incident.drill else ''}Hits {hit}. {incident.fix}".strip())


def _add(parent: ET.Element, tag: str, text: str = "") -> ET.Element:
    made = ET.SubElement(parent, tag)
    made.text = _NO_XML.sub("\ufffd", text) if text else None
    return made


def _news(incident: Incident) -> datetime:
    """When something was last told of it."""
    told = (stone.recorded_at for stone in incident.milestones.values())
    return max((*told, *(moved.recorded_at for moved in incident.timeline)))
