"""The catalog as commands read it, with this user's cache; and how what is wrong with it is printed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lightship.errors import LightshipError

if TYPE_CHECKING:
    from lightship.catalog.cache import Cache
    from lightship.catalog.catalog import Catalog
    from lightship.catalog.settings import Settings
    from lightship.catalog.source import Source
    from lightship.finding import Finding


def cache() -> Cache:
    """The cache of this user: $XDG_CACHE_HOME/lightship, or ~/.cache/lightship."""
    from lightship.catalog.cache import Cache

    return Cache(cache_folder())


def cache_folder() -> Path:
    """The folder of the caches of this user: $XDG_CACHE_HOME/lightship, or ~/.cache/lightship."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "lightship"


def source(root: Path, ref: str | None = None) -> Source:
    """The files of the folder as it stands, or of `ref`."""
    from lightship.catalog.source import commit, folder

    return folder(root) if ref is None else commit(root, ref)


def load(root: Path, ref: str | None = None) -> Catalog:
    """The catalog of the folder as it stands, or of `ref`, with this user's cache."""
    from lightship.catalog.load import load as load_catalog

    return load_catalog(source(root, ref), cache())


def settings(root: Path) -> Settings:
    """The portal's settings alone, quick to read. Where the file cannot be used, the branches that it names, else HEAD's.

    What stands in the way is said on stderr: what records is never stopped by it.
    """
    from lightship.catalog.load import read_settings
    from lightship.catalog.settings import PATH
    from lightship.catalog.source import commit, one

    here = one(root, PATH)
    found, problems = read_settings(here)
    unread = [*here.findings, *(problem.finding(PATH) for problem in problems)]
    if not unread:
        return found
    where = "as far as it can be read"
    if any(finding.rule not in ("field-unknown", "field-invalid", "field-missing") for finding in unread):
        try:
            found, where = read_settings(commit(root, "HEAD"))[0], "as HEAD has it"
        except LightshipError:
            where = "without it"
    click.echo(
        f"{PATH} cannot be used ({unread[0].message}): going on {where}; records go to {found.branches.journal}",
        err=True,
    )
    return found


def judge(catalog: Catalog, now: datetime) -> tuple[Finding, ...]:
    """Everything that is wrong with the catalog, located and in order."""
    from lightship.catalog import rules
    from lightship.catalog.locate import located

    return located((*catalog.findings, *rules.check(catalog, now)), catalog.source, cache())


def print_findings(findings: Iterable[Finding], format: str) -> None:
    """The findings on stdout, in one of the formats of `lightship.report`."""
    import importlib

    click.echo(importlib.import_module(f"lightship.report.{format}").render(tuple(findings)), nl=False)


def exit_code(findings: Iterable[Finding]) -> int:
    """1 where one of the findings is an error, else 0."""
    return int(any(finding.severity == "error" for finding in findings))


def write_or_check(root: Path, files: Mapping[str, str], check: bool, remedy: str) -> int:
    """Write generated `files` (path → text) where they differ, or say which do; the exit code."""
    stale = [path for path, text in files.items() if _text(root / path) != text]
    for path in stale:
        if check:
            click.echo(f"{path}: generated-file-stale: not as the catalog says; run `{remedy}` and commit it")
        else:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(files[path], encoding="utf-8")
            click.echo(path)
    if not stale:
        click.echo(f"{len(files)} generated file{'s' if len(files) != 1 else ''} up to date", err=True)
    return int(check and bool(stale))


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return None
