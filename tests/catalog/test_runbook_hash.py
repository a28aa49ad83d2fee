"""The content hash of a runbook: what changes it, and what does not."""

from __future__ import annotations

from typing import Any

import pytest

from lightship.catalog.kinds.runbook import Runbook
from lightship.catalog.runbook_hash import content_hash

_STEP = {"title": "Look", "command": "kubectl get pods", "expected": "Three of them."}
_RUNBOOK: dict[str, Any] = {
    "name": "Cart fails",
    "owner": "checkout",
    "alerts": ["CartErrors", "CartSlow"],
    "symptoms": ["Empty carts"],
    "steps": [_STEP, {"title": "Restart", "action": "restart-service"}],
    "reviewed_at": "2026-01-01",
}
_PROOF = {"at": "2026-01-02", "by": "ada", "method": "drill", "content_hash": "0123456789abcdef"}


def _hash(**changes: Any) -> str:
    return content_hash(
        Runbook.model_validate({**_RUNBOOK, **changes, "id": changes.get("id", "cart-errors")})
    )


def test_it_is_the_same_on_every_machine() -> None:
    assert _hash() == "e3281c6a2e8b36d2"


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Carts fail"},
        {"id": "renamed"},
        {"owner": "platform"},
        {"reviewed_at": "2026-06-01", "review_every": "30d"},
        {"verifications": [_PROOF]},
        {"tags": ["revenue"], "links": [{"title": "More", "url": "https://notes.example/"}]},
        {"steps": [{**_STEP, "risk": "low"}, *_RUNBOOK["steps"][1:]]},  # what is meant anyway
    ],
)
def test_what_leaves_it_alone(changes: dict[str, Any]) -> None:
    assert _hash(**changes) == _hash()


@pytest.mark.parametrize(
    "changes",
    [
        {"alerts": ["CartErrors"]},
        {"symptoms": []},
        {"steps": []},
        {"steps": list(reversed(_RUNBOOK["steps"]))},
        {"steps": [{**_STEP, "command": "kubectl get pods -A"}, *_RUNBOOK["steps"][1:]]},
        {"steps": [{**_STEP, "risk": "high"}, *_RUNBOOK["steps"][1:]]},
        {"steps": [{**_STEP, "rollback": "None."}, *_RUNBOOK["steps"][1:]]},
        {"steps": [{**_STEP, "expected": "Four of them."}, *_RUNBOOK["steps"][1:]]},
    ],
)
def test_what_changes_it(changes: dict[str, Any]) -> None:
    assert _hash(**changes) != _hash()
