"""What the finder looks through: every page by title, sort and a few words, as one small file."""

from __future__ import annotations

import json
from collections.abc import Iterable

from lightship.portal.page import Page, SearchEntry

FILE = "search.json"
_LONGEST = 200  # characters of the words that are only looked through


def index(pages: Iterable[Page], written: Iterable[tuple[str, str]]) -> bytes:
    """The index of `pages` that want to be found and of hand-written ones (path, title).

    `{"sorts": [name, folder], "pages": [[sort, rest of the path, title, words, hidden]]}`: what most paths of a sort
    begin with is said once.
    """
    found = [(page.path, page.search) for page in pages if page.search]
    found += [(path, SearchEntry(title, "page")) for path, title in written]
    sorts: dict[tuple[str, str], int] = {}
    rows: list[list[object]] = []
    for path, entry in found:
        folder = path[: path.rstrip("/").rfind("/") + 1]
        sort = sorts.setdefault((entry.sort, folder), len(sorts))
        id = path[len(folder) :].rstrip("/")
        row: list[object] = [sort, id, entry.title, entry.words, _hidden(id, entry)]
        while row[-1] == "":
            row.pop()
        rows.append(row)
    return json.dumps(
        {"sorts": list(sorts), "pages": rows}, ensure_ascii=False, separators=(",", ":")
    ).encode()


def _hidden(id: str, entry: SearchEntry) -> str:
    """The hidden words that are not shown anyway."""
    shown = {id, *entry.title.casefold().split(), *entry.words.casefold().split()}
    words = dict.fromkeys(word for word in entry.hidden.split() if word.casefold() not in shown)
    return " ".join(words)[:_LONGEST]
