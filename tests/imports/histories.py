"""What tests of imported histories share: issues, and reading whatever a format's module reads."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from tests import trees

from lightship.catalog.catalog import Catalog
from lightship.catalog.load import load
from lightship.catalog.source import folder
from lightship.imports.incidents.past import Past, Problem

SERVICE = "name: Checkout\nowner: payments\ntier: 1\n"
PORTAL = {**trees.TEAM, "catalog/services/checkout.yaml": SERVICE}
GOOD = """title: Pipelines hang
date: 2022-05-02T08:00:00-00:00
resolved: true
resolvedWhen: 2022-05-02T09:30:00-00:00
severity: down
affected:
  - ci
section: issue"""


def read(system: str, path: Path) -> list[Past | Problem]:
    """Everything that the format's module says of `path`."""
    return list(import_module(f"lightship.imports.incidents.{system}").read(path))


def issue(front: str, body: str = "", fence: str = "---") -> str:
    """A cState issue."""
    return f"{fence}\n{front}\n{fence}\n{body}"


def catalog(root: Path) -> Catalog:
    """A small catalog, written below `root`."""
    return load(folder(trees.write(root, PORTAL)))
