"""From a source of files to a catalog: parse, validate, index. What is wrong becomes findings, never an exception."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pydantic import ValidationError
from pydantic_core import to_json

from lightship.aside import aside
from lightship.catalog.cache import Cache
from lightship.catalog.catalog import Catalog
from lightship.catalog.kinds import KINDS, by_folder, model
from lightship.catalog.kinds.base import Entity, Part
from lightship.catalog.problems import Problem, from_validation, from_yaml, not_a_mapping, reserved_id
from lightship.catalog.read import YamlError, parse
from lightship.catalog.settings import PATH as SETTINGS_PATH
from lightship.catalog.settings import Branches, Settings
from lightship.catalog.source import Source
from lightship.finding import Finding, Severity

_SPACE = "parsed"
_MANY = 2_000  # files to be read, from which on a second process pays


def load(source: Source, cache: Cache | None = None, like: Catalog | None = None) -> Catalog:
    """The catalog of `source`. Files that cannot be used are left out, with a finding each.

    Entities of files that `like` holds as they are, are taken from there.
    """
    wanted = _kinds(source)
    with _no_collection():
        shared = _shared(source, wanted, like)
        new = {path: kind for path, kind in wanted.items() if path not in shared}
        read = _Reading(source, new, cache)
        entities: dict[str, dict[str, Entity]] = {kind: {} for kind in KINDS}
        for path, kind in wanted.items():
            id = _id(path)
            entity = shared.get(path) or read.entity(path, kind, id)
            if entity is not None:
                entities[kind][id] = entity
        read.keep()
    settings, problems = read_settings(source)
    findings = (*source.findings, *read.findings, *(problem.finding(SETTINGS_PATH) for problem in problems))
    unreadable = frozenset((*read.unreadable, *_refused(source)))
    return Catalog(source, settings, entities, unreadable, findings)


class _Reading:
    """Reads files, each once for its content; `findings` and `unreadable` grow with what cannot be used."""

    def __init__(self, source: Source, wanted: Mapping[str, str], cache: Cache | None) -> None:
        self._source = source
        self._cache = cache
        self._fresh: dict[str, str] = {}
        self.findings: list[Finding] = []
        self.unreadable: set[tuple[str, str]] = set()
        keys = {path: f"{kind}:{source.files[path].blob}" for path, kind in wanted.items()}
        self._known = cache.get(_SPACE, keys.values()) if cache is not None else {}
        self._made: dict[str, tuple[Entity | None, tuple[Problem, ...]]] = {}
        lacking = [path for path, key in keys.items() if key not in self._known]
        source.fetch(lacking)
        if len(lacking) >= _MANY:
            self._in_two(lacking, wanted, keys)

    def _in_two(self, lacking: list[str], wanted: Mapping[str, str], keys: Mapping[str, str]) -> None:
        """Read half of the files here and half in a second process, which tells them as texts of the cache."""
        middle = len(lacking) // 2
        rest = lacking[middle:]
        theirs = aside(
            lambda: json.dumps(
                [_read(self._source, path, wanted[path], _id(path))[2] for path in rest]
            ).encode()
        )
        for path in lacking[:middle]:
            entity, problems, self._fresh[keys[path]] = _read(self._source, path, wanted[path], _id(path))
            self._made[path] = (entity, problems)
        fresh = {keys[path]: text for path, text in zip(rest, json.loads(theirs()), strict=True)}
        self._fresh |= fresh
        self._known |= fresh

    def entity(self, path: str, kind: str, id: str) -> Entity | None:
        key = f"{kind}:{self._source.files[path].blob}"
        text = self._known.get(key)
        recalled = self._made.get(path) or (None if text is None else _recall(kind, id, text))
        if recalled is None:
            self._source.fetch((path,))
            entity, problems, self._fresh[key] = _read(self._source, path, kind, id)
        else:
            entity, problems = recalled
        if entity is None:
            self.unreadable.add((kind, id))
            self.findings.extend(problem.finding(path) for problem in problems)
        return entity

    def keep(self) -> None:
        if self._cache is not None:
            self._cache.put(_SPACE, self._fresh)


def read_settings(source: Source) -> tuple[Settings, tuple[Problem, ...]]:
    """The portal's settings; the defaults where the file is absent or cannot be used, but the branches that it names."""
    if SETTINGS_PATH not in source.files:
        return Settings(), ()
    source.fetch((SETTINGS_PATH,))
    part, problems, data = _validate(Settings, source, SETTINGS_PATH, {})
    return (part if isinstance(part, Settings) else Settings(branches=_branches(data))), problems


def _branches(data: Any) -> Branches:
    """What a file that is not valid says of branches, where that is valid: records must not go astray for a typing mistake."""
    said = data.get("branches") if isinstance(data, dict) else None
    kept = {}
    for name, value in said.items() if isinstance(said, dict) else ():
        try:
            kept[name] = getattr(Branches.model_validate({name: value}), name)
        except (ValidationError, TypeError):
            continue
    return Branches(**kept)


def _refused(source: Source) -> Iterator[tuple[str, str]]:
    """Kind and id of files that are there, and that the source does not hand out."""
    folders = by_folder()
    for found in source.findings:
        folder, _, name = found.path.rpartition("/")
        if found.severity is Severity.ERROR and folder in folders and name.endswith(".yaml"):
            yield folders[folder], name.removesuffix(".yaml")


def _id(path: str) -> str:
    return path.rsplit("/", 1)[-1].removesuffix(".yaml")


def _kinds(source: Source) -> Mapping[str, str]:
    folders = by_folder()
    return {
        path: folders[folder]
        for path in source.files
        if (folder := path.rpartition("/")[0]) in folders and path.endswith(".yaml")
    }


def _shared(source: Source, wanted: Mapping[str, str], like: Catalog | None) -> Mapping[str, Entity]:
    if like is None:
        return {}
    theirs = like.source.files
    return {
        path: entity
        for by_id in like.entities.values()
        for entity in by_id.values()
        if (path := entity.path) in wanted and source.files[path].blob == theirs[path].blob
    }


def _read(source: Source, path: str, kind: str, id: str) -> tuple[Entity | None, tuple[Problem, ...], str]:
    part, problems, data = _validate(model(kind), source, path, {"id": id})
    if isinstance(part, Entity):
        return part, (), to_json(data, inf_nan_mode="constants").decode()
    return None, problems, json.dumps([problem.as_json() for problem in problems])


def _recall(kind: str, id: str, text: str) -> tuple[Entity | None, tuple[Problem, ...]] | None:
    """What `text` of the cache says; None where it is damaged."""
    try:
        # A list is the problems of a file that was refused, a mapping what a good file said.
        if text.startswith("["):
            return None, tuple(Problem.of_json(row) for row in json.loads(text))
        inner = text[1:] if text == "{}" else f",{text[1:]}"
        return model(kind).model_validate_json(f'{{"id":"{id}"{inner}'), ()
    except (TypeError, ValueError):
        return None


def _validate(
    model: type[Part], source: Source, path: str, given: Mapping[str, Any]
) -> tuple[Part | None, tuple[Problem, ...], Any]:
    try:
        data = parse(source.files[path].data)
    except YamlError as error:
        return None, (from_yaml(error),), None
    if not isinstance(data, dict):
        return None, (not_a_mapping(data, model),), None
    if "id" in data and given:
        return None, (reserved_id(),), None
    try:
        part = model.model_validate({**data, **given})
    except ValidationError as error:
        return None, from_validation(error, model, data), data
    return part, (), data


@contextmanager
def _no_collection() -> Iterator[None]:
    # Ten thousand models make garbage collection the largest cost of loading, and none of them is garbage.
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
