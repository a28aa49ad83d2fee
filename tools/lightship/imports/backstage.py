"""Backstage's catalog files as our kinds. Pure: documents in, files and what was left out.

Component, Resource and API become services, System and Domain systems, Group a team, User a person.
Source of the model: Backstage's "Descriptor format of catalog entities".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from lightship.catalog.kinds import model
from lightship.imports.documents import Document, Left
from lightship.imports.entity import KINDS, Incoming, fitting, mapping, sequence
from lightship.imports.files import Imported
from lightship.imports.mending import cut_cycles, keep_identities_apart
from lightship.imports.naming import Ids, Ref, parse_ref

UNOWNED = "unowned"
_ORDER = ("group", "user", "domain", "system", "component", "resource", "api")
# Key of spec, kind meant where none is written, whether the named one depends on the naming one.
_RELATIONS = (
    ("dependsOn", "component", False),
    ("dependencyOf", "component", True),
    ("consumesApis", "api", False),
    ("providesApis", "api", True),
)


@dataclass(frozen=True, slots=True)
class Result:
    """Files to write, and everything that is not in them, with its place."""

    files: tuple[Imported, ...]
    left: tuple[Left, ...]


def carry(documents: Iterable[Document | Left]) -> Result:
    """Carry over what the documents describe."""
    run = _Import()
    for document in documents:
        if isinstance(document, Left):
            run.left.append(document)
        else:
            run.take(document)
    return run.finish()


class _Import:
    """One import: the entities read, the ids given, the stubs for what is named and nowhere described."""

    def __init__(self) -> None:
        self.left: list[Left] = []
        self.entities: dict[Ref, Incoming] = {}
        self.ids = {kind: Ids() for kind in ("service", "system", "team", "person")}
        self.stubs: dict[tuple[str, str], Imported] = {}

    def take(self, document: Document) -> None:
        """Note the entity that the document describes, or why it is none of ours."""
        data = document.data
        if not isinstance(data, dict) or "backstage.io/" not in str(data.get("apiVersion", "")):
            kind = mapping(data).get("kind")
            what = f"a document ({kind})" if isinstance(kind, str) and kind else "a document"
            self._leave(document, (), what, "it is not an entity of Backstage's")
            return
        kind, metadata = str(data.get("kind") or "").lower(), mapping(data.get("metadata"))
        name = metadata.get("name")
        label = f"{data.get('kind') or 'an entity without a kind'} {name or 'without a name'}"
        if kind not in KINDS:
            self._leave(document, ("kind",), label, _why_not(kind))
        elif not isinstance(name, str) or not name.strip():
            self._leave(document, ("metadata",), label, "it has no name")
        elif "{{" in name or "{%" in name:
            self._leave(document, ("metadata", "name"), label, "it is a template that was not filled in")
        else:
            ref = Ref(kind, str(metadata.get("namespace") or "default").lower(), name.lower())
            if first := self.entities.get(ref):
                place = f"{first.document.path}:{first.document.line}"
                self._leave(document, ("metadata", "name"), label, f"{ref} is described already in {place}")
            else:
                self.entities[ref] = Incoming(ref, document)

    def finish(self) -> Result:
        """Give ids, describe, relate, and write down."""
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
            entity.id = self.ids[entity.kind].give(entity.ref)
            entity.describe()
        for entity in ordered:
            getattr(self, f"_relate_{entity.kind}")(entity)
        cut_cycles(ordered)
        keep_identities_apart(ordered)
        files = [*(entity.file() for entity in ordered), *map(self._fit, self.stubs.items())]
        left = [*self.left, *(left for entity in ordered for left in entity.left)]
        return Result(
            tuple(sorted(files, key=lambda file: file.path)),
            tuple(sorted(left, key=lambda left: (left.path, left.line, left.what))),
        )

    def _relate_service(self, entity: Incoming) -> None:
        entity.data["owner"] = self._owner(entity)
        entity.data["system"] = self._find(entity, "system", "system")
        for key, default, backwards in _RELATIONS:
            for index, value in enumerate(sequence(entity.spec.get(key))):
                other = self._meant(str(value), default, entity.ref.namespace)
                if other is None or other.kind != "service":
                    why = "it is no component, resource or API" if other else "no file describes it"
                    entity.leave(("spec", key, index), f"relation to {value}", why)
                    continue
                source, target = (other, entity) if backwards else (entity, other)
                needed = source.data.setdefault("depends_on", [])
                if source is not target and target.id not in needed:
                    needed.append(target.id)

    def _relate_system(self, entity: Incoming) -> None:
        entity.data["owner"] = self._owner(entity)
        key = "domain" if entity.ref.kind == "system" else "subdomainOf"
        parent = self._find(entity, key, "domain")
        entity.data["parent"] = parent if parent != entity.id else None

    def _relate_team(self, entity: Incoming) -> None:
        members = entity.data.setdefault("members", [])
        for index, value in enumerate(sequence(entity.spec.get("members"))):
            ref = parse_ref(value if isinstance(value, str) else "", "user", entity.ref.namespace)
            if ref.name and ref.kind == "user":
                found = self._lookup(ref)
                _add(members, found.id if found else self._stub("person", ref, entity))
            else:
                entity.leave(("spec", "members", index), f"member {value}", "it is no name of a user")
        if parent := self._find(entity, "parent", "group"):
            entity.data["parent"] = parent
        for index, value in enumerate(sequence(entity.spec.get("children"))):
            child = self._lookup(parse_ref(str(value), "group", entity.ref.namespace))
            if child is None:
                entity.leave(("spec", "children", index), f"child {value}", "no file describes it")
            elif child is not entity and child.data.setdefault("parent", entity.id) != entity.id:
                why = f"it has the parent '{child.data['parent']}' already"
                entity.leave(("spec", "children", index), f"child {value}", why)

    def _relate_person(self, entity: Incoming) -> None:
        for index, value in enumerate(sequence(entity.spec.get("memberOf"))):
            ref = parse_ref(value if isinstance(value, str) else "", "group", entity.ref.namespace)
            if not ref.name or ref.kind != "group":
                entity.leave(("spec", "memberOf", index), f"member of {value}", "it is no name of a group")
                continue
            group = self._lookup(ref)
            if group is not None:
                _add(group.data.setdefault("members", []), entity.id)
            else:
                stub = self.stubs["team", self._stub("team", ref, entity)]
                _add(_members(stub), entity.id)

    def _owner(self, entity: Incoming) -> str:
        value = entity.spec.get("owner")
        text = value if isinstance(value, str) else ""
        ref = parse_ref(text, "group", entity.ref.namespace)
        if not ref.name or ref.kind not in ("group", "user"):
            what, why = f"owner {value}", "it is no group or user"
            if not value:
                what, why = "no owner", "none is named"
            entity.leave(("spec", "owner"), what, f"{why}; given to the team '{UNOWNED}'")
            data = {"name": "Unowned", "description": "What came in without an owner: find one for each."}
            return self._keep_stub("team", UNOWNED, data, entity)
        if found := self._lookup(ref):
            return (
                found.id if found.kind == "team" else self._team_of_one(found.id, found.data["name"], entity)
            )
        if ref.kind == "user":
            return self._team_of_one(self._stub("person", ref, entity), ref.name, entity)
        user = self._lookup(Ref("user", ref.namespace, ref.name)) if ":" not in text else None
        return (
            self._team_of_one(user.id, user.data["name"], entity) if user else self._stub("team", ref, entity)
        )

    def _team_of_one(self, person: str, name: str, entity: Incoming) -> str:
        data = {"name": f"{name} alone"[:120], "members": [person], "lead": person}
        return self._keep_stub("team", f"{person[:58]}-alone", data, entity)

    def _stub(self, kind: str, ref: Ref, entity: Incoming) -> str:
        known = self.ids[kind].of(ref)
        data = {"name": ref.name[:120], "description": "Named in imported files, and described in none."}
        return known or self._keep_stub(kind, self.ids[kind].give(ref), data, entity)

    def _keep_stub(self, kind: str, id: str, data: dict[str, Any], entity: Incoming) -> str:
        stub = Imported(f"{model(kind).folder}/{id}.yaml", data, entity.document.path, stub=True)
        self.stubs.setdefault((kind, id), stub)
        return id

    def _fit(self, stub: tuple[tuple[str, str], Imported]) -> Imported:
        (kind, id), file = stub
        said = partial(self._leave_of, file)
        return replace(file, data=fitting(kind, id, file.data, said))

    def _leave_of(self, file: Imported, _: str | int, what: str, why: str) -> None:
        self.left.append(Left(file.origin, 1, f"{file.path}: {what}", why))

    def _find(self, entity: Incoming, key: str, kind: str) -> str | None:
        value = entity.spec.get(key)
        if not value:
            return None
        found = self._lookup(parse_ref(str(value), kind, entity.ref.namespace))
        if found is None or found.kind != KINDS[kind]:
            entity.leave(("spec", key), f"{key} {value}", "no file describes it")
            return None
        return found.id

    def _meant(self, text: str, kind: str, namespace: str) -> Incoming | None:
        """What a relation names; one without a kind may also mean a resource or an API where a component is usual."""
        kinds = ("component", "resource", "api") if kind == "component" and ":" not in text else (kind,)
        found = (self._lookup(parse_ref(text, kind, namespace)) for kind in kinds)
        return next((entity for entity in found if entity), None)

    def _lookup(self, ref: Ref) -> Incoming | None:
        return self.entities.get(ref) or self.entities.get(Ref(ref.kind, "default", ref.name))

    def _leave(self, document: Document, keys: tuple[str | int, ...], what: str, why: str) -> None:
        self.left.append(Left(document.path, document.line_of(*keys), what, why))


def _why_not(kind: str) -> str:
    if kind == "location":
        return "it only points at other files, which are read where they are here, and named where not"
    if kind == "template":
        return "software templates have no counterpart here"
    return "there is no kind for it here"


def _members(stub: Imported) -> list[str]:
    members = stub.data.setdefault("members", [])
    assert isinstance(members, list)
    return members


def _add(members: list[str], id: str) -> None:
    if id not in members:
        members.append(id)
