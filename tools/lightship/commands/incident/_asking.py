"""What `lightship incident declare` asks at a terminal, a question at a time; all of it on stderr."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from lightship.catalog.catalog import Catalog
    from lightship.catalog.settings import Settings

_LONGEST_TITLE = 120


def service(catalog: Catalog) -> tuple[tuple[str, ...], str | None]:
    """The service that is hit, or what is seen where nobody knows it."""
    from lightship.incidents import lifecycle

    while True:
        text = _line("Which service is hit? Id or name; Enter where nobody knows yet", "")
        if not text:
            return (), _needed("What is seen, and by whom?")
        match = lifecycle.match_service(text, catalog)
        id = match.id or _choice(catalog, text, match.near)
        if id:
            click.echo(f"  {id}: {catalog.services[id].label}, of {catalog.services[id].owner}", err=True)
            return (id,), None


def severity(settings: Settings, kind: click.ParamType[str]) -> str:
    """How bad it is."""
    from lightship.incidents.events import SEVERITIES

    for name in SEVERITIES:
        click.echo(f"  {name[-1]}  {name}  {settings.severities.of(name).meaning}", err=True)
    answer: str = click.prompt("How bad is it? 1 to 5", type=kind, err=True)
    return answer


def title() -> str:
    """What is wrong, in a line."""
    while True:
        text = _needed("What is wrong, in a line?")
        if len(text) <= _LONGEST_TITLE:
            return text
        click.echo(f"  {len(text)} letters; {_LONGEST_TITLE} are the most", err=True)


def _choice(catalog: Catalog, text: str, near: tuple[str, ...]) -> str:
    """The one of `near` that was meant; '' for none of them."""
    if not near:
        click.echo(f"  no service is like '{text}'", err=True)
        return ""
    for number, id in enumerate(near, 1):
        click.echo(f"  {number}  {id}: {catalog.services[id].label}", err=True)
    answer: int = click.prompt(
        "Which one? 0 for none of them", type=click.IntRange(0, len(near)), default=1, err=True
    )
    return near[answer - 1] if answer else ""


def _needed(question: str) -> str:
    while True:
        if text := _line(question):
            return text


def _line(question: str, default: str | None = None) -> str:
    answer: str = click.prompt(question, default=default, show_default=False, err=True)
    return answer.strip()
