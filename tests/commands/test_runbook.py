"""`lightship runbook hash`, as a real process."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.trees import lightship, write

_GOOD = "steps: [{title: Look, manual: Look.}]\n"


def test_it_prints_what_a_verification_names(tmp_path: Path) -> None:
    write(tmp_path, {"catalog/runbooks/cart-errors.yaml": _GOOD})
    first = lightship(tmp_path, "runbook", "hash", "cart-errors")
    assert first.code == 0 and len(first.out) == 17 and first.err == ""
    proof = f"[{{at: 2026-01-01, by: ada, method: drill, content_hash: '{first.out.strip()}'}}]"
    write(tmp_path, {"catalog/runbooks/cart-errors.yaml": f"{_GOOD}verifications: {proof}\n"})
    assert lightship(tmp_path, "runbook", "hash", "cart-errors").out == first.out


@pytest.mark.parametrize(
    ("id", "code", "words"),
    [
        ("cart-error", 2, "there is no runbook 'cart-error'; did you mean 'cart-errors'?"),
        ("zzz", 2, "its file would lie in catalog/runbooks/"),
        ("broken", 3, "`lightship validate catalog/runbooks/broken.yaml` says why"),
    ],
)
def test_what_it_cannot_hash(tmp_path: Path, id: str, code: int, words: str) -> None:
    write(
        tmp_path,
        {"catalog/runbooks/cart-errors.yaml": _GOOD, "catalog/runbooks/broken.yaml": "steps: never\n"},
    )
    done = lightship(tmp_path, "runbook", "hash", id)
    assert (done.code, done.out) == (code, "")
    assert words in done.err and "Traceback" not in done.err
