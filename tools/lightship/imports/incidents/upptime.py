"""Upptime's history: history/summary.json says of each site for how many minutes it was down on which day. https://upptime.js.org

The files do not say at which hour, nor how often a day. So each day on which a site was down is an incident that begins
with the day (UTC) and lasts for its minutes. The .yml files beside it say how each site is now.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from lightship.imports.documents import Document, documents
from lightship.imports.incidents.files import Unreadable, named, read_text, within
from lightship.imports.incidents.past import Past, Problem, line, moment, shown

_SUMMARY = "summary.json"
_DAY_MINUTES = 24 * 60
_DAY = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
_NUMBER = re.compile(r"^[0-9]{1,6}(\.[0-9]{1,9})?$")
_REASON = "the file gives the day and the minutes, not the hour"


def read(path: Path) -> Iterator[Past | Problem]:
    """Every day on which a site was down, in the histories at or below `path`, and what cannot be used."""
    files = [file for file in within(path, (".yml", _SUMMARY)) if file.name != ".upptimerc.yml"]
    folders = dict.fromkeys(file.parent for file in files if file.name == _SUMMARY)
    for file in files:
        if file.name == _SUMMARY:
            yield from _history(file, path, [each for each in files if each.parent == file.parent])
        elif file.parent not in folders and (path.is_file() or file.parent.name == "history"):
            reason = f"there is no {_SUMMARY} beside it, which would say when the site was down: not imported"
            yield Problem(named(file, path), 1, reason)


def _history(summary: Path, path: Path, files: list[Path]) -> Iterator[Past | Problem]:
    name = named(summary, path)
    document = _document(name, summary)
    if isinstance(document, Problem):
        yield document
        return
    if not isinstance(document.data, list):
        yield Problem(name, 1, "it holds no list of sites: not imported")
        return
    repository, slugs = _repository(summary.parent.parent), set[str]()
    for at, site in enumerate(document.data):
        place = document.line_of(at)
        slug = line(site.get("slug"), 200) if isinstance(site, dict) else ""
        if not slug:
            yield Problem(name, place, "a site without a slug: not imported")
        elif slug in slugs:
            yield Problem(name, place, f"site {shown(slug)} stands here twice: the first counts")
        else:
            slugs.add(slug)
            yield from _site(document, at, site, f"{repository}{slug}")
    for file in files:
        if file.suffix == ".yml":
            yield from _now(file, path, slugs)


def _site(document: Document, at: int, site: Mapping[str, Any], key: str) -> Iterator[Past | Problem]:
    days = site.get("dailyMinutesDown")
    if not isinstance(days, dict):
        reason = f"of site {shown(site['slug'])} it says no minutes by the day: not imported"
        yield Problem(document.path, document.line_of(at), reason)
        return
    name = line(site.get("name"), 100) or line(site["slug"], 100)
    url = line(site.get("url"), 300)
    for day, given in days.items():
        place = document.line_of(at, "dailyMinutesDown", day)
        minutes = float(given) if isinstance(given, str) and _NUMBER.match(given) else None
        begin = moment(day) if _DAY.match(day) else None
        if begin is None or minutes is None or minutes > _DAY_MINUTES:
            yield Problem(document.path, place, f"{_why_not(day, begin, given, minutes)}: not imported")
        elif minutes:
            yield Past(
                path=document.path,
                line=place,
                file=f"history/{_SUMMARY}",
                key=f"{key}/{day}",
                title=f"{name} down",
                severity="SEV3",
                began_at=begin,
                names=(name,),
                reached={"resolved": begin + timedelta(minutes=minutes)},
                url=url,
                reason=_REASON,
                settled_at=begin + timedelta(days=1),
            )


def _why_not(day: str, begin: datetime | None, given: object, minutes: float | None) -> str:
    if begin is None:
        return f"{shown(day)} is not a day"
    if minutes is None:
        return f"{shown(given)} is not a number of minutes"
    return f"{given} minutes are more than the day {day} has"


def _now(file: Path, path: Path, slugs: set[str]) -> Iterator[Problem]:
    """What a site's own file says that its summary does not."""
    name = named(file, path)
    document = _document(name, file)
    if isinstance(document, Problem):
        yield document
    elif not isinstance(document.data, dict):
        yield Problem(name, 1, "it holds no keys and values")
    elif file.stem not in slugs:
        yield Problem(name, 1, f"{_SUMMARY} does not know this site: when it was down is not known")
    elif line(document.data.get("status"), 20) == "down":
        reason = "it is down, and the file does not say since when: import again once it is over"
        yield Problem(name, document.line_of("status"), reason)


def _document(name: str, file: Path) -> Document | Problem:
    """The file's document: JSON is YAML, and read so it keeps its lines."""
    try:
        held = next(documents(name, read_text(file).encode()), None)
    except Unreadable as error:
        return Problem(name, error.line, error.reason)
    if held is None:
        return Problem(name, 1, "it is empty: not imported")
    if not isinstance(held, Document):
        return Problem(name, held.line, f"{held.why}: not imported")
    return held


def _repository(folder: Path) -> str:
    """'owner/name/' of the monitor, as its configuration says; '' where it says none."""
    file = folder / ".upptimerc.yml"
    document = _document(file.name, file) if file.is_file() else None
    data = document.data if isinstance(document, Document) and isinstance(document.data, dict) else {}
    owner, name = line(data.get("owner"), 60), line(data.get("repo"), 100)
    return f"{owner}/{name}/" if owner and name else ""
