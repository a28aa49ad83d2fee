"""The latest observation of the world, per source: read from the `facts` branch as git objects, and judged like any input.

A source writes one file, `<source>.json`: `{"source", "observed_at" (ISO 8601 with a zone), "services": {id: {key: value}}}`,
and `"earlier": {id: moment}` for services that it saw last before `observed_at`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from lightship import git
from lightship.errors import GitError
from lightship.finding import Finding, Severity

LARGEST = 32 * 1024 * 1024  # bytes of one source's file
_KEY = re.compile(r"^[a-z][a-z0-9_]{0,63}$")
_SURROGATE = re.compile("[\ud800-\udfff]")
_DEEPEST = 10
_LARGEST_NUMBER = 1e300


@dataclass(frozen=True, slots=True)
class Fact:
    """What a source saw, and when."""

    value: Any
    observed_at: datetime
    source: str


@dataclass(frozen=True)
class Snapshot:
    """Facts by service and key, the latest source winning; `commit` is where they were read, empty where nowhere."""

    commit: str = ""
    services: Mapping[str, Mapping[str, Fact]] = field(default_factory=dict)
    sources: Mapping[str, datetime] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    def of(self, *ids: str) -> Mapping[str, Fact]:
        """The facts of a service: under its first id that has any (its own, then those it had before)."""
        return next((self.services[id] for id in ids if id in self.services), {})


NONE = Snapshot()


class _Refused(ValueError):
    """The file is not a source's observation."""


def commit(root: Path, branch: str) -> str:
    """The commit that facts are read from: the local branch's, else origin's; empty where there is neither."""
    here, fetched = f"refs/heads/{branch}", f"refs/remotes/origin/{branch}"
    try:
        found = git.tips(root, here, fetched)
    except GitError:
        return ""  # no repository
    return found.get(here) or found.get(fetched, "")


def read(root: Path, branch: str) -> Snapshot:
    """The latest snapshot; NONE where there is no such branch."""
    found = commit(root, branch)
    if not found:
        return NONE
    files = [entry for entry in git.tree(root, found) if _is_source(entry)]
    sizes = git.sizes(root, (entry.id for entry in files))
    files = [entry for entry in files if sizes[entry.id] <= LARGEST]
    contents = git.blobs(root, (entry.id for entry in files))
    return snapshot(((f"{branch}:{entry.path}", contents[entry.id]) for entry in files), found)


def _is_source(entry: git.Entry) -> bool:
    return entry.mode == "100644" and entry.path.endswith(".json") and "/" not in entry.path


def snapshot(files: Iterable[tuple[str, bytes]], commit: str) -> Snapshot:
    """The snapshot of `files` (path → bytes). A file that cannot be used gives a finding, and no facts."""
    services: dict[str, dict[str, Fact]] = {}
    sources: dict[str, datetime] = {}
    findings: list[Finding] = []
    for path, data in files:
        try:
            source, observed_at, observed, earlier = _parse(data)
        except _Refused as error:
            findings.append(
                Finding("facts-invalid", Severity.ERROR, path, str(error), "run the collector again")
            )
            continue
        sources[source] = observed_at
        for id, values in observed.items():
            known = services.setdefault(id, {})
            for key, value in values.items():
                fact = Fact(value, earlier.get(id, observed_at), source)
                if key not in known or _rank(known[key]) < _rank(fact):
                    known[key] = fact
    return Snapshot(commit, services, sources, tuple(findings))


def _rank(fact: Fact) -> tuple[datetime, str]:
    return fact.observed_at, fact.source


def _parse(data: bytes) -> tuple[str, datetime, Mapping[str, Mapping[str, Any]], Mapping[str, datetime]]:
    try:
        document = json.loads(data, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise _Refused(f"the file is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise _Refused("the file holds no object")
    source, moment, services = (document.get(key) for key in ("source", "observed_at", "services"))
    if not isinstance(source, str) or not source:
        raise _Refused("'source' is not a name")
    if not isinstance(services, dict) or not all(isinstance(values, dict) for values in services.values()):
        raise _Refused("'services' is not {id: {key: value}}")
    for id, values in services.items():
        for key, value in values.items():
            if not _KEY.match(key):
                raise _Refused(
                    f"{key[:64]!a} of service {id[:64]!a} cannot be a key: a-z, 0-9 and _, beginning with a letter"
                )
            if not plain(value):
                raise _Refused(f"'{key}' of service {id[:64]!a} is nested too deep, too large, or no text")
    earlier = document.get("earlier", {})
    if not isinstance(earlier, dict):
        raise _Refused("'earlier' is not {id: moment}")
    times = {id: _moment(text, "earlier") for id, text in earlier.items()}
    return source, _moment(moment, "observed_at"), services, times


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


def _moment(text: object, key: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise _Refused(f"'{key}' is not a moment with a zone, such as 2026-03-01T09:00:00Z")
    return moment


def plain(value: object, depth: int = _DEEPEST) -> bool:
    """Whether `value`, as read from JSON, can be kept and judged: no deeper than `depth`, and no odd numbers or texts."""
    if isinstance(value, int | float):
        return abs(value) < _LARGEST_NUMBER
    if isinstance(value, str):
        return value.isascii() or not _SURROGATE.search(value)
    if isinstance(value, dict):
        return depth > 0 and all(plain(key, 0) and plain(item, depth - 1) for key, item in value.items())
    if isinstance(value, list):
        return depth > 0 and all(plain(item, depth - 1) for item in value)
    return True
