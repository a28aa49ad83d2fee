"""Throw-away keys for people of the demo: made on the spot, and registered by a commit on the local main branch."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from lightship import commandline, git, signatures
from lightship.errors import UsageError

if TYPE_CHECKING:
    from lightship.catalog.kinds.person import Person

_MESSAGE = """Give the demo's people throw-away keys

Made on this machine, whose owner can sign in everybody's name. Never push this.
"""


def make(root: Path, branch: str, now: datetime) -> tuple[str, ...]:
    """Make and register a key for everybody who has none here; their ids."""
    tip = git.resolve(root, f"refs/heads/{branch}")
    people = {id: person for id, person in commandline.load(root, tip).people.items() if person.active}
    folder = commandline.keys_folder(root)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    files = {}
    for id, person in people.items():
        public = _public(folder / id, id)
        if not any(key.split()[:2] == public.split()[:2] for key in person.ssh_signing_keys):
            files[person.path] = public
    if files:
        _commit(root, branch, tip, _registered(root, tip, files, people), now)
    return tuple(sorted(Path(path).stem for path in files))


def _public(key: Path, id: str) -> str:
    known = key.with_name(f"{key.name}.pub")
    if key.is_file() and known.is_file():
        return known.read_text(encoding="utf-8").strip()
    return signatures.make(key, f"{id} (throw-away)")


def _registered(
    root: Path, tip: str, keys: Mapping[str, str], people: Mapping[str, Person]
) -> Mapping[str, bytes]:
    """The files of those people with their keys. Raises UsageError where somebody has keys already: these are real."""
    real = [person.id for person in people.values() if person.path in keys and person.ssh_signing_keys]
    if real:
        raise UsageError(
            f"making keys: {real[0]} has a key already, and this clone does not hold it; "
            "throw-away keys are for people without any"
        )
    blobs = {entry.path: entry.id for entry in git.tree(root, tip, ["catalog/people/"])}
    contents = git.blobs(root, (blobs[path] for path in keys))
    return {
        path: contents[blobs[path]].rstrip(b"\n") + f'\nssh_signing_keys:\n  - "{key}"\n'.encode()
        for path, key in keys.items()
    }


def _commit(root: Path, branch: str, tip: str, files: Mapping[str, bytes], now: datetime) -> None:
    """Commit `files` to `branch`; where the work tree shows it, they change there too."""
    shown = (
        git.run(root, "rev-parse", "--symbolic-full-name", "HEAD").decode().strip() == f"refs/heads/{branch}"
    )
    if shown and git.run(root, "status", "--porcelain", "--", *files).strip():
        raise UsageError(
            f"making keys: files in catalog/people are changed here; commit them to {branch} first"
        )
    git.write_commits(root, f"refs/heads/{branch}", tip, [git.Draft(_MESSAGE, files, now)])
    if shown:
        for path, data in files.items():
            (root / path).write_bytes(data)
        git.run(root, "update-index", "--add", "--", *files)
