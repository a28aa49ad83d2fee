"""cState's issues: Markdown with YAML or TOML front matter, in content/issues/. https://cstate.netlify.app

`date` is the begin, `resolvedWhen` the end; a time without a zone is UTC, as Hugo takes it. `severity` down, disrupted or
notice; a notice, or what is `informational`, is no incident: maintenance where its title says so, else a notice.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from lightship.imports.documents import Document, documents
from lightship.imports.incidents.files import Unreadable, named, read_text, within
from lightship.imports.incidents.past import Past, Problem, line, lines, moment, said, shown, text
from lightship.incidents.events import IncidentType, Severity

_SEVERITIES: dict[str, Severity] = {"down": "SEV2", "disrupted": "SEV3", "notice": "SEV5"}
_FENCES = {"---": "yaml", "+++": "toml"}
_MAINTENANCE = re.compile(r"(?i)\bmaintenance\b")
_TOML_LINE = re.compile(r"\(at line ([0-9]+),")


@dataclass(frozen=True, slots=True)
class _Front:
    """The front matter's data, the line of each of its keys, and the text behind it."""

    data: Mapping[str, Any]
    lines: Mapping[str, int]
    body: str

    def line_of(self, *keys: str) -> int:
        """The line of the first of `keys` that there is, else of the front matter."""
        return next((self.lines[key] for key in keys if key in self.lines), 1)


def read(path: Path) -> Iterator[Past | Problem]:
    """Every issue at or below `path`, and what cannot be used."""
    files = [file for file in within(path, (".md", ".markdown")) if file.name != "_index.md"]
    issues = [file for file in files if "issues" in file.parts[:-1]]
    sites: dict[Path, str] = {}
    for file in issues or files:
        name = named(file, path)
        try:
            front = _front(name, read_text(file))
        except Unreadable as error:
            yield Problem(name, error.line, error.reason)
            continue
        home = _home(file)
        site = sites.setdefault(home, _site(home)) if home else ""
        yield from _issue(name, front, _key(file, site), site)


def _issue(path: str, front: _Front, key: str, site: str) -> Iterator[Past | Problem]:
    data = front.data
    begin, severity = moment(data.get("date")), line(data.get("severity"), 60).lower()
    if begin is None:
        why = f"date {shown(data['date'])} cannot be read" if "date" in data else "it has no date"
        yield Problem(path, front.line_of("date"), f"{why}: not imported")
        return
    informational = line(data.get("informational"), 10).lower() == "true"
    if severity not in _SEVERITIES and not informational:
        given = f"severity {shown(data['severity'])} is unknown" if severity else "it has no severity"
        yield Problem(path, front.line_of("severity"), f"{given}: taken for disrupted")
    end, over, wrong = _end(data, begin, informational)
    if wrong:
        yield Problem(path, front.line_of("resolvedWhen", "resolved"), wrong)
    title = line(data.get("title"), 120) or key.rpartition("/")[2]
    yield Past(
        path=path,
        line=1,
        file=f"{_place(key, site)}.md",
        key=key,
        title=title,
        severity="SEV5" if informational else _SEVERITIES.get(severity, "SEV3"),
        type=_type(severity, informational, title),
        began_at=begin,
        names=lines(data.get("affected")),
        reached={"resolved": end} if end else {},
        over=over,
        text=text(front.body, 4000),
        url=_url(site, key),
    )


def _url(site: str, key: str) -> str:
    return line(f"{site}/{_place(key, site)}/", 300) if site else ""


def _place(key: str, site: str) -> str:
    """The issue's place in its site, such as issues/2026-03-01-mail."""
    return key.removeprefix(site.removeprefix("https://")).strip("/")


def _type(severity: str, informational: bool, title: str) -> IncidentType:
    if severity != "notice" and not informational:
        return "incident"
    return "maintenance" if _MAINTENANCE.search(title) else "notice"


def _end(data: Mapping[str, Any], begin: datetime, informational: bool) -> tuple[datetime | None, str, str]:
    """When it ended; why it is over where that is not known; and what is wrong with that."""
    given = data.get("resolvedWhen")
    end = moment(given)
    if end is not None and end >= begin:
        return end, "", ""
    if end is not None:
        wrong = f"it ends before it begins: resolvedWhen {said(end)}, date {said(begin)}"
        return None, wrong, f"{wrong}; imported without its end"
    if given:
        wrong = f"resolvedWhen {shown(given)} cannot be read"
        return None, wrong, f"{wrong}; imported without its end"
    if informational:
        return None, "a notice, and it has no end", "it has no end, and is a notice; imported as over"
    if line(data.get("resolved"), 10).lower() == "true":
        wrong = "resolved, but nothing says when"
        return None, wrong, f"{wrong}; imported without its end"
    return None, "", "it has no end; imported as still open"


def _front(path: str, content: str) -> _Front:
    """The front matter. Raises Unreadable."""
    lines = content.split("\n")
    fence = lines[0].rstrip()
    if fence not in _FENCES:
        raise Unreadable(1, "it has no front matter between --- or +++ lines: not imported")
    last = next((at for at, each in enumerate(lines[1:], 1) if each.rstrip() == fence), None)
    if last is None:
        raise Unreadable(1, f"its front matter is not closed by a second {fence}: not imported")
    inner, body = "\n".join(lines[1:last]), "\n".join(lines[last + 1 :])
    read_inner = _yaml if _FENCES[fence] == "yaml" else _toml
    data, places = read_inner(path, inner)
    return _Front(data, places, body)


def _yaml(path: str, inner: str) -> tuple[Mapping[str, Any], Mapping[str, int]]:
    held = next(documents(path, f"\n{inner}\n".encode()), None)
    if held is None or (isinstance(held, Document) and not isinstance(held.data, dict)):
        raise Unreadable(1, "its front matter holds no keys and values: not imported")
    if not isinstance(held, Document):
        raise Unreadable(held.line, f"{held.what} {held.why}: not imported".removeprefix("a document "))
    return held.data, {str(keys[0]): at for keys, at in held.lines.items() if len(keys) == 1}


def _toml(path: str, inner: str) -> tuple[Mapping[str, Any], Mapping[str, int]]:
    try:
        held = tomllib.loads(inner)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = _TOML_LINE.search(str(error))
        place = int(found[1]) + 1 if found else inner.count("\n") + 2
        raise Unreadable(place, f"it is not TOML: {error}: not imported") from error
    places: dict[str, int] = {}
    for at, each in enumerate(inner.split("\n"), 2):
        places.setdefault(each.partition("=")[0].strip(), at)
    return {key: _plain(value) for key, value in held.items()}, places


def _plain(value: object) -> object:
    """TOML knows times and truth; here both are texts, as in YAML."""
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else value


def _home(file: Path) -> Path | None:
    """The folder of the site that the issue belongs to: around `content`."""
    for folder in file.resolve().parents:
        if folder.name == "content":
            return folder.parent
    return None


def _site(home: Path) -> str:
    """The site's address, as its configuration says; '' where it says none."""
    for name in ("config.yml", "config.yaml", "hugo.yml", "hugo.yaml", "config.toml", "hugo.toml"):
        try:
            content = read_text(home / name)
            data, _ = (_toml if name.endswith(".toml") else _yaml)(name, content)
        except (FileNotFoundError, Unreadable):
            continue
        base = line(data.get("baseURL") or data.get("baseurl"), 200)
        if base.startswith("https://"):
            return base.rstrip("/")
    return ""


def _key(file: Path, site: str) -> str:
    """The same for every PATH through which the issue is reached: the site, and its place in it."""
    parts = file.resolve().with_suffix("").parts
    within = parts[len(parts) - parts[::-1].index("content") :] if "content" in parts[:-1] else parts[-1:]
    place = "/".join(within)
    return line(f"{site.removeprefix('https://')}/{place}" if site else place, 300) or "untitled"
