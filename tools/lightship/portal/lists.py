"""Lists of entities: columns, facets and rows; shown as a table whose first rows are HTML and whose rest is JSON.

A page gives its `List` as `rows` to its template, which says `{% include "list.html" %}` where the table belongs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

from markupsafe import Markup, escape

from lightship.portal.pieces import ladder, state
from lightship.portal.words import age, stamp

FIRST = 100
"""Rows that are HTML, readable without scripts."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A state: `mark` is a class of `.s` (pass, fail, bad, warn, info …), `word` says it."""

    mark: str
    word: str


@dataclass(frozen=True, slots=True)
class Level:
    """A level as a ladder: `rank` of `rungs` climbed, and its name."""

    rank: int
    rungs: int
    word: str


@dataclass(frozen=True, slots=True)
class Age:
    """How long something has been going on; a script keeps it right."""

    since: datetime
    now: datetime


Cell = str | int | Mark | Level | Age | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column after the first. `sort`: 'text', 'soft' (grey), 'num' (right-aligned) or 'state'."""

    title: str
    sort: Literal["text", "soft", "num", "state"] = "text"
    narrow: bool = True
    """Whether a phone shows it too."""


@dataclass(frozen=True, slots=True)
class Facet:
    """A row of chips: `key` in the address, `title` before them, `order` of values that have one (the rest by count)."""

    key: str
    title: str
    order: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its address relative to the list's page, its name, a line below it, a cell a column.

    `facets` gives the values that it is found under (a value is what the chip says); `words` are only looked through.
    """

    href: str
    title: str
    below: str
    cells: tuple[Cell, ...]
    facets: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    words: str = ""


@dataclass(frozen=True)
class List:
    """`rows` come in the order in which they are shown: what needs care first. `noun`: 'service', 'services'."""

    noun: tuple[str, str]
    title: str
    columns: tuple[Column, ...]
    facets: tuple[Facet, ...]
    rows: tuple[Row, ...]

    @property
    def first(self) -> Sequence[Row]:
        """The rows that are HTML."""
        return self.rows[:FIRST]

    @cached_property
    def chips(self) -> tuple[tuple[Facet, tuple[tuple[str, int], ...]], ...]:
        """Each facet with at least two values, with its values and how many rows have them."""
        counted = ((facet, self._counted(facet)) for facet in self.facets)
        return tuple((facet, values) for facet, values in counted if len(values) > 1)

    def _counted(self, facet: Facet) -> tuple[tuple[str, int], ...]:
        counts = Counter(value for row in self.rows for value in _values(row, facet.key))
        rank = {value: at for at, value in enumerate(facet.order)}
        return tuple(
            sorted(counts.items(), key=lambda item: (rank.get(item[0], len(rank)), -item[1], item[0]))
        )

    def as_json(self) -> dict[str, Any]:
        """All that the script needs; texts that repeat are written once (`texts`), and named by their number."""
        texts: dict[str, int] = {}
        facets = [facet.key for facet, _ in self.chips]
        values = {
            facet.key: {value: at for at, (value, _) in enumerate(found)} for facet, found in self.chips
        }

        def number(text: str) -> int:
            return texts.setdefault(text, len(texts))

        rows = [
            [
                row.href,
                row.title,
                row.below,
                row.words,
                [_packed(value, number) for value in row.cells],
                [[values[key][value] for value in _values(row, key)] for key in facets],
            ]
            for row in self.rows
        ]
        return {
            "noun": self.noun,
            "columns": [[column.title, column.sort, column.narrow] for column in self.columns],
            "facets": [[facet.key, [value for value, _ in found]] for facet, found in self.chips],
            "texts": list(texts),
            "rows": rows,
        }


def _packed(value: Cell, number: Callable[[str], int]) -> Any:
    """A cell for the script, which tells the sorts apart by their lengths; `number` gives a text its number."""
    if isinstance(value, Mark):
        return [number(value.mark), number(value.word)]
    if isinstance(value, Level):
        return [value.rank, value.rungs, number(value.word)]
    if isinstance(value, Age):
        return [number(stamp(value.since))]
    return number("" if value is None else str(value))


def _values(row: Row, key: str) -> Iterable[str]:
    value = row.facets.get(key, ())
    return (value,) if isinstance(value, str) else value


def shown(value: Cell) -> Markup:
    """A cell as HTML; site/assets/lists.js makes the same of the JSON."""
    if isinstance(value, Mark):
        return state(value.mark, value.word)
    if isinstance(value, Level):
        return ladder(value.rank, value.rungs, value.word)
    if isinstance(value, Age):
        return age(value.since, value.now)
    return Markup("") if value is None else escape(str(value))
