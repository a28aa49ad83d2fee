"""A page for each entity whose file cannot be used: where its page would be, what is wrong with the file."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from lightship.catalog.kinds import model
from lightship.portal.page import Page
from lightship.portal.view import View

_PAGELESS = frozenset({"action", "policy", "waiver"})


def pages(view: View) -> Iterator[Page]:
    """One a file."""
    for kind, id in sorted(view.catalog.unreadable):
        if kind not in _PAGELESS:
            folder = model(kind).folder
            path = f"{folder.rsplit('/', 1)[-1]}/{id}/"
            section = "oncall" if kind == "schedule" else "more"
            yield Page(
                path, id, section, "unreadable.html", partial(_context, view, id, f"{folder}/{id}.yaml")
            )


def _context(view: View, id: str, file: str) -> dict[str, Any]:
    return {"id": id, "file": file, "findings": view.far.findings(file)}
