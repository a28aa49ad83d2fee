"""CODEOWNERS from the catalog: who has to review a change of which file. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lightship.catalog.catalog import Catalog
from lightship.catalog.settings import PATH as SETTINGS_PATH

PATH = ".github/CODEOWNERS"
_HEADER = "# Written by `lightship codeowners` from the catalog and lightship.yaml; never by hand.\n"
# Who approves a request, its policy says: as code owners, others would be asked as well.
_UNOWNED = "/actions/requests/"
# Where the settings' owners apply, after everything else: GitHub takes the last line that matches.
_PROTECTED = (
    ("people", ("/catalog/people/", "/catalog/teams/")),
    ("scorecards", ("/scorecards/",)),
    ("waivers", ("/scorecards/waivers/",)),
    ("policies", ("/actions/",)),
    ("workflows", ("/.github/", "/tools/", "/pyproject.toml", "/Makefile")),
    ("settings", (f"/{SETTINGS_PATH}", f"/{PATH}")),
)


@dataclass(frozen=True, slots=True)
class Codeowners:
    """The file's text, and the teams that it could not name because GitHub does not know them."""

    text: str
    unnamed: tuple[str, ...]


def codeowners(catalog: Catalog) -> Codeowners:
    """Source of the syntax: GitHub's documentation, "About code owners"."""
    rows = [(pattern, team, _handles(catalog, team)) for pattern, team in _rows(catalog)]
    named = [(pattern, handles) for pattern, _, handles in rows if handles]
    if named:
        named.append((_UNOWNED, ()))
    width = max((len(pattern) for pattern, _ in named), default=0)
    lines = [f"{pattern:<{width}} {' '.join(handles)}".rstrip() + "\n" for pattern, handles in named]
    unnamed = dict.fromkeys(team for _, team, handles in rows if not handles)
    return Codeowners(_HEADER + "".join(lines), tuple(unnamed))


def _rows(catalog: Catalog) -> Iterator[tuple[str, str]]:
    owners = catalog.settings.owners
    if owners.default:
        yield "*", owners.default
    for by_id in catalog.entities.values():
        for entity in by_id.values():
            team = getattr(entity, "owner", None) or getattr(entity, "team", None)
            if team is not None:
                yield f"/{entity.path}", team
    for field, patterns in _PROTECTED:
        team = getattr(owners, field) or owners.default
        if team:
            for pattern in patterns:
                yield pattern, team


def _handles(catalog: Catalog, team_id: str) -> tuple[str, ...]:
    team = catalog.teams.get(team_id)
    if team is None:
        return ()
    if team.github:
        return (f"@{team.github.removeprefix('@')}",)
    people = (catalog.people[id] for id in team.members if id in catalog.people)
    return tuple(f"@{person.github}" for person in people if person.github and person.active)
