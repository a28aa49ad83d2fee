"""Backstage's catalog files as our kinds. Pure: documents in, files and what was left out.

Component, Resource and API become services, System and Domain systems, Group a team, User a person.
Source of the model: Backstage's "Descriptor format of catalog entities".
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from lightship.catalog.kinds import model
from lightship.imports.annotations import carry_annotations
from lightship.imports.documents import Document, Left
from lightship.imports.files import Imported

_KINDS = {
    "component": "service",
    "resource": "service",
    "api": "service",
    "system": "system",
    "domain": "system",
    "group": "team",
    "user": "person",
}
_ORDER = ("group", "user", "domain", "system", "component", "resource", "api")
_LIFECYCLES = {
    "experimental": "experimental",
    "development": "experimental",
    "alpha": "experimental",
    "beta": "experimental",
    "incubating": "experimental",
    "preview": "experimental",
    "production": "production",
    "stable": "production",
    "ga": "production",
    "deprecated": "deprecated",
    "sunset": "deprecated",
    "end-of-life": "deprecated",
}
_CARRIED_SPEC = {
    "component": {
        "type",
        "lifecycle",
        "owner",
        "system",
        "dependsOn",
        "dependencyOf",
        "providesApis",
        "consumesApis",
    },
    "resource": {"type", "owner", "system", "dependsOn", "dependencyOf", "lifecycle"},
    "api": {"type", "lifecycle", "owner", "system", "definition"},
    "system": {"owner", "domain"},
    "domain": {"owner", "subdomainOf"},
    "group": {"type", "profile", "parent", "children", "members"},
    "user": {"profile", "memberOf"},
}
_CARRIED_METADATA = {"name", "namespace", "title", "description", "annotations", "tags", "links"}
_DEVICES = re.compile(r"^(con|prn|aux|nul|com[0-9]|lpt[0-9])$")
UNOWNED = "unowned"


@dataclass(frozen=True, slots=True)
class Ref:
    """Backstage's name of an entity; all three parts in lower case, since it compares them so."""

    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        space = "" if self.namespace == "default" else f"{self.namespace}/"
        return f"{self.kind}:{space}{self.name}"


@dataclass(frozen=True, slots=True)
class Result:
    """Files to write, and everything that is not in them, with its place."""

    files: tuple[Imported, ...]
    left: tuple[Left, ...]


def carry(documents: Iterable[Document | Left]) -> Result:
    """Carry over what the documents describe."""
    run = _Run()
    for document in documents:
        if isinstance(document, Left):
            run.left.append(document)
        else:
            run.take(document)
    return run.finish()


@dataclass
class _Entity:
    ref: Ref
    document: Document
    id: str = ""
    data: dict[str, Any] = field(default_factory=dict)


class _Run:
    """One import: what was read, the ids given, what was left."""

    def __init__(self) -> None:
        self.left: list[Left] = []
        self.entities: dict[Ref, _Entity] = {}
        self.ids: dict[str, dict[str, object]] = {
            kind: {} for kind in ("service", "system", "team", "person")
        }
        self.stubs: dict[tuple[str, str], tuple[dict[str, Any], str]] = {}

    def take(self, document: Document) -> None:
        """Note what the document describes."""
        data = document.data
        if not isinstance(data, dict) or "backstage.io/" not in str(data.get("apiVersion", "")):
            self._leave(document, (), "a document", "it is not an entity of Backstage's")
            return
        kind, metadata = str(data.get("kind") or "").lower(), data.get("metadata")
        name = metadata.get("name") if isinstance(metadata, dict) else None
        label = f"{data.get('kind') or 'an entity without a kind'} {name or 'without a name'}"
        if kind not in _KINDS:
            self._leave(document, ("kind",), label, _why_not(kind))
        elif not isinstance(name, str) or not isinstance(metadata, dict):
            self._leave(document, ("metadata",), label, "it has no name")
        elif "{{" in name or "{%" in name:
            self._leave(document, ("metadata", "name"), label, "it is a template that was not filled in")
        else:
            ref = Ref(kind, str(metadata.get("namespace") or "default").lower(), name.lower())
            if first := self.entities.get(ref):
                place = f"{first.document.path}:{first.document.line}"
                self._leave(document, ("metadata", "name"), label, f"{ref} is described already in {place}")
            else:
                self.entities[ref] = _Entity(ref, document)

    def finish(self) -> Result:
        """Give ids, fill in the data, drop what our kinds refuse."""
        ordered = sorted(
            self.entities.values(),
            key=lambda e: (
                _ORDER.index(e.ref.kind),
                e.ref.namespace != "default",
                e.ref.namespace,
                e.ref.name,
            ),
        )
        for entity in ordered:
            entity.id = self._new_id(_KINDS[entity.ref.kind], entity.ref)
        for entity in ordered:
            entity.data = getattr(self, f"_{_KINDS[entity.ref.kind]}")(entity)
        self._relate(ordered)
        files = [self._file(entity) for entity in ordered]
        for (kind, id), (data, origin) in self.stubs.items():
            files.append(Imported(f"{model(kind).folder}/{id}.yaml", data, origin))
        return Result(
            tuple(sorted(files, key=lambda file: file.path)),
            tuple(sorted(self.left, key=lambda left: (left.path, left.line, left.what))),
        )

    # -- what each kind becomes ------------------------------------------------------------------

    def _service(self, entity: _Entity) -> dict[str, Any]:
        spec = self._spec(entity)
        kind = entity.ref.kind
        data = self._head(entity) | {
            "owner": self._owner(entity, spec.get("owner")),
            "system": self._find(entity, spec.get("system"), "system", ("spec", "system")),
            "lifecycle": self._lifecycle(entity, spec.get("lifecycle")),
            "type": "api" if kind == "api" else slug(str(spec.get("type") or "")) or kind,
        }
        data |= self._tail(entity)
        if kind == "api":
            self._definition(entity, spec.get("definition"), data)
            if api_type := slug(str(spec.get("type") or "")):
                data["tags"] = list(dict.fromkeys([*data.get("tags", ()), api_type]))
        return data

    def _system(self, entity: _Entity) -> dict[str, Any]:
        spec = self._spec(entity)
        parent_key = "domain" if entity.ref.kind == "system" else "subdomainOf"
        return (
            self._head(entity)
            | {
                "owner": self._owner(entity, spec.get("owner")),
                "parent": self._find(entity, spec.get(parent_key), "domain", ("spec", parent_key)),
            }
            | self._tail(entity)
        )

    def _team(self, entity: _Entity) -> dict[str, Any]:
        spec = self._spec(entity)
        profile = _mapping(spec.get("profile"))
        members = [
            self._person_of(entity, member, ("spec", "members", index))
            for index, member in enumerate(_sequence(spec.get("members")))
        ]
        data = self._head(entity, profile.get("displayName")) | {
            "members": [member for member in members if member],
            "parent": self._find(entity, spec.get("parent"), "group", ("spec", "parent")),
            "email": profile.get("email"),
        }
        data |= self._tail(entity)
        if team_type := slug(str(spec.get("type") or "")):
            data["tags"] = list(dict.fromkeys([*data.get("tags", ()), team_type]))
        self._rest_of(entity, profile, ("spec", "profile"), {"displayName", "email"})
        return data

    def _person(self, entity: _Entity) -> dict[str, Any]:
        profile = _mapping(self._spec(entity).get("profile"))
        self._rest_of(entity, profile, ("spec", "profile"), {"displayName", "email"})
        data = self._head(entity, profile.get("displayName")) | {"email": profile.get("email")}
        tail = self._tail(entity)
        for key in ("tags", "links"):
            if tail.pop(key, None):
                self._note(entity, ("metadata", key), key, "a person has none here")
        return data | tail

    # -- parts -----------------------------------------------------------------------------------

    def _spec(self, entity: _Entity) -> Mapping[str, Any]:
        data = entity.document.data
        spec = _mapping(data.get("spec"))
        self._rest_of(entity, spec, ("spec",), _CARRIED_SPEC[entity.ref.kind])
        self._rest_of(entity, _mapping(data.get("metadata")), ("metadata",), _CARRIED_METADATA)
        self._rest_of(entity, data, (), {"apiVersion", "kind", "metadata", "spec"})
        return spec

    def _rest_of(
        self, entity: _Entity, part: Mapping[str, Any], keys: tuple[str, ...], carried: set[str]
    ) -> None:
        for key, value in part.items():
            if key not in carried and value not in (None, "", [], {}):
                self._note(entity, (*keys, key), ".".join((*keys, key)), "there is no field for it")

    def _head(self, entity: _Entity, display: object = None) -> dict[str, Any]:
        metadata = entity.document.data["metadata"]
        name = " ".join(str(display or metadata.get("title") or metadata["name"]).split())
        if len(name) > 120:
            self._note(
                entity, ("metadata", "title"), "the end of the title", "it is longer than 120 characters"
            )
        description = str(metadata.get("description") or "").strip()
        if len(description) > 4000:
            self._note(
                entity,
                ("metadata", "description"),
                "the end of the description",
                "it is longer than 4,000 characters",
            )
        return {"name": name[:120].strip() or entity.id, "description": description[:4000].strip() or None}

    def _tail(self, entity: _Entity) -> dict[str, Any]:
        metadata = entity.document.data["metadata"]
        data: dict[str, Any] = {}
        tags = [slug(str(tag)) for tag in _sequence(metadata.get("tags"))]
        data["tags"] = list(dict.fromkeys(tag for tag in tags if tag))
        data["links"] = [
            {
                "title": " ".join(str(link.get("title") or link.get("url") or "").split())[:120],
                "url": str(link.get("url") or ""),
            }
            for link in map(_mapping, _sequence(metadata.get("links")))
        ]
        annotations = _mapping(metadata.get("annotations"))
        fields, unknown = carry_annotations(_KINDS[entity.ref.kind], annotations)
        for key, why in unknown.items():
            self._note(entity, ("metadata", "annotations", key), f"annotation {key}", why)
        data["links"] += fields.pop("links", [])
        return data | fields

    def _lifecycle(self, entity: _Entity, value: object) -> str:
        word = str(value or "production").lower()
        if word not in _LIFECYCLES:
            self._note(
                entity,
                ("spec", "lifecycle"),
                f"lifecycle '{value}'",
                "we do not know it; written as production",
            )
        return _LIFECYCLES.get(word, "production")

    def _definition(self, entity: _Entity, value: object, data: dict[str, Any]) -> None:
        place = next((str(item) for key, item in _mapping(value).items() if key.startswith("$")), None)
        if place is not None and place.startswith("https://"):
            data["links"].append({"title": "API definition", "url": place})
        elif value is not None:
            what = "the API's definition"
            self._note(
                entity,
                ("spec", "definition"),
                what,
                "it is written inline; keep it beside the code and link it",
            )

    def _owner(self, entity: _Entity, value: object) -> str:
        if not isinstance(value, str) or not value.strip():
            self._note(entity, ("spec", "owner"), "no owner", f"none is named; given to the team '{UNOWNED}'")
            data = {"name": "Unowned", "description": "What came in without an owner: find one for each."}
            self.stubs.setdefault(("team", UNOWNED), (data, entity.document.path))
            return UNOWNED
        ref = parse_ref(value, "group", entity.ref.namespace)
        for kind in ("group", "user") if ":" not in value else (ref.kind,):
            if found := self._lookup(Ref(kind, ref.namespace, ref.name)):
                return (
                    found.id
                    if kind == "group"
                    else self._team_of_one(entity, found.id, found.data.get("name"))
                )
        if ref.kind == "user":
            return self._team_of_one(entity, self._stub("person", ref, entity), None)
        return self._stub("team", ref, entity)

    def _team_of_one(self, entity: _Entity, person: str, name: object) -> str:
        id = f"{person}-alone"[:64]
        data = {"name": f"{name or person} alone", "members": [person], "lead": person}
        self.stubs.setdefault(("team", id), (data, entity.document.path))
        return id

    def _stub(self, kind: str, ref: Ref, entity: _Entity) -> str:
        """A team or person that is named and nowhere described."""
        given = next((id for id, owner in self.ids[kind].items() if owner == ref), None)
        id = given or self._new_id(kind, ref)
        if given is None:
            data: dict[str, Any] = {
                "name": ref.name,
                "description": "Named in imported files, and described in none.",
            }
            self.stubs[(kind, id)] = (data, entity.document.path)
        return id

    def _person_of(self, entity: _Entity, value: object, keys: tuple[str | int, ...]) -> str | None:
        if not isinstance(value, str):
            self._note(entity, keys, "a member", "it is not a name")
            return None
        ref = parse_ref(value, "user", entity.ref.namespace)
        found = self._lookup(ref)
        return found.id if found else self._stub("person", ref, entity)

    # -- relations -------------------------------------------------------------------------------

    def _relate(self, entities: list[_Entity]) -> None:
        for entity in entities:
            spec = _mapping(entity.document.data.get("spec"))
            for key, default, backwards in (
                ("dependsOn", "component", False),
                ("dependencyOf", "component", True),
                ("consumesApis", "api", False),
                ("providesApis", "api", True),
            ):
                if key in _CARRIED_SPEC[entity.ref.kind]:
                    for index, value in enumerate(_sequence(spec.get(key))):
                        self._depend(entity, value, default, backwards, ("spec", key, index))
            if entity.ref.kind == "user":
                for index, value in enumerate(_sequence(spec.get("memberOf"))):
                    self._join(entity, value, ("spec", "memberOf", index))
            if entity.ref.kind == "group":
                for index, value in enumerate(_sequence(spec.get("children"))):
                    child = self._lookup(parse_ref(str(value), "group", entity.ref.namespace))
                    if child is None:
                        self._note(
                            entity, ("spec", "children", index), f"child {value}", "no file describes it"
                        )
                    elif child is not entity and not child.data.get("parent"):
                        child.data["parent"] = entity.id

    def _depend(
        self, entity: _Entity, value: object, default: str, backwards: bool, keys: tuple[str | int, ...]
    ) -> None:
        other = self._lookup(parse_ref(str(value), default, entity.ref.namespace))
        if other is None or _KINDS[other.ref.kind] != "service":
            self._note(entity, keys, f"relation to {value}", "no file describes it")
            return
        source, target = (other, entity) if backwards else (entity, other)
        needed = source.data.setdefault("depends_on", [])
        if source is not target and target.id not in needed:
            needed.append(target.id)

    def _join(self, entity: _Entity, value: object, keys: tuple[str | int, ...]) -> None:
        ref = parse_ref(str(value), "group", entity.ref.namespace)
        group = self._lookup(ref)
        members: list[str]
        if group is not None and group.ref.kind == "group":
            members = group.data.setdefault("members", [])
        else:
            members = self.stubs[("team", self._stub("team", ref, entity))][0].setdefault("members", [])
        if entity.id not in members:
            members.append(entity.id)

    def _find(self, entity: _Entity, value: object, kind: str, keys: tuple[str, ...]) -> str | None:
        if not value:
            return None
        found = self._lookup(parse_ref(str(value), kind, entity.ref.namespace))
        if found is None:
            self._note(entity, keys, f"{keys[-1]} {value}", "no file describes it")
        return found.id if found else None

    def _lookup(self, ref: Ref) -> _Entity | None:
        return self.entities.get(ref) or self.entities.get(Ref(ref.kind, "default", ref.name))

    # -- ids, checks, notes ----------------------------------------------------------------------

    def _new_id(self, kind: str, ref: Ref) -> str:
        base = slug(ref.name) or f"{ref.kind}-{hashlib.sha256(str(ref).encode()).hexdigest()[:8]}"
        space = slug(ref.namespace)
        candidates = [base] if not _DEVICES.match(base) else []
        candidates += [f"{base[:50]}-{ref.kind}", f"{space}-{base}"[:64].strip("-")]
        candidates += [f"{base[:50]}-{hashlib.sha256(str(ref).encode()).hexdigest()[:8]}"]
        id = next(candidate for candidate in candidates if candidate not in self.ids[kind])
        self.ids[kind][id] = ref
        return id

    def _file(self, entity: _Entity) -> Imported:
        kind = _KINDS[entity.ref.kind]
        data = {key: value for key, value in entity.data.items() if value not in (None, [], {}, "")}
        for _ in range(100):
            try:
                model(kind).from_data(entity.id, data)
                break
            except ValidationError as error:
                row = error.errors(include_url=False)[0]
                keys = _remove(data, row["loc"])
                reason = row["msg"].removeprefix("Value error, ")
                self._note(entity, (), ".".join(map(str, keys)), f"{reason[:1].lower()}{reason[1:]}")
        return Imported(f"{model(kind).folder}/{entity.id}.yaml", data, entity.document.path)

    def _note(self, entity: _Entity, keys: tuple[str | int, ...], what: str, why: str) -> None:
        self._leave(entity.document, keys, f"{entity.ref}: {what}", why)

    def _leave(self, document: Document, keys: tuple[str | int, ...], what: str, why: str) -> None:
        self.left.append(Left(document.path, document.line_of(*keys), what, why))


def parse_ref(text: str, kind: str, namespace: str) -> Ref:
    """`[kind:][namespace/]name`, with what is not written taken from the context."""
    if ":" in text:
        kind, _, text = text.partition(":")
    if "/" in text:
        namespace, _, text = text.partition("/")
    return Ref(kind.strip().lower(), namespace.strip().lower(), text.strip().lower())


def slug(text: str) -> str:
    """`text` as one of our ids; empty where nothing of it can be."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:64].strip("-")


def _why_not(kind: str) -> str:
    if kind == "location":
        return "it only points at other files: name those, or their folder, as a PATH"
    if kind == "template":
        return "software templates have no counterpart here"
    return "there is no kind for it here"


def _remove(data: dict[str, Any], loc: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Take the smallest optional thing around `loc` out of `data`: the key, or the item of a list."""
    keys: list[str | int] = []
    here: Any = data
    removable: tuple[Any, str | int, tuple[str | int, ...]] = (data, loc[0], (loc[0],))
    for step in loc:
        if not (isinstance(here, dict) and step in here or isinstance(here, list) and isinstance(step, int)):
            break
        keys.append(step)
        if isinstance(here, list) or len(keys) <= 2:
            removable = (here, step, tuple(keys))
        here = here[step]
    container, step, where = removable
    del container[step]
    return where


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _sequence(value: object) -> list[Any]:
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, str) and value else []
