"""Generated bad files of every kind: findings with a place, and never an untyped exception."""

from __future__ import annotations

import json
import os
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lightship.catalog.kinds import KINDS, model
from lightship.catalog.load import load
from lightship.catalog.locate import located
from lightship.catalog.source import File, Source

LONG = bool(os.environ.get("LIGHTSHIP_LONG"))

_SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 400), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=8),
    st.sampled_from(["", " ", "7d", "0d", "99999w", "09:00", "24:00", "2026-02-30", "2026-01-01T00:00Z", "true", "https://x.y", "Europe/Nowhere",
                     "service.", "a.b", "x" * 5000, "UTC", "ada", "${{ x }}", "{{7*7}}", "../..", "production", "expert", "-1"]),
)  # fmt: skip
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "name", "service", "start", "x", "level"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@st.composite
def _files(draw: Any) -> tuple[str, bytes]:
    kind = draw(st.sampled_from(KINDS))
    fields = [field.alias or name for name, field in model(kind).model_fields.items() if name != "id"]
    data = {
        field: draw(_VALUES) for field in draw(st.lists(st.sampled_from(fields), unique=True, max_size=6))
    }
    text = json.dumps(data, ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass")
    return f"{model(kind).folder}/a.yaml", text


# Ten files an example: 1,000 in a run, beside the 20,000 that the reader alone gets.
@settings(
    max_examples=10_000 if LONG else 100,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
)
@given(st.lists(_files(), min_size=10, max_size=10))
def test_every_bad_file_is_a_finding_with_a_place(batch: list[tuple[str, bytes]]) -> None:
    for path, content in batch:
        source = Source("generated", {path: File(path, "0" * 40, content)}, ())
        catalog = load(source)
        for found in located(catalog.findings, source):
            assert found.line >= 1 and found.column >= 1 and found.message and len(found.message) < 1_000
        assert bool(catalog.findings) == bool(catalog.unreadable)
