"""Which folders hold what, and what a file in the wrong place probably wanted."""

from __future__ import annotations

from lightship.catalog.kinds import by_folder
from lightship.spelling import nearest

ROOTS = ("actions", "catalog", "scorecards")


def misplaced(folder: str, name: str) -> str:
    """What to do about a file that lies where nothing is read; empty where it lies well."""
    folders = by_folder()
    if folder not in folders:
        near = nearest(folder, folders) if folder not in ROOTS else None
        return f"did you mean {near}/{name}?" if near else f"files lie in {', '.join(sorted(folders))}"
    if name.endswith(".yaml"):
        return ""
    if name.endswith(".yml"):
        return f"rename it to {name.removesuffix('.yml')}.yaml"
    return "only .yaml files are read here; keep other files elsewhere"
