"""From key paths to lines and columns: only files that have findings are read again. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from lightship.catalog.read import Positions, positions
from lightship.catalog.source import Source
from lightship.finding import Finding


def located(findings: Iterable[Finding], source: Source) -> tuple[Finding, ...]:
    """The findings with their lines and columns, in order; a key that is absent is placed at the nearest around it."""
    waiting = list(findings)
    paths = {found.path for found in waiting if not found.line and found.path in source.files}
    source.fetch(paths)
    known = {path: positions(source.files[path].data) for path in paths}
    done = [_place(found, known[found.path]) if found.path in known else found for found in waiting]
    return tuple(sorted(set(done), key=lambda found: found.order))


def _place(finding: Finding, places: Positions) -> Finding:
    if finding.line:
        return finding
    keys = finding.keys
    exact = (places.key if finding.at_key else places.value).get(keys)
    while exact is None and keys:
        keys = keys[:-1]
        exact = places.key.get(keys) or places.value.get(keys)
    line, column = exact or (1, 1)
    return replace(finding, line=line, column=column)
