"""References to entities that the catalog does not hold, and what was probably meant. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lightship.catalog.catalog import Catalog
from lightship.catalog.graph import BrokenReference
from lightship.catalog.kinds import model
from lightship.catalog.rules import Problem
from lightship.spelling import did_you_mean

_WORD = {"slo": "SLO"}
_MOST_GUESSES = 200  # ids that are compared with all others; beyond, a whole folder is missing


def unknown(
    catalog: Catalog, kind: str, wanted: Callable[[BrokenReference], bool] = lambda broken: True
) -> Iterator[Problem]:
    """A problem for each broken reference to a `kind` that is `wanted`."""
    guesses: dict[str, str] = {}
    for broken in catalog.graph.broken:
        if broken.kind != kind or not wanted(broken):
            continue
        if broken.target not in guesses and len(guesses) < _MOST_GUESSES:
            guesses[broken.target] = did_you_mean(broken.target, catalog.entities[kind])
        home = f"{model(kind).folder}/{broken.target}.yaml"
        yield Problem(
            broken.entity.path,
            broken.keys,
            f"{_named(broken)} is not {a(kind)}",
            guesses.get(broken.target) or f"describe it in {home}",
        )


def a(kind: str) -> str:
    """The kind as a word, with its article."""
    word = _WORD.get(kind, kind)
    return f"{'an' if word[0] in 'aeioS' else 'a'} {word}"


def _named(broken: BrokenReference) -> str:
    """The id, after the field's name where that says more than the kind does."""
    field = broken.keys[-1]
    if isinstance(field, str) and field != broken.kind:
        return f"{field.replace('_', ' ')} '{broken.target}'"
    return f"'{broken.target}'"
