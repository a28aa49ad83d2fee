"""Incidents in CSV: a header of the schema's names, then one incident a line; commas, semicolons or tabs. UTF-8 or UTF-16.

In `services`, names are parted by '|'. `open` is true or false. Empty cells say nothing.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lightship.imports.incidents.files import Unreadable, named, read_text, within
from lightship.imports.incidents.past import Past, Problem, shown
from lightship.imports.incidents.told import PastIncident, past
from lightship.spelling import did_you_mean

COLUMNS = tuple(PastIncident.model_fields)
_NEEDED = tuple(name for name, field in PastIncident.model_fields.items() if field.is_required())
_DELIMITERS = ",;\t"
_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def read(path: Path) -> Iterator[Past | Problem]:
    """Every row of the file, or of the .csv files below the folder, and what cannot be used."""
    for file in within(path, (".csv", ".tsv")):
        name = named(file, path)
        try:
            yield from _rows(name, read_text(file))
        except Unreadable as error:
            yield Problem(name, error.line, error.reason)


def _rows(path: str, content: str) -> Iterator[Past | Problem]:
    first = content.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    rows = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True)
    header: list[str] | None = None
    while True:
        begin = rows.line_num + 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            raise Unreadable(
                rows.line_num, f"it is not CSV: {error}; what follows is not imported"
            ) from error
        if header is None:
            header = [cell.strip().lower() for cell in row]
            yield from _unknown(path, header)
            continue
        if len(row) > len(header):
            yield Problem(path, begin, f"it has {len(row)} cells, and the header {len(header)}: not imported")
        elif any(cell.strip() for cell in row):
            yield from past(path, begin, _cells(header, row))


def _unknown(path: str, header: list[str]) -> Iterator[Problem]:
    """Raises Unreadable where a column that is needed is missing, or one stands twice."""
    for name in dict.fromkeys(header):
        if name and name not in COLUMNS:
            hint = did_you_mean(name, COLUMNS) or f"columns: {', '.join(COLUMNS)}"
            yield Problem(path, 1, f"unknown column {shown(name)}: left out; {hint}")
    if missing := [name for name in _NEEDED if name not in header]:
        raise Unreadable(1, f"it has no column {' and no column '.join(missing)}: not imported")
    if twice := [name for name in COLUMNS if header.count(name) > 1]:
        raise Unreadable(1, f"column {twice[0]} stands twice: not imported")


def _cells(header: list[str], row: list[str]) -> Mapping[str, Any]:
    given: dict[str, Any] = {}
    for name, cell in zip(header, (cell.strip() for cell in row), strict=False):
        if name not in COLUMNS or not cell:
            continue
        if name == "services":
            given[name] = [part.strip() for part in cell.split("|") if part.strip()]
        elif name == "open":
            given[name] = _TRUTH.get(cell.lower(), cell)
        else:
            given[name] = cell
    return given
