"""From key paths to lines and columns: only files that have findings are read again, and each place once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace

from lightship.catalog.cache import Cache
from lightship.catalog.read import Positions, positions
from lightship.catalog.source import Source
from lightship.finding import Finding

_SPACE = "places"


def located(findings: Iterable[Finding], source: Source, cache: Cache | None = None) -> tuple[Finding, ...]:
    """The findings with their lines and columns, in order; a key that is absent is placed at the nearest around it."""
    waiting = set(findings)
    names = {
        found: f"{source.files[found.path].blob}:{found.at_key:d}:{json.dumps(found.keys)}"
        for found in waiting
        if not found.line and found.path in source.files
    }
    known = cache.get(_SPACE, names.values()) if cache else {}
    fresh = _fresh({found: name for found, name in names.items() if name not in known}, source)
    if cache:
        cache.put(_SPACE, fresh)
    known |= fresh
    done = [_at(found, known[names[found]]) if found in names else found for found in waiting]
    return tuple(sorted(done, key=lambda found: found.order))


def _fresh(names: Mapping[Finding, str], source: Source) -> dict[str, str]:
    paths = {found.path for found in names}
    source.fetch(paths)
    files = {path: positions(source.files[path].data) for path in paths}
    return {name: _place(found, files[found.path]) for found, name in names.items()}


def _place(finding: Finding, places: Positions) -> str:
    keys = finding.keys
    exact = (places.key if finding.at_key else places.value).get(keys)
    while exact is None and keys:
        keys = keys[:-1]
        exact = places.key.get(keys) or places.value.get(keys)
    line, column = exact or (1, 1)
    return f"{line}:{column}"


def _at(finding: Finding, place: str) -> Finding:
    line, _, column = place.partition(":")
    return replace(finding, line=int(line), column=int(column))
