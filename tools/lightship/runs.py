"""The outcome of a run, kept under everything that it follows from: an unchanged repository need not be judged again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from lightship.catalog.cache import Cache
from lightship.catalog.source import Source

_SPACE = "runs"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run printed on stdout and stderr, and its exit code."""

    text: str
    aside: str
    code: int


def key(source: Source, *options: str) -> str:
    """A digest of every file of `source`, what was refused of it, and `options`."""
    digest = hashlib.sha256()
    for path, file in source.files.items():
        digest.update(f"{path}\0{file.blob}\n".encode())
    for line in (*map(repr, source.findings), *options):
        digest.update(f"{line}\n".encode())
    return digest.hexdigest()


def recall(cache: Cache, key: str, now: datetime) -> Outcome | None:
    """The outcome kept under `key`, where it still holds at `now` (aware)."""
    text = cache.get(_SPACE, (key,)).get(key)
    if text is None:
        return None
    since, until, *outcome = json.loads(text)
    if not datetime.fromisoformat(since) <= now < datetime.fromisoformat(until):
        return None
    return Outcome(*outcome)


def keep(cache: Cache, key: str, outcome: Outcome, now: datetime, until: datetime) -> None:
    """Keep `outcome`, which holds from `now` until just before `until`."""
    row = [now.isoformat(), until.isoformat(), outcome.text, outcome.aside, outcome.code]
    cache.put(_SPACE, {key: json.dumps(row)})
