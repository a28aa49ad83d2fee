"""Page bodies as they are rendered, without frame and files: from the demo, or from a catalog written on the spot."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from lightship import commandline
from lightship.facts.snapshot import NONE
from lightship.portal import pages as all_pages
from lightship.portal.build import gather
from lightship.portal.render import Renderer
from lightship.portal.view import View
from lightship.scorecards.score import score

NOW = datetime.fromisoformat("2026-11-23T21:30:00+00:00")  # a Monday night
VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "wbr"})


@dataclass(frozen=True)
class Body:
    """A page's title and the HTML of its body."""

    title: str
    html: str

    @property
    def text(self) -> str:
        """What a reader reads, with single spaces."""
        return parse(self.html).text


class Parsed(HTMLParser):
    """Tags with their attributes in order, the text, and the tags that were left open or closed twice."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.wrong: list[str] = []
        self._words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        self._words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self._words)).strip()

    def values(self, attribute: str) -> list[str]:
        """All values of an attribute."""
        return [attrs[attribute] or "" for _, attrs in self.tags if attribute in attrs]


def parse(html: str) -> Parsed:
    """Read a body."""
    parsed = Parsed()
    parsed.feed(html)
    parsed.close()
    return parsed


def view(root: Path, now: datetime = NOW) -> View:
    """What the pages of the catalog below `root` are made of."""
    catalog = commandline.load(root, None)
    scores = score(catalog, NONE, now)
    return View(catalog, NONE, scores, commandline.judge(catalog, now), now)


class Asked(Mapping[str, Body]):
    """Pages by path, each rendered when it is asked for."""

    def __init__(self, seen: View, kept: Path) -> None:
        self._renderer = Renderer(kept)
        self._pages = {page.path: page for page in gather(seen)}

    def __getitem__(self, path: str) -> Body:
        page = self._pages[path]
        return Body(page.title, self._renderer.body(page.template, page.context()))

    def __iter__(self) -> Iterator[str]:
        return iter(self._pages)

    def __len__(self) -> int:
        return len(self._pages)


def bodies(seen: View, kept: Path) -> Mapping[str, Body]:
    """Every page by its path."""
    renderer = Renderer(kept)
    found: dict[str, Body] = {}
    for info in iter_modules(all_pages.__path__):
        for page in import_module(f"{all_pages.__name__}.{info.name}").pages(seen):
            assert page.path not in found, f"two pages at {page.path!r}"
            found[page.path] = Body(page.title, renderer.body(page.template, page.context()))
    return found
