"""A request as one new file: its text, and the branch that brings it. No work tree and no index is touched."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ulid import ULID

from lightship import git
from lightship.errors import UsageError
from lightship.forge.branches import PREFIX
from lightship.forge.reading import path_of, read

LIFE = timedelta(hours=24)
_PLAIN = re.compile(r"[a-z][a-z0-9-]*|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z")
_RESERVED = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))
_ODD = re.compile(r"[<>\x00-\x1f\x7f]")


def new_id(at: datetime) -> str:
    """req- and a ULID of the moment `at`, in lower case."""
    return f"req-{str(ULID.from_datetime(at)).lower()}"


def text(said: Mapping[str, Any], at: datetime, life: timedelta = LIFE) -> bytes:
    """The YAML of what is `said` (None and empty parts are left out), asked for at `at` and void after `life`."""
    lines = ["# yaml-language-server: $schema=../../schemas/request.json"]
    whole = {**said, "requested_at": moment(at), "not_after": moment(at + life)}
    for name, value in whole.items():
        if isinstance(value, Mapping) and value:
            lines.append(f"{name}:")
            lines += [f"  {key}: {_scalar(inner)}" for key, inner in value.items()]
        elif value not in (None, "", False, {}):
            lines.append(f"{name}: {_scalar(value)}")
    return ("\n".join(lines) + "\n").encode()


def checked(id: str, data: bytes) -> bytes:
    """`data`, where it is a request. Raises UsageError with what is wrong."""
    request, problems = read(id, data)
    if request is None:
        raise UsageError(f"asking: {'; '.join(problems)}")
    return data


def branch(root: Path, id: str, data: bytes, tip: str, by: tuple[str, str], at: datetime) -> str:
    """Write the branch that adds the request to the commit `tip`, by somebody of this name and address; its commit.

    Raises RefMoved where there is such a branch.
    """
    name, address = (_ODD.sub("", part) for part in by)
    draft = git.Draft(f"Ask for {id}\n", {path_of(id): data}, at, f"{name} <{address or 'nobody@localhost'}>")
    return git.rewrite_ref(root, f"refs/heads/{PREFIX}{id}", tip, [draft], "")


def moment(at: datetime) -> str:
    """`at` as requests write it: in UTC, to the second."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _scalar(value: Any) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value not in _RESERVED:
        return value
    return json.dumps(value, ensure_ascii=False)
