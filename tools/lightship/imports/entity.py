"""One of Backstage's entities on its way to one of our kinds. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from lightship.catalog.kinds import model
from lightship.imports.annotations import carry_annotations
from lightship.imports.documents import Document, Left
from lightship.imports.files import Imported
from lightship.imports.naming import Ref, slug

KINDS = {
    "component": "service",
    "resource": "service",
    "api": "service",
    "system": "system",
    "domain": "system",
    "group": "team",
    "user": "person",
}
_LIFECYCLES = {
    "experimental": "experimental",
    "development": "experimental",
    "alpha": "experimental",
    "beta": "experimental",
    "incubating": "experimental",
    "preview": "experimental",
    "pilot": "experimental",
    "proposed": "experimental",
    "draft": "experimental",
    "production": "production",
    "prod": "production",
    "active": "production",
    "live": "production",
    "stable": "production",
    "ga": "production",
    "deprecated": "deprecated",
    "superseded": "deprecated",
    "sunset": "deprecated",
    "end-of-life": "deprecated",
    "retired": "retired",
    "decommissioned": "retired",
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


@dataclass
class Incoming:
    """An entity as read, the id it gets, the data of our file, and what of it was left out."""

    ref: Ref
    document: Document
    id: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    left: list[Left] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """Which of our kinds it becomes."""
        return KINDS[self.ref.kind]

    @property
    def spec(self) -> Mapping[str, Any]:
        """Backstage's `spec`."""
        return mapping(self.document.data.get("spec"))

    def leave(self, keys: tuple[str | int, ...], what: str, why: str) -> None:
        """Note that something is not carried over."""
        line = self.document.line_of(*keys)
        self.left.append(Left(self.document.path, line, f"{self.ref}: {what}", why))

    def uncarried(self, part: Mapping[str, Any], keys: tuple[str, ...], carried: set[str]) -> None:
        """Note every key of `part` that is not among `carried`."""
        for key, value in part.items():
            if key not in carried and value not in (None, "", [], {}):
                self.leave((*keys, key), ".".join((*keys, key)), "there is no field for it")

    def describe(self) -> None:
        """Fill `data` with everything that needs no other entity."""
        metadata = self.document.data["metadata"]
        self.uncarried(self.document.data, (), {"apiVersion", "kind", "metadata", "spec"})
        self._misshapen(metadata)
        self.uncarried(metadata, ("metadata",), _CARRIED_METADATA)
        self.uncarried(self.spec, ("spec",), _CARRIED_SPEC[self.ref.kind])
        profile = mapping(self.spec.get("profile"))
        self.uncarried(profile, ("spec", "profile"), {"displayName", "email"})
        self._head(metadata, profile)
        self._tail(metadata)
        if self.kind == "service":
            self._service()
        elif self.kind == "team" and (team_type := slug(str(self.spec.get("type") or ""))):
            self.data["tags"] = list(dict.fromkeys([*self.data["tags"], team_type]))

    def _misshapen(self, metadata: Mapping[str, Any]) -> None:
        """Note what would be carried, had it the usual form."""
        mappings = (self.document.data, (), "spec"), (metadata, ("metadata",), "annotations")
        for part, keys, key in (*mappings, (self.spec, ("spec",), "profile")):
            if part.get(key) and not isinstance(part[key], dict):
                self.leave((*keys, key), ".".join((*keys, key)), "it is no mapping")
        for key in ("tags", "links"):
            if metadata.get(key) and not isinstance(metadata[key], list):
                self.leave(("metadata", key), f"metadata.{key}", "it is no list")

    def _head(self, metadata: Mapping[str, Any], profile: Mapping[str, Any]) -> None:
        name = " ".join(str(profile.get("displayName") or metadata.get("title") or metadata["name"]).split())
        if len(name) > 120:
            self.leave(("metadata", "title"), "the end of the title", "it is longer than 120 characters")
        description = str(metadata.get("description") or "").strip()
        if len(description) > 4000:
            reason = "it is longer than 4,000 characters"
            self.leave(("metadata", "description"), "the end of the description", reason)
        self.data["name"] = name[:120].strip() or self.id
        self.data["description"] = description[:4000].strip()
        self.data["email"] = profile.get("email")

    def _tail(self, metadata: Mapping[str, Any]) -> None:
        tags = [slug(str(tag or "")) for tag in listed(metadata.get("tags"))]
        links = [
            {
                "title": " ".join(str(link.get("title") or link.get("url") or "").split())[:120],
                "url": link.get("url"),
            }
            for link in map(mapping, listed(metadata.get("links")))
        ]
        fields, unknown = carry_annotations(self.kind, mapping(metadata.get("annotations")))
        for key, why in unknown.items():
            self.leave(("metadata", "annotations", key), f"annotation {key}", why)
        if self.kind == "person":
            for key, value in (("tags", tags), ("links", links)):
                if value:
                    self.leave(("metadata", key), key, "a person has none here")
        else:
            self.data["tags"] = list(dict.fromkeys(tag for tag in tags if tag))
            self.data["links"] = links + fields.pop("links", [])
        self.data |= fields

    def _service(self) -> None:
        kind, spec = self.ref.kind, self.spec
        word = str(spec.get("lifecycle") or "production").strip().lower()
        if word not in _LIFECYCLES:
            self.leave(
                ("spec", "lifecycle"), f"lifecycle '{word}'", "we do not know it; written as production"
            )
        self.data["lifecycle"] = _LIFECYCLES.get(word, "production")
        given = slug(str(spec.get("type") or ""))
        self.data["type"] = "api" if kind == "api" else given or kind
        if kind == "api":
            self._definition(spec.get("definition"))
            self.data["tags"] = list(dict.fromkeys([*self.data["tags"], *([given] if given else [])]))

    def _definition(self, value: object) -> None:
        place = next((str(item) for key, item in mapping(value).items() if key.startswith("$")), "")
        if place.startswith("https://"):
            self.data["links"].append({"title": "API definition", "url": place})
        elif value is not None:
            inline = "it is written inline; keep it beside the code and link it"
            why = (
                f"it stands in {place}; only a link that begins with https:// is carried" if place else inline
            )
            self.leave(("spec", "definition"), "the API's definition", why)

    def file(self) -> Imported:
        """The file as our model accepts it; what it refuses is left out, item by item, and noted."""
        data = fitting(self.kind, self.id, self.data, lambda key, *said: self.leave(("metadata", key), *said))
        return Imported(f"{model(self.kind).folder}/{self.id}.yaml", data, self.document.path)


def fitting(
    kind: str, id: str, given: Mapping[str, Any], leave: Callable[[str | int, str, str], None]
) -> dict[str, Any]:
    """What the model of `kind` accepts of `given`; `leave` is told the key, what of it is left out, and why."""
    data = {key: value for key, value in given.items() if value not in (None, [], {}, "")}
    while True:
        try:
            model(kind).from_data(id, data)
            return data
        except ValidationError as error:
            row = error.errors(include_url=False)[0]
            key, reason = str(row["loc"][0]), row["msg"].removeprefix("Value error, ")
            if row["type"] == "too_long" and len(row["loc"]) == 1:
                most = row["ctx"]["max_length"]
                rest, data[key] = data[key][most:], data[key][:most]
                leave(key, f"{key} ({_shown(', '.join(map(str, rest)))})", f"there is room for {most}")
            else:
                keys, value = _remove(data, row["loc"])
                what = f"{'.'.join(map(str, keys))} ({_shown(value)})"
                leave(keys[0], what, f"{reason[:1].lower()}{reason[1:]}")


def mapping(value: object) -> Mapping[str, Any]:
    """`value` where it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def listed(value: object) -> list[Any]:
    """`value` where it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def sequence(value: object) -> list[Any]:
    """`value` as a list; a single text counts as a list of one."""
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, str) and value else []


def _shown(value: object) -> str:
    """`value` on one short line; of a link, its address."""
    text = " ".join(str(mapping(value).get("url") or value).split())
    return text if len(text) <= 80 else f"{text[:79]}…"


def _remove(data: dict[str, Any], loc: tuple[str | int, ...]) -> tuple[tuple[str | int, ...], object]:
    """Take the smallest optional thing around `loc` out of `data`: a key, a system's integration, a list's item."""
    here: Any = data
    container, last, where = here, loc[0], loc[:1]
    for depth, step in enumerate(loc):
        if not (isinstance(here, dict) and step in here or isinstance(here, list) and isinstance(step, int)):
            break
        if isinstance(here, list) or depth < 2:
            container, last, where = here, step, loc[: depth + 1]
        here = here[step]
    return where, container.pop(last)
