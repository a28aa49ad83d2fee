"""What a page is: the contract between the modules of `pages/` and the engine that builds and serves them.

Every module of `pages/` has `pages(view: View) -> Iterator[Page]`; it is found by folder. A template of `templates/`
makes the page's body (the inside of the article) from the context; the frame around it is not its concern.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SearchEntry:
    """How the finder shows a page: its title, what sort of thing it is ('service'), and words beside it.

    `words` are shown ('Payments, tier 1'); `hidden` are only looked through (ids, tags, former names, alerts).
    """

    title: str
    sort: str
    words: str = ""
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the portal.

    `path` is its folder below the root, '' for home, else ending in '/'. `section` is the tab that it belongs
    to: the `section` of one of the stubs in site/.
    A `lists.List` under `rows` in the context is written beside the page too, for the script.
    `context` is called only where the page is rendered. A page is rendered where what it rests on
    has changed (see `keys`), and written where it differs.
    """

    path: str
    title: str
    section: str
    template: str
    context: Callable[[], Mapping[str, Any]]
    search: SearchEntry | None = None
