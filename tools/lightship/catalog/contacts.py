"""Ways to people, channels and whatever else a service is known by. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lightship.catalog.kinds.person import Person
from lightship.catalog.kinds.service import Service

_SLACK_ID = re.compile(r"^[CGDUW][A-Z0-9]{7,}$")
_PLAIN = re.compile(r"^[a-z0-9][a-z0-9._-]{0,79}$")


@dataclass(frozen=True, slots=True)
class Contact:
    """A way to reach somebody: what the button says and where it leads ('' where it is only to be read)."""

    text: str
    href: str


def slack(channel: str) -> Contact:
    """A Slack channel or person, by name or id."""
    bare = channel.lstrip("#@")
    known = _SLACK_ID.match(bare) or (_PLAIN.match(bare) and not channel.startswith("@"))
    text = channel if channel.startswith(("#", "@")) or _SLACK_ID.match(bare) else f"#{channel}"
    return Contact(text, f"https://slack.com/app_redirect?channel={bare}" if known else "")


def contacts(person: Person) -> tuple[Contact, ...]:
    """How to reach `person`, the quickest first."""
    ways = []
    if person.phone:
        ways.append(Contact(f"Call {person.phone}", "tel:" + person.phone.replace(" ", "")))
    if person.slack:
        way = (
            slack(person.slack)
            if _SLACK_ID.match(person.slack)
            else Contact("@" + person.slack.lstrip("@"), "")
        )
        ways.append(Contact(f"Slack {way.text}" if not way.href else "Slack", way.href))
    if person.email:
        ways.append(Contact("Mail", f"mailto:{person.email}"))
    if person.pagerduty:
        ways.append(Contact(f"PagerDuty {person.pagerduty}", ""))
    return tuple(ways)


def service_links(service: Service) -> tuple[Contact, ...]:
    """Where else the service is known: chat, dashboards, code, notes, then its own links."""
    known = service.integrations
    links = []
    if known.slack:
        links.append(slack("#" + known.slack.channel.lstrip("#")))
    if known.dynatrace and known.dynatrace.dashboard:
        links.append(Contact("Dynatrace", known.dynatrace.dashboard))
    if known.github:
        place = (
            f"{known.github.repository}/tree/HEAD/{known.github.path}"
            if known.github.path
            else known.github.repository
        )
        links.append(Contact("Source code", f"https://github.com/{place}"))
    links += [Contact(_repository(url), url) for url in service.repos if not known.github]
    if known.notion:
        links.append(Contact("Notion", known.notion.page))
    return tuple(links) + tuple(Contact(link.title, link.url) for link in service.links)


def _repository(url: str) -> str:
    return url.removeprefix("https://").removeprefix("github.com/").rstrip("/")
