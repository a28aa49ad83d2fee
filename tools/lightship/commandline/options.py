"""Options that many commands take: the repository, the moment, the format."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from lightship.errors import CouldNotRun

_Command = TypeVar("_Command", bound=Callable[..., Any])


class _Repository(click.ParamType[Path]):
    name = "dir"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        start = Path(value)
        if not start.is_dir():
            self.fail(f"there is no folder '{value}'", param, ctx)
        return start


class Moment(click.ParamType[datetime]):
    """A moment with a zone, as ISO 8601 writes it; a day alone begins in UTC."""

    name = "iso-8601"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """`value` as an aware datetime; fails where it is none."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"'{value}' is not a moment; write it like 2026-03-01T09:00:00Z", param, ctx)
        if len(value) > 10 and moment.tzinfo is None:
            self.fail(f"'{value}' has no zone; add Z or an offset such as +01:00", param, ctx)
        if not 1971 <= moment.year <= 2199:
            self.fail(f"'{value}' is out of reach; the years 1971 to 2199 can be judged", param, ctx)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def in_repository(command: _Command) -> _Command:
    """Add `-C DIR`; the command gets `root`, the repository's folder."""
    option = click.option(
        "-C",
        "root",
        type=_Repository(),
        default=".",
        metavar="DIR",
        callback=lambda ctx, param, value: repository(value),
        help="The repository, or a folder inside it; default: the current folder.",
    )
    return option(command)


def at_a_moment(command: _Command) -> _Command:
    """Add `--now`; the command gets `now`, an aware datetime."""
    option = click.option(
        "--now",
        type=Moment(),
        default=lambda: datetime.now(UTC),
        metavar="ISO-8601",
        help="Judge as of this moment instead of the clock's.",
    )
    return option(command)


def as_of(command: _Command) -> _Command:
    """Add `--at`; the command gets `at`, an aware datetime."""
    option = click.option(
        "--at",
        type=Moment(),
        default=lambda: datetime.now(UTC),
        metavar="ISO-8601",
        help="As of this moment instead of the clock's.",
    )
    return option(command)


def in_format(*names: str) -> Callable[[_Command], _Command]:
    """Add `--format`, one of `names`, the first by default; the command gets `format`."""
    return click.option(
        "--format",
        "format",
        type=click.Choice(names),
        default=names[0],
        show_default=True,
        help="How to print it.",
    )


def repository(start: Path) -> Path:
    """The nearest folder at or above `start` that holds a portal or a git repository. Raises CouldNotRun."""
    here = start.resolve()
    for folder in (here, *here.parents):
        if any((folder / mark).exists() for mark in ("lightship.yaml", "catalog", ".git")):
            return folder
    raise CouldNotRun(f"looking for a repository at {start}: none here or above; name one with -C DIR")
