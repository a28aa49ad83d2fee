"""Whose key signs: what a command was given, the demo's key of that person, git's, or the usual file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lightship.errors import GitError, UsageError

if TYPE_CHECKING:
    from lightship.catalog.catalog import Catalog


def keys_folder(root: Path) -> Path:
    """Where throw-away keys of this clone lie, a file a person. Raises GitError where there is no repository."""
    from lightship import git

    common = git.folder(root)
    if common is None:
        raise GitError(f"looking for keys in {root.name}: not a git repository; run `git init`")
    return common / "lightship" / "keys"


def sign(
    root: Path, catalog: Catalog, person: str, given: Path | None, data: bytes, namespace: str
) -> tuple[str, str]:
    """The signature of `data` by `person`, and the public key that made it.

    Raises UsageError where the key is none of theirs by `catalog`: nobody would believe it.
    """
    from lightship import signatures
    from lightship.forge.base import identities

    key = given or _usual(root, person)
    signature = signatures.sign(data, key, namespace, may_ask=sys.stdin.isatty())
    public = signatures.signer(signature)
    if f"key:{public}" not in identities(catalog.people[person]):
        raise UsageError(
            f"signing as {person} with {key}: it is none of their keys on the main branch; "
            f"add '{public}' to ssh_signing_keys in catalog/people/{person}.yaml, by a reviewed change"
        )
    return signature, public


def person(catalog: Catalog, named: str) -> str:
    """The id of the active person `named`. Raises UsageError."""
    from lightship.spelling import did_you_mean

    found = catalog.people.get(named)
    if found is None:
        hint = did_you_mean(named, catalog.people) or "ids are the names of the files in catalog/people"
        raise UsageError(f"there is no person '{named}' on the main branch; {hint}")
    if not found.active:
        raise UsageError(f"'{named}' does not work here any more; name somebody else")
    return named


def _usual(root: Path, person: str) -> Path:
    demo = keys_folder(root) / person
    if demo.is_file():
        return demo
    for path in (_of_git(root), Path.home() / ".ssh" / "id_ed25519"):
        if path is not None and path.is_file():
            click.echo(f"signing with {path}", err=True)
            return path
    raise UsageError(
        f"signing as {person}: there is no key here; name one with --key FILE. `ssh-keygen -t ed25519` makes one, "
        f"and its public half belongs into catalog/people/{person}.yaml as one of ssh_signing_keys"
    )


def _of_git(root: Path) -> Path | None:
    """The file of the SSH key that git signs with."""
    from lightship import git

    found = git.settings_of(root, "gpg.format", "user.signingkey")
    value = found.get("user.signingkey", "")
    if found.get("gpg.format") != "ssh" or not value or value.startswith(("key::", "ssh-")):
        return None
    return Path(value).expanduser()
