"""Builds the portal: gathers all pages first, renders those that changed, writes what differs."""

from __future__ import annotations

import hashlib
import importlib
import json
import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

from markupsafe import Markup

from lightship.actions import audit
from lightship.aside import aside
from lightship.portal import feeds, finder, frame, published, requests
from lightship.portal import pages as all_pages
from lightship.portal.frame import Frames
from lightship.portal.incidents import url
from lightship.portal.keys import ALWAYS, Keys
from lightship.portal.lists import List
from lightship.portal.page import Page
from lightship.portal.pages.audit import CSV
from lightship.portal.render import Renderer
from lightship.portal.store import Store, open_store
from lightship.portal.view import View
from lightship.portal.words import short

_HEADING = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_MANY = 300  # pages from which a second process is worth its start


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did: how many pages there are, how many of them were rendered, files written and removed."""

    pages: int
    rendered: int
    written: int
    removed: int


@dataclass(frozen=True, slots=True)
class _Work:
    """What rendering needs."""

    frames: Frames
    renderer: Renderer
    store: Store

    def render(self, jobs: Iterable[tuple[Page, str]]) -> None:
        """Write the pages of `jobs`: (page, its key)."""
        for page, key in jobs:
            context = page.context()
            body = self.renderer.body(page.template, context)
            section = self.frames.section(page.section, page.path)
            self.store.write(_file(page), self.frames.fill(section, page.path, page.title, body), key)
            if isinstance(rows := context.get("rows"), List):
                self.store.write(_list(page), _json(rows.as_json()), key)

    def holds(self, page: Page, key: str) -> bool:
        """Whether the page was written with `key`, and its list, where it has one."""
        listed = _list(page)
        return self.store.holds(_file(page), key) and (
            listed not in self.store.known or self.store.holds(listed, key)
        )


def build(view: View, drawn: Path, out: Path, kept: Path) -> Built:
    """Write the portal to `out`, in the frame that lies in `drawn` (which may be `out`); `kept` holds compiled templates."""
    frames = frame.load(drawn, view.catalog.settings.name, _stamp(view))
    work = _Work(frames, Renderer(kept), open_store(out))
    pages = tuple(gather(view))
    entities = _entities(view)
    several = [(page, "") for page in pages if page.path not in entities]

    def rest() -> None:
        work.render(several[::2])
        _write_rest(frames, work.store, view, pages)

    keys = Keys(view, _digest_of(frames))
    # What another process still works on is waited for here, before there is one more that would wait.
    _ = view.found
    work.store.begin()
    second = aside(lambda: work.store.told(rest))
    waiting = [
        (page, key)
        for page in pages
        if page.path in entities and not work.holds(page, key := keys.of(*entities[page.path]))
    ]
    _render(work, waiting)
    work.render(several[1::2])
    work.store.heard(second())
    return Built(len(pages), len(waiting) + len(several), work.store.written, work.store.finish())


def _render(work: _Work, waiting: Sequence[tuple[Page, str]]) -> None:
    """Render pages; many of them in two processes, each of which takes every other page."""
    if len(waiting) < _MANY:
        work.render(waiting)
        return
    second = aside(lambda: work.store.told(lambda: work.render(waiting[1::2])))
    work.render(waiting[::2])
    work.store.heard(second())


def _entities(view: View) -> Mapping[str, tuple[str, str]]:
    """Pages that are rendered only where they changed: path → kind, id."""
    incidents = {url(id): ("incident", id) for id in view.book.incidents}
    written = {f"postmortems/{id}/": ("postmortem", id) for id in view.postmortems}
    handed = {f"handovers/{id}/": ("handover", id) for id in view.catalog.schedules}
    figures = {path: ("metrics", path) for path in ("metrics/", "metrics/services/")}
    asked = {requests.url(id): ("request", id) for id in view.requests}
    ahead = {"rehearsal/": ("rehearsal", "")}
    entities = {
        entity.url: (kind, id)
        for kind, by_id in view.catalog.entities.items()
        if kind not in ALWAYS
        for id, entity in by_id.items()
    }
    return incidents | written | handed | figures | entities | asked | ahead


def gather(view: View) -> Iterator[Page]:
    """Every page of every module of `pages/`."""
    for info in pkgutil.iter_modules(all_pages.__path__):
        module = importlib.import_module(f"{all_pages.__name__}.{info.name}")
        yield from module.pages(view)


def _stamp(view: View) -> Markup:
    """The day of what all pages say; a script adds the time."""
    return Markup(
        '<span class="ls-stamp" data-now="stamp">Data as of <time datetime="{}">{}</time>.</span>'
    ).format(view.today.isoformat(), short(view.today))


def _digest_of(frames: Frames) -> str:
    digest = hashlib.blake2b(digest_size=12)
    for section in sorted(frames.sections):
        digest.update(frames.fill(section, "x/", "", ""))
    return digest.hexdigest()


def _file(page: Page) -> str:
    return f"{page.path}index.html"


def _list(page: Page) -> str:
    return f"{page.path}list.json"


def _write_rest(frames: Frames, store: Store, view: View, pages: Sequence[Page]) -> None:
    """Everything that is not a page of the catalog."""
    titles = []
    for file, data in frames.hand_written():
        store.write(file, data)
        heading = _HEADING.search(data.decode())
        titles.append(
            (file.removesuffix("index.html"), unescape(heading[1]).rpartition(" · ")[0] if heading else file)
        )
    store.write("404.html", frames.not_found(_base_path(view)))
    for file, path in frames.assets():
        store.write(file, path.read_bytes())
    store.write(finder.FILE, finder.index(pages, titles))
    shifts = published.oncall(view)
    store.write("api/oncall.json", _json(shifts))
    for id, schedule in shifts.items():
        store.write(f"api/oncall/{id}.json", _json(schedule))
    for file, key, made in published.calendars(view):
        if not store.holds(file, key):
            store.write(file, made(), key)
    store.write(CSV, audit.csv(audit.events(view.requests.values())).encode())
    store.write(feeds.JSON, _json(feeds.as_json(view)))
    store.write(feeds.ATOM, feeds.atom(view))
    store.write("api/portal.json", _json(published.portal(view)))


def _base_path(view: View) -> str:
    """The path below which the portal is published, from the settings; '/' where they do not tell."""
    url = view.catalog.settings.url
    return f"{urlsplit(url).path.rstrip('/')}/" if url else "/"


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
