"""Whatever a file of another tool holds, the import neither breaks nor writes half an incident."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import trees
from tests.imports.histories import catalog, read

from lightship.catalog.catalog import Catalog
from lightship.imports.incidents.carry import carry
from lightship.incidents.book import book

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
_TEXT = st.text(st.characters(codec="utf-8"), max_size=60)
_LINES = st.sampled_from(
    ["---", "+++", "title: a", "date: 2022-01-02", "date: 2022-13-40", "resolvedWhen: 2022-01-01T00:00:00Z",
     "severity: [down]", "severity: down", "resolved: true", "affected: {a: b}", "affected:", "  - x", "informational: yes",
     "title = 'b'", "date = 2022-01-02T00:00:00Z", "affected = ['q', 3]", "&a [*a, *a]", "<<: *a", "? [", "\t", "\x00", "%YAML 3.0"]
)  # fmt: skip
_FILES = st.one_of(
    st.binary(max_size=200),
    st.lists(st.one_of(_LINES, _TEXT), max_size=14).map(lambda lines: "\n".join(lines).encode()),
    st.lists(_LINES, max_size=12).map(lambda lines: "\n".join(["---", *lines, "---", "text"]).encode()),
)
_ROWS = st.lists(
    st.lists(st.one_of(st.sampled_from(["title", "began_at", "open", "services", "2026-01-02", '"', "true"]), _TEXT), max_size=6)
    .map(",".join),
    max_size=6,
).map(lambda rows: "\n".join(["title,began_at,resolved_at,services", *rows]).encode())  # fmt: skip
_ITEMS = st.recursive(
    st.one_of(st.none(), st.booleans(), st.floats(), _TEXT, st.sampled_from(["2026-01-02", "SEV1"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(
                ["title", "began_at", "resolved_at", "services", "open", "slug", "dailyMinutesDown", "name"]
            ),
            inner,
            max_size=6,
        ),
    ),
    max_leaves=12,
).map(lambda item: json.dumps(item).encode())
_CASES = {
    "cstate": ("issues/a.md", _FILES),
    "csv": ("a.csv", st.one_of(_ROWS, _FILES)),
    "json": ("a.json", st.one_of(_ITEMS, _FILES)),
    "upptime": ("history/summary.json", st.one_of(_ITEMS, _FILES)),
}


_SLOWLY = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """A small catalog for many cases."""
    return catalog(tmp_path_factory.mktemp("catalog"))


def _never_breaks(system: str, known: Catalog, root: Path, content: bytes) -> None:
    """Whatever a file holds, it is imported or named, and what is imported is a whole incident."""
    place, _ = _CASES[system]
    items = read(system, trees.write(root, {place: content}))
    done = carry(items, system, known, {}, (), NOW)
    assert len(book(done.entries).incidents) == len(done.imported)
    assert all(each.path == place and each.line >= 1 and each.reason for each in done.problems)


@pytest.mark.parametrize("system", _CASES)
def test_no_file_breaks_the_import(system: str, known: Catalog, tmp_path: Path) -> None:
    @settings(max_examples=60, deadline=None, suppress_health_check=_SLOWLY)
    @given(_CASES[system][1])
    def check(content: bytes) -> None:
        _never_breaks(system, known, tmp_path, content)

    check()


@pytest.mark.slow
@pytest.mark.parametrize("system", _CASES)
def test_no_file_of_thousands_breaks_the_import(system: str, known: Catalog, tmp_path: Path) -> None:
    @settings(max_examples=5000, deadline=None, suppress_health_check=_SLOWLY)
    @given(_CASES[system][1])
    def check(content: bytes) -> None:
        _never_breaks(system, known, tmp_path, content)

    check()
